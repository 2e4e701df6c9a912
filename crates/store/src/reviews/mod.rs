//! Decisions that the machine left to staff, and what they said: see [`settle`].

pub(crate) mod listed;
pub(crate) mod settle;

use self::settle::read_settled;
pub use self::settle::{Said, Settled};
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
INSERT INTO review_candidates (practice_id, review_id, patient_id, position)
SELECT $1, $2, $3, coalesce(max(position), 0) + 1 FROM review_candidates WHERE practice_id = $1 AND review_id = $2
ON CONFLICT DO NOTHING";

const WAITING: &str = "
SELECT r.id, r.registration_id, r.reason, r.created_at, c.patient_id
FROM (SELECT practice_id, id, registration_id, coalesce(full_reason, reason) AS reason, created_at FROM reviews
      WHERE practice_id = $1 AND closed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $2) r
LEFT JOIN review_candidates c ON c.practice_id = r.practice_id AND c.review_id = r.id
ORDER BY r.created_at DESC, r.id DESC, c.position, c.patient_id";

const ONE: &str = "
SELECT r.id, r.registration_id, coalesce(r.full_reason, r.reason) AS reason, r.created_at, r.closed_at, r.settlement, r.settled_by,
    r.settled_patient_id, c.patient_id
FROM reviews r
LEFT JOIN review_candidates c ON c.practice_id = r.practice_id AND c.review_id = r.id
WHERE r.practice_id = $1 AND r.id = $2 ORDER BY c.position, c.patient_id";

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
    /// A review and what was said of it, if anything was.
    pub async fn review(
        &mut self,
        practice: PracticeId,
        id: ReviewId,
    ) -> Result<Option<(ReviewRow, Option<Settled>)>, StoreError> {
        let rows = query(ONE).bind(practice.0).bind(id.0).fetch_all(self.connection()).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut review = read_review(first, practice)?;
        for row in &rows {
            review.candidates.extend(row.opt("patient_id")?.map(PatientId));
        }
        Ok(Some((review, read_settled(first)?)))
    }

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
        for candidate in &review.candidates {
            self.add_review_candidate(review.practice, review.id, *candidate).await?;
        }
        Ok(())
    }

    /// Puts a record in question, after those that are; once.
    pub async fn add_review_candidate(
        &mut self,
        practice: PracticeId,
        review: ReviewId,
        patient: PatientId,
    ) -> Result<(), StoreError> {
        query(INSERT_CANDIDATE)
            .bind(practice.0)
            .bind(review.0)
            .bind(patient.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
