//! Patient records with their contact points. Reading and finding are here, filling in [`import`], changing in [`update`],
//! changing back in [`undo`], following records that live elsewhere in [`system`].

pub(crate) mod import;
pub(crate) mod system;
pub(crate) mod undo;
pub(crate) mod update;

use chrono::NaiveDate;
use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
    values::name::{NamePart, PersonName},
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// A field of the record that holds a contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactField {
    /// Telephone at home.
    Home,
    /// Mobile telephone.
    Mobile,
    /// Telephone at work.
    Work,
    /// Email address.
    Email,
}

impl ContactField {
    /// As the database and the command line write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Mobile => "mobile",
            Self::Work => "work",
            Self::Email => "email",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Home, Self::Mobile, Self::Work, Self::Email].into_iter().find(|field| field.as_str() == name)
    }
}

/// A value of a contact field, present or past.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactPoint {
    /// Where it stands, or stood.
    pub field: ContactField,
    /// As the practice or the patient wrote it.
    pub value: String,
    /// E.164 or canonical address; `None` where the value is neither.
    pub comparable: Option<String>,
    /// When its holder proved it, and in which registration.
    pub verified: Option<(Timestamp, RegistrationId)>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When a newer value took its place; `None` for the present one.
    pub replaced_at: Option<Timestamp>,
}

impl std::fmt::Debug for ContactPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactPoint").field("field", &self.field).finish_non_exhaustive()
    }
}

/// What the practice holds about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientRecord {
    /// Which.
    pub id: PatientId,
    /// Goes up by one with each change.
    pub version: i64,
    /// As the practice writes it.
    pub name: PersonName,
    /// `None` where the practice does not know it.
    pub date_of_birth: Option<NaiveDate>,
    /// Present values, one for a field at most.
    pub contacts: Vec<ContactPoint>,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

impl PatientRecord {
    /// The present value of a field.
    #[must_use]
    pub fn contact(&self, field: ContactField) -> Option<&ContactPoint> {
        self.contacts.iter().find(|contact| contact.field == field)
    }
}

impl std::fmt::Debug for PatientRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientRecord")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

const BY_ID: &str = "
SELECT id, version, given_name, family_name, date_of_birth, changed_at FROM patients
WHERE practice_id = $1 AND id = $2";

/// `$2` is folded and stands anywhere in the full name, whichever part comes first; folded text has no wildcards.
const SEARCH: &str = "
SELECT id, version, given_name, family_name, date_of_birth, changed_at FROM patients
WHERE practice_id = $1
  AND (given_folded || family_folded LIKE '%' || $2 || '%' OR family_folded || given_folded LIKE '%' || $2 || '%')
ORDER BY family_folded, given_folded, id LIMIT $3";

const BORN: &str = "
SELECT id, version, given_name, family_name, date_of_birth, changed_at FROM patients
WHERE practice_id = $1 AND date_of_birth = $2 ORDER BY family_folded, given_folded, id LIMIT $3";

const AFTER: &str = "
SELECT id, version, given_name, family_name, date_of_birth, changed_at FROM patients
WHERE practice_id = $1 AND id > $2 ORDER BY id LIMIT $3";

const CONTACTS: &str = "
SELECT patient_id, field, value, comparable, verified_at, verified_by_registration, created_at, replaced_at
FROM patient_contact_points WHERE practice_id = $1 AND patient_id = $2 AND (replaced_at IS NULL OR $3)
ORDER BY field, position";

const OF_REGISTRATION: &str = "
SELECT patient_id FROM profiles WHERE practice_id = $1 AND registration_id = $2
UNION
SELECT patient_id FROM patient_contact_points WHERE practice_id = $1 AND verified_by_registration = $2
UNION
SELECT patient_id FROM record_updates WHERE practice_id = $1 AND registration_id = $2 AND patient_id IS NOT NULL";

impl Store {
    /// By its id.
    pub async fn patient(
        &self,
        practice: PracticeId,
        id: PatientId,
    ) -> Result<Option<PatientRecord>, StoreError> {
        by_id(&mut self.begin_reading(practice).await?, practice, id).await
    }

    /// Those whose name contains what was typed, by family name; all where nothing was typed, none where it is no name.
    pub async fn search_patients(
        &self,
        practice: PracticeId,
        typed: &str,
        most: u32,
    ) -> Result<Vec<PatientRecord>, StoreError> {
        let folded = match NamePart::parse(typed) {
            Ok(name) => name.folded(),
            Err(_) if typed.trim().is_empty() => String::new(),
            Err(_) => return Ok(Vec::new()),
        };
        let mut tx = self.begin_reading(practice).await?;
        let rows = query(SEARCH)
            .bind(practice.0)
            .bind(folded)
            .bind(i64::from(most))
            .fetch_all(tx.connection())
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(with_contacts(&mut tx, practice, row).await?);
        }
        Ok(found)
    }

    /// Those of this date of birth, by family name.
    pub async fn patients_born(
        &self,
        practice: PracticeId,
        date: NaiveDate,
        most: u32,
    ) -> Result<Vec<PatientRecord>, StoreError> {
        let mut tx = self.begin_reading(practice).await?;
        let rows =
            query(BORN).bind(practice.0).bind(date).bind(i64::from(most)).fetch_all(tx.connection()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(with_contacts(&mut tx, practice, row).await?);
        }
        Ok(found)
    }

    /// The next records in the order of their ids, at most `most`; the first ones where none was read yet.
    pub async fn patients_after(
        &self,
        practice: PracticeId,
        after: Option<PatientId>,
        most: u32,
    ) -> Result<Vec<PatientRecord>, StoreError> {
        let mut tx = self.begin_reading(practice).await?;
        let rows = query(AFTER)
            .bind(practice.0)
            .bind(after.map_or(Uuid::nil(), |after| after.0))
            .bind(i64::from(most))
            .fetch_all(tx.connection())
            .await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            records.push(with_contacts(&mut tx, practice, row).await?);
        }
        Ok(records)
    }

    /// Every value a contact field ever had here, field by field, oldest first.
    pub async fn patient_contact_history(
        &self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Vec<ContactPoint>, StoreError> {
        contacts(&mut self.begin_reading(practice).await?, practice, patient, true).await
    }

    /// The record a registration was linked to, or that was made for it.
    pub async fn patient_of_registration(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<PatientId>, StoreError> {
        let row = query(OF_REGISTRATION)
            .bind(practice.0)
            .bind(registration.0)
            .fetch_optional(self.reading(practice))
            .await?;
        row.map(|row| Fields::of(&row, "profiles", "patient_id").get("patient_id").map(PatientId)).transpose()
    }

    /// How many records the practice has.
    pub async fn patient_count(&self, practice: PracticeId) -> Result<u64, StoreError> {
        let row = query("SELECT count(*) AS patients FROM patients WHERE practice_id = $1")
            .bind(practice.0)
            .fetch_one(self.reading(practice))
            .await?;
        Fields::of(&row, "patients", "id").number("patients")
    }
}

impl Tx {
    /// By its id.
    pub async fn patient(
        &mut self,
        practice: PracticeId,
        id: PatientId,
    ) -> Result<Option<PatientRecord>, StoreError> {
        by_id(self, practice, id).await
    }
}

async fn by_id(
    tx: &mut Tx,
    practice: PracticeId,
    id: PatientId,
) -> Result<Option<PatientRecord>, StoreError> {
    let row = query(BY_ID).bind(practice.0).bind(id.0).fetch_optional(tx.connection()).await?;
    match row {
        Some(row) => with_contacts(tx, practice, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn with_contacts(tx: &mut Tx, practice: PracticeId, row: &Row) -> Result<PatientRecord, StoreError> {
    let fields = Fields::of(row, "patients", "id");
    let id = PatientId(fields.get("id")?);
    let name = |typed: &str| NamePart::parse(typed).ok();
    Ok(PatientRecord {
        id,
        version: fields.get("version")?,
        name: PersonName {
            given: fields.read_opt("given_name", name)?,
            family: fields.read("family_name", name)?,
        },
        date_of_birth: fields.opt("date_of_birth")?,
        changed_at: fields.at("changed_at")?,
        contacts: contacts(tx, practice, id, false).await?,
    })
}

async fn contacts(
    tx: &mut Tx,
    practice: PracticeId,
    patient: PatientId,
    past: bool,
) -> Result<Vec<ContactPoint>, StoreError> {
    let rows = query(CONTACTS).bind(practice.0).bind(patient.0).bind(past).fetch_all(tx.connection()).await?;
    rows.iter().map(read_contact).collect()
}

fn read_contact(row: &Row) -> Result<ContactPoint, StoreError> {
    let fields = Fields::of(row, "patient_contact_points", "patient_id");
    let by = fields.opt("verified_by_registration")?.map(RegistrationId);
    let verified = match (fields.opt_at("verified_at")?, by) {
        (Some(at), Some(by)) => Some((at, by)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(fields.corrupt("verified_at")),
    };
    Ok(ContactPoint {
        field: fields.read("field", ContactField::parse)?,
        value: fields.get("value")?,
        comparable: fields.opt("comparable")?,
        verified,
        created_at: fields.at("created_at")?,
        replaced_at: fields.opt_at("replaced_at")?,
    })
}
