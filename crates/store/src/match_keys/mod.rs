//! Match keys: by what records are found. Every writing of a record writes them in the same transaction; [`look_up`] reads them,
//! [`making`] makes them for records that have none.
//!
//! An index has a small number among all practices, and a record one that begins with its day of birth: records of one day lie
//! side by side in it, with all they are compared by, and are found without a key.

pub(crate) mod look_up;
pub(crate) mod making;
pub(crate) mod placing;
pub(crate) mod record;
pub(crate) mod removing;

use std::collections::BTreeSet;

use matching::{MatchKey, NORMALISER_VERSION, Reach, empty_key, empty_key_of, keys};
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    match_keys::{placing::Rows, record::MatchRecord},
    open::Store,
    sql::{differing_query, query},
    tx::Tx,
};

/// The newest index that is whole. How many records it has is counted under the key of nothing.
pub(crate) const MADE: &str = "
SELECT CAST(i.number AS BIGINT) AS number, i.empty_key, i.practice_id,
    (SELECT c.records FROM match_counts c WHERE c.match_index = i.number AND c.match_key = i.empty_key) AS records
FROM match_indexes i WHERE i.practice_id = $1 AND i.made_at IS NOT NULL ORDER BY i.number DESC LIMIT 1";

/// PostgreSQL numbers indexes by itself: a practice does not see those of others.
const ADD_INDEX: [&str; 2] = [
    "INSERT INTO match_indexes (practice_id, number, normaliser_version, empty_key, made_at)
     SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM match_indexes RETURNING CAST(number AS BIGINT) AS number",
    "INSERT INTO match_indexes (practice_id, normaliser_version, empty_key, made_at) VALUES ($1, $2, $3, $4)
     RETURNING CAST(number AS BIGINT) AS number",
];

/// Of the newest index that is whole, whichever normaliser made it; or of the one that was to be the first.
const SECRET_OF: &str = "
SELECT empty_key, normaliser_version, practice_id FROM match_indexes WHERE practice_id = $1
ORDER BY made_at IS NULL, number DESC LIMIT 1";

const ANY_RECORD: &str = "SELECT id FROM patients WHERE practice_id = $1 LIMIT 1";

/// A record as it is, with its contacts as lines of one text: a subquery is read by index, whatever the planner knows of the
/// tables. A contact that is neither number nor address makes no line, being NULL.
macro_rules! records {
    ($from:literal) => {
        concat!(
            "
SELECT p.id, p.version, p.given_name, p.family_name, p.date_of_birth,
    (SELECT string_agg(c.comparable, '\n') FROM patient_contact_points c
        WHERE c.practice_id = p.practice_id AND c.patient_id = p.id AND c.replaced_at IS NULL) AS contacts
",
            $from
        )
    };
}
use records;

pub(crate) const BY_ID: &str = records!("FROM patients p WHERE p.practice_id = $1 AND p.id = $2");

/// A record as it lies in the newest index that is whole.
pub(crate) const IN_INDEX: &str = "
SELECT CAST(i.number AS BIGINT) AS number, i.empty_key, r.match_record, r.patient_id, r.version, r.given_name, r.family_name,
    r.contacts
FROM match_indexes i
LEFT JOIN match_records r ON r.match_index = i.number AND r.match_record = $2 AND r.patient_id = $3
WHERE i.practice_id = $1 AND i.made_at IS NOT NULL ORDER BY i.number DESC LIMIT 1";

const REWRITE: &str = "
UPDATE match_records SET version = $4, given_name = $5, family_name = $6, contacts = $7
WHERE match_index = $1 AND match_record = $2 AND patient_id = $3";

const REMOVE: &str = "
DELETE FROM match_records WHERE match_index = $1 AND match_record = $2 AND patient_id = $3";

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

/// The index to read and to write.
#[derive(Clone, Copy)]
struct InUse {
    number: i64,
    records: u64,
}

impl Store {
    /// Refuses a database whose match keys were made under another secret, by this program or an older one: whoever went on would find nobody,
    /// make all keys anew, and have the right program find nobody.
    pub async fn check_secret(&self, practice: PracticeId) -> Result<(), StoreError> {
        self.begin_reading(practice).await?.check_secret(practice).await
    }
}

impl Tx {
    async fn check_secret(&mut self, practice: PracticeId) -> Result<(), StoreError> {
        let made = query(SECRET_OF).bind(practice.0).fetch_optional(self.connection()).await?;
        let Some(row) = made else { return Ok(()) };
        let fields = Fields::of(&row, "match_indexes", "practice_id");
        let (key, version) = (MatchKey(fields.get("empty_key")?), fields.number("normaliser_version")?);
        // What a newer program makes of the secret, it alone knows.
        if version > NORMALISER_VERSION || key == empty_key_of(&self.pepper, version) {
            Ok(())
        } else {
            Err(StoreError::OtherSecret)
        }
    }

    /// `None` where there is none of this program's normaliser and secret.
    async fn match_index(&mut self, practice: PracticeId) -> Result<Option<InUse>, StoreError> {
        let row = query(MADE).bind(practice.0).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "match_indexes", "practice_id");
        if MatchKey(fields.get("empty_key")?) != empty_key(&self.pepper) {
            return Ok(None);
        }
        let records = fields.opt::<i64>("records")?.unwrap_or_default().unsigned_abs();
        Ok(Some(InUse { number: fields.get("number")?, records }))
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

    pub(crate) async fn has_records(&mut self, practice: PracticeId) -> Result<bool, StoreError> {
        Ok(query(ANY_RECORD).bind(practice.0).fetch_optional(self.connection()).await?.is_some())
    }

    /// As it is now.
    pub(crate) async fn record(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<MatchRecord>, StoreError> {
        let row = query(BY_ID).bind(practice.0).bind(patient.0).fetch_optional(self.connection()).await?;
        row.as_ref().map(MatchRecord::of_patient).transpose()
    }

    /// The number of the index, and the record as it lies there: not at all, where a program of another version has added it.
    /// `None` where no index is this program's.
    async fn in_index(
        &mut self,
        practice: PracticeId,
        record: &MatchRecord,
    ) -> Result<Option<(i64, Option<MatchRecord>)>, StoreError> {
        let row = query(IN_INDEX)
            .bind(practice.0)
            .bind(record.number())
            .bind(record.patient.0)
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "match_indexes", "patient_id");
        if MatchKey(fields.get("empty_key")?) != empty_key(&self.pepper) {
            return Ok(None);
        }
        let lies = fields.opt::<i64>("match_record")?.map(|_| MatchRecord::of_index(&row)).transpose()?;
        Ok(Some((fields.get("number")?, lies)))
    }

    /// To be done once a record was changed: it goes under the keys that it has gained, and from those it has lost. One that lies
    /// under none stays so, and whoever makes them reads it then.
    pub(crate) async fn move_keys(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<(), StoreError> {
        let Some(now) = self.record(practice, patient).await? else { return Ok(()) };
        match self.in_index(practice, &now).await? {
            Some((index, Some(before))) => self.rewrite(index, &before, &now).await,
            Some((_, None)) | None => Ok(()),
        }
    }

    /// To be done once a record's name or date of birth was changed, which is where it lies and every key it has: `before` is how it
    /// was. The counts of its former name and date stay one too high until keys are made anew.
    pub(crate) async fn move_whole(
        &mut self,
        practice: PracticeId,
        before: &MatchRecord,
    ) -> Result<(), StoreError> {
        let Some(now) = self.record(practice, before.patient).await? else { return Ok(()) };
        let Some((index, Some(lies))) = self.in_index(practice, before).await? else { return Ok(()) };
        let Some(in_use) = self.match_index(practice).await? else { return Ok(()) };
        let former = keys(&lies.person(), &self.pepper, Reach::Wide).into_iter().map(|key| key.0).collect();
        self.write_keys(DELETE_KEYS, index, lies.number(), former).await?;
        let remove = query(REMOVE).bind(index).bind(lies.number()).bind(lies.patient.0);
        remove.execute(self.connection()).await?;
        let mut rows = Rows::default();
        rows.add_moved(&self.pepper, now, Reach::of(in_use.records));
        self.add_rows(index, rows).await
    }

    async fn rewrite(
        &mut self,
        index: i64,
        before: &MatchRecord,
        now: &MatchRecord,
    ) -> Result<(), StoreError> {
        query(REWRITE)
            .bind(index)
            .bind(now.number())
            .bind(now.patient.0)
            .bind(now.version)
            .bind(&now.given)
            .bind(&now.family)
            .bind(&now.contacts)
            .execute(self.connection())
            .await?;
        let (old, new) = (self.keys_that_change(before), self.keys_that_change(now));
        let lost = old.difference(&new).map(|key| key.0).collect();
        let gained = new.difference(&old).map(|key| key.0).collect();
        self.write_keys(DELETE_KEYS, index, now.number(), lost).await?;
        self.write_keys(ADD_KEYS, index, now.number(), gained).await
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

    /// A change touches contact points only, and every reach has their keys.
    fn keys_that_change(&self, record: &MatchRecord) -> BTreeSet<MatchKey> {
        keys(&record.person(), &self.pepper, Reach::Dated)
    }
}
