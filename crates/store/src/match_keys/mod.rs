//! Match keys: by what records are found. Every writing of a record writes them in the same transaction; [`look_up`] reads them,
//! [`making`] makes them for records that have none.
//!
//! A record lies under its keys by a small number of its own, and an index has a small number among all practices: of 20 bytes
//! each, ten million keys fit where one identifier and one key would not.

pub(crate) mod look_up;
pub(crate) mod making;
pub(crate) mod persons;
pub(crate) mod placing;

use std::collections::BTreeSet;

use matching::{MatchKey, NORMALISER_VERSION, Person, Reach, empty_key, keys};
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    match_keys::persons::Numbered,
    sql::{differing_query, query},
    tx::Tx,
};

/// The newest index that is whole.
const MADE: &str = "
SELECT CAST(number AS BIGINT) AS number, empty_key, practice_id FROM match_indexes
WHERE practice_id = $1 AND made_at IS NOT NULL ORDER BY number DESC LIMIT 1";

/// PostgreSQL numbers indexes by itself: a practice does not see those of others.
const ADD_INDEX: [&str; 2] = [
    "INSERT INTO match_indexes (practice_id, number, normaliser_version, empty_key, made_at)
     SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM match_indexes RETURNING CAST(number AS BIGINT) AS number",
    "INSERT INTO match_indexes (practice_id, normaliser_version, empty_key, made_at) VALUES ($1, $2, $3, $4)
     RETURNING CAST(number AS BIGINT) AS number",
];

/// Records are numbered from 1 without gaps, and none is ever deleted.
const LAST_RECORD: &str = "
SELECT CAST(coalesce(max(match_record), 0) AS BIGINT) AS last FROM patients WHERE practice_id = $1";

const ANY_RECORD: &str = "SELECT id FROM patients WHERE practice_id = $1 LIMIT 1";

const DELETE_KEYS: [&str; 2] = [
    "DELETE FROM match_keys WHERE match_index = $1 AND match_record = $2
        AND match_key IN (SELECT value FROM json_each($3))",
    "DELETE FROM match_keys WHERE match_index = $1 AND match_record = $2 AND match_key = ANY($3)",
];

const ADD_KEYS: [&str; 2] = [
    "INSERT INTO match_keys (match_index, match_key, match_record)
     SELECT $1, value, $2 FROM json_each($3) WHERE true ON CONFLICT DO NOTHING",
    "INSERT INTO match_keys (match_index, match_key, match_record)
     SELECT $1, value, $2 FROM unnest($3) AS of_record (value) ON CONFLICT DO NOTHING",
];

/// A record's keys as they were before it was changed.
pub(crate) struct KeysBefore {
    index: i64,
    record: i64,
    keys: BTreeSet<MatchKey>,
}

impl Tx {
    /// The index to read and to write; `None` where there is none of this program's normaliser and secret.
    async fn match_index(&mut self, practice: PracticeId) -> Result<Option<i64>, StoreError> {
        let row = query(MADE).bind(practice.0).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "match_indexes", "practice_id");
        let ours = MatchKey(fields.get("empty_key")?) == empty_key(&self.pepper);
        Ok(if ours { Some(fields.get("number")?) } else { None })
    }

    async fn add_match_index(
        &mut self,
        practice: PracticeId,
        made_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        let [sqlite, postgres] = ADD_INDEX;
        let row = differing_query(sqlite, postgres)
            .bind(practice.0)
            .bind(i64::from(NORMALISER_VERSION))
            .bind(empty_key(&self.pepper).0)
            .bind(made_at.map(At))
            .fetch_one(self.connection())
            .await?;
        Fields::of(&row, "match_indexes", "practice_id").get("number")
    }

    async fn has_records(&mut self, practice: PracticeId) -> Result<bool, StoreError> {
        Ok(query(ANY_RECORD).bind(practice.0).fetch_optional(self.connection()).await?.is_some())
    }

    async fn last_record(&mut self, practice: PracticeId) -> Result<i64, StoreError> {
        let row = query(LAST_RECORD).bind(practice.0).fetch_one(self.connection()).await?;
        Fields::of(&row, "patients", "id").get("last")
    }

    /// To be asked before a record is changed; `None` where it lies under no keys, and whoever makes them will read it then.
    pub(crate) async fn keys_before(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<KeysBefore>, StoreError> {
        let Some(index) = self.match_index(practice).await? else {
            self.forget_record_number(practice, patient).await?;
            return Ok(None);
        };
        let Some(Numbered { record: Some(record), known }) = self.numbered(practice, patient).await? else {
            return Ok(None);
        };
        Ok(Some(KeysBefore { index, record, keys: self.keys_that_change(&known.person) }))
    }

    /// Puts a changed record under the keys that it has gained, and takes it from those it has lost.
    pub(crate) async fn move_keys(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        before: Option<KeysBefore>,
    ) -> Result<(), StoreError> {
        let Some(before) = before else { return Ok(()) };
        let Some(now) = self.numbered(practice, patient).await? else { return Ok(()) };
        let keys = self.keys_that_change(&now.known.person);
        let lost = before.keys.difference(&keys).map(|key| key.0).collect();
        let gained = keys.difference(&before.keys).map(|key| key.0).collect();
        self.write_keys(DELETE_KEYS, before.index, before.record, lost).await?;
        self.write_keys(ADD_KEYS, before.index, before.record, gained).await
    }

    async fn write_keys(
        &mut self,
        [sqlite, postgres]: [&'static str; 2],
        index: i64,
        record: i64,
        keys: Vec<i64>,
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        differing_query(sqlite, postgres)
            .bind(index)
            .bind(record)
            .bind(keys)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A change touches contact points only; the narrowest reach has their keys too.
    fn keys_that_change(&self, person: &Person) -> BTreeSet<MatchKey> {
        keys(person, &self.pepper, Reach::Narrow)
    }
}
