//! Putting records under their keys: those of one transaction together, in the order of the keys.

use std::collections::BTreeMap;

use matching::{Person, Reach, counted_keys, keys};
use registration::{ids::PracticeId, time::Timestamp};

use crate::{error::StoreError, sql::differing_query, tx::Tx};

/// Two numbers a key, one after the other, because a bind is one list.
const ADD_PAIRS: [&str; 2] = [
    "INSERT INTO match_keys (match_index, match_key, match_record)
     SELECT $1, match_key, match_record FROM (
        SELECT key AS place, value AS match_key, lead(value) OVER (ORDER BY key) AS match_record FROM json_each($2)
     ) AS found WHERE place % 2 = 0 ON CONFLICT DO NOTHING",
    "INSERT INTO match_keys (match_index, match_key, match_record)
     SELECT $1, ($2::bigint[])[place], ($2::bigint[])[place + 1]
     FROM generate_series(1, array_length($2::bigint[], 1), 2) AS found (place) ON CONFLICT DO NOTHING",
];

const COUNT: [&str; 2] = [
    "INSERT INTO match_counts (match_index, match_key, records)
     SELECT $1, match_key, records FROM (
        SELECT key AS place, value AS match_key, lead(value) OVER (ORDER BY key) AS records FROM json_each($2)
     ) AS found WHERE place % 2 = 0
     ON CONFLICT (match_index, match_key) DO UPDATE SET records = match_counts.records + excluded.records",
    "INSERT INTO match_counts (match_index, match_key, records)
     SELECT $1, ($2::bigint[])[place], ($2::bigint[])[place + 1]
     FROM generate_series(1, array_length($2::bigint[], 1), 2) AS found (place)
     ON CONFLICT (match_index, match_key) DO UPDATE SET records = match_counts.records + excluded.records",
];

/// Pairs in one statement.
const PAIRS_AT_ONCE: usize = 20_000;

/// Records that are put under keys, of one practice.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    keys: Vec<(i64, i64)>,
    counts: BTreeMap<i64, i64>,
}

impl Pairs {
    pub(crate) fn add(&mut self, tx: &Tx, record: i64, person: &Person, reach: Reach) {
        self.keys.extend(keys(person, &tx.pepper, reach).into_iter().map(|key| (key.0, record)));
        let counted = counted_keys(person, &tx.pepper);
        for key in [counted.given, counted.family, counted.born].into_iter().flatten() {
            *self.counts.entry(key.0).or_default() += 1;
        }
    }

    /// In lists that a statement takes, in order: neighbours share pages.
    pub(crate) fn into_lists(mut self) -> (Vec<Vec<i64>>, Vec<Vec<i64>>) {
        self.keys.sort_unstable();
        let counts: Vec<(i64, i64)> = self.counts.into_iter().collect();
        (lists(&self.keys), lists(&counts))
    }
}

fn lists(pairs: &[(i64, i64)]) -> Vec<Vec<i64>> {
    pairs
        .chunks(PAIRS_AT_ONCE)
        .map(|pairs| pairs.iter().flat_map(|(one, two)| [*one, *two]).collect())
        .collect()
}

/// The numbers that new records get, and the keys under which they come.
pub(crate) struct Placing {
    /// `None` where no index is this program's: then they get no number, and whoever makes the index finds them.
    index: Option<i64>,
    last: i64,
    pairs: Pairs,
}

impl Placing {
    /// For the next record.
    pub(crate) fn place(&mut self, tx: &Tx, person: &Person) -> Option<i64> {
        self.index?;
        self.last += 1;
        self.pairs.add(tx, self.last, person, Reach::of(self.last.unsigned_abs()));
        Some(self.last)
    }
}

impl Tx {
    /// To be asked before records are added. Whoever adds waits here for others of this practice: numbers have no gaps.
    pub(crate) async fn begin_placing(
        &mut self,
        practice: PracticeId,
        now: Timestamp,
    ) -> Result<Placing, StoreError> {
        self.take_turns_in_creating(practice).await?;
        let index = match self.match_index(practice).await? {
            Some(index) => Some(index),
            None if self.has_records(practice).await? => None,
            None => Some(self.add_match_index(practice, Some(now)).await?),
        };
        Ok(Placing { index, last: self.last_record(practice).await?, pairs: Pairs::default() })
    }

    /// To be done once they are added.
    pub(crate) async fn end_placing(&mut self, placing: Placing) -> Result<(), StoreError> {
        match placing.index {
            Some(index) => self.add_pairs(index, placing.pairs).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn add_pairs(&mut self, index: i64, pairs: Pairs) -> Result<(), StoreError> {
        let (keys, counts) = pairs.into_lists();
        for list in keys {
            self.add_key_list(index, list).await?;
        }
        for list in counts {
            self.add_count_list(index, list).await?;
        }
        Ok(())
    }

    pub(crate) async fn add_key_list(&mut self, index: i64, list: Vec<i64>) -> Result<(), StoreError> {
        let [sqlite, postgres] = ADD_PAIRS;
        differing_query(sqlite, postgres).bind(index).bind(list).execute(self.connection()).await?;
        Ok(())
    }

    pub(crate) async fn add_count_list(&mut self, index: i64, list: Vec<i64>) -> Result<(), StoreError> {
        let [sqlite, postgres] = COUNT;
        differing_query(sqlite, postgres).bind(index).bind(list).execute(self.connection()).await?;
        Ok(())
    }
}
