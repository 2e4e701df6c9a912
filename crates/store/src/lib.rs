//! What is kept: the only crate that speaks SQL.
//!
//! Every query is a constant text that SQLite and PostgreSQL both understand; time comes from the caller, never from SQL.
//! Guards stand in the `WHERE` of the statement and are checked by the number of rows. Nothing here decides what a patient
//! may do: that is `registration`. Start reading at [`Store`] and [`Tx`].
//!
//! To add a table: the next number in `migrations/sqlite` and `migrations/postgres`, a module here, its columns in
//! `docs/data-retention.md`, and `practice_id` first in its key and in every `WHERE`.

mod access_log;
mod accounts;
mod answers;
mod bare;
mod codes;
mod desk;
mod error;
mod fields;
mod figures;
mod help_calls;
mod identities;
mod instant;
mod journal;
mod kiosk_presences;
mod kiosks;
mod limits;
mod match_keys;
mod matches;
mod numbers;
mod open;
mod outbox;
mod patients;
mod purge;
mod record_tasks;
mod record_updates;
mod registrations;
mod reviews;
mod sandbox;
mod sql;
mod staff;
mod test_links;
#[cfg(test)]
mod tests;
mod tx;

pub use access_log::{
    act::Act,
    entry::{AccessEntry, Actor, ByStaff, Purpose},
    history::HistoryLine,
    listed::{LinesSought, LinesWithin, LoggedBy, LoggedLine},
    verify::{Fault, Head, VerifyReport},
};
pub use accounts::{AccountRow, LinkMade, NewAccount, NewProfile};
pub use answers::{Answered, Claim, IN_FLIGHT};
pub use bare::BareDatabase;
pub use codes::{CountedOnNumber, NumberTries};
pub use desk::{Acceptance, DeskReason, DeskReferenceRow};
pub use error::{OpenError, StoreError};
pub use help_calls::{HelpCallRow, HelpCallStands};
pub use identities::{IdentitySeen, NamedRecord, NewIdentitySeen};
pub use journal::{
    JournalEntryRow, JournalFate, JournalStep, JournalWait, NewJournalEntry,
    counts::{JournalEntryFound, JournalEntryListed, JournalLoss, JournalRow, JournalStands},
};
pub use kiosk_presences::{KioskPresence, KioskStands};
pub use kiosks::{DESK, EnrolledKiosk, Kiosk};
pub use limits::LimitSubject;
pub use match_keys::look_up::LookedUp;
pub use matches::{MatchDecision, NotTheSame};
/// Parts of a [`MatchDecision`] and of a [`ReviewRow`].
pub use matching::{Mark, Policy, ReviewReason};
pub use open::{
    Stamp, Store,
    postgres::{CONNECTIONS, PostgresLogin, migrate_postgres, newest_version},
    sqlite::DatabaseKey,
};
pub use outbox::{OutboxKind, OutboxOutcome, OutboxRow, PromiseFate, PromiseState};
pub use patients::{
    ContactField, ContactPoint, PatientRecord,
    import::{NewContact, NewPatient},
    system::{SystemCopy, SystemRecord},
    undo::ContactUndo,
    update::{ContactUpdate, NewPatientFrom},
};
pub use purge::Purged;
pub use record_tasks::{FieldToEnter, RecordTask, TaskPurpose};
pub use record_updates::{
    RecordUpdate,
    listed::{ChangesWaiting, RecordUpdateListed},
    state::RecordUpdateState,
};
/// Part of a [`RecordUpdateState`].
pub use registration::record_change::UpdateTrouble;
pub use registrations::{
    LinkedRegistration,
    listed::{RegistrationListed, RegistrationsSought},
};
pub use reviews::{ReviewRow, Said, Settled, listed::ReviewListed};
pub use sandbox::{Channel, SandboxMessage};
pub use staff::{NewStaff, StaffCredential, StaffRow, sessions::StaffSession, unlock_asks::UnlockAskRow};
pub use tx::Tx;
