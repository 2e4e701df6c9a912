//! Removing indexes that nobody reads any more: of a former normaliser, or left half-made by a program that was killed.
//!
//! Little by little, because others wait for each transaction on SQLite. Killed between two, whoever comes next goes on where
//! rows are left; the index itself goes last, so that none is forgotten.

use registration::ids::PracticeId;

use crate::{
    error::StoreError,
    fields::Fields,
    open::Store,
    sql::{differing_query, query},
    tx::Tx,
};

/// Rows in one transaction, which others wait for on SQLite: 20 to 150 ms on either database, measured with 6,000 records; a
/// checkpoint of the file takes as long again.
const ROWS_AT_ONCE: i64 = 5_000;

/// What there is to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that a killed program left half-made.
    HalfMade,
    /// These, and those before the newest that is whole.
    LeftOver,
    /// All of them.
    Every,
}

impl Which {
    const fn first(self) -> &'static str {
        match self {
            Self::HalfMade => {
                "SELECT CAST(number AS BIGINT) AS number, practice_id FROM match_indexes
                 WHERE practice_id = $1 AND made_at IS NULL ORDER BY number LIMIT 1"
            }
            Self::LeftOver => {
                "SELECT CAST(number AS BIGINT) AS number, practice_id FROM match_indexes
                 WHERE practice_id = $1 AND (made_at IS NULL OR number < (
                    SELECT max(number) FROM match_indexes WHERE practice_id = $1 AND made_at IS NOT NULL
                 )) ORDER BY number LIMIT 1"
            }
            Self::Every => {
                "SELECT CAST(number AS BIGINT) AS number, practice_id FROM match_indexes
                 WHERE practice_id = $1 ORDER BY number LIMIT 1"
            }
        }
    }
}

/// In the order of each table, from where the last batch ended: looked for from the beginning, rows that were deleted would be
/// passed over again each time.
pub(crate) const REMOVE_SOME: [&str; 3] = [
    "DELETE FROM match_keys WHERE match_index = $1 AND (match_key, match_record) IN (
        SELECT match_key, match_record FROM match_keys WHERE match_index = $1 AND match_key >= $2
        ORDER BY match_key, match_record LIMIT $3
     ) RETURNING match_key AS place",
    "DELETE FROM match_records WHERE match_index = $1 AND (match_record, patient_id) IN (
        SELECT match_record, patient_id FROM match_records WHERE match_index = $1 AND match_record >= $2
        ORDER BY match_record, patient_id LIMIT $3
     ) RETURNING match_record AS place",
    "DELETE FROM match_counts WHERE match_index = $1 AND match_key IN (
        SELECT match_key FROM match_counts WHERE match_index = $1 AND match_key >= $2 ORDER BY match_key LIMIT $3
     ) RETURNING match_key AS place",
];

/// How far an index has been emptied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emptied {
    index: i64,
    /// Tables that are empty of it.
    tables: usize,
    /// In the next table, nothing of it is left before this.
    from: i64,
    /// Rows of the last batch.
    pub(crate) rows: u64,
}

impl Store {
    /// Removes match keys that nobody reads any more, in transactions of a few thousand rows, and says how many rows went. It may be
    /// broken off at any moment; while a portal makes keys it leaves off by itself. On a file, not to be called while this program
    /// makes keys.
    pub async fn remove_old_match_keys(&self, practice: PracticeId) -> Result<u64, StoreError> {
        let (mut emptied, mut rows) = (None, 0);
        loop {
            let mut tx = self.begin(practice).await?;
            if !tx.may_remove_match_keys(practice).await? {
                return Ok(rows);
            }
            emptied = tx.remove_some(practice, Which::LeftOver, ROWS_AT_ONCE, emptied).await?;
            tx.commit().await?;
            let Some(Emptied { rows: gone, .. }) = emptied else { return Ok(rows) };
            rows += gone;
        }
    }

    /// Takes all match keys of a practice away, so that they are made anew: for whoever measures that.
    pub async fn remove_all_match_keys(&self, practice: PracticeId) -> Result<(), StoreError> {
        self.remove_match_keys(practice, Which::Every).await
    }

    /// For who is the only one that makes keys or removes them.
    pub(crate) async fn remove_match_keys(
        &self,
        practice: PracticeId,
        which: Which,
    ) -> Result<(), StoreError> {
        let mut emptied = None;
        loop {
            let mut tx = self.begin(practice).await?;
            emptied = tx.remove_some(practice, which, ROWS_AT_ONCE, emptied).await?;
            tx.commit().await?;
            if emptied.is_none() {
                return Ok(());
            }
        }
    }
}

impl Tx {
    /// Whether nobody makes keys at this moment, nor until the end of this transaction.
    async fn may_remove_match_keys(&mut self, practice: PracticeId) -> Result<bool, StoreError> {
        let asked =
            differing_query("SELECT $1", "SELECT 1 WHERE pg_try_advisory_xact_lock(hashtextextended($1, 1))");
        let may = asked.bind(practice.0.to_string()).fetch_optional(self.connection()).await?;
        Ok(may.is_some())
    }

    /// Removes up to so many rows of the first index that is to go, or the index once it is empty; `before` is what the batch before
    /// this one gave. `None` where there is none to go.
    pub(crate) async fn remove_some(
        &mut self,
        practice: PracticeId,
        which: Which,
        most: i64,
        before: Option<Emptied>,
    ) -> Result<Option<Emptied>, StoreError> {
        let row = query(which.first()).bind(practice.0).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let index = Fields::of(&row, "match_indexes", "practice_id").get("number")?;
        let begun = Emptied { index, tables: 0, from: i64::MIN, rows: 0 };
        let mut at = before.filter(|before| before.index == index).unwrap_or(begun);
        // A batch that found its table empty goes on to the next one: each removes something.
        while let Some(remove) = REMOVE_SOME.get(at.tables) {
            let removed = query(remove).bind(index).bind(at.from).bind(most);
            let rows = removed.fetch_all(self.connection()).await?;
            for row in &rows {
                at.from = at.from.max(Fields::of(row, "match_keys", "place").get("place")?);
            }
            at.rows = rows.len() as u64;
            if at.rows > 0 {
                return Ok(Some(at));
            }
            at = Emptied { tables: at.tables + 1, from: i64::MIN, ..at };
        }
        query("DELETE FROM match_indexes WHERE practice_id = $1 AND number = $2")
            .bind(practice.0)
            .bind(index)
            .execute(self.connection())
            .await?;
        Ok(Some(at))
    }
}
