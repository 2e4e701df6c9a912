//! Putting records under their keys: those of one transaction together, in the order of the tables.

use std::{collections::BTreeMap, fmt::Write as _, sync::LazyLock};

use matching::{Pepper, Reach, counted_keys, empty_key, keys};
use registration::{ids::PracticeId, time::Timestamp};

use crate::{
    error::StoreError,
    match_keys::{InUse, record::MatchRecord},
    sql::{Query, differing_query},
    tx::Tx,
};

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

/// Rows in one statement, where there are so many: a list that the database takes apart costs several times as much for each.
const PAIRS_AT_ONCE: usize = 256;

/// Likewise; what is left over goes in fewer.
const RECORDS_AT_ONCE: [usize; 3] = [128, 8, 1];

static ADD_MANY_PAIRS: LazyLock<[String; 2]> = LazyLock::new(|| {
    let insert = "INSERT INTO match_keys (match_index, match_key, match_record) VALUES ";
    rows(insert, 3, PAIRS_AT_ONCE, " ON CONFLICT DO NOTHING")
});

static COUNT_MANY: LazyLock<[String; 2]> = LazyLock::new(|| {
    let insert = "INSERT INTO match_counts (match_index, match_key, records) VALUES ";
    let add = " ON CONFLICT (match_index, match_key) DO UPDATE SET records = match_counts.records + excluded.records";
    rows(insert, 3, PAIRS_AT_ONCE, add)
});

static ADD_RECORDS: LazyLock<[[String; 2]; 3]> = LazyLock::new(|| {
    let insert = "INSERT INTO match_records (match_index, match_record, patient_id, version, given_name, family_name, contacts)
        VALUES ";
    RECORDS_AT_ONCE.map(|many| rows(insert, 7, many, ""))
});

/// The texts of a statement that inserts so many rows. SQLite finds a numbered bind by walking all before it.
fn rows(insert: &str, columns: usize, rows: usize, after: &str) -> [String; 2] {
    let text = |bind: &dyn Fn(usize) -> String| {
        let mut text = insert.to_owned();
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns {
                let comma = if column == 0 { "" } else { ", " };
                write!(text, "{comma}{}", bind(row * columns + column + 1))
                    .expect("a string takes everything");
            }
            text.push(')');
        }
        text + after
    };
    [text(&|_| "?".to_owned()), text(&|place| format!("${place}"))]
}

/// Of two texts that live as long as the program.
fn of_texts<'q>(texts: &'static [String; 2]) -> Query<'q> {
    let [sqlite, postgres] = texts;
    differing_query(sqlite, postgres)
}

/// What an index gets.
#[derive(Default)]
pub(crate) struct Rows {
    records: Vec<MatchRecord>,
    /// Key and record.
    keys: Vec<(i64, i64)>,
    /// Records by key.
    counts: BTreeMap<i64, i64>,
}

/// So many of them as go into one transaction.
pub(crate) enum Batch<'a> {
    Records(&'a [MatchRecord]),
    Keys(&'a [(i64, i64)]),
    Counts(&'a [(i64, i64)]),
}

/// Rows in order: neighbours share pages.
pub(crate) struct InOrder {
    records: Vec<MatchRecord>,
    keys: Vec<(i64, i64)>,
    counts: Vec<(i64, i64)>,
}

impl Rows {
    pub(crate) fn add(&mut self, pepper: &Pepper, record: MatchRecord, reach: Reach) {
        let (person, number) = (record.person(), record.number());
        self.keys.extend(keys(&person, pepper, reach).into_iter().map(|key| (key.0, number)));
        let counted = counted_keys(&person, pepper);
        for key in
            [counted.given, counted.family, counted.born, Some(empty_key(pepper))].into_iter().flatten()
        {
            *self.counts.entry(key.0).or_default() += 1;
        }
        self.records.push(record);
    }

    /// Of a record that lay elsewhere in the index: there is no record more.
    pub(crate) fn add_moved(&mut self, pepper: &Pepper, record: MatchRecord, reach: Reach) {
        self.add(pepper, record, reach);
        self.counts.remove(&empty_key(pepper).0);
    }

    pub(crate) const fn records(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn into_order(mut self) -> InOrder {
        self.keys.sort_unstable();
        self.records.sort_unstable_by_key(MatchRecord::number);
        InOrder { records: self.records, keys: self.keys, counts: self.counts.into_iter().collect() }
    }
}

impl InOrder {
    /// In batches of so many rows.
    pub(crate) fn batches(&self, most: usize) -> impl Iterator<Item = Batch<'_>> {
        let records = self.records.chunks(most).map(Batch::Records);
        records
            .chain(self.keys.chunks(most).map(Batch::Keys))
            .chain(self.counts.chunks(most).map(Batch::Counts))
    }
}

/// New records, and the keys under which they come.
pub(crate) struct Placing {
    /// `None` where no index is this program's: whoever makes the index finds them.
    index: Option<InUse>,
    rows: Rows,
}

impl Placing {
    pub(crate) fn place(&mut self, pepper: &Pepper, record: MatchRecord) {
        if let Some(index) = self.index {
            self.rows.add(pepper, record, Reach::of(index.records + self.rows.records() as u64));
        }
    }
}

impl Tx {
    /// To be asked before records are added. Whoever adds waits here for others of this practice: two who began the first index
    /// would begin two.
    pub(crate) async fn begin_placing(
        &mut self,
        practice: PracticeId,
        now: Timestamp,
    ) -> Result<Placing, StoreError> {
        self.take_turns_in_creating(practice).await?;
        let index = match self.match_index(practice).await? {
            Some(index) => Some(index),
            None if self.has_records(practice).await? => None,
            None => Some(InUse { number: self.add_match_index(practice, Some(now)).await?, records: 0 }),
        };
        Ok(Placing { index, rows: Rows::default() })
    }

    /// To be done once they are added.
    pub(crate) async fn end_placing(&mut self, placing: Placing) -> Result<(), StoreError> {
        match placing.index {
            Some(index) => self.add_rows(index.number, placing.rows).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn add_rows(&mut self, index: i64, rows: Rows) -> Result<(), StoreError> {
        for batch in rows.into_order().batches(usize::MAX) {
            self.add_batch(index, batch).await?;
        }
        Ok(())
    }

    pub(crate) async fn add_batch(&mut self, index: i64, batch: Batch<'_>) -> Result<(), StoreError> {
        match batch {
            Batch::Records(records) => self.add_match_records(index, records).await,
            Batch::Keys(keys) => self.add_pairs(index, keys, &ADD_MANY_PAIRS, ADD_PAIRS).await,
            Batch::Counts(counts) => self.add_pairs(index, counts, &COUNT_MANY, COUNT).await,
        }
    }

    async fn add_pairs(
        &mut self,
        index: i64,
        pairs: &[(i64, i64)],
        many: &'static [String; 2],
        [sqlite, postgres]: [&'static str; 2],
    ) -> Result<(), StoreError> {
        let chunks = pairs.chunks_exact(PAIRS_AT_ONCE);
        let rest = chunks.remainder();
        for pairs in chunks {
            let bound =
                |query: Query<'static>, (one, two): &(i64, i64)| query.bind(index).bind(*one).bind(*two);
            pairs.iter().fold(of_texts(many), bound).execute(self.connection()).await?;
        }
        if !rest.is_empty() {
            let list = rest.iter().flat_map(|(one, two)| [*one, *two]).collect::<Vec<i64>>();
            differing_query(sqlite, postgres).bind(index).bind(list).execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn add_match_records(&mut self, index: i64, mut records: &[MatchRecord]) -> Result<(), StoreError> {
        for (many, texts) in RECORDS_AT_ONCE.iter().zip(&*ADD_RECORDS) {
            while let Some((some, rest)) = records.split_at_checked(*many) {
                let mut query = of_texts(texts);
                for record in some {
                    query = query
                        .bind(index)
                        .bind(record.number())
                        .bind(record.patient.0)
                        .bind(record.version)
                        .bind(&record.given)
                        .bind(&record.family)
                        .bind(&record.contacts);
                }
                query.execute(self.connection()).await?;
                records = rest;
            }
        }
        Ok(())
    }
}
