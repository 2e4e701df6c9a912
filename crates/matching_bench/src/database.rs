//! Where records are looked up. Only what is here has figures.

use std::time::Duration;

use anyhow::Result;
use matching::{Frequencies, Index, Known, Pepper, Person};

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
    index: Index,
    built: Built,
}

impl Memory {
    pub(crate) fn build(known: Vec<Known>) -> Self {
        // Any secret does: the figures do not depend on it.
        let (index, time) = timed(|| Index::build(known, Pepper::new([7; 32])));
        let keys = Some(index.key_count());
        let built = Built { place: "in memory", time, bytes: index.bytes() as u64, keys };
        Self { index, built }
    }
}

impl Database for Memory {
    fn look_up(&self, registrant: &Person) -> Result<(Vec<Known>, Frequencies)> {
        let (found, frequencies) = self.index.look_up(registrant);
        let records = found.iter().filter_map(|at| self.index.records().get(*at as usize)).cloned().collect();
        Ok((records, frequencies))
    }

    fn built(&self) -> Built {
        self.built
    }
}
