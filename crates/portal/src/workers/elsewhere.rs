//! Keeping what was promised about a record that lives in the practice system: who is this, then one change. The system is asked
//! outside any transaction; what it said is kept in one, with the next step of the promise or its end. Killed anywhere, the step is
//! done again, and every write of a practice system looks first.

use chrono::TimeDelta;
use matching::{ReviewReason, Verdict};
use practice_systems::{
    Contact, ContactUpdate, Created, NewRecord, PatientRecord, RecordId, RecordVersion, Situation, Sought,
    StaffReason, Texts, Updated,
};
use registration::{
    flow::{Registration, State},
    ids::{AccountId, PatientId},
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};
use store::{
    Act, NewPatientFrom, OutboxOutcome, OutboxRow, RecordUpdateState, StoreError, SystemRecord, Tx,
    UpdateTrouble,
};

use super::{
    outbox::{RECORD_TRIES, pause},
    records::{FIRST_VERSION, holds_proven, proven},
};
use crate::{
    Portal,
    elsewhere::{CALL_TIMEOUT, Elsewhere, MOST_SHOWN, kept},
    outbox::{Payload, Step},
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

/// One step under way.
struct Under<'a> {
    row: &'a OutboxRow,
    elsewhere: &'a Elsewhere,
    registration: Registration,
    mobile: Verified<MobileNumber>,
    email: Verified<EmailAddress>,
    account: AccountId,
}

impl Portal {
    /// Takes the next step of a promise.
    pub(super) async fn go_on_elsewhere(
        &self,
        row: &OutboxRow,
        account: AccountId,
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
            Step::Look => self.look_elsewhere(&under).await,
            Step::Update { patient, record, read } => {
                self.update_elsewhere(&under, PatientId(*patient), record, read).await
            }
            Step::Create => self.create_elsewhere(&under).await,
        };
        let payload = Payload::There { account: account.0, step: step.clone(), strikes: strikes + 1 };
        match taken {
            Ok(()) => Ok(()),
            Err(Stopped::System(situation)) => self.after_situation(row, situation, &payload).await,
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
        account: AccountId,
    ) -> Result<Option<Under<'a>>, StoreError> {
        let Some(id) = row.registration else { return Ok(None) };
        let Some(registration) = self.store.registration(self.practice(), id).await? else { return Ok(None) };
        let State::Registered { mobile, email, .. } = &registration.state else { return Ok(None) };
        let (mobile, email) = (mobile.clone(), email.clone());
        Ok(Some(Under { row, elsewhere, registration, mobile, email, account }))
    }

    /// Who is this?
    async fn look_elsewhere(&self, under: &Under<'_>) -> Result<(), Stopped> {
        let details = &under.registration.details;
        let sought = Sought {
            name: details.name.clone(),
            date_of_birth: details.date_of_birth,
            mobile: under.mobile.value().clone(),
            email: under.email.value().clone(),
        };
        let found = under.elsewhere.ask(self, under.elsewhere.system.find_candidates(&sought)).await?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        let verdict = self.judge_found(&mut tx, &under.registration, &found.records, now).await?;
        match verdict {
            Verdict::Linked { patient, .. } => self.linked_elsewhere(tx, under, patient, now).await,
            Verdict::New if found.coverage.is_complete() => self.carry_on(tx, under, Step::Create, now).await,
            Verdict::New => {
                let trouble = UpdateTrouble::NewCannotBeTold;
                self.staff_decide(tx, under, trouble, ReviewReason::RecordNotWritten, Vec::new(), now).await
            }
            Verdict::Review { doubt, candidates } => {
                self.staff_decide(tx, under, UpdateTrouble::InReview, doubt.into(), candidates, now).await
            }
        }
    }

    async fn linked_elsewhere(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (practice, registration) = (self.practice(), &under.registration);
        let Some(record) = tx.system_record(practice, patient).await? else {
            return Err(Stopped::Store(StoreError::Conflict));
        };
        self.link(&mut tx, registration, under.account, patient, now).await?;
        let waiting = RecordUpdateState::Waiting;
        tx.keep_record_update(practice, registration.id, Some(patient), waiting, now).await?;
        let SystemRecord { record_id: record, read_version: read } = record;
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
        let updated = under.elsewhere.ask(self, under.elsewhere.system.update_contact(&update)).await?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        match updated {
            Updated::Confirmed { now: shown, .. } | Updated::AlreadyHeld { now: shown } => {
                self.written_elsewhere(tx, under, patient, &shown, now).await
            }
            Updated::Sent { confirm_at, .. } => self.sent(tx, under, Some(patient), confirm_at, now).await,
            Updated::Changed { now: shown } => {
                self.copy(&mut tx, &shown, now).await?;
                let reason = ReviewReason::RecordChangedMeanwhile;
                self.staff_decide(tx, under, UpdateTrouble::RecordChanged, reason, vec![patient], now).await
            }
            Updated::NotKept { now: shown, .. } => {
                self.copy(&mut tx, &shown, now).await?;
                let reason = ReviewReason::RecordNotWritten;
                self.staff_decide(tx, under, UpdateTrouble::NotKept, reason, vec![patient], now).await
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
        shown: &PatientRecord,
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
        tx.keep_system_record(practice, patient, &kept(shown), now).await?;
        Ok(self.kept(tx, under.row, now).await?)
    }

    /// A record for somebody whom the practice does not know.
    async fn create_elsewhere(&self, under: &Under<'_>) -> Result<(), Stopped> {
        let details = &under.registration.details;
        let new = NewRecord {
            name: details.name.clone(),
            date_of_birth: details.date_of_birth,
            mobile: under.mobile.clone(),
            email: under.email.clone(),
            texts: Texts::NotAsked,
            registration: under.registration.id,
        };
        let created = under.elsewhere.ask(self, under.elsewhere.system.create(&new)).await?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        match created {
            Created::Confirmed { record } | Created::AlreadyThere { record } => {
                self.made_elsewhere(tx, under, &record, now).await
            }
            Created::Sent { confirm_at, .. } => self.sent(tx, under, None, confirm_at, now).await,
            Created::Met { records } => {
                let mut candidates = Vec::new();
                for record in records.iter().take(MOST_SHOWN) {
                    candidates.extend(self.copy(&mut tx, record, now).await?);
                }
                let reason = ReviewReason::RecordChangedMeanwhile;
                self.staff_decide(tx, under, UpdateTrouble::RecordChanged, reason, candidates, now).await
            }
            Created::LeftToStaff => {
                let reason = ReviewReason::RecordNotWritten;
                self.staff_decide(tx, under, UpdateTrouble::NotWritten, reason, Vec::new(), now).await
            }
        }
    }

    async fn made_elsewhere(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        shown: &PatientRecord,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (practice, registration) = (self.practice(), &under.registration);
        if let Some(patient) = tx.copy_of(practice, shown.id.as_str()).await? {
            return self.written_elsewhere(tx, under, patient, shown, now).await;
        }
        let patient = PatientId::draw(now, &mut self.rng());
        tx.create_patient_from(&NewPatientFrom {
            practice,
            patient,
            registration: registration.id,
            details: &registration.details,
            mobile: &under.mobile,
            email: &under.email,
            at: now,
        })
        .await?;
        tx.keep_system_record(practice, patient, &kept(shown), now).await?;
        let made = RecordUpdateState::Confirmed { version: FIRST_VERSION };
        tx.keep_record_update(practice, registration.id, Some(patient), made, now).await?;
        self.log_own(&mut tx, registration, Act::RecordCreated, Some(patient), None, now).await?;
        self.link(&mut tx, registration, under.account, patient, now).await?;
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
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let payload = Payload::There { account: under.account.0, step, strikes: 0 };
        let sealed = self.sealed(under.row.id, under.row.kind, &payload);
        tx.carry_on_outbox(under.row, &sealed, now).await?;
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

    /// Keys of some systems end for want of use.
    pub(super) async fn keep_alive(&self, elsewhere: &Elsewhere) {
        let checked = elsewhere.ask(self, elsewhere.system.check()).await;
        if let Err(situation) = checked {
            tracing::error!(%situation, advice = situation.advice(), "the practice system");
        }
    }

    /// Brings the copies of records that we have changed since then up to what the practice system shows. A system that cannot be
    /// asked now is asked the next day; so are the records that were not reached.
    pub(super) async fn follow_elsewhere(
        &self,
        elsewhere: &Elsewhere,
        since: Timestamp,
    ) -> Result<usize, StoreError> {
        let practice = self.practice();
        let patients = self.store.system_records_to_compare(practice, since).await?;
        let mut followed = 0;
        for patient in patients {
            let Some(kept) = self.store.system_record(practice, patient).await? else { continue };
            let Some(record) = RecordId::parse(&kept.record_id) else { continue };
            match elsewhere.ask(self, elsewhere.system.read(&record)).await {
                Ok(Some(shown)) => {
                    let mut tx = self.store.begin(practice).await?;
                    self.copy(&mut tx, &shown, self.now()).await?;
                    tx.commit().await?;
                    followed += 1;
                }
                // Nothing that was written is there any more, and that is what our copy then shows.
                Ok(None) => {
                    let mut tx = self.store.begin(practice).await?;
                    tx.empty_copy(practice, patient, self.now()).await?;
                    tx.commit().await?;
                    followed += 1;
                }
                Err(situation) => {
                    tracing::warn!(%situation, followed, "records were not compared");
                    break;
                }
            }
        }
        Ok(followed)
    }

    async fn hold(&self, row: &OutboxRow) -> Result<Option<Tx>, StoreError> {
        let mut tx = self.store.begin(self.practice()).await?;
        Ok(tx.hold_outbox(row).await?.then_some(tx))
    }

    async fn after_situation(
        &self,
        row: &OutboxRow,
        situation: Situation,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        tracing::warn!(outbox = %row.id, %situation, advice = situation.advice(), "the practice system");
        match situation {
            Situation::NotNow { retry_at, .. } | Situation::Unclear { retry_at } => {
                self.finish(row, OutboxOutcome::RetryAt(retry_at)).await
            }
            Situation::Misconfigured(_) => {
                self.finish(row, OutboxOutcome::RetryAt(self.now() + UNTIL_CONFIGURED)).await
            }
            Situation::Refused { .. } => self.leave_to_staff(row, UpdateTrouble::Refused).await,
            Situation::NeedsStaff(reason) => {
                let trouble = match reason {
                    StaffReason::RecordGone => UpdateTrouble::RecordGone,
                    StaffReason::RecordClosed => UpdateTrouble::RecordClosed,
                    StaffReason::TooManyRecords => UpdateTrouble::TooManyRecords,
                };
                self.leave_to_staff(row, trouble).await
            }
            Situation::NotUnderstood { .. } => self.strike(row, payload, UpdateTrouble::NotUnderstood).await,
        }
    }

    /// Another failure that time alone does not mend: after the last try it is for staff. Waiting for a system is no failure.
    async fn strike(
        &self,
        row: &OutboxRow,
        payload: &Payload,
        trouble: UpdateTrouble,
    ) -> Result<(), StoreError> {
        let Payload::There { strikes, .. } = payload else { return self.leave_to_staff(row, trouble).await };
        if *strikes >= RECORD_TRIES {
            return self.leave_to_staff(row, trouble).await;
        }
        match self.store.reseal_outbox(row, &self.sealed(row.id, row.kind, payload)).await {
            // Another worker has it meanwhile.
            Err(StoreError::Conflict) => return Ok(()),
            resealed => resealed?,
        }
        self.finish(row, OutboxOutcome::RetryAt(pause(*strikes, self.now()))).await
    }
}

impl Under<'_> {
    fn contact(&self) -> Contact {
        Contact::Proven { mobile: self.mobile.clone(), email: self.email.clone(), texts: Texts::NotAsked }
    }
}
