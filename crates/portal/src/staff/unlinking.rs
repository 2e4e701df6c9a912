//! A registration that was linked to somebody else's record: the link ends, the record gets back what it held, and the machine looks again.
//! The link ends first, whatever comes of the rest: what cannot be given back, because somebody has changed the record since, thirty days are
//! over or the practice system is away, becomes a review. Only while the change itself is under way nothing ends.

use kiosk_api::staff::answer::LinkedRecord;
use matching::{ReviewReason, Verdict};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId, RegistrationId},
    time::Timestamp,
};
use store::{
    AccessEntry, Act, Actor, ByStaff, LinkMade, OutboxKind, RecordUpdateState, StaffSession, StoreError, Tx,
};

use super::{
    letting_in::{by, wire},
    refused::StaffRefused,
};
use crate::{
    Portal, UndoRefused,
    outbox::{NEVER, Payload, Promised, Step},
    registrations::proven_email,
    workers::records::FIRST_VERSION,
};

impl Portal {
    /// The record that a registration was linked to, as staff see it.
    pub(super) async fn linked_record(&self, id: RegistrationId) -> Result<Option<LinkedRecord>, StoreError> {
        let link = self.store.link_made_by(self.practice(), id).await?;
        Ok(link.map(|link| LinkedRecord {
            patient: link.patient.0,
            name: link.given_name.into_iter().chain([link.family_name]).collect::<Vec<_>>().join(" "),
            date_of_birth: link.date_of_birth.map(|born| born.to_string()),
            since: wire(link.at),
        }))
    }

    pub(super) async fn unlink_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
        patient: PatientId,
    ) -> Result<RegistrationId, StaffRefused> {
        let (practice, staff) = (self.practice(), by(session));
        let link = self.store.link_made_by(practice, registration.id).await?;
        let link = link.filter(|link| link.patient == patient).ok_or(StaffRefused::ChangedMeanwhile)?;
        let update = self.store.record_update(practice, registration.id).await?;
        let is_written = match update.map(|update| update.state) {
            Some(RecordUpdateState::Waiting | RecordUpdateState::Sent) => {
                return Err(StaffRefused::ChangeUnderWay);
            }
            Some(
                RecordUpdateState::Confirmed { version: FIRST_VERSION }
                | RecordUpdateState::ByHand { version: FIRST_VERSION },
            ) => return Err(StaffRefused::RecordMade),
            Some(RecordUpdateState::Confirmed { .. } | RecordUpdateState::ByHand { .. }) => true,
            None
            | Some(
                RecordUpdateState::AlreadyHeld
                | RecordUpdateState::NeedsStaff(_)
                | RecordUpdateState::Undone { .. },
            ) => false,
        };
        self.end_link(&registration, &link, staff).await?;
        let is_left = is_written && self.is_left_in_record(registration.id, staff).await?;
        self.settle_unlinked(&registration, &link, is_left).await?;
        Ok(registration.id)
    }

    async fn end_link(
        &self,
        registration: &Registration,
        link: &LinkMade,
        staff: ByStaff,
    ) -> Result<(), StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        let (id, patient) = (registration.id, link.patient);
        let ended = tx.end_profile_of_registration(practice, id, patient, link.at, now).await?;
        let account = ended.ok_or(StaffRefused::ChangedMeanwhile)?;
        let entry = self.entry(Actor::Staff(staff), Act::RecordUnlinked, now);
        let (registration_id, patient) = (Some(id), Some(patient));
        let of = AccessEntry { registration: registration_id, patient, account: Some(account), ..entry };
        tx.log(of).await?;
        self.note_not_the_same(&mut tx, registration, link.patient, staff, now).await?;
        // Whoever was not told yet that they are linked is not told so then.
        tx.cancel_outbox(practice, id, &[OutboxKind::NoticeLinked], now).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the record keeps what was written into it.
    async fn is_left_in_record(&self, id: RegistrationId, staff: ByStaff) -> Result<bool, StaffRefused> {
        match self.undo_record_update(id, staff).await {
            Ok(()) => Ok(false),
            Err(UndoRefused::Store(error)) => Err(error.into()),
            Err(why) => {
                tracing::warn!(%why, "a record that was linked wrongly keeps what was written into it");
                Ok(true)
            }
        }
    }

    /// Whose record the registrant's is then: a review says where one waits, or where something was left in the wrong one.
    async fn settle_unlinked(
        &self,
        registration: &Registration,
        link: &LinkMade,
        is_left: bool,
    ) -> Result<(), StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        tx.take_turns_in_creating(practice).await?;
        let waits = tx.has_review_waiting(practice, registration.id).await?;
        if is_left {
            tx.leave_wrong_update_to_staff(practice, registration.id, now).await?;
            let in_question = vec![link.patient];
            let reason = ReviewReason::RecordChangedMeanwhile;
            self.review(&mut tx, registration, reason, in_question, now).await?;
        } else if !waits {
            self.look_again(&mut tx, registration, link.account, now).await?;
        }
        self.commit(tx).await?;
        Ok(())
    }

    async fn look_again(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), StaffRefused> {
        let (kind, payload, patient) = if self.elsewhere.is_some() {
            let look = Payload::There { account: Some(account.0), step: Step::Look, strikes: 0 };
            (OutboxKind::RecordUpdate, look, None)
        } else {
            let email = proven_email(registration).unwrap_or_default();
            match self.judge(tx, registration, email, now).await? {
                Verdict::Review { doubt, candidates } => {
                    return Ok(self.review(tx, registration, doubt.into(), candidates, now).await?);
                }
                Verdict::Linked { patient, version } => {
                    if let Some(reason) = self.hindrance(tx, account, patient).await? {
                        return Ok(self.review(tx, registration, reason, vec![patient], now).await?);
                    }
                    self.link(tx, registration, account, patient, now).await?;
                    (OutboxKind::RecordUpdate, Payload::update(patient, version), Some(patient))
                }
                Verdict::New => (OutboxKind::RecordCreate, Payload::create(Some(account)), None),
            }
        };
        match tx.promise_record_update(self.practice(), registration.id, patient, now).await {
            Err(StoreError::Conflict) => return Err(StaffRefused::ChangeUnderWay),
            promised => promised?,
        }
        let registration = Some(registration.id);
        let promised = Promised { registration, kind, payload, not_before: now, expires_at: now + NEVER };
        Ok(self.promise(tx, promised, now).await?)
    }
}
