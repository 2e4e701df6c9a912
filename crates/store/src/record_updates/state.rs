//! Where a change stands, and why it needs staff.
//!
//! States and reasons that came later than the table stand in `full_state` and `full_why`, beside the nearest that an older
//! program can read.

use registration::record_change::UpdateTrouble;

use crate::{error::StoreError, fields::Fields};

const fn nearest_of(trouble: UpdateTrouble) -> UpdateTrouble {
    match trouble {
        UpdateTrouble::RecordChanged | UpdateTrouble::NotWritten | UpdateTrouble::PromiseUnreadable => {
            trouble
        }
        UpdateTrouble::NewCannotBeTold
        | UpdateTrouble::Refused
        | UpdateTrouble::RecordGone
        | UpdateTrouble::RecordClosed
        | UpdateTrouble::TooManyRecords
        | UpdateTrouble::NotKept
        | UpdateTrouble::NotUnderstood
        | UpdateTrouble::InReview => UpdateTrouble::NotWritten,
    }
}

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordUpdateState {
    /// Promised.
    Waiting,
    /// The practice system took it and has not yet been seen to hold it.
    Sent,
    /// Written into our own copy; staff enter it into the practice's software.
    ByHand {
        /// The copy's version then.
        version: i64,
    },
    /// The record holds it.
    Confirmed {
        /// The record's version then.
        version: i64,
    },
    /// The record held both values already, proven ones; nothing was written, and there is nothing to undo.
    AlreadyHeld,
    /// The machine does no more about it.
    NeedsStaff(UpdateTrouble),
    /// The former values were put back.
    Undone {
        /// The version that was undone.
        version: i64,
    },
}

impl RecordUpdateState {
    /// As the database and the logs write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::ByHand { .. } => "by_hand",
            Self::Confirmed { .. } => "confirmed",
            Self::AlreadyHeld => "already_held",
            Self::NeedsStaff(_) => "needs_staff",
            Self::Undone { .. } => "undone",
        }
    }

    pub(super) const fn nearest(self) -> &'static str {
        match self {
            Self::Sent => Self::Waiting.as_str(),
            Self::ByHand { version } => Self::Confirmed { version }.as_str(),
            Self::Waiting
            | Self::Confirmed { .. }
            | Self::AlreadyHeld
            | Self::NeedsStaff(_)
            | Self::Undone { .. } => self.as_str(),
        }
    }

    /// `None` where the nearest is all.
    pub(super) const fn full(self) -> Option<&'static str> {
        match self {
            Self::Sent | Self::ByHand { .. } => Some(self.as_str()),
            Self::Waiting
            | Self::Confirmed { .. }
            | Self::AlreadyHeld
            | Self::NeedsStaff(_)
            | Self::Undone { .. } => None,
        }
    }

    pub(super) const fn version(self) -> Option<i64> {
        match self {
            Self::ByHand { version } | Self::Confirmed { version } | Self::Undone { version } => {
                Some(version)
            }
            Self::Waiting | Self::Sent | Self::AlreadyHeld | Self::NeedsStaff(_) => None,
        }
    }

    const fn trouble(self) -> Option<UpdateTrouble> {
        match self {
            Self::NeedsStaff(trouble) => Some(trouble),
            Self::Waiting
            | Self::Sent
            | Self::ByHand { .. }
            | Self::Confirmed { .. }
            | Self::AlreadyHeld
            | Self::Undone { .. } => None,
        }
    }

    pub(super) fn nearest_trouble(self) -> Option<&'static str> {
        self.trouble().map(|trouble| nearest_of(trouble).as_str())
    }

    /// `None` where the nearest is all.
    pub(super) fn full_trouble(self) -> Option<&'static str> {
        self.trouble().filter(|trouble| nearest_of(*trouble) != *trouble).map(UpdateTrouble::as_str)
    }
}

pub(super) fn read_state(fields: &Fields<'_>) -> Result<RecordUpdateState, StoreError> {
    let state: String = fields.get("state")?;
    let version = || fields.get("written_version");
    match state.as_str() {
        "waiting" => Ok(RecordUpdateState::Waiting),
        "sent" => Ok(RecordUpdateState::Sent),
        "by_hand" => Ok(RecordUpdateState::ByHand { version: version()? }),
        "confirmed" => Ok(RecordUpdateState::Confirmed { version: version()? }),
        "already_held" => Ok(RecordUpdateState::AlreadyHeld),
        "needs_staff" => Ok(RecordUpdateState::NeedsStaff(fields.read("why", UpdateTrouble::parse)?)),
        "undone" => Ok(RecordUpdateState::Undone { version: version()? }),
        _ => Err(fields.corrupt("state")),
    }
}
