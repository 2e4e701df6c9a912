//! Copies of records that live in the practice system: what was compared and written, so that accounts, reviews, undo and the look
//! for differences have something to point at. The practice system's own word counts: a copy follows it.

use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
    values::name::NamePart,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    patients::{
        ContactField, ContactPoint, PatientRecord,
        import::{NewContact, NewPatient},
        update::{RAISE_VERSION, REPLACE},
    },
    sql::query,
    tx::{Tx, one_row},
};

/// A record as the practice system shows it now.
#[derive(Clone, Debug)]
pub struct SystemCopy<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Which record, and as of when.
    pub record: &'a SystemRecord,
    /// What it holds. The id is for a record that has no copy yet.
    pub patient: &'a NewPatient,
    /// Before it was read: what was written since is newer.
    pub read_at: Timestamp,
}

/// Which record a copy is of.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemRecord {
    /// Which system: of another one, the same id is somebody else's.
    pub system: String,
    /// In the system's own words.
    pub record_id: String,
    /// As it was read last; opaque.
    pub read_version: String,
}

impl std::fmt::Debug for SystemRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SystemRecord").field("record_id", &self.record_id).finish_non_exhaustive()
    }
}

const OF_PATIENT: &str = "SELECT patient_id, system, record_id, read_version FROM system_records WHERE practice_id = $1 AND patient_id = $2";

const COPY_OF: &str =
    "SELECT patient_id FROM system_records WHERE practice_id = $1 AND system = $2 AND record_id = $3";

/// Whether a copy may follow: what was read is no older than what it shows, and no change of ours is under way, whose former values
/// would be lost.
const MAY_FOLLOW: &str = "
SELECT patient_id FROM system_records WHERE practice_id = $1 AND patient_id = $2 AND read_at <= $3
AND NOT EXISTS (SELECT 1 FROM record_updates u WHERE u.practice_id = $1 AND u.patient_id = $2 AND u.state = 'waiting')";

const KEEP: &str = "
INSERT INTO system_records (practice_id, patient_id, system, record_id, read_version, read_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (practice_id, patient_id) DO UPDATE SET read_version = $5, read_at = $6
WHERE system_records.practice_id = $1";

const RENAME: &str = "
UPDATE patients SET given_name = $3, family_name = $4, given_folded = $5, family_folded = $6, date_of_birth = $7
WHERE practice_id = $1 AND id = $2";

const INSERT_LATER: &str = "
INSERT INTO patient_contact_points (practice_id, patient_id, field, position, value, comparable, created_at)
SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6 FROM patient_contact_points
WHERE practice_id = $1 AND patient_id = $2 AND field = $3";

const FIELDS: [ContactField; 4] =
    [ContactField::Home, ContactField::Mobile, ContactField::Work, ContactField::Email];

impl Store {
    /// Which record of the practice system this is a copy of; `None` where it is none.
    pub async fn system_record(
        &self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<SystemRecord>, StoreError> {
        self.begin_reading(practice).await?.system_record(practice, patient).await
    }
}

impl Tx {
    /// Which record of the practice system this is a copy of; `None` where it is none.
    pub async fn system_record(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<SystemRecord>, StoreError> {
        let row =
            query(OF_PATIENT).bind(practice.0).bind(patient.0).fetch_optional(self.connection()).await?;
        row.map(|row| {
            let fields = Fields::of(&row, "system_records", "patient_id");
            Ok(SystemRecord {
                system: fields.get("system")?,
                record_id: fields.get("record_id")?,
                read_version: fields.get("read_version")?,
            })
        })
        .transpose()
    }

    /// The copy of a record of the practice system, if there is one.
    pub async fn copy_of(
        &mut self,
        practice: PracticeId,
        system: &str,
        record_id: &str,
    ) -> Result<Option<PatientId>, StoreError> {
        let copy = query(COPY_OF).bind(practice.0).bind(system).bind(record_id);
        let row = copy.fetch_optional(self.connection()).await?;
        row.map(|row| Fields::of(&row, "system_records", "patient_id").get("patient_id").map(PatientId))
            .transpose()
    }

    /// Makes the copy of a record, or brings it up to what the system shows. What a field held before stays in its history; a value
    /// that was proven and still stands there stays proven. A copy that shows something newer, or that a change is under way for, is left
    /// as it is. Says which record the copy is.
    pub async fn copy_system_record(&mut self, copy: &SystemCopy<'_>) -> Result<PatientId, StoreError> {
        let SystemCopy { practice, record, patient, read_at } = *copy;
        self.take_turns_in_creating(practice).await?;
        let Some(id) = self.copy_of(practice, &record.system, &record.record_id).await? else {
            self.add_missing_patients(practice, std::slice::from_ref(patient), read_at).await?;
            self.keep_system_record(practice, patient.id, record, read_at).await?;
            return Ok(patient.id);
        };
        if self.may_follow(practice, id, read_at).await? {
            self.follow(practice, id, patient, read_at).await?;
            self.keep_system_record(practice, id, record, read_at).await?;
        }
        Ok(id)
    }

    async fn may_follow(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        read_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let may = query(MAY_FOLLOW).bind(practice.0).bind(patient.0).bind(At(read_at));
        Ok(may.fetch_optional(self.connection()).await?.is_some())
    }

    /// Keeps which record this is a copy of, and as of which version.
    pub async fn keep_system_record(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        record: &SystemRecord,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(KEEP)
            .bind(practice.0)
            .bind(patient.0)
            .bind(&record.system)
            .bind(&record.record_id)
            .bind(&record.read_version)
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Takes the contact points from the copy of a record that the system no longer has.
    pub async fn empty_copy(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        read_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.take_turns_in_creating(practice).await?;
        if !self.may_follow(practice, patient, read_at).await? {
            return Ok(());
        }
        let Some(held) = self.patient(practice, patient).await? else { return Ok(()) };
        let PatientRecord { id, name, date_of_birth, .. } = held;
        self.follow(practice, id, &NewPatient { id, name, date_of_birth, contacts: Vec::new() }, read_at)
            .await
    }

    async fn follow(
        &mut self,
        practice: PracticeId,
        id: PatientId,
        shown: &NewPatient,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(held) = self.patient(practice, id).await? else { return Ok(()) };
        let renamed = held.name != shown.name || held.date_of_birth != shown.date_of_birth;
        let changed: Vec<ContactField> = FIELDS
            .into_iter()
            .filter(|field| !is_same(held.contact(*field), shown.contact(*field)))
            .collect();
        if !renamed && changed.is_empty() {
            return Ok(());
        }
        let before = self.record(practice, id).await?;
        let raise = query(RAISE_VERSION).bind(practice.0).bind(id.0).bind(held.version).bind(At(at));
        one_row(raise.execute(self.connection()).await?)?;
        for field in changed {
            self.replace_unproven(practice, &held, field, shown.contact(field), at).await?;
        }
        match before.filter(|_| renamed) {
            Some(before) => {
                self.rename(practice, id, shown).await?;
                self.move_whole(practice, &before).await
            }
            None => self.move_keys(practice, id).await,
        }
    }

    async fn replace_unproven(
        &mut self,
        practice: PracticeId,
        held: &PatientRecord,
        field: ContactField,
        shown: Option<&NewContact>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(REPLACE)
            .bind(practice.0)
            .bind(held.id.0)
            .bind(field.as_str())
            .bind(At(at))
            .execute(self.connection())
            .await?;
        let Some(shown) = shown else { return Ok(()) };
        query(INSERT_LATER)
            .bind(practice.0)
            .bind(held.id.0)
            .bind(field.as_str())
            .bind(&shown.value)
            .bind(&shown.comparable)
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn rename(
        &mut self,
        practice: PracticeId,
        id: PatientId,
        shown: &NewPatient,
    ) -> Result<(), StoreError> {
        query(RENAME)
            .bind(practice.0)
            .bind(id.0)
            .bind(shown.name.given.as_ref().map(NamePart::as_typed))
            .bind(shown.name.family.as_typed())
            .bind(shown.name.folded_given())
            .bind(shown.name.folded_family())
            .bind(shown.date_of_birth)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

/// However it is spelt.
fn is_same(held: Option<&ContactPoint>, shown: Option<&NewContact>) -> bool {
    match (held, shown) {
        (None, None) => true,
        (Some(held), Some(shown)) => {
            held.value == shown.value || (held.comparable.is_some() && held.comparable == shown.comparable)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}
