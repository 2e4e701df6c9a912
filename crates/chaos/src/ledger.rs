//! What was acknowledged to whom: kept in this program's memory, where no fault reaches it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use registration::ids::RegistrationId;

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
    /// The portal said what it may not, or nothing for too long.
    Stuck(String),
}

/// One person's pass.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Their place among the people.
    pub(crate) person: usize,
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) acknowledged: Option<Step>,
    pub(crate) end: End,
}

#[derive(Default)]
pub(crate) struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    /// Somebody begins; returns the place of their entry.
    pub(crate) fn begin(&self, person: usize) -> usize {
        let mut entries = self.entries();
        entries.push(Entry { person, registration: None, acknowledged: None, end: End::UnderWay });
        entries.len() - 1
    }

    pub(crate) fn confirmed(&self, entry: usize, registration: RegistrationId) {
        self.entries()[entry].registration = Some(registration);
        self.acknowledged(entry, Step::Confirmed);
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
