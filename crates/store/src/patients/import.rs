//! Filling the record: many patients in one transaction.

use chrono::NaiveDate;
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
    values::{
        email::EmailAddress,
        mobile::{MobilePolicy, comparable_phone},
        name::{NamePart, PersonName},
    },
};

use crate::{
    error::StoreError,
    instant::At,
    match_keys::{placing::Placing, record::MatchRecord},
    open::Store,
    patients::ContactField,
    sql::query,
    tx::Tx,
};

/// A record to be added.
#[derive(Clone)]
pub struct NewPatient {
    /// Drawn by the caller.
    pub id: PatientId,
    /// As the practice writes it.
    pub name: PersonName,
    /// `None` where the practice does not know it.
    pub date_of_birth: Option<NaiveDate>,
    /// One for a field at most.
    pub contacts: Vec<NewContact>,
}

impl NewPatient {
    pub(super) fn contact(&self, field: ContactField) -> Option<&NewContact> {
        self.contacts.iter().find(|contact| contact.field == field)
    }

    /// As it is compared.
    fn match_record(&self) -> MatchRecord {
        let contacts = self.contacts.iter().filter_map(|contact| contact.comparable.as_deref());
        MatchRecord::new(self.id, &self.name, self.date_of_birth, contacts)
    }
}

impl std::fmt::Debug for NewPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPatient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A contact point nobody has proven.
#[derive(Clone)]
pub struct NewContact {
    pub(super) field: ContactField,
    pub(super) value: String,
    pub(super) comparable: Option<String>,
}

impl NewContact {
    /// What stands in a telephone field, whatever it is.
    #[must_use]
    pub fn phone(field: ContactField, value: &str, policy: &MobilePolicy) -> Self {
        Self { field, value: value.to_owned(), comparable: comparable_phone(value, policy) }
    }

    /// What stands in a field elsewhere, and what it is compared as.
    #[must_use]
    pub fn of(field: ContactField, value: &str, comparable: Option<&str>) -> Self {
        Self { field, value: value.to_owned(), comparable: comparable.map(str::to_owned) }
    }

    /// What is known only as it is compared: E.164, or a canonical address.
    #[must_use]
    pub fn comparable(field: ContactField, comparable: &str) -> Self {
        Self { field, value: comparable.to_owned(), comparable: Some(comparable.to_owned()) }
    }

    /// What stands in the email field, whatever it is.
    #[must_use]
    pub fn email(value: &str) -> Self {
        let comparable = EmailAddress::parse(value).ok().map(|address| address.as_str().to_owned());
        Self { field: ContactField::Email, value: value.to_owned(), comparable }
    }
}

impl std::fmt::Debug for NewContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewContact").field("field", &self.field).finish_non_exhaustive()
    }
}

const INSERT_PATIENT: &str = "
INSERT INTO patients (practice_id, id, version, given_name, family_name, given_folded, family_folded, date_of_birth,
    created_at, changed_at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $8)";

const INSERT_CONTACT: &str = "
INSERT INTO patient_contact_points (practice_id, patient_id, field, position, value, comparable, created_at)
VALUES ($1, $2, $3, 1, $4, $5, $6)";

impl Store {
    /// Adds all of them, or none.
    pub async fn import_patients(
        &self,
        practice: PracticeId,
        patients: &[NewPatient],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(practice).await?;
        tx.add_patients(practice, patients, now).await?;
        tx.commit().await
    }

    /// Adds all of them where the practice has no record yet, and says whether it did. Of several that ask at once, one adds; the
    /// others wait for it.
    pub async fn import_first_patients(
        &self,
        practice: PracticeId,
        patients: &[NewPatient],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin(practice).await?;
        tx.take_turns_in_creating(practice).await?;
        if tx.has_records(practice).await? {
            return Ok(false);
        }
        tx.add_patients(practice, patients, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Tx {
    async fn add_patients(
        &mut self,
        practice: PracticeId,
        patients: &[NewPatient],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut placing = self.begin_placing(practice, now).await?;
        for patient in patients {
            self.add_with_contacts(practice, patient, &mut placing, now).await?;
        }
        self.end_placing(placing).await
    }

    /// Adds records unless there is one of the id, which stays as it is; says how many were added.
    pub async fn add_missing_patients(
        &mut self,
        practice: PracticeId,
        patients: &[NewPatient],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut placing = self.begin_placing(practice, now).await?;
        let mut added = 0;
        for patient in patients {
            if self.patient(practice, patient.id).await?.is_none() {
                self.add_with_contacts(practice, patient, &mut placing, now).await?;
                added += 1;
            }
        }
        self.end_placing(placing).await?;
        Ok(added)
    }

    async fn add_with_contacts(
        &mut self,
        practice: PracticeId,
        patient: &NewPatient,
        placing: &mut Placing,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        placing.place(&self.pepper, patient.match_record());
        self.add_patient(practice, patient.id, &patient.name, patient.date_of_birth, now).await?;
        for contact in &patient.contacts {
            self.add_unproven_contact(practice, patient.id, contact, now).await?;
        }
        Ok(())
    }

    pub(super) async fn add_patient(
        &mut self,
        practice: PracticeId,
        id: PatientId,
        name: &PersonName,
        date_of_birth: Option<NaiveDate>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(INSERT_PATIENT)
            .bind(practice.0)
            .bind(id.0)
            .bind(name.given.as_ref().map(NamePart::as_typed))
            .bind(name.family.as_typed())
            .bind(name.folded_given())
            .bind(name.folded_family())
            .bind(date_of_birth)
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn add_unproven_contact(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        contact: &NewContact,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(INSERT_CONTACT)
            .bind(practice.0)
            .bind(patient.0)
            .bind(contact.field.as_str())
            .bind(&contact.value)
            .bind(&contact.comparable)
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
