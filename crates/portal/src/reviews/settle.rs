//! A staff member's word on a review, and what follows from it: all in one transaction, except what is promised.

use matching::{Consequence, Holder, Settlement, Unsettled, settle};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId, ReviewId},
    time::Timestamp,
};
use store::{
    AccessEntry, AccountRow, Act, Actor, OutboxKind, PatientRecord, ReviewRow, Said, Settled, StoreError, Tx,
};
use uuid::Uuid;

use crate::{
    Portal,
    outbox::{NEVER, Payload, Promised, Step},
};

/// What a staff member says, having seen who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Whoever registered is the person of this record.
    SamePerson {
        /// Which.
        patient: PatientId,
        /// As they were shown it: one that has changed since is to be looked at again.
        version: i64,
    },
    /// They are the person of none of the records in question.
    DifferentPerson,
    /// Nothing is to follow.
    Rejected,
}

impl Word {
    const fn settlement(self) -> Settlement {
        match self {
            Self::SamePerson { patient, .. } => Settlement::SamePerson(patient),
            Self::DifferentPerson => Settlement::DifferentPerson,
            Self::Rejected => Settlement::Rejected,
        }
    }
}

/// Why a review is not settled. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// There is no such review.
    #[error("there is no such review")]
    NoSuchReview,
    /// Somebody was first.
    #[error("the review is settled already")]
    AlreadySettled(Option<Said>),
    /// The registration's details are gone.
    #[error("the details of the registration are gone")]
    DetailsGone,
    /// There is no such record.
    #[error("there is no such record")]
    NoSuchRecord,
    /// The record is not as the staff member was shown it.
    #[error("the record was changed since it was shown: look at the review again")]
    RecordChanged,
    /// The record is not one of the practice system that is configured.
    #[error("the record is not in the practice system that is configured")]
    NotInSystem,
    /// Somebody else signs in to see the record.
    #[error("the record is linked to another account already")]
    OtherAccount,
    /// The same record has got other contact points, proven after these.
    #[error("contacts that were proven later are there or on their way: they stay, so reject this one")]
    ProvenLater,
    /// The same person, as it seems, has registered twice, and what the other registration does is not over.
    #[error(
        "a change of somebody with this name and date of birth is under way: settle it when that is over"
    )]
    OtherUnderWay,
    /// What an earlier settlement asked staff to enter or to put back is not done.
    #[error("a change of this registration waits to be entered by hand: `tasks list` shows it")]
    TaskWaits,
    /// What was promised for this registration is under way or written.
    #[error("the change of this registration is under way or written already")]
    AlreadyWritten,
    /// The word cannot be followed.
    #[error(transparent)]
    Unsettled(#[from] Unsettled),
    /// The store did not do it.
    #[error("the store did not settle it")]
    Store(#[from] StoreError),
}

/// One review as it is settled.
struct Settling<'a> {
    review: &'a ReviewRow,
    registration: &'a Registration,
    account: Option<&'a AccountRow>,
    staff: Uuid,
    now: Timestamp,
}

impl Portal {
    /// Settles a review, once. What the record is to hold is promised, and written as any other change of a record.
    pub async fn settle_review(&self, id: ReviewId, word: Word, staff: Uuid) -> Result<(), NotSettled> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        // Two reviews can be of one person, whose account and record both would change.
        tx.take_turns_in_creating(practice).await?;
        let said = Said { settlement: word.settlement(), staff };
        match tx.settle_review(practice, id, said, now).await {
            Err(StoreError::Conflict) => {
                return Err(match tx.review(practice, id).await? {
                    Some((_, Some(Settled { said, .. }))) => NotSettled::AlreadySettled(said),
                    Some((_, None)) | None => NotSettled::NoSuchReview,
                });
            }
            settled => settled?,
        }
        let (review, _) = tx.review(practice, id).await?.ok_or(NotSettled::NoSuchReview)?;
        let registration =
            tx.registration(practice, review.registration).await?.ok_or(NotSettled::DetailsGone)?;
        let details = &registration.details;
        let account = tx.account_of_person(practice, &details.name, details.date_of_birth).await?;
        let holder = holder(&registration, account.as_ref()).ok_or(NotSettled::DetailsGone)?;
        let consequence = settle(word.settlement(), &review.candidates, holder)?;
        let settling =
            Settling { review: &review, registration: &registration, account: account.as_ref(), staff, now };
        match (consequence, word) {
            (Consequence::Nothing, _) => {}
            (Consequence::Update { patient, linked }, Word::SamePerson { version, .. }) => {
                self.join(&mut tx, &settling, (patient, version), linked).await?;
            }
            (Consequence::Update { .. }, Word::DifferentPerson | Word::Rejected) => {
                return Err(NotSettled::NoSuchRecord);
            }
            (Consequence::Create { linked, unlinked }, _) => {
                self.keep_apart(&mut tx, &settling, linked, unlinked).await?;
            }
        }
        let patient = match word {
            Word::SamePerson { patient, .. } => Some(patient),
            Word::DifferentPerson | Word::Rejected => None,
        };
        self.log_staff(&mut tx, staff, Act::ReviewSettled, registration.id, patient).await?;
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }

    /// The same person: the record gets what they proved, and an account that is theirs shows it.
    async fn join(
        &self,
        tx: &mut Tx,
        settling: &Settling<'_>,
        (patient, version): (PatientId, i64),
        linked: bool,
    ) -> Result<(), NotSettled> {
        let Settling { registration, account, staff, now, .. } = *settling;
        let (practice, account) = (self.practice(), account.filter(|_| linked).map(|account| account.id));
        let record = tx.patient(practice, patient).await?.ok_or(NotSettled::NoSuchRecord)?;
        if record.version != version {
            return Err(NotSettled::RecordChanged);
        }
        if tx.has_later_proof(practice, registration.id, patient).await? {
            return Err(NotSettled::ProvenLater);
        }
        if let Some(account) = account {
            if tx.account_of_record(practice, patient).await?.is_some_and(|other| other != account) {
                return Err(NotSettled::OtherAccount);
            }
            let link = (account, patient);
            self.link_by(Actor::Staff(staff), tx, registration, link, now).await?;
        }
        let payload = self.update_of(tx, &record, account).await?;
        self.promise_settled(tx, settling, OutboxKind::RecordUpdate, payload, Some(patient)).await
    }

    /// Somebody else than the records in question: said for ever of each, and a record of their own is made.
    async fn keep_apart(
        &self,
        tx: &mut Tx,
        settling: &Settling<'_>,
        linked: bool,
        unlinked: Option<PatientId>,
    ) -> Result<(), NotSettled> {
        let Settling { review, registration, account, staff, now } = *settling;
        for candidate in &review.candidates {
            self.note_not_the_same(tx, registration, *candidate, staff, now).await?;
        }
        let account = account.filter(|_| linked).map(|account| account.id);
        if let (Some(account), Some(patient)) = (account, unlinked) {
            tx.end_profile(self.practice(), account, patient, now).await?;
            let entry = self.entry(Actor::Staff(staff), Act::RecordUnlinked, now);
            let (registration, patient, account) = (Some(registration.id), Some(patient), Some(account));
            tx.log(AccessEntry { registration, patient, account, ..entry }).await?;
        }
        let (kind, payload) = match &self.elsewhere {
            Some(_) => {
                let account = account.map(|account| account.0);
                (OutboxKind::RecordUpdate, Payload::There { account, step: Step::Make, strikes: 0 })
            }
            None => (OutboxKind::RecordCreate, Payload::create(account)),
        };
        self.promise_settled(tx, settling, kind, payload, None).await
    }

    /// The change as a worker makes it: in our own record, or in the one of the practice system that it is a copy of.
    async fn update_of(
        &self,
        tx: &mut Tx,
        record: &PatientRecord,
        account: Option<AccountId>,
    ) -> Result<Payload, NotSettled> {
        let Some(elsewhere) = &self.elsewhere else { return Ok(Payload::update(record.id, record.version)) };
        let kept = tx.system_record(self.practice(), record.id).await?;
        let kept = kept.filter(|kept| kept.system == elsewhere.name).ok_or(NotSettled::NotInSystem)?;
        let step = Step::Update { patient: record.id.0, record: kept.record_id, read: kept.read_version };
        Ok(Payload::There { account: account.map(|account| account.0), step, strikes: 0 })
    }

    async fn promise_settled(
        &self,
        tx: &mut Tx,
        settling: &Settling<'_>,
        kind: OutboxKind,
        payload: Payload,
        patient: Option<PatientId>,
    ) -> Result<(), NotSettled> {
        let Settling { registration, now, .. } = *settling;
        if tx.has_task_waiting(self.practice(), registration.id).await? {
            return Err(NotSettled::TaskWaits);
        }
        if tx.has_update_of_person_under_way(self.practice(), registration.id).await? {
            return Err(NotSettled::OtherUnderWay);
        }
        match tx.promise_record_update(self.practice(), registration.id, patient, now).await {
            Err(StoreError::Conflict) => return Err(NotSettled::AlreadyWritten),
            promised => promised?,
        }
        let registration = Some(registration.id);
        let promised = Promised { registration, kind, payload, not_before: now, expires_at: now + NEVER };
        Ok(self.promise(tx, promised, now).await?)
    }
}

/// Who has the account of the registrant's name and date of birth; `None` if the registration is not done.
fn holder(registration: &Registration, account: Option<&AccountRow>) -> Option<Holder> {
    let (mobile, email) = registration.proven()?;
    let (Some(email), Some(account)) = (email, account) else { return Some(Holder::Nobody) };
    let is_theirs = account.mobile_e164 == mobile.value().e164() && account.email == email.value().as_str();
    Some(if is_theirs { Holder::Registrant { linked: account.linked } } else { Holder::OtherContacts })
}
