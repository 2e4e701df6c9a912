//! Keeping what was promised about a patient record, each in one transaction with the end of its promise: it is done once
//! or not at all.

use matching::{ReviewReason, Verdict};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId, RegistrationId},
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};
use store::{
    AccessEntry, Act, Actor, ContactField, ContactPoint, ContactUpdate, NewPatientFrom, OutboxKind,
    OutboxOutcome, OutboxRow, PatientRecord, RecordUpdateState, StoreError, TaskPurpose, Tx, UpdateTrouble,
};
use uuid::Uuid;

use crate::{
    Portal,
    outbox::{NEVER, Payload, Promised},
    quiet_hours::when_awake,
};

/// Of a record that was just made.
pub(crate) const FIRST_VERSION: i64 = 1;

impl Portal {
    /// Writes the proven contact points into the record as it was matched. A newer record is not touched: staff decide.
    pub(super) async fn update_record(
        &self,
        row: &OutboxRow,
        patient: Uuid,
        version: i64,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let patient = PatientId(patient);
        let mut tx = self.store.begin(self.practice()).await?;
        if !tx.hold_outbox(row).await? {
            return Ok(());
        }
        let Some(registration) = self.finished(&mut tx, row).await? else {
            drop(tx);
            return self.leave_to_staff(row, UpdateTrouble::NotWritten).await;
        };
        let Some((mobile, email)) = registration.proven() else { return Ok(()) };
        let before = tx.patient(self.practice(), patient).await?;
        let update = ContactUpdate {
            practice: self.practice(),
            patient,
            expected_version: version,
            mobile: mobile.clone(),
            email: email.cloned(),
            registration: registration.id,
            at: now,
        };
        if before.as_ref().is_some_and(|record| holds_proven(record, &registration)) {
            self.already_held(&mut tx, &registration, patient, now).await?;
        } else if tx.apply_contact_update(&update).await? {
            let written = (TaskPurpose::Update, version + 1);
            self.keep_written(&mut tx, registration.id, patient, written, now).await?;
            self.log_own(&mut tx, &registration, Act::RecordUpdated, Some(patient), None, now).await?;
            if let Some(before) = &before {
                self.notify_old_contacts(&mut tx, registration.id, before, proven(&registration), now)
                    .await?;
            }
        } else if tx
            .patient(self.practice(), patient)
            .await?
            .is_some_and(|record| holds_proven(&record, &registration))
        {
            self.already_held(&mut tx, &registration, patient, now).await?;
        } else {
            self.review_changed(&mut tx, &registration, vec![patient], now).await?;
        }
        self.kept(tx, row, now).await
    }

    /// Makes the record of somebody the practice did not know, unless it has come to know them meanwhile.
    pub(super) async fn create_record(
        &self,
        row: &OutboxRow,
        account: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        if !tx.hold_outbox(row).await? {
            return Ok(());
        }
        let Some(registration) = self.finished(&mut tx, row).await? else {
            drop(tx);
            return self.leave_to_staff(row, UpdateTrouble::NotWritten).await;
        };
        let Some((mobile, email)) = registration.proven() else { return Ok(()) };
        let address = email.map_or("", |email| email.value().as_str());
        tx.take_turns_in_creating(self.practice()).await?;
        let shown = match account {
            Some(account) => tx.record_of_account(self.practice(), AccountId(account)).await?,
            None => None,
        };
        match (self.judge(&mut tx, &registration, address, now).await?, shown) {
            // A second record of theirs would be a double.
            (Verdict::New, Some(shown)) => {
                self.review_changed(&mut tx, &registration, vec![shown], now).await?;
            }
            (Verdict::New, None) => {
                let patient = PatientId::draw(now, &mut self.rng());
                tx.create_patient_from(&NewPatientFrom {
                    practice: self.practice(),
                    patient,
                    registration: registration.id,
                    details: &registration.details,
                    mobile,
                    email,
                    at: now,
                })
                .await?;
                let made = (TaskPurpose::Create, FIRST_VERSION);
                self.keep_written(&mut tx, registration.id, patient, made, now).await?;
                self.log_own(&mut tx, &registration, Act::RecordCreated, Some(patient), None, now).await?;
                if let Some(account) = account {
                    self.link(&mut tx, &registration, AccountId(account), patient, now).await?;
                }
            }
            (Verdict::Linked { patient, .. }, _) => {
                self.review_changed(&mut tx, &registration, vec![patient], now).await?;
            }
            (Verdict::Review { candidates, .. }, _) => {
                self.review_changed(&mut tx, &registration, candidates, now).await?;
            }
        }
        self.kept(tx, row, now).await
    }

    /// Our record holds it. Where the practice's own software is out of reach, staff enter it there too.
    async fn keep_written(
        &self,
        tx: &mut Tx,
        registration: RegistrationId,
        patient: PatientId,
        (purpose, version): (TaskPurpose, i64),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let state = if self.by_hand {
            tx.add_record_task(self.practice(), registration, purpose, patient, now).await?;
            RecordUpdateState::ByHand { version }
        } else {
            RecordUpdateState::Confirmed { version }
        };
        tx.keep_record_update(self.practice(), registration, Some(patient), state, now).await
    }

    async fn finished(&self, tx: &mut Tx, row: &OutboxRow) -> Result<Option<Registration>, StoreError> {
        let Some(id) = row.registration else { return Ok(None) };
        let registration = tx.registration(self.practice(), id).await?;
        Ok(registration.filter(|registration| registration.proven().is_some()))
    }

    /// Ends the promise with what it promised; a worker that dies right after leaves nothing to be done again.
    pub(super) async fn kept(&self, mut tx: Tx, row: &OutboxRow, now: Timestamp) -> Result<(), StoreError> {
        if let Some(registration) = row.registration {
            tx.cancel_outbox(row.practice, registration, &[row.kind], now).await?;
        }
        tx.commit().await?;
        self.promised.notify_one();
        self.finish(row, OutboxOutcome::Sent).await
    }

    pub(super) async fn already_held(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let held = RecordUpdateState::AlreadyHeld;
        tx.keep_record_update(self.practice(), registration.id, Some(patient), held, now).await
    }

    /// What was written down about a record is no longer so: both are shown to staff.
    async fn review_changed(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        candidates: Vec<PatientId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged);
        tx.keep_record_update(self.practice(), registration.id, None, needs_staff, now).await?;
        self.review(tx, registration, ReviewReason::RecordChangedMeanwhile, candidates, now).await
    }

    /// Gives a promise about a record up, so that it stands among what staff have to do.
    pub(super) async fn leave_to_staff(
        &self,
        row: &OutboxRow,
        trouble: UpdateTrouble,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let Some(registration) = row.registration else {
            return self.finish(row, OutboxOutcome::Failed).await;
        };
        let mut tx = self.store.begin(self.practice()).await?;
        match tx.give_up_outbox(row, now).await {
            // Another worker has it meanwhile, or it is no longer needed.
            Err(StoreError::Conflict) => return Ok(()),
            given_up => given_up?,
        }
        let needs_staff = RecordUpdateState::NeedsStaff(trouble);
        match tx.keep_record_update(self.practice(), registration, None, needs_staff, now).await {
            // It is over already, however that came: nothing is left for staff but to see how it ended.
            Err(StoreError::Conflict) => return tx.commit().await,
            kept => kept?,
        }
        let entry = self.entry(Actor::Portal, Act::RecordUpdateLeftToStaff, now);
        tx.log(AccessEntry { registration: Some(registration), ..entry }).await?;
        if let Some(left) = tx.registration(self.practice(), registration).await? {
            let record = tx.record_of_update(self.practice(), registration).await?;
            let candidates = record.into_iter().collect();
            self.review(&mut tx, &left, ReviewReason::RecordNotWritten, candidates, now).await?;
        }
        tx.commit().await
    }

    /// A contact point that gives way to another is told so at its old place: there its owner still is. `held` is what stands there now,
    /// empty where nothing does; `None` where nothing was changed.
    pub(crate) async fn notify_old_contacts(
        &self,
        tx: &mut Tx,
        registration: RegistrationId,
        before: &PatientRecord,
        [mobile, email]: [Option<&str>; 2],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let old_mobile = replaced(before, ContactField::Mobile, mobile)
            .and_then(|number| MobileNumber::parse(number, &self.settings.mobile_policy).ok())
            .map(|number| Payload::old_mobile(&number));
        let old_email = replaced(before, ContactField::Email, email)
            .and_then(|address| EmailAddress::parse(address).ok())
            .map(|address| Payload::old_email(&address));
        for payload in [old_mobile, old_email].into_iter().flatten() {
            self.promise_notice(tx, registration, payload, now).await?;
        }
        Ok(())
    }

    /// To a contact point that gave way, when people are awake.
    pub(crate) async fn promise_notice(
        &self,
        tx: &mut Tx,
        registration: RegistrationId,
        payload: Payload,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let notice = Promised {
            registration: Some(registration),
            kind: OutboxKind::NoticeOldContact,
            payload,
            not_before: when_awake(now, self.settings.time_zone),
            expires_at: now + NEVER,
        };
        self.promise(tx, notice, now).await
    }
}

/// Mobile and email address as they are compared; `None` of what was not proven.
pub(super) fn proven(registration: &Registration) -> [Option<&str>; 2] {
    let proven = registration.proven();
    let mobile = proven.map(|(mobile, _)| mobile.value().e164());
    [mobile, proven.and_then(|(_, email)| email).map(|email| email.value().as_str())]
}

/// The value that stood in the field, if it was another one.
fn replaced<'a>(before: &'a PatientRecord, field: ContactField, now: Option<&str>) -> Option<&'a str> {
    let ContactPoint { value, comparable, .. } = before.contact(field)?;
    let old = comparable.as_deref().unwrap_or(value);
    now.is_some_and(|now| old != now).then_some(old)
}

/// Whether the record holds what was proven as somebody proved it, such as the same person who has registered again: writing
/// them once more would only hide what stood there before them.
pub(super) fn holds_proven(record: &PatientRecord, registration: &Registration) -> bool {
    let fields = [ContactField::Mobile, ContactField::Email];
    fields.into_iter().zip(proven(registration)).all(|(field, value)| {
        value.is_none()
            || record
                .contact(field)
                .is_some_and(|contact| contact.verified.is_some() && contact.comparable.as_deref() == value)
    })
}
