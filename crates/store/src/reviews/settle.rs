//! What staff said of a review: once, until it is opened again.

use matching::{ReviewReason, Settlement};
use registration::{
    ids::{PatientId, PracticeId, RegistrationId, ReviewId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// A review that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What was said; `None` of one that was closed before that was kept.
    pub said: Option<Said>,
    /// When.
    pub at: Timestamp,
}

/// Who said what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub settlement: Settlement,
    /// Who.
    pub staff: Uuid,
}

const SETTLE: &str = "
UPDATE reviews SET closed_at = $3, settlement = $4, settled_by = $5, settled_patient_id = $6
WHERE practice_id = $1 AND id = $2 AND closed_at IS NULL";

/// Nothing was said of whose record it is.
const CLOSE_UNWRITTEN: &str = "
UPDATE reviews SET closed_at = $3, settled_by = $4
WHERE practice_id = $1 AND registration_id = $2 AND closed_at IS NULL AND coalesce(full_reason, reason) = $5";

const OPEN_AGAIN: &str = "
UPDATE reviews SET closed_at = NULL, settlement = NULL, settled_by = NULL, settled_patient_id = NULL
WHERE practice_id = $1 AND id = $2 AND closed_at = $3";

const LATER: &str = "
SELECT later.id FROM reviews this
JOIN reviews later ON later.practice_id = this.practice_id AND later.registration_id = this.registration_id
    AND (later.created_at > this.created_at OR later.created_at = this.created_at AND later.id > this.id)
WHERE this.practice_id = $1 AND this.id = $2 LIMIT 1";

const WAITING: &str = "
SELECT id FROM reviews WHERE practice_id = $1 AND registration_id = $2 AND closed_at IS NULL LIMIT 1";

const fn name(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::SamePerson(_) => "same_person",
        Settlement::DifferentPerson => "different_person",
        Settlement::Rejected => "rejected",
    }
}

pub(super) fn read_settled(row: &Row) -> Result<Option<Settled>, StoreError> {
    let fields = Fields::of(row, "reviews", "id");
    let Some(at) = fields.opt_at("closed_at")? else { return Ok(None) };
    let settlement: Option<String> = fields.opt("settlement")?;
    let settlement = match settlement.as_deref() {
        None => return Ok(Some(Settled { said: None, at })),
        Some("same_person") => Settlement::SamePerson(PatientId(fields.get("settled_patient_id")?)),
        Some("different_person") => Settlement::DifferentPerson,
        Some("rejected") => Settlement::Rejected,
        Some(_) => return Err(fields.corrupt("settlement")),
    };
    Ok(Some(Settled { said: Some(Said { settlement, staff: fields.get("settled_by")? }), at }))
}

impl Tx {
    /// Closes a review. A [`StoreError::Conflict`] if somebody has closed it already.
    pub async fn settle_review(
        &mut self,
        practice: PracticeId,
        id: ReviewId,
        said: Said,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let patient = match said.settlement {
            Settlement::SamePerson(patient) => Some(patient.0),
            Settlement::DifferentPerson | Settlement::Rejected => None,
        };
        let settled = query(SETTLE)
            .bind(practice.0)
            .bind(id.0)
            .bind(At(now))
            .bind(name(said.settlement))
            .bind(said.staff)
            .bind(patient);
        one_row(settled.execute(self.connection()).await?)
    }

    /// Closes without a word what was asked because a change was not written: staff have it tried again.
    pub async fn close_reviews_of_unwritten(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        staff: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(CLOSE_UNWRITTEN)
            .bind(practice.0)
            .bind(registration.0)
            .bind(At(now))
            .bind(staff)
            .bind(ReviewReason::RecordNotWritten.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Opens a review again that was closed then. A [`StoreError::Conflict`] if it was not, or has been opened and closed since.
    pub async fn open_review_again(
        &mut self,
        practice: PracticeId,
        id: ReviewId,
        closed_at: Timestamp,
    ) -> Result<(), StoreError> {
        let opened = query(OPEN_AGAIN).bind(practice.0).bind(id.0).bind(At(closed_at));
        one_row(opened.execute(self.connection()).await?)
    }

    /// Whether a review of this registration waits.
    pub async fn has_review_waiting(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<bool, StoreError> {
        let waiting = query(WAITING).bind(practice.0).bind(registration.0);
        Ok(waiting.fetch_optional(self.connection()).await?.is_some())
    }

    /// Whether the same registration has had another review since.
    pub async fn has_later_review(&mut self, practice: PracticeId, id: ReviewId) -> Result<bool, StoreError> {
        let later = query(LATER).bind(practice.0).bind(id.0);
        Ok(later.fetch_optional(self.connection()).await?.is_some())
    }
}
