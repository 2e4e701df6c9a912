//! Shares of levels among pairs of one person and of two: what the constants of `matching` are fitted on.

use std::collections::BTreeMap;

use matching::{Known, Levels, Person, compare};

/// Strangers each query is compared with. A prime step goes through the records without repeating itself.
const STRANGERS: usize = 40;
const STEP: usize = 7_919;

#[derive(Default)]
pub(crate) struct Shares {
    same: Counts,
    strangers: Counts,
}

#[derive(Default)]
struct Counts {
    pairs: usize,
    levels: BTreeMap<(&'static str, char), usize>,
}

impl Shares {
    pub(crate) fn add(&mut self, at: usize, person: &Person, theirs: &[&Known], records: &[Known]) {
        for record in theirs {
            self.same.add(compare(person, &record.person));
        }
        for n in 0..STRANGERS {
            let stranger = records.get((at * STRANGERS + n) * STEP % records.len());
            if let Some(stranger) =
                stranger.filter(|it| !theirs.iter().any(|record| record.patient == it.patient))
            {
                self.strangers.add(compare(person, &stranger.person));
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.same.levels.keys().chain(self.strangers.levels.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        let line = |key: &(&'static str, char)| {
            let (m, u) = (self.same.share(*key), self.strangers.share(*key));
            format!("{} {}: m {m:.5}, u {u:.7}", key.0, key.1)
        };
        keys.into_iter().map(line).collect()
    }
}

impl Counts {
    fn add(&mut self, levels: Levels) {
        self.pairs += 1;
        let fields = [
            ("order", levels.order.letter()),
            ("given", levels.given.letter()),
            ("family", levels.family.letter()),
            ("date", levels.date.letter()),
            ("phone", levels.phone.letter()),
            ("email", levels.email.letter()),
            ("postcode", levels.postcode.letter()),
            ("place", levels.place.letter()),
            ("identifier", levels.identifier.letter()),
        ];
        for field in fields {
            *self.levels.entry(field).or_insert(0) += 1;
        }
    }

    fn share(&self, key: (&'static str, char)) -> f64 {
        crate::ranking::share(self.levels.get(&key).copied().unwrap_or_default(), self.pairs)
    }
}
