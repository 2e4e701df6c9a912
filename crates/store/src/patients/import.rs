//! Filling the record: many patients in one transaction.

use chrono::NaiveDate;
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
    values::{
        email::EmailAddress,
        mobile::{MobilePolicy, comparable_phone},
        name::PersonName,
    },
};

use crate::{error::StoreError, instant::At, open::Store, patients::ContactField, sql::query, tx::Tx};

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

impl std::fmt::Debug for NewPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPatient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A contact point nobody has proven.
#[derive(Clone)]
pub struct NewContact {
    field: ContactField,
    value: String,
    comparable: Option<String>,
}

impl NewContact {
    /// What stands in a telephone field, whatever it is.
    #[must_use]
    pub fn phone(field: ContactField, value: &str, policy: &MobilePolicy) -> Self {
        Self { field, value: value.to_owned(), comparable: comparable_phone(value, policy) }
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
        for patient in patients {
            tx.add_with_contacts(practice, patient, now).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Adds a record unless there is one of this id, which stays as it is; says whether it was added.
    pub async fn add_missing_patient(
        &mut self,
        practice: PracticeId,
        patient: &NewPatient,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.patient(practice, patient.id).await?.is_some() {
            return Ok(false);
        }
        self.add_with_contacts(practice, patient, now).await?;
        Ok(true)
    }

    async fn add_with_contacts(
        &mut self,
        practice: PracticeId,
        patient: &NewPatient,
        now: Timestamp,
    ) -> Result<(), StoreError> {
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
            .bind(name.given.as_ref().map(registration::values::name::NamePart::as_typed))
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
