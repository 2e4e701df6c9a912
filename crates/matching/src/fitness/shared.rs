//! What more than one record has.

use std::{collections::HashMap, hash::Hash};

/// Values that more than one record has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Values that two records have.
    pub by_two: u64,
    /// Values that three or more have.
    pub by_more: u64,
    /// Records that have one of them.
    pub records: u64,
}

/// How many records have each value. A record adds each of its values once.
#[derive(Default)]
pub(super) struct Tally<V>(HashMap<V, u64>);

impl<V: Eq + Hash> Tally<V> {
    pub(super) fn add(&mut self, value: V) {
        *self.0.entry(value).or_insert(0) += 1;
    }

    pub(super) fn shared(&self) -> Shared {
        let mut shared = Shared::default();
        for &count in self.0.values().filter(|count| **count > 1) {
            shared.records += count;
            if count == 2 {
                shared.by_two += 1;
            } else {
                shared.by_more += 1;
            }
        }
        shared
    }
}
