//! Giving a record back what it held before an update: never over something newer, and the undone values stay in the history.

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};

use super::update::RAISE_VERSION;
use crate::{error::StoreError, instant::At, sql::query, tx::Tx};

/// The reverse of a [`ContactUpdate`](crate::ContactUpdate).
#[derive(Clone, Copy, Debug)]
pub struct ContactUndo {
    /// Whose.
    pub practice: PracticeId,
    /// Which record.
    pub patient: PatientId,
    /// As the update left it.
    pub expected_version: i64,
    /// Which registration's update.
    pub registration: RegistrationId,
    /// When.
    pub at: Timestamp,
}

const REPLACE_PROVEN: &str = "
UPDATE patient_contact_points SET replaced_at = $4
WHERE practice_id = $1 AND patient_id = $2 AND verified_by_registration = $3 AND replaced_at IS NULL";

/// What gave way to the update did so in the instant in which the update was written.
const RESTORE: &str = "
INSERT INTO patient_contact_points (practice_id, patient_id, field, position, value, comparable, verified_at,
    verified_by_registration, created_at)
SELECT former.practice_id, former.patient_id, former.field, proven.position + 1, former.value, former.comparable,
    former.verified_at, former.verified_by_registration, $4
FROM patient_contact_points proven
JOIN patient_contact_points former ON former.practice_id = proven.practice_id AND former.patient_id = proven.patient_id
    AND former.field = proven.field AND former.position = proven.position - 1
    AND former.replaced_at = proven.created_at
WHERE proven.practice_id = $1 AND proven.patient_id = $2 AND proven.verified_by_registration = $3
    AND proven.replaced_at = $4";

impl Tx {
    /// Puts the former values back; a field that was empty is empty again. `false`, and nothing is written, if the record is
    /// no longer as the update left it.
    pub async fn undo_contact_update(&mut self, undo: &ContactUndo) -> Result<bool, StoreError> {
        let raised = query(RAISE_VERSION)
            .bind(undo.practice.0)
            .bind(undo.patient.0)
            .bind(undo.expected_version)
            .bind(At(undo.at))
            .execute(self.connection())
            .await?;
        if raised != 1 {
            return Ok(false);
        }
        for sql in [REPLACE_PROVEN, RESTORE] {
            query(sql)
                .bind(undo.practice.0)
                .bind(undo.patient.0)
                .bind(undo.registration.0)
                .bind(At(undo.at))
                .execute(self.connection())
                .await?;
        }
        self.move_keys(undo.practice, undo.patient).await?;
        Ok(true)
    }
}
