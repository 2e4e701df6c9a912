//! A record for somebody new, once.

use matching::ReviewReason;
use practice_systems::{Created, NewRecord, RecordId, Situation, StaffReason, Texts};
use registration::{ids::PatientId, time::Timestamp};
use store::{Act, NewPatientFrom, OutboxOutcome, RecordUpdateState, StoreError, Tx, UpdateTrouble};

use super::{BEHIND, Stopped, Under};
use crate::{
    Portal,
    elsewhere::{MOST_SHOWN, Shown},
    outbox::Step,
    workers::records::FIRST_VERSION,
};

impl Portal {
    /// A record for somebody whom the practice does not know. Of two who could be the same person, the one who came later looks again
    /// when the first is done: they may be one, or share a number.
    pub(super) async fn create_elsewhere(&self, under: &Under<'_>) -> Result<(), Stopped> {
        if self.store.has_earlier_update_nearby(self.practice(), under.registration.id).await? {
            let at = self.now() + BEHIND;
            return Ok(self.finish(under.row, OutboxOutcome::RetryAt(at)).await?);
        }
        let other_people = self.other_people(under).await?;
        let details = &under.registration.details;
        let new = NewRecord {
            name: details.name.clone(),
            date_of_birth: details.date_of_birth,
            mobile: under.mobile.clone(),
            email: under.email.clone(),
            texts: Texts::NotAsked,
            other_people,
            registration: under.registration.id,
        };
        let (elsewhere, asked_at) = (under.elsewhere, self.now());
        let created = elsewhere.ask(self, elsewhere.system.create(&new)).await?;
        let now = self.now();
        let Some(mut tx) = self.hold(under.row).await? else { return Ok(()) };
        match created {
            Created::Confirmed { record } | Created::AlreadyThere { record } => {
                self.made_elsewhere(tx, under, Shown { record: &record, elsewhere, asked_at }, now).await
            }
            Created::Sent { record, confirm_at } => {
                let sent = RecordUpdateState::Sent;
                tx.keep_record_update(self.practice(), under.registration.id, None, sent, now).await?;
                let record = record.as_str().to_owned();
                self.carry_on(tx, under, Step::Made { record }, confirm_at).await
            }
            Created::Met { records } => {
                let mut candidates = Vec::new();
                for record in records.iter().take(MOST_SHOWN) {
                    candidates.extend(self.copy(&mut tx, Shown { record, elsewhere, asked_at }).await?);
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

    /// Records of which staff have said that they are not theirs.
    async fn other_people(&self, under: &Under<'_>) -> Result<Vec<RecordId>, StoreError> {
        let (practice, details) = (self.practice(), &under.registration.details);
        let (mobile, born) = (under.mobile.value().e164(), details.date_of_birth.date());
        let email = under.email.as_ref().map_or("", |email| email.value().as_str());
        let mut tx = self.store.begin(practice).await?;
        let mut records = Vec::new();
        for patient in tx.not_the_same(practice, &details.name, born, mobile, email).await? {
            let kept = tx.system_record(practice, patient).await?;
            let kept = kept.filter(|kept| kept.system == under.elsewhere.name);
            records.extend(kept.and_then(|kept| RecordId::parse(&kept.record_id)));
        }
        Ok(records)
    }

    /// The record that was made, which is only looked at: made again, it would be there twice.
    pub(super) async fn confirm_made(&self, under: &Under<'_>, record: &str) -> Result<(), Stopped> {
        let gone = Situation::NeedsStaff(StaffReason::RecordGone);
        let record = RecordId::parse(record).ok_or(gone)?;
        let (elsewhere, asked_at) = (under.elsewhere, self.now());
        let read = elsewhere.ask(self, elsewhere.system.read(&record)).await?;
        let record = read.ok_or(gone)?;
        let Some(tx) = self.hold(under.row).await? else { return Ok(()) };
        self.made_elsewhere(tx, under, Shown { record: &record, elsewhere, asked_at }, self.now()).await
    }

    async fn made_elsewhere(
        &self,
        mut tx: Tx,
        under: &Under<'_>,
        shown: Shown<'_>,
        now: Timestamp,
    ) -> Result<(), Stopped> {
        let (practice, registration) = (self.practice(), &under.registration);
        // It was made for this registration, and reception or a rule of the system has changed it since.
        if !under.is_held_by(shown.record) {
            let reason = (UpdateTrouble::NotKept, ReviewReason::RecordNotWritten);
            return self.staff_compare(tx, under, shown, reason, now).await;
        }
        tx.take_turns_in_creating(practice).await?;
        if let Some(patient) = tx.copy_of(practice, &shown.elsewhere.name, shown.record.id.as_str()).await? {
            return self.written_elsewhere(tx, under, patient, shown, now).await;
        }
        let patient = PatientId::draw(now, &mut self.rng());
        tx.create_patient_from(&NewPatientFrom {
            practice,
            patient,
            registration: registration.id,
            details: &registration.details,
            mobile: &under.mobile,
            email: under.email.as_ref(),
            at: now,
        })
        .await?;
        tx.keep_system_record(practice, patient, &shown.kept(), now).await?;
        let made = RecordUpdateState::Confirmed { version: FIRST_VERSION };
        tx.keep_record_update(practice, registration.id, Some(patient), made, now).await?;
        self.log_own(&mut tx, registration, Act::RecordCreated, Some(patient), None, now).await?;
        self.link_account(&mut tx, under, patient, now).await?;
        Ok(self.kept(tx, under.row, now).await?)
    }
}
