//! What staff can see of the changes to patient records, and take back.

use chrono::TimeDelta;
use registration::{flow::figures::UNDO_WITHIN, ids::RegistrationId};
use store::{
    AccessEntry, Act, Actor, ContactField, ContactUndo, OutboxKind, PatientRecord, RecordUpdate,
    RecordUpdateState, StoreError,
};
use uuid::Uuid;

use crate::{Portal, workers::records::FIRST_VERSION};

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
    /// The store did not do it.
    #[error("the store did not undo it")]
    Store(#[from] StoreError),
}

impl Portal {
    /// Changes to records and what became of them, latest first, at most `most`.
    pub async fn record_updates(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        self.store.record_updates(self.practice(), most).await
    }

    /// Those that the machine does no more about, and those that have waited for longer than a day.
    pub async fn record_updates_for_staff(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        let waiting_since = self.now() - TOO_LONG;
        self.store.record_updates_for_staff(self.practice(), waiting_since, most).await
    }

    /// Those whose record holds another value by now than was written.
    pub async fn differing_record_updates(&self, most: u32) -> Result<Vec<RecordUpdate>, StoreError> {
        self.store.differing_record_updates(self.practice(), most).await
    }

    /// Gives a record back what it held before a registration's update, as this staff member wants it. The account stays
    /// linked, and both values stay in the record's history.
    pub async fn undo_record_update(
        &self,
        registration: RegistrationId,
        staff: Uuid,
    ) -> Result<(), UndoRefused> {
        let now = self.now();
        let practice = self.practice();
        let update = self.store.record_update(practice, registration).await?;
        let Some(RecordUpdate {
            patient: Some(patient),
            state: RecordUpdateState::Confirmed { version },
            changed_at,
            ..
        }) = update
        else {
            return Err(UndoRefused::NothingWritten);
        };
        if version == FIRST_VERSION {
            return Err(UndoRefused::NothingBefore);
        }
        if now - UNDO_WITHIN > changed_at {
            return Err(UndoRefused::TooLate);
        }
        let mut tx = self.store.begin(practice).await?;
        let before = tx.patient(practice, patient).await?;
        let undo = ContactUndo { practice, patient, expected_version: version, registration, at: now };
        if !tx.undo_contact_update(&undo).await? {
            return Err(UndoRefused::RecordChanged);
        }
        tx.keep_record_update_undone(practice, registration, version, now).await?;
        let entry = self.entry(Actor::Staff(staff), Act::RecordUpdateUndone, now);
        tx.log(AccessEntry { registration: Some(registration), patient: Some(patient), ..entry }).await?;
        // One that has not gone yet would tell the contact that is back that it went.
        tx.cancel_outbox(practice, registration, &[OutboxKind::NoticeOldContact], now).await?;
        if let (Some(before), Some(after)) = (before, tx.patient(practice, patient).await?) {
            let held = [held(&after, ContactField::Mobile), held(&after, ContactField::Email)];
            self.notify_old_contacts(&mut tx, registration, &before, held, now).await?;
        }
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }
}

/// What stands in a field, as it is compared; empty where nothing does.
fn held(record: &PatientRecord, field: ContactField) -> &str {
    record.contact(field).map_or("", |contact| contact.comparable.as_deref().unwrap_or(&contact.value))
}
