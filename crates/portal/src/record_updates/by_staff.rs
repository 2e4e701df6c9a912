//! What staff do about a change that did not come through, or did not last.

use matching::ReviewReason;
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId, RegistrationId},
    record_change::{ChangeAct, Concern, UpdateTrouble},
    time::Timestamp,
};
use store::{AccessEntry, Act, Actor, ByStaff, OutboxKind, RecordUpdateListed, StoreError, Tx};

use crate::{
    Portal,
    outbox::{NEVER, Payload, Promised, Step},
    registrations::has_contacts,
};

/// Why staff do not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSeenTo {
    /// The registration earned no change.
    #[error("there is no such change")]
    NoSuchChange,
    /// As the change stands now, it may not be done.
    #[error("as the change stands, this may not be done")]
    NotNow,
    /// The store did not do it.
    #[error("the store did not do it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Whether staff may do it about a change that they are shown.
    pub(crate) fn may_see_to(&self, listed: &RecordUpdateListed, act: ChangeAct) -> bool {
        listed.seen(self.elsewhere.is_none()).is_some_and(|seen| seen.may(act))
    }

    /// Promises a change once more, as somebody wants it. A record of ours must be as it was when the change was promised first; in a
    /// practice system the person is looked for anew. What was asked of staff because it had not come through is over.
    pub(crate) async fn try_change_again(&self, id: RegistrationId, staff: ByStaff) -> Result<(), NotSeenTo> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        // Another registration of the same person must be seen, or see this one.
        tx.take_turns_in_creating(practice).await?;
        // The version is read before it is asked whether that is still the one: what is written in between makes it another.
        let record = match tx.record_of_update(practice, id).await? {
            Some(patient) => tx.patient(practice, patient).await?,
            None => None,
        };
        let (listed, registration) = self.change_to_see_to(&mut tx, id, ChangeAct::TryAgain).await?;
        let account = self.account_of_proven(&mut tx, &registration).await?;
        let (kind, payload, patient) = match (&self.elsewhere, listed.update.patient) {
            (Some(_), _) => {
                let account = account.map(|account| account.0);
                let look = Payload::There { account, step: Step::Look, strikes: 0 };
                (OutboxKind::RecordUpdate, look, None)
            }
            (None, Some(patient)) => {
                let record = record.filter(|record| record.id == patient).ok_or(NotSeenTo::NotNow)?;
                (OutboxKind::RecordUpdate, Payload::update(patient, record.version), Some(patient))
            }
            (None, None) => (OutboxKind::RecordCreate, Payload::create(account), None),
        };
        tx.promise_record_update(practice, id, patient, now).await?;
        let registration = Some(id);
        let promised = Promised { registration, kind, payload, not_before: now, expires_at: now + NEVER };
        self.promise(&mut tx, promised, now).await?;
        tx.close_reviews_of_unwritten(practice, id, staff.id, now).await?;
        self.log_seen_to(&mut tx, id, listed.update.patient, (Act::ChangeTriedAgain, staff), now).await?;
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }

    /// Opens a review of a change: somebody looks at what was proven beside what the record holds, and says what it is to hold.
    pub(crate) async fn send_change_to_review(
        &self,
        id: RegistrationId,
        staff: ByStaff,
    ) -> Result<(), NotSeenTo> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        tx.take_turns_in_creating(practice).await?;
        let (listed, registration) = self.change_to_see_to(&mut tx, id, ChangeAct::Review).await?;
        let concern = listed.seen(self.elsewhere.is_none()).map(|seen| seen.concern);
        let reason = match concern {
            Some(Concern::Differs) => {
                tx.leave_differing_update_to_staff(practice, id, now).await?;
                ReviewReason::RecordChangedMeanwhile
            }
            Some(Concern::GivenUp(UpdateTrouble::RecordChanged)) => ReviewReason::RecordChangedMeanwhile,
            Some(Concern::GivenUp(_)) => ReviewReason::RecordNotWritten,
            Some(Concern::WaitsLong) | None => return Err(NotSeenTo::NotNow),
        };
        let patient = listed.update.patient;
        self.log_seen_to(&mut tx, id, patient, (Act::ChangeSentToReview, staff), now).await?;
        self.review(&mut tx, &registration, reason, patient.into_iter().collect(), now).await?;
        Ok(tx.commit().await?)
    }

    /// A change and the registration that earned it, if this may be done about it.
    async fn change_to_see_to(
        &self,
        tx: &mut Tx,
        id: RegistrationId,
        act: ChangeAct,
    ) -> Result<(RecordUpdateListed, Registration), NotSeenTo> {
        let listed = tx.change_listed(self.practice(), id).await?.ok_or(NotSeenTo::NoSuchChange)?;
        if !self.may_see_to(&listed, act) {
            return Err(NotSeenTo::NotNow);
        }
        let registration = tx.registration(self.practice(), id).await?.ok_or(NotSeenTo::NoSuchChange)?;
        Ok((listed, registration))
    }

    /// The account of whoever registered, if it has the contact points that they proved.
    async fn account_of_proven(
        &self,
        tx: &mut Tx,
        registration: &Registration,
    ) -> Result<Option<AccountId>, StoreError> {
        let Some((mobile, Some(email))) = registration.proven() else { return Ok(None) };
        let details = &registration.details;
        let account = tx.account_of_person(self.practice(), &details.name, details.date_of_birth).await?;
        Ok(account.filter(|account| has_contacts(account, mobile, email)).map(|account| account.id))
    }

    async fn log_seen_to(
        &self,
        tx: &mut Tx,
        registration: RegistrationId,
        patient: Option<PatientId>,
        (act, staff): (Act, ByStaff),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Staff(staff), act, now);
        tx.log(AccessEntry { registration: Some(registration), patient, ..entry }).await
    }
}
