//! Changes that follow from what staff have settled.

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    instant::At,
    sql::query,
    tx::{Tx, one_row},
};

/// What staff have settled is promised once more, be it of another record; what was written stays written.
const PROMISE_AGAIN: &str = "
INSERT INTO record_updates (practice_id, registration_id, patient_id, state, created_at, changed_at)
VALUES ($1, $2, $3, 'waiting', $4, $4)
ON CONFLICT (practice_id, registration_id) DO UPDATE SET patient_id = $3, state = 'waiting', why = NULL, written_version = NULL,
    created_at = $4, changed_at = $4, full_state = NULL, full_why = NULL
WHERE record_updates.state IN ('needs_staff', 'undone', 'already_held')";

/// Of somebody of the same name and date of birth, and not over.
const OF_PERSON_UNDER_WAY: &str = "
SELECT theirs.registration_id FROM registrations mine
JOIN registrations other ON other.practice_id = mine.practice_id AND other.id <> mine.id
    AND other.date_of_birth = mine.date_of_birth AND other.family_folded = mine.family_folded
    AND other.given_folded = mine.given_folded
JOIN record_updates theirs ON theirs.practice_id = other.practice_id AND theirs.registration_id = other.id
    AND theirs.state = 'waiting'
WHERE mine.practice_id = $1 AND mine.id = $2 AND theirs.practice_id = $1 LIMIT 1";

/// Of this record, with other contact points than this registration's, proven after them.
const PROVEN_LATER: &str = "
SELECT theirs.registration_id FROM registrations mine
JOIN record_updates theirs ON theirs.practice_id = mine.practice_id AND theirs.patient_id = $3
    AND theirs.registration_id <> mine.id AND theirs.state IN ('waiting', 'confirmed', 'already_held')
JOIN registrations other ON other.practice_id = theirs.practice_id AND other.id = theirs.registration_id
    AND other.mobile_verified_at > mine.mobile_verified_at
    AND (other.mobile <> mine.mobile OR other.email <> mine.email)
WHERE mine.practice_id = $1 AND mine.id = $2 AND theirs.practice_id = $1 AND other.practice_id = $1 LIMIT 1";

impl Tx {
    /// Whether a change of somebody with the same name and date of birth is under way.
    pub async fn has_update_of_person_under_way(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<bool, StoreError> {
        let found = query(OF_PERSON_UNDER_WAY).bind(practice.0).bind(registration.0);
        Ok(found.fetch_optional(self.connection()).await?.is_some())
    }

    /// Whether the record has got, or is to get, other contact points that were proven after this registration's.
    pub async fn has_later_proof(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        patient: PatientId,
    ) -> Result<bool, StoreError> {
        let found = query(PROVEN_LATER).bind(practice.0).bind(registration.0).bind(patient.0);
        Ok(found.fetch_optional(self.connection()).await?.is_some())
    }

    /// Promises a registration's change anew, as staff have settled it. A [`StoreError::Conflict`] if it is promised or written already.
    pub async fn promise_record_update(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        patient: Option<PatientId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let promised = query(PROMISE_AGAIN)
            .bind(practice.0)
            .bind(registration.0)
            .bind(patient.map(|patient| patient.0))
            .bind(At(now))
            .execute(self.connection())
            .await?;
        one_row(promised)
    }
}
