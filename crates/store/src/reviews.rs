//! Tasks for staff.

use matching::ReviewReason;
use registration::{
    ids::{PatientId, PracticeId, RegistrationId, ReviewId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// A decision the machine left to staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    /// Which.
    pub id: ReviewId,
    /// Whose.
    pub practice: PracticeId,
    /// About which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: ReviewReason,
    /// The records in question, the likeliest first.
    pub candidates: Vec<PatientId>,
    /// When it was opened.
    pub at: Timestamp,
}

const INSERT: &str = "
INSERT INTO reviews (practice_id, id, registration_id, reason, full_reason, created_at) VALUES ($1, $2, $3, $4, $5, $6)";

const INSERT_CANDIDATE: &str = "
INSERT INTO review_candidates (practice_id, review_id, patient_id, position) VALUES ($1, $2, $3, $4)";

const WAITING: &str = "
SELECT r.id, r.registration_id, r.reason, r.created_at, c.patient_id
FROM (SELECT practice_id, id, registration_id, coalesce(full_reason, reason) AS reason, created_at FROM reviews
      WHERE practice_id = $1 AND closed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $2) r
LEFT JOIN review_candidates c ON c.practice_id = r.practice_id AND c.review_id = r.id
ORDER BY r.created_at DESC, r.id DESC, c.position, c.patient_id";

impl Store {
    /// Those that wait for staff, newest first, at most `most`.
    pub async fn reviews_waiting(
        &self,
        practice: PracticeId,
        most: u32,
    ) -> Result<Vec<ReviewRow>, StoreError> {
        let rows =
            query(WAITING).bind(practice.0).bind(i64::from(most)).fetch_all(self.reading(practice)).await?;
        let mut reviews: Vec<ReviewRow> = Vec::new();
        for row in &rows {
            let review = read_review(row, practice)?;
            if reviews.last().is_none_or(|last| last.id != review.id) {
                reviews.push(review);
            }
            if let (Some(last), Some(patient)) = (reviews.last_mut(), row.opt("patient_id")?) {
                last.candidates.push(PatientId(patient));
            }
        }
        Ok(reviews)
    }
}

/// The nearest reason that a program from before the full ones can read: two versions share a database for a while.
const fn as_before(reason: ReviewReason) -> ReviewReason {
    match reason {
        ReviewReason::SeveralRecordsAgree
        | ReviewReason::AnotherRecordIsNear
        | ReviewReason::RecordMarked
        | ReviewReason::TooCommonToTell
        | ReviewReason::ShortNameOfSomebodyElse => ReviewReason::SeveralRecordsAgree,
        ReviewReason::DateAgreesNameSimilar | ReviewReason::NameAgreesDateSimilar => {
            ReviewReason::DateAgreesNameSimilar
        }
        ReviewReason::RecordChangedMeanwhile | ReviewReason::RecordNotWritten => {
            ReviewReason::RecordChangedMeanwhile
        }
        ReviewReason::ContactOnAnotherRecord
        | ReviewReason::NameAndDateAgreeContactDiffers
        | ReviewReason::ContactAgreesNameOrDateDiffers
        | ReviewReason::AccountExistsWithOtherContacts
        | ReviewReason::NoEmail => reason,
    }
}

fn is_new(reason: ReviewReason) -> bool {
    as_before(reason) != reason
}

fn read_review(row: &Row, practice: PracticeId) -> Result<ReviewRow, StoreError> {
    let fields = Fields::of(row, "reviews", "id");
    Ok(ReviewRow {
        id: ReviewId(fields.get("id")?),
        practice,
        registration: RegistrationId(fields.get("registration_id")?),
        reason: fields.read("reason", ReviewReason::parse)?,
        candidates: Vec::new(),
        at: fields.at("created_at")?,
    })
}

impl Tx {
    /// Opens a review.
    pub async fn add_review(&mut self, review: &ReviewRow) -> Result<(), StoreError> {
        query(INSERT)
            .bind(review.practice.0)
            .bind(review.id.0)
            .bind(review.registration.0)
            .bind(as_before(review.reason).as_str())
            .bind(is_new(review.reason).then(|| review.reason.as_str()))
            .bind(At(review.at))
            .execute(self.connection())
            .await?;
        for (position, candidate) in (1..).zip(&review.candidates) {
            query(INSERT_CANDIDATE)
                .bind(review.practice.0)
                .bind(review.id.0)
                .bind(candidate.0)
                .bind(position)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }
}
