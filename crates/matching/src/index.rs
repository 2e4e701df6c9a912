//! Records and their keys in this process's memory: for measuring, and for a look at a practice's records before it begins.

use std::collections::HashMap;

use crate::{
    keys::{CountedKeys, MOST_RECORDS_UNDER_A_KEY, MatchKey, Pepper, Reach, counted_keys, keys},
    person::{Frequencies, Known, Person},
};

/// Keys in order.
pub struct Index {
    pepper: Pepper,
    reach: Reach,
    known: Vec<Known>,
    /// Places in `known`, by key.
    keys: Vec<(MatchKey, u32)>,
    counts: HashMap<MatchKey, u32>,
}

impl Index {
    /// Of these records. Any secret does: what is found does not depend on it.
    #[must_use]
    pub fn build(known: Vec<Known>, pepper: Pepper) -> Self {
        let reach = Reach::of(known.len() as u64);
        let (mut index, mut counts) = (Vec::new(), HashMap::new());
        for (at, record) in (0..).zip(&known) {
            let counted = counted_keys(&record.person, &pepper);
            let found_by = keys(&record.person, &pepper, reach).into_iter().chain(counted.born);
            index.extend(found_by.map(|key| (key, at)));
            let once = [counted.given, counted.family, counted.born, counted.postcode];
            for key in once.into_iter().flatten().chain(counted.phones).chain(counted.emails) {
                *counts.entry(key).or_insert(0) += 1;
            }
        }
        index.sort_unstable();
        Self { pepper, reach, known, keys: index, counts }
    }

    /// The places of every record that shares a key or the day of birth with the registrant, each once, and how often the registrant's values
    /// stand here.
    #[must_use]
    pub fn look_up(&self, registrant: &Person) -> (Vec<u32>, Frequencies) {
        let counted = counted_keys(registrant, &self.pepper);
        let keys = keys(registrant, &self.pepper, self.reach).into_iter().chain(counted.born);
        let mut found: Vec<u32> = keys.flat_map(|key| self.under(key)).map(|(_, at)| *at).collect();
        found.sort_unstable();
        found.dedup();
        (found, self.frequencies(&counted))
    }

    /// All of them, in the order they were given.
    #[must_use]
    pub fn records(&self) -> &[Known] {
        &self.known
    }

    /// How many keys the records have together.
    #[must_use]
    pub const fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Bytes of keys and counts, without the records.
    #[must_use]
    pub fn bytes(&self) -> usize {
        (self.keys.len() + self.counts.len()) * size_of::<(MatchKey, u32)>()
    }

    fn under(&self, key: MatchKey) -> &[(MatchKey, u32)] {
        let from = self.keys.partition_point(|(other, _)| *other < key);
        let most = self.keys.len().min(from + MOST_RECORDS_UNDER_A_KEY + 1);
        let window = self.keys.get(from..most).unwrap_or_default();
        let shared = window.partition_point(|(other, _)| *other == key);
        if shared > MOST_RECORDS_UNDER_A_KEY { &[] } else { window.get(..shared).unwrap_or_default() }
    }

    fn frequencies(&self, counted: &CountedKeys) -> Frequencies {
        let count = |key: MatchKey| self.counts.get(&key).map_or(0, |count| u64::from(*count));
        let one = |key: Option<MatchKey>| key.map_or(0, count);
        let most = |keys: &[MatchKey]| keys.iter().map(|key| count(*key)).max().unwrap_or_default();
        Frequencies {
            records: self.known.len() as u64,
            given: one(counted.given),
            family: one(counted.family),
            born: one(counted.born),
            phone: most(&counted.phones),
            email: most(&counted.emails),
            postcode: one(counted.postcode),
        }
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("records", &self.known.len()).finish_non_exhaustive()
    }
}
