//! What would become of registrations, judged on the records themselves: everybody types what is on their own record.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    doubt::Doubt,
    index::Index,
    judge::{Verdict, judge},
    keys::Pepper,
    normalise::Phone,
    person::{Circumstances, Known, Person, Policy},
};

/// Records asked at most: half a percent is then seen to within a few hundredths, and a practice waits for seconds.
pub const MOST_ASKED: usize = 10_000;

/// Which records are asked of more than [`MOST_ASKED`]; the same ones each time, so that two reports can be compared.
const SEED: u64 = 0x5645_5354_4942_554C;

/// Registrations of people who type exactly what is on their own record, under the strict policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Records whose person was taken to register.
    pub asked: u64,
    /// Whose own record was found, and would be linked by the machine.
    pub linked: u64,
    /// Who would be linked to a record that is not theirs. Never seen; if it were, the rule would be wrong.
    pub linked_to_another: u64,
    /// Who would be taken for somebody new.
    pub new: u64,
    /// Who would be left to staff, by the reason.
    pub reviews: BTreeMap<Doubt, u64>,
}

impl Estimate {
    /// All that would be left to staff.
    #[must_use]
    pub fn review(&self) -> u64 {
        self.reviews.values().sum()
    }
}

/// What a record's person would type and prove, where it is not the whole of the record.
pub(super) struct Typed {
    /// One mobile, even where two numbers are on file.
    pub(super) mobile: Option<Phone>,
}

pub(super) fn estimate(known: Vec<Known>, typed: &[Typed], today: NaiveDate) -> Estimate {
    let index = Index::build(known, Pepper::new([0; 32]));
    let mut estimate = Estimate::default();
    for at in sample(index.records().len(), MOST_ASKED) {
        let (Some(own), Some(typed)) = (index.records().get(at), typed.get(at)) else { continue };
        estimate.asked += 1;
        let registrant = Person { phones: typed.mobile.iter().cloned().collect(), ..own.person.clone() };
        match verdict(&index, &registrant, today) {
            Verdict::Linked { patient, .. } if patient == own.patient => estimate.linked += 1,
            Verdict::Linked { .. } => estimate.linked_to_another += 1,
            Verdict::New => estimate.new += 1,
            Verdict::Review { doubt, .. } => *estimate.reviews.entry(doubt).or_insert(0) += 1,
        }
    }
    estimate
}

fn verdict(index: &Index, registrant: &Person, today: NaiveDate) -> Verdict {
    let (found, frequencies) = index.look_up(registrant);
    let records: Vec<Known> =
        found.into_iter().filter_map(|at| index.records().get(usize::try_from(at).ok()?)).cloned().collect();
    let nobody = std::collections::BTreeSet::new();
    let circumstances = Circumstances { policy: Policy::Strict, frequencies, not_the_same: &nobody, today };
    judge(registrant, &records, &circumstances).verdict
}

/// So many of `count` places, spread as if drawn by lot, in their order; all where there are not more.
fn sample(count: usize, most: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    if count > most {
        places.sort_by_cached_key(|at| split_mix(SEED ^ *at as u64));
        places.truncate(most);
        places.sort_unstable();
    }
    places
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the lot of a place.
const fn split_mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_same_each_time_and_spread_over_all() {
        let places = sample(100_000, 10_000);
        assert_eq!((places.len(), &places), (10_000, &sample(100_000, 10_000)));
        let in_first_half = places.iter().filter(|at| **at < 50_000).count();
        assert!((4_800..5_200).contains(&in_first_half), "{in_first_half}");
        assert_eq!(sample(3, 10_000), [0, 1, 2]);
    }
}
