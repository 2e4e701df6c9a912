//! Writing proven contact points into a record: never over something newer, and the old values stay in the history.

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
    values::{details::Details, email::EmailAddress, mobile::MobileNumber, verified::Verified},
};

use crate::{
    error::StoreError,
    instant::At,
    match_keys::record::MatchRecord,
    patients::ContactField,
    sql::{differing_query, query},
    tx::Tx,
};

/// An update of a linked record.
#[derive(Clone, Debug)]
pub struct ContactUpdate {
    /// Whose.
    pub practice: PracticeId,
    /// Which record.
    pub patient: PatientId,
    /// As it was when it was matched.
    pub expected_version: i64,
    /// Into the mobile field.
    pub mobile: Verified<MobileNumber>,
    /// Into the email field, which otherwise stays as it is.
    pub email: Option<Verified<EmailAddress>>,
    /// What proved them.
    pub registration: RegistrationId,
    /// When.
    pub at: Timestamp,
}

/// A record for somebody the practice did not know.
#[derive(Clone, Debug)]
pub struct NewPatientFrom<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Drawn by the caller.
    pub patient: PatientId,
    /// What proved the contact points.
    pub registration: RegistrationId,
    /// As confirmed.
    pub details: &'a Details,
    /// Proven.
    pub mobile: &'a Verified<MobileNumber>,
    /// Proven; `None` of somebody who has none.
    pub email: Option<&'a Verified<EmailAddress>>,
    /// When.
    pub at: Timestamp,
}

/// A proven value for one field.
struct Proven<'a> {
    field: ContactField,
    value: &'a str,
    comparable: &'a str,
    verified_at: Timestamp,
}

impl<'a> Proven<'a> {
    fn both(
        mobile: &'a Verified<MobileNumber>,
        email: Option<&'a Verified<EmailAddress>>,
    ) -> impl Iterator<Item = Self> {
        std::iter::once(Self::mobile(mobile)).chain(email.map(Self::email))
    }

    fn mobile(mobile: &'a Verified<MobileNumber>) -> Self {
        let number = mobile.value().e164();
        Self { field: ContactField::Mobile, value: number, comparable: number, verified_at: mobile.at() }
    }

    fn email(email: &'a Verified<EmailAddress>) -> Self {
        Self {
            field: ContactField::Email,
            value: email.value().as_typed(),
            comparable: email.value().as_str(),
            verified_at: email.at(),
        }
    }
}

pub(super) const RAISE_VERSION: &str = "
UPDATE patients SET version = version + 1, changed_at = $4 WHERE practice_id = $1 AND id = $2 AND version = $3";

pub(super) const REPLACE: &str = "
UPDATE patient_contact_points SET replaced_at = $4
WHERE practice_id = $1 AND patient_id = $2 AND field = $3 AND replaced_at IS NULL";

const INSERT_PROVEN: &str = "
INSERT INTO patient_contact_points (practice_id, patient_id, field, position, value, comparable, verified_at,
    verified_by_registration, created_at)
SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8 FROM patient_contact_points
WHERE practice_id = $1 AND patient_id = $2 AND field = $3";

impl Tx {
    /// Writes the contact points. `false`, and nothing is written, if the record is no longer of the expected version.
    ///
    /// Other fields stay as they are, also one in which the same number stood before.
    pub async fn apply_contact_update(&mut self, update: &ContactUpdate) -> Result<bool, StoreError> {
        let raised = query(RAISE_VERSION)
            .bind(update.practice.0)
            .bind(update.patient.0)
            .bind(update.expected_version)
            .bind(At(update.at))
            .execute(self.connection())
            .await?;
        if raised != 1 {
            return Ok(false);
        }
        for proven in Proven::both(&update.mobile, update.email.as_ref()) {
            query(REPLACE)
                .bind(update.practice.0)
                .bind(update.patient.0)
                .bind(proven.field.as_str())
                .bind(At(update.at))
                .execute(self.connection())
                .await?;
            self.add_proven(update.practice, update.patient, update.registration, &proven, update.at).await?;
        }
        self.move_keys(update.practice, update.patient).await?;
        Ok(true)
    }

    /// Lets one transaction at a time of this practice look for somebody and then add them: two of one person, or of a parent
    /// and a child with one mobile, would not see each other. SQLite has one writer anyway.
    pub async fn take_turns_in_creating(&mut self, practice: PracticeId) -> Result<(), StoreError> {
        differing_query("SELECT $1", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(practice.0.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Adds a record with its contact points proven.
    pub async fn create_patient_from(&mut self, new: &NewPatientFrom<'_>) -> Result<(), StoreError> {
        let born = Some(new.details.date_of_birth.date());
        let name = &new.details.name;
        let proven: Vec<_> = Proven::both(new.mobile, new.email).collect();
        let contacts = proven.iter().map(|proven| proven.comparable);
        let mut placing = self.begin_placing(new.practice, new.at).await?;
        placing.place(&self.pepper, MatchRecord::new(new.patient, name, born, contacts));
        self.add_patient(new.practice, new.patient, name, born, new.at).await?;
        self.end_placing(placing).await?;
        for proven in &proven {
            self.add_proven(new.practice, new.patient, new.registration, proven, new.at).await?;
        }
        Ok(())
    }

    async fn add_proven(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        registration: RegistrationId,
        proven: &Proven<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        query(INSERT_PROVEN)
            .bind(practice.0)
            .bind(patient.0)
            .bind(proven.field.as_str())
            .bind(proven.value)
            .bind(proven.comparable)
            .bind(At(proven.verified_at))
            .bind(registration.0)
            .bind(At(at))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
