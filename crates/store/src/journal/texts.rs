//! Whether somebody takes the practice's texts, as its portals find out by sending them.

use chrono::TimeDelta;
use registration::{
    ids::{PracticeId, RegistrationId},
    time::Timestamp,
};

use crate::{error::StoreError, instant::At, open::Store, sql::query};

/// After so long without a try nothing is known: one more is worth it.
const TRIED_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// After so long without a try a failure is the first of its own.
const ONE_SPELL: TimeDelta = TimeDelta::minutes(15);

const FAILED: &str = "
INSERT INTO text_trouble (practice_id, created_at, registration_id, failed_at) VALUES ($1, $2, $3, $2)
ON CONFLICT (practice_id) DO UPDATE SET
    created_at = CASE WHEN text_trouble.failed_at <= $4 THEN excluded.created_at ELSE text_trouble.created_at END,
    registration_id = CASE WHEN text_trouble.failed_at <= $4 THEN excluded.registration_id
                           ELSE text_trouble.registration_id END,
    other_registration_id = CASE WHEN text_trouble.failed_at <= $4 THEN NULL
                                 WHEN text_trouble.registration_id <> excluded.registration_id
                                     THEN excluded.registration_id
                                 ELSE text_trouble.other_registration_id END,
    failed_at = excluded.failed_at";

const WENT: &str = "DELETE FROM text_trouble WHERE practice_id = $1";

/// A row of the future is of a clock that was put back since.
const AWAY: &str = "
SELECT practice_id FROM text_trouble
WHERE practice_id = $1 AND other_registration_id IS NOT NULL AND created_at <= $2 AND failed_at > $3 AND failed_at <= $4";

impl Store {
    /// Nobody took a code of this registration.
    pub async fn text_failed(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(FAILED)
            .bind(practice.0)
            .bind(At(now))
            .bind(registration.0)
            .bind(At(now - ONE_SPELL))
            .execute(self.writing(practice))
            .await?;
        Ok(())
    }

    /// Somebody takes them.
    pub async fn text_went(&self, practice: PracticeId) -> Result<(), StoreError> {
        query(WENT).bind(practice.0).execute(self.writing(practice)).await?;
        Ok(())
    }

    /// Whether codes of several people have not gone for this long, and one did not a moment ago.
    pub async fn texts_are_away(
        &self,
        practice: PracticeId,
        now: Timestamp,
        for_long: TimeDelta,
    ) -> Result<bool, StoreError> {
        let row = query(AWAY)
            .bind(practice.0)
            .bind(At(now - for_long))
            .bind(At(now - TRIED_WITHIN))
            .bind(At(now + TRIED_WITHIN))
            .fetch_optional(self.reading(practice))
            .await?;
        Ok(row.is_some())
    }
}
