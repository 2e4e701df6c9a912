//! A staff member's word on a review, and what follows from it: all in one transaction, except what is promised.

use matching::{Consequence, Found, Holder, Named, Settlement, Unsettled, settle};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId, ReviewId},
    time::Timestamp,
};
use store::{
    AccessEntry, AccountRow, Act, Actor, ByStaff, OutboxKind, PatientRecord, ReviewRow, Said, Settled,
    StoreError, Tx,
};

use crate::{
    Portal,
    outbox::{NEVER, Payload, Promised, Step},
    registrations::has_contacts,
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
    /// The record is not one of the practice system that is configured.
    #[error("the record is not in the practice system that is configured")]
    NotInSystem,
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
    staff: ByStaff,
    now: Timestamp,
}

impl Portal {
    /// Settles a review, once. What the record is to hold is promised, and written as any other change of a record.
    pub async fn settle_review(&self, id: ReviewId, word: Word, staff: ByStaff) -> Result<(), NotSettled> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        // Two reviews can be of one person, whose account and record both would change.
        tx.take_turns_in_creating(practice).await?;
        let said = Said { settlement: word.settlement(), staff: staff.id };
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
        let found = Found {
            in_question: &review.candidates,
            holder: holder(&registration, account.as_ref()).ok_or(NotSettled::DetailsGone)?,
            named: self.named(&mut tx, word, &registration, account.as_ref()).await?,
            other_under_way: tx.has_update_of_person_under_way(practice, registration.id).await?,
            task_waits: tx.has_task_waiting(practice, registration.id).await?,
        };
        let consequence = settle(word.settlement(), found)?;
        let settling =
            Settling { review: &review, registration: &registration, account: account.as_ref(), staff, now };
        match consequence {
            Consequence::Nothing => {}
            Consequence::Update { patient, linked } => {
                self.join(&mut tx, &settling, patient, linked).await?;
            }
            Consequence::Create { linked, unlinked } => {
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

    /// The record of whom staff say that it is the registrant.
    async fn named(
        &self,
        tx: &mut Tx,
        word: Word,
        registration: &Registration,
        account: Option<&AccountRow>,
    ) -> Result<Option<Named>, StoreError> {
        let Word::SamePerson { patient, version } = word else { return Ok(None) };
        let practice = self.practice();
        let Some(record) = tx.patient(practice, patient).await? else { return Ok(None) };
        let shown_by = tx.account_of_record(practice, patient).await?;
        Ok(Some(Named {
            is_as_shown: record.version == version,
            is_shown_by_another: shown_by.is_some_and(|other| account.is_none_or(|own| own.id != other.id)),
            has_later_proof: tx.has_later_proof(practice, registration.id, patient).await?,
        }))
    }

    /// The same person: the record gets what they proved, and an account that is theirs shows it.
    async fn join(
        &self,
        tx: &mut Tx,
        settling: &Settling<'_>,
        patient: PatientId,
        linked: bool,
    ) -> Result<(), NotSettled> {
        let Settling { registration, account, staff, now, .. } = *settling;
        let (practice, account) = (self.practice(), account.filter(|_| linked).map(|account| account.id));
        let record = tx.patient(practice, patient).await?.ok_or(Unsettled::NoSuchRecord)?;
        if let Some(account) = account {
            let link = (account, patient);
            self.link_by_staff(staff, tx, registration, link, now).await?;
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
    Some(if has_contacts(account, mobile, email) {
        Holder::Registrant { linked: account.linked }
    } else {
        Holder::OtherContacts
    })
}
