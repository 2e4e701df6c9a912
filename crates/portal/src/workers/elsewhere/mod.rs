//! Keeping what was promised about a record that lives in the practice system: who is this, then one change. The system is asked
//! outside any transaction; what it said is kept in one, with the next step of the promise or its end. Killed anywhere, the step is
//! done again, and every write of a practice system looks first.

mod create;
mod follow;
mod stopped;

use chrono::TimeDelta;
use matching::{ReviewReason, Verdict};
use practice_systems::{
    Contact, ContactUpdate, Listed, PatientRecord, RecordId, RecordVersion, Situation, Sought, StaffReason,
    Standing, Texts, Updated,
};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId},
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};
use store::{Act, OutboxOutcome, OutboxRow, RecordUpdateState, StoreError, Tx, UpdateTrouble};

use super::records::{holds_proven, proven};
use crate::{
    Portal,
    elsewhere::{CALL_TIMEOUT, Elsewhere, Shown},
    outbox::{Payload, Step},
    registrations::Found,
};

/// Longer than a call takes, so that no other worker asks the same meanwhile.
const LEASE: TimeDelta = TimeDelta::minutes(5);
const _: () = assert!(CALL_TIMEOUT.as_secs().cast_signed() < LEASE.num_seconds());

/// Until an earlier change of the same record is looked at again.
const BEHIND: TimeDelta = TimeDelta::seconds(5);

/// Until a configuration that does not work is tried again.
const UNTIL_CONFIGURED: TimeDelta = TimeDelta::minutes(15);

/// Why a step was not taken.
enum Stopped {
    System(Situation),
    Store(StoreError),
}

impl From<Situation> for Stopped {
    fn from(situation: Situation) -> Self {
        Self::System(situation)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What staff have said of somebody who is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    /// The practice does not know them, whatever the machine can tell.
    New,
}

/// One step under way.
struct Under<'a> {
    row: &'a OutboxRow,
    elsewhere: &'a Elsewhere,
    registration: Registration,
    mobile: Verified<MobileNumber>,
    email: Option<Verified<EmailAddress>>,
    account: Option<AccountId>,
}

impl Portal {
    /// Takes the next step of a promise.
    pub(super) async fn go_on_elsewhere(
        &self,
        row: &OutboxRow,
        account: Option<AccountId>,
        step: &Step,
        strikes: u32,
    ) -> Result<(), StoreError> {
        let Some(elsewhere) = &self.elsewhere else {
            tracing::error!(outbox = %row.id, "promised to a practice system, and none is configured");
            return self.finish(row, OutboxOutcome::RetryAt(self.now() + UNTIL_CONFIGURED)).await;
        };
        let Some(under) = self.under_way(row, elsewhere, account).await? else {
            return self.leave_to_staff(row, UpdateTrouble::NotWritten).await;
        };
        if self.store.has_earlier_update(self.practice(), under.registration.id).await? {
            return self.finish(row, OutboxOutcome::RetryAt(self.now() + BEHIND)).await;
        }
        match self.store.lease_longer(row, self.now() + LEASE).await {
            Err(StoreError::Conflict) => return Ok(()),
            leased => leased?,
        }
        let taken = match step {
            Step::Look => self.look_elsewhere(&under, Said::Nothing).await,
            Step::Make => self.look_elsewhere(&under, Said::New).await,
            Step::Update { patient, record, read } => {
                self.update_elsewhere(&under, PatientId(*patient), record, read).await
            }
            Step::Made { record } => self.confirm_made(&under, record).await,
        };
        let payload = Payload::There {
            account: account.map(|account| account.0),
            step: step.clone(),
            strikes: strikes + 1,
        };
        match taken {
            Ok(()) => Ok(()),
            Err(Stopped::System(situation)) => self.after_situation(row, situation, &payload).await,
            // Nobody's failure: the row is leased again when the database is back.
            Err(Stopped::Store(error @ StoreError::Away(_))) => Err(error),
            Err(Stopped::Store(error)) => {
                tracing::warn!(
                    outbox = %row.id, strikes, error = &error as &dyn std::error::Error,
                    "what the practice system said was not kept",
                );
                self.strike(row, &payload, UpdateTrouble::NotWritten).await
            }
        }
    }

    async fn under_way<'a>(
        &self,
        row: &'a OutboxRow,
        elsewhere: &'a Elsewhere,
        account: Option<AccountId>,
    ) -> Result<Option<Under<'a>>, StoreError> {
        let Some(id) = row.registration else { return Ok(None) };
        let Some(registration) = self.store.registration(self.practice(), id).await? else { return Ok(None) };
        let Some((mobile, email)) = registration.proven() else { return Ok(None) };
        let (mobile, email) = (mobile.clone(), email.cloned());
        Ok(Some(Under { row, elsewhere, registration, mobile, email, account }))
    }

    /// Who is this? Somebody whom the practice does not know gets a record at once: what was found is as fresh as it can be.
    async fn look_elsewhere(&self, under: &Under<'_>, said: Said) -> Result<(), Stopped> {
        let details = &under.registration.details;
        let sought = Sought {
            name: details.name.clone(),
            date_of_birth: details.date_of_birth,
            mobile: under.mobile.value().clone(),
            email: under.email.as_ref().map(|email| email.value().clone()),
        };
        let (elsewhere, asked_at) = (under.elsewhere, self.now());
        let candidates = elsewhere.ask(self, elsewhere.system.find_candidates(&sought)).await?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        let found = Found { candidates: &candidates, elsewhere, asked_at };
        match self.judge_found(&mut tx, &under.registration, found, now).await? {
            // Whom staff were not shown: they are asked again.
            Verdict::Linked { patient, .. } if said == Said::New => {
                let reason = ReviewReason::RecordChangedMeanwhile;
                self.staff_decide(tx, under, UpdateTrouble::RecordChanged, reason, vec![patient], now).await
            }
            Verdict::Linked { patient, .. } if candidates.coverage.has_contacts() => {
                let Some(kept) = tx.system_record(self.practice(), patient).await? else {
                    return Err(Stopped::Store(StoreError::Conflict));
                };
                tx.commit().await?;
                let judged = candidates.records.iter().find(|record| record.id.as_str() == kept.record_id);
                self.read_and_link(under, patient, judged.ok_or(StoreError::Conflict)?).await
            }
            Verdict::Linked { patient, .. } => {
                let reason = ReviewReason::RecordNotWritten;
                self.staff_decide(tx, under, UpdateTrouble::NewCannotBeTold, reason, vec![patient], now).await
            }
            Verdict::New if said == Said::New || candidates.coverage.is_complete() => {
                // A second record of theirs would be a double.
                if let Some(account) = under.account
                    && let Some(shown) = tx.record_of_account(self.practice(), account).await?
                {
                    let reason = ReviewReason::RecordChangedMeanwhile;
                    return self
                        .staff_decide(tx, under, UpdateTrouble::RecordChanged, reason, vec![shown], now)
                        .await;
                }
                tx.commit().await?;
                self.create_elsewhere(under).await
            }
            Verdict::New => {
                let reason = ReviewReason::RecordNotWritten;
                self.staff_decide(tx, under, UpdateTrouble::NewCannotBeTold, reason, Vec::new(), now).await
            }
            Verdict::Review { doubt, candidates } => {
                self.staff_decide(tx, under, UpdateTrouble::InReview, doubt.into(), candidates, now).await
            }
        }
    }

    /// Lists may leave out what a version is made of: the record itself is read, and must be the one that was judged.
    async fn read_and_link(
        &self,
        under: &Under<'_>,
        patient: PatientId,
        judged: &PatientRecord,
    ) -> Result<(), Stopped> {
        let read = under.elsewhere.ask(self, under.elsewhere.system.read(&judged.id)).await?;
        let shown = read.ok_or(Situation::NeedsStaff(StaffReason::RecordGone))?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        if !is_as_judged(&shown, judged) {
            drop(tx);
            return Ok(self.finish(under.row, OutboxOutcome::RetryAt(now + BEHIND)).await?);
        }
        let (practice, registration) = (self.practice(), &under.registration);
        // Of two that would join one record, the second must see the first.
        tx.take_turns_in_creating(practice).await?;
        if let Some(account) = under.account
            && let Some(reason) = self.hindrance(&mut tx, account, patient).await?
        {
            return self.staff_decide(tx, under, UpdateTrouble::InReview, reason, vec![patient], now).await;
        }
        self.link_account(&mut tx, under, patient, now).await?;
        let waiting = RecordUpdateState::Waiting;
        tx.keep_record_update(practice, registration.id, Some(patient), waiting, now).await?;
        let (record, read) = (shown.id.as_str().to_owned(), shown.version.as_str().to_owned());
        self.carry_on(tx, under, Step::Update { patient: patient.0, record, read }, now).await
    }

    /// The proven contact points into the record as it was judged.
    async fn update_elsewhere(
        &self,
        under: &Under<'_>,
        patient: PatientId,
        record: &str,
        read: &str,
    ) -> Result<(), Stopped> {
        let Some(record) = RecordId::parse(record) else {
            return Err(Stopped::System(Situation::NeedsStaff(StaffReason::RecordGone)));
        };
        let update = ContactUpdate {
            record,
            read: RecordVersion::from_kept(read),
            contact: under.contact(),
            registration: under.registration.id,
        };
        let (elsewhere, asked_at) = (under.elsewhere, self.now());
        let updated = elsewhere.ask(self, elsewhere.system.update_contact(&update)).await?;
        let now = self.now();
        let Some(tx) = self.hold(under.row).await? else { return Ok(()) };
        match updated {
            Updated::Confirmed { now: record, .. } | Updated::AlreadyHeld { now: record } => {
                let shown = Shown { record: &record, elsewhere, asked_at };
                self.written_elsewhere(tx, under, patient, shown, now).await
            }
            Updated::Sent { confirm_at, .. } => self.sent(tx, under, Some(patient), confirm_at, now).await,
            Updated::Changed { now: record } => {
                let reason = (UpdateTrouble::RecordChanged, ReviewReason::RecordChangedMeanwhile);
                self.staff_compare(tx, under, Shown { record: &record, elsewhere, asked_at }, reason, now)
                    .await
            }
            Updated::NotKept { now: record, .. } => {
                let reason = (UpdateTrouble::NotKept, ReviewReason::RecordNotWritten);
                self.staff_compare(tx, under, Shown { record: &record, elsewhere, asked_at }, reason, now)
                    .await
            }
            Updated::LeftToStaff => {
                let reason = ReviewReason::RecordNotWritten;
                self.staff_decide(tx, under, UpdateTrouble::NotWritten, reason, vec![patient], now).await
            }
        }
    }

    /// The record holds it: so does our copy, with what stood there before in its history.
    async fn written_elsewhere(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        patient: PatientId,
        shown: Shown<'_>,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (practice, registration) = (self.practice(), &under.registration);
        let before = tx.patient(practice, patient).await?.ok_or(StoreError::Conflict)?;
        if holds_proven(&before, registration) {
            self.already_held(&mut tx, registration, patient, now).await?;
        } else {
            let update = store::ContactUpdate {
                practice,
                patient,
                expected_version: before.version,
                mobile: under.mobile.clone(),
                email: under.email.clone(),
                registration: registration.id,
                at: now,
            };
            if !tx.apply_contact_update(&update).await? {
                return Err(Stopped::Store(StoreError::Conflict));
            }
            let confirmed = RecordUpdateState::Confirmed { version: before.version + 1 };
            tx.keep_record_update(practice, registration.id, Some(patient), confirmed, now).await?;
            self.log_own(&mut tx, registration, Act::RecordUpdated, Some(patient), None, now).await?;
            self.notify_old_contacts(&mut tx, registration.id, &before, proven(registration), now).await?;
        }
        self.link_account(&mut tx, under, patient, now).await?;
        tx.keep_system_record(practice, patient, &shown.kept(), now).await?;
        Ok(self.kept(tx, under.row, now).await?)
    }

    /// What the system shows beside what was proven. The change is over first: then our copy may follow.
    async fn staff_compare(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        shown: Shown<'_>,
        (trouble, reason): (UpdateTrouble, ReviewReason),
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (id, needs_staff) = (under.registration.id, RecordUpdateState::NeedsStaff(trouble));
        tx.keep_record_update(self.practice(), id, None, needs_staff, now).await?;
        let candidates = self.copy(&mut tx, shown).await?.into_iter().collect();
        self.review(&mut tx, &under.registration, reason, candidates, now).await?;
        Ok(self.kept(tx, under.row, now).await?)
    }

    /// Taken by the system, and to be asked about again.
    async fn sent(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        patient: Option<PatientId>,
        confirm_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (id, sent) = (under.registration.id, RecordUpdateState::Sent);
        tx.keep_record_update(self.practice(), id, patient, sent, now).await?;
        tx.commit().await?;
        Ok(self.finish(under.row, OutboxOutcome::RetryAt(confirm_at)).await?)
    }

    async fn carry_on(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        step: Step,
        at: Timestamp,
    ) -> Result<(), Stopped> {
        let payload = Payload::There { account: under.account.map(|account| account.0), step, strikes: 0 };
        let sealed = self.sealed(under.row.id, under.row.kind, &payload);
        tx.carry_on_outbox(under.row, &sealed, at).await?;
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }

    async fn staff_decide(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        trouble: UpdateTrouble,
        reason: ReviewReason,
        candidates: Vec<PatientId>,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (id, needs_staff) = (under.registration.id, RecordUpdateState::NeedsStaff(trouble));
        tx.keep_record_update(self.practice(), id, None, needs_staff, now).await?;
        self.review(&mut tx, &under.registration, reason, candidates, now).await?;
        Ok(self.kept(tx, under.row, now).await?)
    }

    /// The account shows the record that was written, unless staff have to say so.
    async fn link_account(
        &self,
        tx: &mut Tx,
        under: &Under<'_>,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(account) = under.account else { return Ok(()) };
        match self.hindrance(tx, account, patient).await? {
            None => self.link(tx, &under.registration, account, patient, now).await,
            Some(reason) => self.review(tx, &under.registration, reason, vec![patient], now).await,
        }
    }

    async fn hold(&self, row: &OutboxRow) -> Result<Option<Tx>, StoreError> {
        let mut tx = self.store.begin(self.practice()).await?;
        Ok(tx.hold_outbox(row).await?.then_some(tx))
    }
}

impl Under<'_> {
    /// Whether the record has both proven values in their fields, and is somebody's present one.
    fn is_held_by(&self, record: &PatientRecord) -> bool {
        let holds = |listed: Option<&Listed>, proven: &str| {
            listed.is_some_and(|listed| listed.comparable.as_deref() == Some(proven))
        };
        record.standing == Standing::Current
            && holds(record.mobile.as_ref(), self.mobile.value().e164())
            && self.email.as_ref().is_none_or(|email| holds(record.email.as_ref(), email.value().as_str()))
    }

    fn contact(&self) -> Contact {
        Contact::Proven { mobile: self.mobile.clone(), email: self.email.clone(), texts: Texts::NotAsked }
    }
}

/// Whether it says the same of the person as what was judged, whatever else it has.
fn is_as_judged(shown: &PatientRecord, judged: &PatientRecord) -> bool {
    (&shown.given, &shown.family, shown.date_of_birth, shown.standing)
        == (&judged.given, &judged.family, judged.date_of_birth, judged.standing)
        && (&shown.mobile, &shown.email) == (&judged.mobile, &judged.email)
}
