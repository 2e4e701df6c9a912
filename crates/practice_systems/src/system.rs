//! The trait, and what goes in and comes out.

use async_trait::async_trait;
use chrono::TimeDelta;
use registration::{
    ids::RegistrationId,
    time::Timestamp,
    values::{
        date_of_birth::DateOfBirth, email::EmailAddress, mobile::MobileNumber, name::PersonName,
        verified::Verified,
    },
};

use crate::{
    record::{Listed, PatientRecord, RecordId, RecordVersion},
    situation::Situation,
};

/// The software that holds the practice's patient records.
///
/// Calls may be made again after any [`Situation`] with a `retry_at`, after a crash, and twice: a registration has one
/// effect. A caller keeps the record as it was matched until the update is confirmed: its contact points are what an undo
/// writes back and where the notice of the change goes.
///
/// The practice's own database fits: an id and a version number as text, every search complete, every outcome confirmed or
/// changed within one transaction. So does a system that staff write into by hand: nothing found, no coverage, and
/// [`Updated::LeftToStaff`] or [`Created::LeftToStaff`] once the task is made.
#[async_trait]
pub trait PracticeSystem: Send + Sync {
    /// What it can do. A FHIR server is asked once and its answer kept; the others are known.
    async fn capabilities(&self) -> Result<Capabilities, Situation>;

    /// Whether it can be reached and the key is right, by asking it something harmless. For `check-config --connect`, and
    /// to be called every [`Capabilities::keep_alive`] so that the key does not end for want of use.
    async fn check(&self) -> Result<Checked, Situation>;

    /// Every record that shares the date of birth or a contact point, each once, closed ones too, as far as
    /// [`Candidates::coverage`] says.
    async fn find_candidates(&self, sought: &Sought) -> Result<Candidates, Situation>;

    /// One record as it is now; `None` if there is none of this id.
    async fn read(&self, record: &RecordId) -> Result<Option<PatientRecord>, Situation>;

    /// Makes a record of somebody whom the practice does not know, after one more look whether it has come to know them.
    async fn create(&self, new: &NewRecord) -> Result<Created, Situation>;

    /// Writes contact points into a record that is still as it was read. Other fields stay as they are.
    async fn update_contact(&self, update: &ContactUpdate) -> Result<Updated, Situation>;
}

/// Whom to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct Sought {
    /// As typed.
    pub name: PersonName,
    /// As typed.
    pub date_of_birth: DateOfBirth,
    /// Proven.
    pub mobile: MobileNumber,
    /// Proven; `None` of somebody who has none.
    pub email: Option<EmailAddress>,
}

impl std::fmt::Debug for Sought {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sought")
    }
}

impl Sought {
    /// Shares the date of birth or either contact point, whatever the field.
    pub(crate) fn concerns(&self, record: &PatientRecord) -> bool {
        record.date_of_birth == Some(self.date_of_birth.date()) || self.shares_contact(record)
    }

    pub(crate) fn shares_contact(&self, record: &PatientRecord) -> bool {
        record.phones().any(|phone| phone == self.mobile.e164())
            || self.email.as_ref().is_some_and(|own| record.emails().any(|email| email == own.as_str()))
    }

    /// Same folded name and same date of birth.
    pub(crate) fn is_of_this_person(&self, record: &PatientRecord) -> bool {
        record.date_of_birth == Some(self.date_of_birth.date()) && record.is_named(&self.name)
    }

    /// Agrees in everything, in the very fields that a new record would have.
    pub(crate) fn agrees_entirely(&self, record: &PatientRecord) -> bool {
        self.is_of_this_person(record)
            && record.mobile.as_ref().is_some_and(|mobile| mobile.is(self.mobile.e164()))
            && match (&self.email, &record.email) {
                (Some(own), Some(email)) => email.is(own.as_str()),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
    }
}

/// By which of its details the system could be searched. Where one is missing, a machine may not conclude that the
/// practice does not know the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Every record of this date of birth was found.
    pub date_of_birth: bool,
    /// Every record with this mobile in any telephone field was found.
    pub mobile: bool,
    /// Every record with this address was found.
    pub email: bool,
}

impl Coverage {
    /// Nothing was left out.
    pub const ALL: Self = Self { date_of_birth: true, mobile: true, email: true };

    /// Whether every record with either contact point was found: only then may a machine conclude that it stands on one record and no
    /// other that could be this person.
    #[must_use]
    pub const fn has_contacts(self) -> bool {
        self.mobile && self.email
    }

    /// Whether nothing was left out: only then may a machine conclude that somebody is new.
    #[must_use]
    pub fn is_complete(self) -> bool {
        self == Self::ALL
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates {
    /// Each once.
    pub records: Vec<PatientRecord>,
    /// What was looked for.
    pub coverage: Coverage,
}

/// A record to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// As typed.
    pub name: PersonName,
    /// As typed.
    pub date_of_birth: DateOfBirth,
    /// Proven.
    pub mobile: Verified<MobileNumber>,
    /// Proven; `None` of somebody who has none.
    pub email: Option<Verified<EmailAddress>>,
    /// Whether texts were agreed to.
    pub texts: Texts,
    /// Records that staff have said are other people's: however like this one, they are not met.
    pub other_people: Vec<RecordId>,
    /// Whose registration it comes from: its idempotency key.
    pub registration: RegistrationId,
}

impl std::fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRecord").field("registration", &self.registration).finish_non_exhaustive()
    }
}

impl NewRecord {
    pub(crate) fn sought(&self) -> Sought {
        Sought {
            name: self.name.clone(),
            date_of_birth: self.date_of_birth,
            mobile: self.mobile.value().clone(),
            email: self.email.as_ref().map(|email| email.value().clone()),
        }
    }
}

/// Whether the patient agreed to texts about appointments. Nobody's refusal is ever written: reception knows better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// They did: the system's own flag is set.
    Agreed,
    /// They were not asked: the flag stays as it is.
    NotAsked,
}

/// What to write into the two fields.
#[derive(Clone, PartialEq, Eq)]
pub enum Contact {
    /// What was proven.
    Proven {
        /// Into the mobile field.
        mobile: Verified<MobileNumber>,
        /// Into the email field, which otherwise stays as it is.
        email: Option<Verified<EmailAddress>>,
        /// Whether texts were agreed to.
        texts: Texts,
    },
    /// What stood there before, to undo an update: as it was written, and proven by nobody.
    Restored {
        /// Into the mobile field.
        mobile: Former,
        /// Into the email field.
        email: Former,
    },
}

/// What is done to a field to undo an update.
#[derive(Clone, PartialEq, Eq)]
pub enum Former {
    /// It gets back what stood there.
    Value(String),
    /// Nothing stood there.
    Nothing,
    /// The update had not touched it.
    Untouched,
}

impl std::fmt::Debug for Former {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Former")
    }
}

impl Former {
    /// Where the update has written over this.
    #[must_use]
    pub fn of(value: Option<String>) -> Self {
        value.map_or(Self::Nothing, Self::Value)
    }

    /// Whether this is what the field holds, if that matters.
    #[must_use]
    pub fn is_held_in(&self, field: Option<&Listed>) -> bool {
        let held = field.map_or("", |listed| listed.value.as_str());
        match self {
            Self::Value(value) => held == value.trim(),
            Self::Nothing => held.is_empty(),
            Self::Untouched => true,
        }
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Proven { .. } => "Proven",
            Self::Restored { .. } => "Restored",
        })
    }
}

/// An update of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactUpdate {
    /// Which.
    pub record: RecordId,
    /// As it was when it was judged. Anything newer is not overwritten.
    pub read: RecordVersion,
    /// What to write.
    pub contact: Contact,
    /// Whose registration it comes from.
    pub registration: RegistrationId,
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// Written, read again, and it holds.
    Confirmed {
        /// As it was just before.
        before: Box<PatientRecord>,
        /// As it is.
        now: Box<PatientRecord>,
    },
    /// The record held exactly this already; nothing was written. After [`Situation::Unclear`] and [`Updated::Sent`] this
    /// is the confirmation.
    AlreadyHeld {
        /// As it is.
        now: Box<PatientRecord>,
    },
    /// The system took it and could not be asked again yet. Calling again from then on confirms it.
    Sent {
        /// As it was just before.
        before: Box<PatientRecord>,
        /// From when.
        confirm_at: Timestamp,
    },
    /// The record is newer than the version that was judged. Nothing was written.
    Changed {
        /// As it is: it may be judged again.
        now: Box<PatientRecord>,
    },
    /// The system took it and shows something else: a rule of its own, or somebody at the same moment. For staff.
    NotKept {
        /// As it was just before.
        before: Box<PatientRecord>,
        /// As it is.
        now: Box<PatientRecord>,
    },
    /// Not written by a machine: a task for staff was made.
    LeftToStaff,
}

/// What became of a new record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// Made, read again, and it holds.
    Confirmed {
        /// As it is.
        record: Box<PatientRecord>,
    },
    /// Made for this registration earlier, or with exactly these details; nothing was written.
    AlreadyThere {
        /// As it is.
        record: Box<PatientRecord>,
    },
    /// The system took it and could not be asked again yet, or shows it otherwise. Calling again from then on tells.
    Sent {
        /// Which.
        record: RecordId,
        /// From when.
        confirm_at: Timestamp,
    },
    /// The practice knows somebody like this meanwhile. Nothing was written.
    Met {
        /// Who could be this person: to be judged.
        records: Vec<PatientRecord>,
    },
    /// Not made by a machine: a task for staff was made.
    LeftToStaff,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// The machine.
    ByMachine,
    /// Staff; each write becomes a task.
    ByStaff,
}

/// What keeps a newer change from being overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The system compares versions in the very moment of the write.
    BySystem,
    /// We read and compare just before the write: a change within that second is not noticed.
    ByComparison,
}

/// Where it is written that, when and through what a contact point was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// In our own database alone.
    None,
    /// On the contact point.
    OnContact,
    /// On the contact point, and in a Provenance of the same transaction.
    OnContactAndProvenance,
}

/// What a system can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Who writes.
    pub writes: Writes,
    /// By what it can be searched.
    pub coverage: Coverage,
    /// What keeps newer changes.
    pub guard: Guard,
    /// Where proofs are recorded.
    pub trace: Trace,
    /// How often it must be asked something so that the key does not end; `None` where keys do not end.
    pub keep_alive: Option<TimeDelta>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it can do.
    pub capabilities: Capabilities,
    /// What IT should know; nothing here stands in the way.
    pub remarks: Vec<Remark>,
}

/// Something to know about a system that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The system does not say whether the key may change records; the first update will show it.
    WritePermissionUnknown,
    /// A change that reception makes within a second of ours may be lost.
    NoGuardInSystem,
    /// Somebody new cannot be told from somebody with the same date of birth and a similar name: staff decide about them.
    CannotTellWhoIsNew,
    /// The server keeps no Provenance for us; the proof stands on the contact point.
    NoProvenance,
}

impl Remark {
    /// The remark in English.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::WritePermissionUnknown => {
                "The system does not say whether this key may change patients. The first update will show it."
            }
            Self::NoGuardInSystem => {
                "The system cannot refuse an outdated change. One that reception makes within a second of ours may be lost."
            }
            Self::CannotTellWhoIsNew => {
                "The system cannot be searched by everything that tells who is new. Staff decide about new patients."
            }
            Self::NoProvenance => {
                "The server takes no Provenance with a change. Proofs are noted on the contact point."
            }
        }
    }
}

impl Capabilities {
    /// What follows from them for IT.
    pub(crate) fn remarks(self) -> Vec<Remark> {
        let guard = (self.guard == Guard::ByComparison).then_some(Remark::NoGuardInSystem);
        let new = (!self.coverage.is_complete()).then_some(Remark::CannotTellWhoIsNew);
        guard.into_iter().chain(new).collect()
    }
}
