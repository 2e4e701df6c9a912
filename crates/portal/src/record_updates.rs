//! What staff can see of the changes to patient records, and take back.

mod by_staff;

pub(crate) use self::by_staff::NotSeenTo;
use chrono::TimeDelta;
use practice_systems::{Contact, ContactUpdate, Former, RecordId, RecordVersion, Situation, Updated};
use registration::{
    flow::figures::UNDO_WITHIN,
    ids::{PatientId, RegistrationId},
    time::Timestamp,
};
use store::{
    AccessEntry, Act, Actor, ByStaff, ContactField, ContactUndo, OutboxKind, PatientRecord, RecordTask,
    RecordUpdate, RecordUpdateState, StoreError, SystemRecord, TaskPurpose,
};

use crate::{Portal, elsewhere::Shown, staff::LISTED_TO, workers::records::FIRST_VERSION};

/// Longer than every pause between tries together.
const TOO_LONG: TimeDelta = TimeDelta::hours(24);

/// Why an update is not undone. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoRefused {
    /// The registration has changed no record, or what it changed was undone already.
    #[error("there is no update to undo")]
    NothingWritten,
    /// The record was made by the registration: there is nothing it could be given back.
    #[error("the record was made by this registration and held nothing before")]
    NothingBefore,
    /// Thirty days are over.
    #[error("an update can be undone for 30 days")]
    TooLate,
    /// Somebody has changed the record since; what they wrote stays.
    #[error("the record was changed after the update")]
    RecordChanged,
    /// The record lives in a practice system that is no longer configured.
    #[error("the record lives in a practice system that is not configured")]
    SystemNotConfigured,
    /// The practice system took the former values and could not be asked again yet. Undoing once more from then on tells.
    #[error("the practice system took it and has not confirmed it yet; undo it once more in a minute")]
    NotConfirmed,
    /// The practice system cannot be asked now, or refuses.
    #[error("the practice system did not take it: {0}")]
    System(#[from] Situation),
    /// The store did not do it.
    #[error("the store did not undo it")]
    Store(#[from] StoreError),
}

/// Why a tick is not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotEntered {
    /// There is no such task, or it was ticked or taken back already.
    #[error("there is no such task, or it is done already")]
    NoSuchTask,
    /// The store did not keep it.
    #[error("the store did not keep it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Changes to records and what became of them, latest first, at most `most`.
    pub async fn record_updates(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        self.store.record_updates(self.practice(), most).await
    }

    /// Those that the machine does no more about, and those that have waited for longer than a day.
    pub async fn record_updates_for_staff(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        let listed = self.store.changes_for_staff(self.practice(), self.waiting_since(), most).await?;
        Ok(listed.into_iter().map(|listed| listed.update).collect())
    }

    /// Those whose record holds another value by now than was written.
    pub async fn differing_record_updates(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        let listed = self.store.changes_that_differ(self.practice(), most).await?;
        Ok(listed.into_iter().map(|listed| listed.update).collect())
    }

    /// Changes that have waited since before then need somebody.
    pub(crate) fn waiting_since(&self) -> Timestamp {
        self.now() - TOO_LONG
    }

    /// Changes that wait to be entered into the practice's software by hand, longest first, at most `most`: people's details, shown to
    /// this staff member. The log has a line of each, once in five minutes while it stays on a screen of theirs.
    pub async fn record_tasks(&self, most: u32, staff: ByStaff) -> Result<Vec<RecordTask>, StoreError> {
        let (practice, now) = (self.practice(), self.now());
        let tasks = self.store.record_tasks(practice, most).await?;
        let since = now - LISTED_TO;
        let logged = self.store.staff_acted_on_since(practice, staff, Act::RecordTaskShown, since).await?;
        let mut tx = self.store.begin(practice).await?;
        for task in tasks.iter().filter(|task| !logged.contains(&task.registration)) {
            let entry = self.entry(Actor::Staff(staff), Act::RecordTaskShown, now);
            let (registration, patient) = (Some(task.registration), Some(task.record.id));
            tx.log(AccessEntry { registration, patient, ..entry }).await?;
        }
        tx.commit().await?;
        Ok(tasks)
    }

    /// A staff member says that they have entered a change.
    pub async fn tick_record_task(
        &self,
        registration: RegistrationId,
        purpose: TaskPurpose,
        staff: ByStaff,
    ) -> Result<(), NotEntered> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        let patient = match tx.tick_record_task(self.practice(), registration, purpose, staff.id, now).await {
            Err(StoreError::Conflict) => return Err(NotEntered::NoSuchTask),
            ticked => ticked?,
        };
        let entry = self.entry(Actor::Staff(staff), Act::RecordEnteredByHand, now);
        tx.log(AccessEntry { registration: Some(registration), patient: Some(patient), ..entry }).await?;
        Ok(tx.commit().await?)
    }

    /// Gives a record back what it held before a registration's update, as this staff member wants it. The account stays
    /// linked, and both values stay in the record's history. A record that lives in the practice system is given back there
    /// first; what staff have entered by hand becomes a task to put back.
    pub async fn undo_record_update(
        &self,
        registration: RegistrationId,
        staff: ByStaff,
    ) -> Result<(), UndoRefused> {
        let written = self.written(registration).await?;
        let restored = self.restore_elsewhere(registration, &written).await?;
        let (practice, now, patient) = (self.practice(), self.now(), written.patient);
        let mut tx = self.store.begin(practice).await?;
        let before = tx.patient(practice, patient).await?;
        // Where the practice system was given back the former values and our copy has followed it already, only this is left.
        let has_followed =
            restored.is_some() && before.as_ref().is_some_and(|it| it.version != written.version);
        let undo =
            ContactUndo { practice, patient, expected_version: written.version, registration, at: now };
        if !has_followed && !tx.undo_contact_update(&undo).await? {
            return Err(UndoRefused::RecordChanged);
        }
        tx.keep_record_update_undone(practice, registration, written.version, now).await?;
        if let Some(restored) = restored {
            tx.keep_system_record(practice, patient, &restored, now).await?;
        }
        if tx.withdraw_record_task(practice, registration, now).await? {
            tx.add_record_task(practice, registration, TaskPurpose::PutBack, patient, now).await?;
        }
        let entry = self.entry(Actor::Staff(staff), Act::RecordUpdateUndone, now);
        tx.log(AccessEntry { registration: Some(registration), patient: Some(patient), ..entry }).await?;
        // One that has not gone yet would tell the contact that is back that it went.
        tx.cancel_outbox(practice, registration, &[OutboxKind::NoticeOldContact], now).await?;
        if let (Some(before), Some(after)) = (before, tx.patient(practice, patient).await?) {
            let held = [ContactField::Mobile, ContactField::Email].map(|field| Some(held(&after, field)));
            self.notify_old_contacts(&mut tx, registration, &before, held, now).await?;
        }
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }

    /// What a registration has written, if that can be undone.
    async fn written(&self, registration: RegistrationId) -> Result<Written, UndoRefused> {
        let update = self.store.record_update(self.practice(), registration).await?;
        let Some(RecordUpdate {
            patient: Some(patient),
            state: RecordUpdateState::Confirmed { version } | RecordUpdateState::ByHand { version },
            changed_at,
            ..
        }) = update
        else {
            return Err(UndoRefused::NothingWritten);
        };
        if version == FIRST_VERSION {
            return Err(UndoRefused::NothingBefore);
        }
        if self.now() - UNDO_WITHIN > changed_at {
            return Err(UndoRefused::TooLate);
        }
        Ok(Written { patient, version })
    }

    /// Writes the former values into the practice system, if the record is still there as the update left it. Doing it twice is
    /// doing it once: a record that holds them already is not written.
    async fn restore_elsewhere(
        &self,
        registration: RegistrationId,
        written: &Written,
    ) -> Result<Option<SystemRecord>, UndoRefused> {
        let (practice, patient) = (self.practice(), written.patient);
        let Some(kept) = self.store.system_record(practice, patient).await? else { return Ok(None) };
        let elsewhere = self.elsewhere.as_ref().filter(|elsewhere| elsewhere.name == kept.system);
        let (Some(elsewhere), Some(record)) = (elsewhere, RecordId::parse(&kept.record_id)) else {
            return Err(UndoRefused::SystemNotConfigured);
        };
        let mut tx = self.store.begin(practice).await?;
        let changed = tx.fields_changed_by(practice, patient, registration).await?;
        let copy = tx.patient(practice, patient).await?;
        drop(tx);
        let former = |field| {
            let found = changed.iter().find(|changed| changed.field == field);
            found.map_or(Former::Untouched, |changed| Former::of(changed.before.clone()))
        };
        let (mobile, email) = (former(ContactField::Mobile), former(ContactField::Email));
        let asked_at = self.now();
        // Our copy is not as the update left it: somebody has changed the record, or an undo broke off after the system was given back
        // its values. Nothing more is written then.
        if copy.is_none_or(|copy| copy.version != written.version) {
            let shown = elsewhere.ask(self, elsewhere.system.read(&record)).await?;
            return match shown {
                Some(record)
                    if mobile.is_held_in(record.mobile.as_ref())
                        && email.is_held_in(record.email.as_ref()) =>
                {
                    Ok(Some(Shown { record: &record, elsewhere, asked_at }.kept()))
                }
                Some(_) | None => Err(UndoRefused::RecordChanged),
            };
        }
        let restore = ContactUpdate {
            record,
            read: RecordVersion::from_kept(&kept.read_version),
            contact: Contact::Restored { mobile, email },
            registration,
        };
        match elsewhere.ask(self, elsewhere.system.update_contact(&restore)).await? {
            Updated::Confirmed { now: record, .. } | Updated::AlreadyHeld { now: record } => {
                Ok(Some(Shown { record: &record, elsewhere, asked_at }.kept()))
            }
            Updated::Sent { .. } => Err(UndoRefused::NotConfirmed),
            Updated::Changed { .. } | Updated::NotKept { .. } | Updated::LeftToStaff => {
                Err(UndoRefused::RecordChanged)
            }
        }
    }
}

/// A change that can be undone.
struct Written {
    patient: PatientId,
    version: i64,
}

/// What stands in a field, as it is compared; empty where nothing does.
fn held(record: &PatientRecord, field: ContactField) -> &str {
    record.contact(field).map_or("", |contact| contact.comparable.as_deref().unwrap_or(&contact.value))
}
