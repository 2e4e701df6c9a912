//! What is in the database when everything is over.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result};
use registration::{
    flow::StateName,
    ids::{OutboxId, PatientId, RegistrationId},
    secrets::reference::Reference,
};
use store::{
    Act, Channel, ContactPoint, JournalEntryFound, JournalEntryListed, JournalRow, OutboxKind, PatientRecord,
    PromiseFate, PromiseState, RecordUpdateState, Store,
};
use uuid::Uuid;

use crate::{
    ledger::{Entry, Kept, Ledger},
    people::Person,
    place::{NOBODY, PRACTICE},
};

/// Records read at once.
const PAGE: u32 = 500;
/// More than there are people.
const MOST_REVIEWS: u32 = 1_000;

/// A registration, with everything that came of it.
#[derive(Clone)]
pub(crate) struct FoundRegistration {
    pub(crate) reference: Reference,
    pub(crate) state: StateName,
    pub(crate) update: Option<(RecordUpdateState, Option<PatientId>)>,
    pub(crate) promises: Vec<(OutboxKind, PromiseState)>,
    pub(crate) acts: Vec<Act>,
}

/// A record with every value it ever held.
#[derive(Clone)]
pub(crate) struct FoundRecord {
    pub(crate) record: PatientRecord,
    pub(crate) history: Vec<ContactPoint>,
}

/// A message that somebody's phone shows.
#[derive(Clone)]
pub(crate) struct FoundMessage {
    pub(crate) id: OutboxId,
    pub(crate) channel: Channel,
    pub(crate) recipient: String,
}

/// What came of the kiosks' journals.
#[derive(Clone, Default)]
pub(crate) struct FoundJournals {
    /// By a person's place: what the portal has under the reference that they were shown.
    pub(crate) of_person: HashMap<usize, Vec<JournalEntryFound>>,
    /// Entries that the portal said it has, and whether it does.
    pub(crate) taken: BTreeMap<Uuid, bool>,
    /// Entries whose text has not gone.
    pub(crate) not_entered: Vec<JournalEntryListed>,
    /// As the kiosks said last.
    pub(crate) stand: Vec<JournalRow>,
}

/// A record in the practice's own software.
#[derive(Clone)]
pub(crate) struct ThereRecord {
    /// No two people here share one.
    pub(crate) family: String,
    pub(crate) mobile: String,
    pub(crate) email: String,
    /// Since it was made.
    pub(crate) changes: usize,
}

/// What the practice's own software holds.
#[derive(Clone)]
pub(crate) struct There {
    /// Whether a machine may conclude from its searches that somebody is new.
    pub(crate) tells_new: bool,
    /// Requests that it has not worked on, because the same was never asked again.
    pub(crate) held: usize,
    /// Requests that it worked on when the portal had given them up and asked again.
    pub(crate) worked_on_late: usize,
    pub(crate) records: Vec<ThereRecord>,
}

#[derive(Clone, Default)]
pub(crate) struct Found {
    pub(crate) registrations: HashMap<RegistrationId, FoundRegistration>,
    /// By a person's place: registrations of their number in which something may still happen.
    pub(crate) open: HashMap<usize, Vec<RegistrationId>>,
    pub(crate) records: Vec<FoundRecord>,
    pub(crate) messages: Vec<FoundMessage>,
    pub(crate) journals: FoundJournals,
    /// Reviews that wait for staff.
    pub(crate) reviews: usize,
    /// Where the practice's own software holds the records; ours are copies then.
    pub(crate) there: Option<There>,
}

impl Found {
    pub(crate) async fn read(store: &Store, people: &[Person], ledger: &Ledger) -> Result<Self> {
        let entries = ledger.all();
        let mut found = Self { journals: read_journals(store, &entries, ledger).await?, ..Self::default() };
        for entry in &entries {
            let mobile = people[entry.person].mobile();
            let open = store.open_registrations_of(PRACTICE, &mobile).await?;
            found.open.insert(entry.person, open.iter().map(|it| it.id).collect());
            if let Some(id) = found.registration_of(entry)
                && let Some(registration) = read_registration(store, id).await?
            {
                found.registrations.insert(id, registration);
            }
        }
        let mut after = None;
        loop {
            let page = store.patients_after(PRACTICE, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for record in page.into_iter().filter(|record| record.id != NOBODY) {
                let history = store.patient_contact_history(PRACTICE, record.id).await?;
                found.records.push(FoundRecord { record, history });
            }
        }
        let messages = store.sandbox_messages(PRACTICE, 0).await.context("messages")?;
        found.messages.extend(messages.into_iter().map(|message| FoundMessage {
            id: message.id,
            channel: message.channel,
            recipient: message.recipient,
        }));
        found.reviews = store.reviews_waiting(PRACTICE, MOST_REVIEWS).await?.len();
        Ok(found)
    }

    /// The one that they were told of at the glass, or that belongs to what was kept of them.
    pub(crate) fn registration_of(&self, entry: &Entry) -> Option<RegistrationId> {
        let kept = || self.journals.of_person.get(&entry.person)?.first()?.registration;
        entry.registration.or_else(kept)
    }

    /// Whether nothing of these registrations is left to be done now; notices and reminders wait for the day.
    pub(crate) fn is_at_rest(&self) -> bool {
        let waits = |entry: &JournalEntryListed| entry.fate.is_none();
        let registrations = self.registrations.values().all(|registration| {
            let promised = |(kind, state): &(OutboxKind, PromiseState)| {
                *state == PromiseState::Promised && is_due_at_once(*kind)
            };
            !registration.promises.iter().any(promised)
        });
        registrations && !self.journals.not_entered.iter().any(waits)
    }
}

pub(crate) const fn is_due_at_once(kind: OutboxKind) -> bool {
    match kind {
        OutboxKind::CodeSms
        | OutboxKind::LinkEmail
        | OutboxKind::RecordUpdate
        | OutboxKind::RecordCreate
        | OutboxKind::NoticeRegisteredAgain => true,
        OutboxKind::LinkReminder | OutboxKind::NoticeOldContact | OutboxKind::NoticeLinked => false,
    }
}

async fn read_journals(store: &Store, entries: &[Entry], ledger: &Ledger) -> Result<FoundJournals> {
    let mut found = FoundJournals {
        not_entered: store.journal_entries(PRACTICE).await?,
        stand: store.journals(PRACTICE).await?,
        ..FoundJournals::default()
    };
    for entry in entries {
        if let Kept::Yes(reference) = &entry.kept {
            let under_it = store.journal_entries_of(PRACTICE, reference).await?;
            found.of_person.insert(entry.person, under_it);
        }
    }
    for id in ledger.all_taken() {
        found.taken.insert(id, store.has_journal_entry(PRACTICE, id).await?);
    }
    Ok(found)
}

async fn read_registration(store: &Store, id: RegistrationId) -> Result<Option<FoundRegistration>> {
    let Some(registration) = store.registration(PRACTICE, id).await? else { return Ok(None) };
    let update = store.record_update(PRACTICE, id).await?;
    let promise = |fate: PromiseFate| (fate.kind, fate.state);
    Ok(Some(FoundRegistration {
        reference: registration.reference,
        state: registration.state.name(),
        update: update.map(|update| (update.state, update.patient)),
        promises: store.promises_of(PRACTICE, id).await?.into_iter().map(promise).collect(),
        acts: store.acts_of(PRACTICE, id).await?.into_iter().map(|(act, _)| act).collect(),
    }))
}
