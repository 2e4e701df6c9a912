//! What was acknowledged to whom: kept in this program's memory, where no fault reaches it.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use registration::{ids::RegistrationId, secrets::reference::Reference};
use uuid::Uuid;

/// What a patient has been told is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Confirmed,
    CodeChecked,
    PasswordSet,
    LinkOpened,
    TermsAccepted,
}

/// How somebody's pass through the flow ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    UnderWay,
    Registered,
    /// Their kiosk was killed: it forgets them, and nobody goes on.
    KioskKilled,
    /// The link's tries went up in requests that were never answered: as many passwords were sent.
    LinkLocked {
        tries: u32,
    },
    /// So did the codes that may be typed on a phone, or those that may be asked for there.
    CodesUsedUp {
        tries: u32,
        asked: u32,
    },
    /// The portal said what it may not, or nothing for too long.
    Stuck(String),
}

/// Whether somebody's kiosk kept their details because nobody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    No,
    /// Its program may have been killed before they lay there, and they were told nothing.
    Perhaps,
    /// They were shown this.
    Yes(Reference),
}

/// One person's pass.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Their place among the people.
    pub(crate) person: usize,
    /// As they were told at the glass.
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) kept: Kept,
    /// How often their phone asked for another code.
    pub(crate) codes_asked: u32,
    pub(crate) acknowledged: Option<Step>,
    pub(crate) end: End,
}

#[derive(Default)]
pub(crate) struct Ledger {
    entries: Mutex<Vec<Entry>>,
    /// Entries of the kiosks' journals that the portal said it has.
    taken: Mutex<BTreeSet<Uuid>>,
}

impl Ledger {
    /// Somebody begins; returns the place of their entry.
    pub(crate) fn begin(&self, person: usize) -> usize {
        let mut entries = self.entries();
        entries.push(Entry {
            person,
            registration: None,
            kept: Kept::No,
            codes_asked: 0,
            acknowledged: None,
            end: End::UnderWay,
        });
        entries.len() - 1
    }

    pub(crate) fn confirmed(&self, entry: usize, registration: RegistrationId) {
        self.entries()[entry].registration = Some(registration);
        self.acknowledged(entry, Step::Confirmed);
    }

    pub(crate) fn is_keeping(&self, entry: usize) {
        self.entries()[entry].kept = Kept::Perhaps;
    }

    pub(crate) fn kept(&self, entry: usize, reference: Reference) {
        self.entries()[entry].kept = Kept::Yes(reference);
    }

    pub(crate) fn asked_for_codes(&self, entry: usize, times: u32) {
        self.entries()[entry].codes_asked += times;
    }

    pub(crate) fn taken(&self, journal_entry: Uuid) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(journal_entry);
    }

    pub(crate) fn all_taken(&self) -> BTreeSet<Uuid> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn acknowledged(&self, entry: usize, step: Step) {
        self.entries()[entry].acknowledged = Some(step);
    }

    pub(crate) fn ended(&self, entry: usize, end: End) {
        self.entries()[entry].end = end;
    }

    pub(crate) fn all(&self) -> Vec<Entry> {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        // What is in it is whole after each call.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
