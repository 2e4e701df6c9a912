//! What can be in the way, as a closed list: who can do something about it, and what. No words of the system, no person.

use registration::time::Timestamp;

/// Why a call to a practice system has no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Situation {
    /// Nothing was written. Calling again before `retry_at` would only be refused again.
    #[error("not now: {why}")]
    NotNow {
        /// From when.
        retry_at: Timestamp,
        /// Why.
        why: Waiting,
    },
    /// The system was asked to write, and its answer is lost. Calling again is safe: every write looks first.
    #[error("asked to write, and the answer is lost")]
    Unclear {
        /// From when.
        retry_at: Timestamp,
    },
    /// The system will not take these values, now or later (HTTP 400, 422).
    #[error("the system refuses the values (HTTP {status})")]
    Refused {
        /// For whoever looks into it.
        status: u16,
    },
    /// The machine may not go on by itself.
    #[error("for staff: {0}")]
    NeedsStaff(StaffReason),
    /// Nothing will work until somebody changes the configuration, here or at the provider.
    #[error("misconfigured: {0}")]
    Misconfigured(Fault),
    /// The answer is not of the form that we know. Nothing was written, as far as the system says.
    #[error("an answer that is not understood (HTTP {status})")]
    NotUnderstood {
        /// For whoever looks into it.
        status: u16,
    },
}

/// Why it is not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Waiting {
    /// Our own share of the allowance is used; the system was not asked.
    #[error("our share of the allowance is used")]
    AllowanceUsed,
    /// The system says that it was asked too often (HTTP 429).
    #[error("the system was asked too often")]
    AskedTooOften,
    /// No connection.
    #[error("the system cannot be reached")]
    Unreachable,
    /// No whole answer in time.
    #[error("the system did not answer in time")]
    TooSlow,
    /// The system says that it is in trouble (HTTP 5xx).
    #[error("the system is in trouble")]
    InTrouble,
    /// The pages of a list did not fit together, twice.
    #[error("the list changed while it was read")]
    UnsteadyList,
}

/// What staff must see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffReason {
    /// The record is not there any more: deleted, or merged into another.
    #[error("the record is gone")]
    RecordGone,
    /// Archived, deleted or of somebody who died: it is not changed by a machine.
    #[error("the record is closed")]
    RecordClosed,
    /// More records than a person could look through.
    #[error("too many records are like this one")]
    TooManyRecords,
}

/// What is wrong with the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The key is wrong, expired or switched off (HTTP 401).
    #[error("the key is refused")]
    KeyRefused,
    /// The key is right and may not do this (HTTP 402, 403).
    #[error("the key may not do this")]
    PermissionMissing,
    /// Another address answers for this one (HTTP 3xx). It is not followed: the key would go there.
    #[error("the address leads elsewhere")]
    Redirected,
    /// There is no such system at this address.
    #[error("there is no such system at this address")]
    WrongAddress,
    /// The FHIR server says that it cannot do what is needed.
    #[error("the server does not offer what is needed")]
    NotOffered,
    /// The machine's own TLS cannot start, or the key has a character that no header may have.
    #[error("no connection can be made on this machine")]
    NoConnection,
}

/// Who can do something about a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// It passes.
    Nobody,
    /// Reception.
    Reception,
    /// Who looks after the practice's software.
    It,
}

impl Situation {
    /// When to call again; `None` where time alone changes nothing.
    #[must_use]
    pub const fn retry_at(self) -> Option<Timestamp> {
        match self {
            Self::NotNow { retry_at, .. } | Self::Unclear { retry_at } => Some(retry_at),
            Self::Refused { .. }
            | Self::NeedsStaff(_)
            | Self::Misconfigured(_)
            | Self::NotUnderstood { .. } => None,
        }
    }

    /// Who can do something about it.
    #[must_use]
    pub const fn who(self) -> Who {
        match self {
            Self::NotNow { .. } | Self::Unclear { .. } => Who::Nobody,
            Self::Refused { .. } | Self::NeedsStaff(_) => Who::Reception,
            Self::Misconfigured(_) | Self::NotUnderstood { .. } => Who::It,
        }
    }

    /// What that person can do, in English.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotNow { why, .. } => why.advice(),
            Self::Unclear { .. } => {
                "Nothing. It is not known whether the last change arrived; it is looked at before it is sent again."
            }
            Self::Refused { .. } => {
                "Enter the details in the practice system by hand; it does not take them from outside."
            }
            Self::NeedsStaff(reason) => reason.advice(),
            Self::Misconfigured(fault) => fault.advice(),
            Self::NotUnderstood { .. } => {
                "Look whether the address is right and the system was updated; then ask for help with this program."
            }
        }
    }
}

impl Waiting {
    const fn advice(self) -> &'static str {
        match self {
            Self::AllowanceUsed | Self::AskedTooOften => {
                "Nothing. If it is often so, look which other programs use the same key or the same user."
            }
            Self::Unreachable => {
                "Nothing at first. If it lasts, look at the network and at the system itself."
            }
            Self::TooSlow | Self::InTrouble => {
                "Nothing at first. If it lasts, look at the provider's status page."
            }
            Self::UnsteadyList => "Nothing. Somebody works on many records; the list is read again.",
        }
    }
}

impl StaffReason {
    const fn advice(self) -> &'static str {
        match self {
            Self::RecordGone => {
                "Look for the patient: the record was deleted, or merged into another. Then decide the review."
            }
            Self::RecordClosed => {
                "Look at the record: it is archived or closed. Reopen it, or decide the review."
            }
            Self::TooManyRecords => "Look for the patient by hand and decide the review.",
        }
    }
}

impl Fault {
    const fn advice(self) -> &'static str {
        match self {
            Self::KeyRefused => {
                "Make a new key at the provider and enter it. Keys also end when they are not used."
            }
            Self::PermissionMissing => {
                "Give the key the right to read and to change patients, or make one that has it."
            }
            Self::Redirected => "Enter the address at which the system itself answers.",
            Self::WrongAddress => "Look at the address: host, port and path.",
            Self::NotOffered => {
                "Ask who runs the FHIR server to allow searching, reading and changing Patient."
            }
            Self::NoConnection => "Look at the key for stray characters and at this machine's certificates.",
        }
    }
}
