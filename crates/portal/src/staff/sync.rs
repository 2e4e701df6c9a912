//! Whether what patients proved has reached the practice's own records, and what staff do about it, in the words of the wire.

use kiosk_api::staff::{
    answer::StaffAnswer,
    sync::{ByHandField, ByHandPurpose, ByHandRow, JournalRow, Sync, SyncAct, SyncRow, SyncTrouble},
};
use registration::{
    ids::RegistrationId,
    record_change::{ChangeAct, Concern, UpdateTrouble},
};
use store::{Act, Actor, RecordTask, RecordUpdateListed, StaffSession, StoreError, TaskPurpose};
use uuid::Uuid;

use super::{
    letting_in::{by, wire},
    patients::LISTED_TO,
    refused::StaffRefused,
};
use crate::{NotEntered, Portal, record_updates::NotSeenTo};

/// Changes of one list, shown at once.
const CHANGES_SHOWN: u32 = 50;
/// Changes to be entered by hand, shown at once: each with somebody's details.
const BY_HAND_SHOWN: u32 = 20;

impl Portal {
    /// How the practice's records stand. The log keeps one line in five minutes for each place where people's names are on a screen.
    pub(super) async fn sync_shown(&self, session: &StaffSession) -> Result<StaffAnswer, StaffRefused> {
        let (practice, waiting_since) = (self.practice(), self.waiting_since());
        let waiting = self.store.count_changes_waiting(practice, waiting_since).await?;
        let trouble = self.store.changes_for_staff(practice, waiting_since, CHANGES_SHOWN).await?;
        let differing = self.store.changes_that_differ(practice, CHANGES_SHOWN).await?;
        if !trouble.is_empty() || !differing.is_empty() {
            self.log_changes_listed(session).await?;
        }
        let journals = self.store.journals(practice).await?;
        let of_concern = |journal: &store::JournalRow| journal.waiting > 0 || journal.lost > 0;
        Ok(StaffAnswer::Sync {
            sync: Sync {
                on_their_way: waiting.on_their_way,
                for_staff: waiting.for_staff,
                trouble: trouble.iter().filter_map(|listed| self.sync_row(listed)).collect(),
                differing: differing.iter().filter_map(|listed| self.sync_row(listed)).collect(),
                by_hand: waiting.by_hand,
                journals: journals.into_iter().filter(of_concern).map(journal_row).collect(),
            },
        })
    }

    async fn log_changes_listed(&self, session: &StaffSession) -> Result<(), StoreError> {
        let (practice, now, by) = (self.practice(), self.now(), by(session));
        if self.store.staff_acted_since(practice, by, Act::ChangesListed, now - LISTED_TO).await? {
            return Ok(());
        }
        let mut tx = self.store.begin(practice).await?;
        tx.log(self.entry(Actor::Staff(by), Act::ChangesListed, now)).await?;
        tx.commit().await
    }

    fn sync_row(&self, listed: &RecordUpdateListed) -> Option<SyncRow> {
        let (trouble, since) = match listed.seen(true)?.concern {
            Concern::GivenUp(why) => (Some(trouble(why)), listed.update.changed_at),
            Concern::WaitsLong => (Some(SyncTrouble::WaitsLong), listed.update.changed_at),
            Concern::Differs => (None, listed.update.differs_since?),
        };
        let acts = [(ChangeAct::TryAgain, SyncAct::Retry), (ChangeAct::Review, SyncAct::Review)];
        let may = acts.into_iter().filter(|(act, _)| self.may_see_to(listed, *act));
        let given = listed.given_name.as_ref().map(|given| format!("{given} ")).unwrap_or_default();
        Some(SyncRow {
            registration: listed.update.registration.0,
            reference: listed.reference.as_str().to_owned(),
            name: format!("{given}{}", listed.family_name),
            trouble,
            since: wire(since),
            review: listed.review.map(|review| review.0),
            may: may.map(|(_, act)| act).collect(),
        })
    }

    pub(super) async fn see_to_change(
        &self,
        session: &StaffSession,
        registration: RegistrationId,
        act: SyncAct,
    ) -> Result<(), StaffRefused> {
        let seen_to = match act {
            SyncAct::Retry => self.try_change_again(registration, by(session)).await,
            SyncAct::Review => self.send_change_to_review(registration, by(session)).await,
        };
        seen_to.map_err(|why| match why {
            NotSeenTo::NoSuchChange => StaffRefused::NotFound,
            NotSeenTo::NotNow => StaffRefused::NotPossibleNow,
            NotSeenTo::Store(error) => error.into(),
        })
    }

    pub(super) async fn by_hand_shown(&self, session: &StaffSession) -> Result<StaffAnswer, StaffRefused> {
        let tasks = self.record_tasks(BY_HAND_SHOWN, by(session)).await?;
        let waiting = self.store.count_changes_waiting(self.practice(), self.waiting_since()).await?;
        Ok(StaffAnswer::ByHand { rows: tasks.iter().map(by_hand_row).collect(), in_all: waiting.by_hand })
    }

    pub(super) async fn entered_by_hand(
        &self,
        session: &StaffSession,
        registration: RegistrationId,
        purpose: ByHandPurpose,
    ) -> Result<(), StaffRefused> {
        let purpose = match purpose {
            ByHandPurpose::Update => TaskPurpose::Update,
            ByHandPurpose::Create => TaskPurpose::Create,
            ByHandPurpose::PutBack => TaskPurpose::PutBack,
        };
        self.tick_record_task(registration, purpose, by(session)).await.map_err(|why| match why {
            NotEntered::NoSuchTask => StaffRefused::ChangedMeanwhile,
            NotEntered::Store(error) => error.into(),
        })
    }

    /// Somebody knows of what they were shown as lost. Said twice, it is said once.
    pub(super) async fn know_of_lost(
        &self,
        session: &StaffSession,
        journal: Uuid,
        lost: u32,
    ) -> Result<(), StaffRefused> {
        Ok(self.know_lost(journal, lost, by(session)).await?)
    }
}

fn journal_row(journal: store::JournalRow) -> JournalRow {
    JournalRow {
        lost_and_unseen: journal.lost_and_unseen(),
        id: journal.id,
        kiosk: journal.kiosk,
        waiting: journal.waiting,
        lost: journal.lost,
        reported_at: journal.reported_at.map(wire),
    }
}

fn by_hand_row(task: &RecordTask) -> ByHandRow {
    let name = &task.record.name;
    let given = name.given.as_ref().map(|given| format!("{} ", given.as_typed())).unwrap_or_default();
    let fields = task.fields.iter().map(|field| ByHandField {
        field: field.field.as_str().to_owned(),
        before: field.before.clone(),
        now: field.now.clone(),
    });
    ByHandRow {
        registration: task.registration.0,
        purpose: match task.purpose {
            TaskPurpose::Update => ByHandPurpose::Update,
            TaskPurpose::Create => ByHandPurpose::Create,
            TaskPurpose::PutBack => ByHandPurpose::PutBack,
        },
        name: format!("{given}{}", name.family.as_typed()),
        date_of_birth: task.record.date_of_birth.map(|born| born.to_string()),
        since: wire(task.created_at),
        fields: fields.collect(),
    }
}

const fn trouble(why: UpdateTrouble) -> SyncTrouble {
    match why {
        UpdateTrouble::RecordChanged => SyncTrouble::RecordChanged,
        UpdateTrouble::NotWritten => SyncTrouble::NotWritten,
        UpdateTrouble::PromiseUnreadable => SyncTrouble::PromiseUnreadable,
        UpdateTrouble::NewCannotBeTold => SyncTrouble::NewCannotBeTold,
        UpdateTrouble::Refused => SyncTrouble::Refused,
        UpdateTrouble::RecordGone => SyncTrouble::RecordGone,
        UpdateTrouble::RecordClosed => SyncTrouble::RecordClosed,
        UpdateTrouble::TooManyRecords => SyncTrouble::TooManyRecords,
        UpdateTrouble::NotKept => SyncTrouble::NotKept,
        UpdateTrouble::NotUnderstood => SyncTrouble::NotUnderstood,
        UpdateTrouble::InReview => SyncTrouble::InReview,
    }
}
