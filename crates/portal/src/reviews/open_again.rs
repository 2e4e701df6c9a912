//! Taking a settled review back: what was written is undone with the care of any undo, and the review waits again.

use matching::Settlement;
use registration::{
    flow::figures::UNDO_WITHIN,
    ids::{PatientId, RegistrationId, ReviewId},
};
use store::{
    AccessEntry, Act, Actor, ByStaff, OutboxKind, RecordUpdateState, ReviewRow, Said, Settled, StoreError,
};

use crate::{Portal, UndoRefused};

/// Why a review is not opened again.
#[derive(Debug, thiserror::Error)]
pub enum NotOpenedAgain {
    /// There is no such review.
    #[error("there is no such review")]
    NoSuchReview,
    /// It waits already.
    #[error("the review is not settled")]
    NotSettled,
    /// Thirty days are over.
    #[error("a review can be opened again for 30 days")]
    TooLate,
    /// A record was made, and two records are joined in the practice's own software.
    #[error("a record was made by it: if that is a double, join the two in the practice's software")]
    RecordMade,
    /// The change is promised and not yet confirmed.
    #[error("its change is being written; open it again when `updates list` says that it is confirmed")]
    UnderWay,
    /// The same registration has had another review since.
    #[error("the same registration has a later review: settle that one, or open it again")]
    NotTheLatest,
    /// The record could not be given back what it held.
    #[error("the record was not given back what it held: {0}")]
    NotUndone(#[from] UndoRefused),
    /// The store did not do it.
    #[error("the store did not open it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Opens a settled review again, within thirty days: the record gets back what it held, the link that the review made ends. What was
    /// sent stays sent. Broken off, it can be done once more.
    pub async fn open_review_again(&self, id: ReviewId, staff: ByStaff) -> Result<(), NotOpenedAgain> {
        let practice = self.practice();
        let mut tx = self.store.begin(practice).await?;
        let (review, settled) = tx.review(practice, id).await?.ok_or(NotOpenedAgain::NoSuchReview)?;
        let is_latest = !tx.has_later_review(practice, id).await?;
        drop(tx);
        let settled = settled.ok_or(NotOpenedAgain::NotSettled)?;
        if !is_latest {
            return Err(NotOpenedAgain::NotTheLatest);
        }
        if self.now() - UNDO_WITHIN > settled.at {
            return Err(NotOpenedAgain::TooLate);
        }
        let update = self.store.record_update(practice, review.registration).await?;
        let written = update.as_ref().and_then(|update| update.patient);
        let state = update.map(|update| update.state);
        let unlink = match settled.said {
            // What staff did since to the link has led to another record.
            Some(Said { settlement: Settlement::SamePerson(patient), .. })
                if written.is_some_and(|written| written != patient) =>
            {
                return Err(NotOpenedAgain::NotTheLatest);
            }
            Some(Said { settlement: Settlement::SamePerson(patient), .. }) => {
                self.undo_joining(review.registration, state, staff).await?;
                Some(patient)
            }
            Some(Said { settlement: Settlement::Rejected, .. }) => None,
            // It ended when the change was tried again: what came of that is undone.
            None => {
                if !matches!(state, Some(RecordUpdateState::NeedsStaff(_))) {
                    self.undo_joining(review.registration, state, staff).await?;
                }
                None
            }
            Some(Said { settlement: Settlement::DifferentPerson, .. }) => {
                return Err(match state {
                    Some(RecordUpdateState::Waiting | RecordUpdateState::Sent) => NotOpenedAgain::UnderWay,
                    None
                    | Some(
                        RecordUpdateState::ByHand { .. }
                        | RecordUpdateState::Confirmed { .. }
                        | RecordUpdateState::AlreadyHeld
                        | RecordUpdateState::NeedsStaff(_)
                        | RecordUpdateState::Undone { .. },
                    ) => NotOpenedAgain::RecordMade,
                });
            }
        };
        self.unlink_and_open(&review, settled, unlink, staff).await
    }

    async fn undo_joining(
        &self,
        registration: RegistrationId,
        state: Option<RecordUpdateState>,
        staff: ByStaff,
    ) -> Result<(), NotOpenedAgain> {
        match state {
            None | Some(RecordUpdateState::AlreadyHeld | RecordUpdateState::Undone { .. }) => Ok(()),
            Some(RecordUpdateState::Waiting | RecordUpdateState::Sent) => Err(NotOpenedAgain::UnderWay),
            // Left to staff by another review, which is the latest.
            Some(RecordUpdateState::NeedsStaff(_)) => Err(NotOpenedAgain::NotTheLatest),
            Some(RecordUpdateState::Confirmed { .. } | RecordUpdateState::ByHand { .. }) => {
                Ok(self.undo_record_update(registration, staff).await?)
            }
        }
    }

    async fn unlink_and_open(
        &self,
        review: &ReviewRow,
        settled: Settled,
        unlink: Option<PatientId>,
        staff: ByStaff,
    ) -> Result<(), NotOpenedAgain> {
        let (practice, registration, now) = (self.practice(), review.registration, self.now());
        let mut tx = self.store.begin(practice).await?;
        match tx.open_review_again(practice, review.id, settled.at).await {
            Err(StoreError::Conflict) => return Err(NotOpenedAgain::NotSettled),
            opened => opened?,
        }
        // Whoever was not told yet that they are linked is not told so then.
        tx.cancel_outbox(practice, registration, &[OutboxKind::NoticeLinked], now).await?;
        if let Some(patient) = unlink
            && let Some(account) =
                tx.end_profile_of_registration(practice, registration, patient, settled.at, now).await?
        {
            let entry = self.entry(Actor::Staff(staff), Act::RecordUnlinked, now);
            let of = AccessEntry { registration: Some(registration), patient: Some(patient), ..entry };
            tx.log(AccessEntry { account: Some(account), ..of }).await?;
        }
        self.log_staff(&mut tx, staff, Act::ReviewOpenedAgain, registration, unlink).await?;
        Ok(tx.commit().await?)
    }
}
