//! Where records are looked up. Only what is here has figures.

use std::{collections::HashMap, time::Duration};

use anyhow::Result;
use matching::{
    CountedKeys, Frequencies, Known, MOST_RECORDS_UNDER_A_KEY, MatchKey, Pepper, Person, Reach, counted_keys,
    keys,
};

use crate::stopwatch::timed;

/// A database of records and keys.
pub(crate) trait Database {
    /// Every record that shares a key with the registrant, each once, and how often the registrant's values stand here.
    fn look_up(&self, registrant: &Person) -> Result<(Vec<Known>, Frequencies)>;

    fn built(&self) -> Built;
}

/// What making the index took.
#[derive(Clone, Copy)]
pub(crate) struct Built {
    pub(crate) place: &'static str,
    pub(crate) time: Duration,
    pub(crate) bytes: u64,
    pub(crate) keys: Option<usize>,
}

/// Keys in order, in this process's memory.
pub(crate) struct Memory {
    pepper: Pepper,
    reach: Reach,
    known: Vec<Known>,
    index: Vec<(MatchKey, u32)>,
    counts: HashMap<MatchKey, u32>,
    built: Built,
}

impl Memory {
    pub(crate) fn build(known: Vec<Known>) -> Self {
        // Any secret does: the figures do not depend on it.
        let pepper = Pepper::new([7; 32]);
        let reach = Reach::of(known.len() as u64);
        let ((index, counts), time) = timed(|| index(&known, &pepper, reach));
        let bytes = index.len() * size_of::<(MatchKey, u32)>() + counts.len() * size_of::<(MatchKey, u32)>();
        let built = Built { place: "in memory", time, bytes: bytes as u64, keys: Some(index.len()) };
        Self { pepper, reach, known, index, counts, built }
    }

    fn under(&self, key: MatchKey) -> &[(MatchKey, u32)] {
        let from = self.index.partition_point(|(other, _)| *other < key);
        let most = self.index.len().min(from + MOST_RECORDS_UNDER_A_KEY + 1);
        let window = self.index.get(from..most).unwrap_or_default();
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

type Index = (Vec<(MatchKey, u32)>, HashMap<MatchKey, u32>);

fn index(known: &[Known], pepper: &Pepper, reach: Reach) -> Index {
    let (mut index, mut counts) = (Vec::new(), HashMap::new());
    for (at, record) in (0..).zip(known) {
        index.extend(keys(&record.person, pepper, reach).into_iter().map(|key| (key, at)));
        let counted = counted_keys(&record.person, pepper);
        let once = [counted.given, counted.family, counted.born, counted.postcode];
        for key in once.into_iter().flatten().chain(counted.phones).chain(counted.emails) {
            *counts.entry(key).or_insert(0) += 1;
        }
    }
    index.sort_unstable();
    (index, counts)
}

impl Database for Memory {
    fn look_up(&self, registrant: &Person) -> Result<(Vec<Known>, Frequencies)> {
        let keys = keys(registrant, &self.pepper, self.reach);
        let mut found: Vec<u32> =
            keys.into_iter().flat_map(|key| self.under(key)).map(|(_, at)| *at).collect();
        found.sort_unstable();
        found.dedup();
        let records = found.iter().filter_map(|at| self.known.get(*at as usize)).cloned().collect();
        Ok((records, self.frequencies(&counted_keys(registrant, &self.pepper))))
    }

    fn built(&self) -> Built {
        self.built
    }
}
