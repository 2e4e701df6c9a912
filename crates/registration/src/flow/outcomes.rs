//! What goes into a move beside the registration, and what comes out of it.

use crate::{
    flow::{
        figures::LinkLifetime,
        state::{Registration, StateName},
        table::Move,
    },
    ids::{PracticeId, RegistrationId},
    secrets::{code::CodeMac, link_token::LinkTokenHash, reference::Reference},
    time::Timestamp,
    values::{details::Details, language::Language},
};

/// What must be written in the transaction that writes the new state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Send the code by SMS, with the short address of the code page.
    CodeSms,
    /// Send the link by email.
    LinkEmail,
    /// Send it once more at this time, if it is still the live one; promised only for links that live so long.
    LinkReminder {
        /// Not before.
        at: Timestamp,
    },
    /// End other open registrations of the same mobile, name and date of birth.
    SupersedeOthers,
    /// A task for staff: the mobile is proven, an email address is not.
    ReviewWithoutEmail,
    /// Decide the match, make the account, promise the record update.
    MatchAndAccount,
}

/// A registration that moved.
#[derive(Debug)]
pub struct Moved {
    /// As it is now, with its version already raised.
    pub registration: Registration,
    /// To be kept.
    pub promises: Vec<Promise>,
}

/// A move that this state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{attempted:?} is not a move from {from:?}")]
pub struct Refused {
    /// The state.
    pub from: StateName,
    /// The move.
    pub attempted: Move,
    /// Why.
    pub why: Why,
}

/// Why a move was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The state does not know this move.
    State,
    /// Not yet.
    TooSoon {
        /// When.
        may_at: Timestamp,
    },
    /// Nothing is left of it.
    UsedUp,
    /// The proof is of another registration or number, or too old.
    Unproven,
    /// The link's time ran out.
    LinkExpired,
    /// What was proven is given up only by staff who have seen who it is.
    IdNotSeen,
}

/// A code drawn by the caller.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Its MAC.
    pub mac: CodeMac,
}

/// A link drawn by the caller.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// SHA-256 of its token.
    pub token_hash: LinkTokenHash,
    /// How long it shall live.
    pub lifetime: LinkLifetime,
}

/// The answer to a typed code.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one verdict lives at a time and is taken apart at once")]
pub enum CodeVerdict {
    /// The mobile is proven.
    Right(Moved),
    /// Not this code.
    Wrong {
        /// Tries left on it.
        tries_left: u8,
    },
    /// Too old, whatever was typed.
    Expired,
    /// No try was left, whatever was typed.
    TriesUsedUp,
}

/// The answer to a password typed on the link's page.
#[derive(Debug)]
pub enum LinkVerdict {
    /// The email address is proven.
    Right(Moved),
    /// Not this password.
    Wrong {
        /// Tries left on the link.
        tries_left: u8,
    },
    /// That was the last try: the registration is locked.
    Locked(Moved),
}

/// What `confirm` needs beside the details.
#[derive(Debug)]
pub struct Confirmed {
    /// Drawn by the caller.
    pub id: RegistrationId,
    /// Whose.
    pub practice: PracticeId,
    /// Drawn by the caller.
    pub reference: Reference,
    /// Chosen on the welcome screen.
    pub language: Language,
    /// "These are right."
    pub details: Details,
    /// Drawn by the caller.
    pub code: NewCode,
}
