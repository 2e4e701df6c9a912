//! Making the keys of records that have none: of a database from before there were keys, or for a new normaliser.
//!
//! A new index is filled beside the one in use and takes its place in one transaction. Killed half-way, the next start begins
//! again and removes what was left.

use matching::{NORMALISER_VERSION, Reach, keys};
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    match_keys::{ADD_KEYS, placing::Pairs},
    open::{Database, Store},
    sql::{differing_query, query},
    tx::Tx,
};

/// Records that are read at once, and numbered at once.
const AT_ONCE: i64 = 2_000;

/// Records whose keys are put in order in memory, some 140 bytes each.
const IN_ORDER: u64 = 1_000_000;

/// Lists of keys that are written in one transaction.
const LISTS_AT_ONCE: usize = 10;

/// The innermost query takes whichever come first in the index of those without a number: in an order it would walk all of them.
pub(crate) const NUMBER: &str = "
UPDATE patients SET match_record = found.last + found.place
FROM (SELECT few.id, row_number() OVER (ORDER BY few.id) AS place,
        (SELECT coalesce(max(match_record), 0) FROM patients WHERE practice_id = $1) AS last
      FROM (SELECT id FROM patients WHERE practice_id = $1 AND match_record IS NULL LIMIT $2) AS few) AS found
WHERE patients.practice_id = $1 AND patients.id = found.id";

const MAKE: &str = "UPDATE match_indexes SET made_at = $3 WHERE practice_id = $1 AND number = $2";

const OTHERS: &str = "
SELECT CAST(number AS BIGINT) AS number, practice_id FROM match_indexes WHERE practice_id = $1 AND number < $2";

const NEWEST: &str = "
SELECT coalesce(max(normaliser_version), 0) AS newest FROM match_indexes WHERE practice_id = $1 AND made_at IS NOT NULL";

const FORGET: &str = "UPDATE patients SET match_record = NULL WHERE practice_id = $1 AND id = $2";

impl Store {
    /// Puts every record under keys of this program's normaliser and secret, and says how many it put there; none where all
    /// are. Looking somebody up answers [`StoreError::KeysNotMade`] until it is done. Keys of a newer program stay as they are.
    pub async fn make_match_keys(&self, practice: PracticeId, now: Timestamp) -> Result<u64, StoreError> {
        let turn = self.one_maker(practice).await?;
        let mut tx = self.begin(practice).await?;
        let of_newer = tx.newest_normaliser(practice).await? > i64::from(NORMALISER_VERSION);
        let make = tx.match_index(practice).await?.is_none() && tx.has_records(practice).await? && !of_newer;
        drop(tx);
        let put = if make {
            self.make_index(practice, now).await?
        } else {
            self.place_new_records(practice).await?
        };
        drop(turn);
        Ok(put)
    }

    /// Puts under keys what a program of another version has added since, where the keys are this program's.
    pub async fn place_new_records(&self, practice: PracticeId) -> Result<u64, StoreError> {
        let mut put = 0;
        loop {
            let mut tx = self.begin(practice).await?;
            let Some(index) = tx.match_index(practice).await? else { return Ok(put) };
            let last = tx.number_records(practice).await?;
            let mut pairs = Pairs::default();
            let records = tx.records_after(practice, last, AT_ONCE).await?;
            let reach = Reach::of(last.unsigned_abs());
            for record in &records {
                pairs.add(&tx, record.record.unwrap_or_default(), &record.known.person, reach);
            }
            tx.add_pairs(index, pairs).await?;
            tx.commit().await?;
            if records.is_empty() {
                return Ok(put);
            }
            put += records.len() as u64;
        }
    }

    /// Two portals that start at once would make two. A file has one program.
    async fn one_maker(&self, practice: PracticeId) -> Result<Option<Tx>, StoreError> {
        match &self.database {
            Database::Sqlite { .. } => Ok(None),
            Database::Postgres(_) => {
                let mut tx = self.begin(practice).await?;
                tx.take_turns_in_making_keys(practice).await?;
                Ok(Some(tx))
            }
        }
    }

    async fn make_index(&self, practice: PracticeId, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin(practice).await?;
        let index = tx.add_match_index(practice, None).await?;
        tx.commit().await?;
        let last = self.number_all(practice).await?;
        let reach = Reach::of(last.unsigned_abs());
        let (mut after, mut put) = (0, 0);
        while after < last {
            after = self.fill(practice, index, reach, after, &mut put).await?;
        }
        let mut tx = self.begin(practice).await?;
        while tx.number_records(practice).await? < tx.last_record(practice).await? {}
        put += tx.catch_up(practice, index, after, now).await?;
        query(MAKE).bind(practice.0).bind(index).bind(At(now)).execute(tx.connection()).await?;
        tx.commit().await?;
        self.remove_older(practice, index).await?;
        Ok(put)
    }

    async fn number_all(&self, practice: PracticeId) -> Result<i64, StoreError> {
        loop {
            let mut tx = self.begin(practice).await?;
            let before = tx.number_records(practice).await?;
            let last = tx.last_record(practice).await?;
            tx.commit().await?;
            if last == before {
                return Ok(last);
            }
        }
    }

    /// The next [`IN_ORDER`] records; says after which to go on.
    async fn fill(
        &self,
        practice: PracticeId,
        index: i64,
        reach: Reach,
        mut after: i64,
        put: &mut u64,
    ) -> Result<i64, StoreError> {
        let (mut pairs, mut read) = (Pairs::default(), 0);
        while read < IN_ORDER {
            let mut tx = self.begin_reading(practice).await?;
            let records = tx.records_after(practice, after, AT_ONCE).await?;
            let Some(last) = records.last() else { break };
            after = last.record.unwrap_or(after);
            for record in &records {
                pairs.add(&tx, record.record.unwrap_or_default(), &record.known.person, reach);
            }
            read += records.len() as u64;
        }
        *put += read;
        let (keys, counts) = pairs.into_lists();
        for lists in keys.chunks(LISTS_AT_ONCE) {
            let mut tx = self.begin(practice).await?;
            for list in lists {
                tx.add_key_list(index, list.clone()).await?;
            }
            tx.commit().await?;
        }
        let mut tx = self.begin(practice).await?;
        for list in counts {
            tx.add_count_list(index, list).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    async fn remove_older(&self, practice: PracticeId, index: i64) -> Result<(), StoreError> {
        let mut tx = self.begin(practice).await?;
        let rows = query(OTHERS).bind(practice.0).bind(index).fetch_all(tx.connection()).await?;
        for row in &rows {
            let number: i64 = Fields::of(row, "match_indexes", "practice_id").get("number")?;
            for sql in [
                "DELETE FROM match_keys WHERE match_index = $1",
                "DELETE FROM match_counts WHERE match_index = $1",
            ] {
                query(sql).bind(number).execute(tx.connection()).await?;
            }
            query("DELETE FROM match_indexes WHERE practice_id = $1 AND number = $2")
                .bind(practice.0)
                .bind(number)
                .execute(tx.connection())
                .await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// 0 where there is no index.
    async fn newest_normaliser(&mut self, practice: PracticeId) -> Result<i64, StoreError> {
        let row = query(NEWEST).bind(practice.0).fetch_one(self.connection()).await?;
        Fields::of(&row, "match_indexes", "practice_id").get("newest")
    }

    async fn take_turns_in_making_keys(&mut self, practice: PracticeId) -> Result<(), StoreError> {
        differing_query("SELECT $1", "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))")
            .bind(practice.0.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Gives numbers to the next records that have none; says which was the last number before.
    async fn number_records(&mut self, practice: PracticeId) -> Result<i64, StoreError> {
        self.take_turns_in_creating(practice).await?;
        let last = self.last_record(practice).await?;
        query(NUMBER).bind(practice.0).bind(AT_ONCE).execute(self.connection()).await?;
        Ok(last)
    }

    /// What came or was changed while the index was filled.
    async fn catch_up(
        &mut self,
        practice: PracticeId,
        index: i64,
        after: i64,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let reach = Reach::of(after.unsigned_abs());
        let mut pairs = Pairs::default();
        let new = self.records_after(practice, after, i64::MAX).await?;
        for record in &new {
            pairs.add(self, record.record.unwrap_or_default(), &record.known.person, reach);
        }
        self.add_pairs(index, pairs).await?;
        for record in self.records_changed_since(practice, since).await? {
            let keys = keys(&record.known.person, &self.pepper, reach);
            let numbers = keys.into_iter().map(|key| key.0).collect();
            self.write_keys(ADD_KEYS, index, record.record.unwrap_or_default(), numbers).await?;
        }
        Ok(new.len() as u64)
    }

    /// A program of another version changes the record: its keys here no longer hold.
    pub(crate) async fn forget_record_number(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<(), StoreError> {
        query(FORGET).bind(practice.0).bind(patient.0).execute(self.connection()).await?;
        Ok(())
    }
}
