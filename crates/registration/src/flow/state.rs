//! The states, each with exactly the data that exists in it.

use crate::{
    ids::{PracticeId, RegistrationId},
    secrets::{code::CodeMac, link_token::LinkTokenHash, password::PasswordHash, reference::Reference},
    time::Timestamp,
    values::{
        details::Details, email::EmailAddress, language::Language, mobile::MobileNumber, verified::Verified,
    },
};

/// One person's pass through the flow.
#[derive(Clone)]
pub struct Registration {
    /// Which.
    pub id: RegistrationId,
    /// Whose.
    pub practice: PracticeId,
    /// For the desk.
    pub reference: Reference,
    /// Of texts, emails and pages.
    pub language: Language,
    /// As confirmed; the email may be corrected later, the mobile never.
    pub details: Details,
    /// When the patient said "these are right".
    pub confirmed_at: Timestamp,
    /// Goes up by one with each move; the store's guard.
    pub version: i64,
    /// Where it stands.
    pub state: State,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("state", &self.state.name())
            .finish_non_exhaustive()
    }
}

/// A code that was promised to a mobile; the code itself is known only to its MAC and to the sealed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCode {
    /// Keyed, bound to registration, purpose and number.
    pub mac: CodeMac,
    /// When.
    pub sent_at: Timestamp,
    /// Tries used on it, counted before each compare.
    pub tries_used: u8,
    /// How many codes this registration was sent, this one included: 1 to 5.
    pub sends: u8,
}

impl SentCode {
    /// When it dies.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.sent_at + super::figures::CODE_LIFETIME
    }

    /// Whether it may still be compared. A code that is yet to be sent says that the clock was put back: it may have died
    /// before that, so it is dead.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.sent_at <= now && now < self.expires_at()
    }
}

/// A link that was promised to an email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of the token.
    pub token_hash: LinkTokenHash,
    /// When.
    pub sent_at: Timestamp,
    /// When it dies.
    pub expires_at: Timestamp,
    /// Password tries used on it.
    pub tries_used: u8,
}

/// Where a registration stands.
#[derive(Clone)]
pub enum State {
    /// The code was sent by SMS.
    AwaitingCode {
        /// The one sent last.
        code: SentCode,
    },
    /// The mobile is proven; the kiosk asks for a password.
    AwaitingPassword {
        /// Proven.
        mobile: Verified<MobileNumber>,
    },
    /// The link was sent by email.
    AwaitingLink {
        /// Proven.
        mobile: Verified<MobileNumber>,
        /// Set on the kiosk; `None` where the patient went on on their own phone.
        password: Option<PasswordHash>,
        /// The one live link.
        link: Link,
    },
    /// Both contact points are proven; the terms are on the patient's device.
    AwaitingTerms {
        /// Proven.
        mobile: Verified<MobileNumber>,
        /// Proven.
        email: Verified<EmailAddress>,
        /// Set.
        password: PasswordHash,
        /// The link that brought the patient here: it brings them back, with the password, until the terms are answered.
        link: Link,
    },
    /// Done. The password has gone to the account.
    Registered {
        /// Proven.
        mobile: Verified<MobileNumber>,
        /// Proven.
        email: Verified<EmailAddress>,
        /// When the terms were accepted.
        at: Timestamp,
    },
    /// The mobile is proven and no email address is: staff finish it; no account.
    HandedToDesk {
        /// Proven.
        mobile: Verified<MobileNumber>,
    },
    /// Time ran out.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// The patient changed the number or gave up before the code.
    Abandoned {
        /// When.
        at: Timestamp,
    },
    /// The terms were not accepted.
    Declined {
        /// When.
        at: Timestamp,
    },
    /// Too many wrong passwords on the link.
    Locked {
        /// When.
        at: Timestamp,
    },
    /// The same person proved a later registration.
    Superseded {
        /// The later one.
        by: RegistrationId,
        /// When.
        at: Timestamp,
    },
}

/// A state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateName {
    /// See [`State::AwaitingCode`].
    AwaitingCode,
    /// See [`State::AwaitingPassword`].
    AwaitingPassword,
    /// See [`State::AwaitingLink`].
    AwaitingLink,
    /// See [`State::AwaitingTerms`].
    AwaitingTerms,
    /// See [`State::Registered`].
    Registered,
    /// See [`State::HandedToDesk`].
    HandedToDesk,
    /// See [`State::Expired`].
    Expired,
    /// See [`State::Abandoned`].
    Abandoned,
    /// See [`State::Declined`].
    Declined,
    /// See [`State::Locked`].
    Locked,
    /// See [`State::Superseded`].
    Superseded,
}

impl StateName {
    /// All, in the order of the flow.
    pub const ALL: [Self; 11] = [
        Self::AwaitingCode,
        Self::AwaitingPassword,
        Self::AwaitingLink,
        Self::AwaitingTerms,
        Self::Registered,
        Self::HandedToDesk,
        Self::Expired,
        Self::Abandoned,
        Self::Declined,
        Self::Locked,
        Self::Superseded,
    ];

    /// As the database, the API and the logs write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingCode => "awaiting_code",
            Self::AwaitingPassword => "awaiting_password",
            Self::AwaitingLink => "awaiting_link",
            Self::AwaitingTerms => "awaiting_terms",
            Self::Registered => "registered",
            Self::HandedToDesk => "handed_to_desk",
            Self::Expired => "expired",
            Self::Abandoned => "abandoned",
            Self::Declined => "declined",
            Self::Locked => "locked",
            Self::Superseded => "superseded",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether something may still happen.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::AwaitingCode | Self::AwaitingPassword | Self::AwaitingLink | Self::AwaitingTerms => true,
            Self::Registered
            | Self::HandedToDesk
            | Self::Expired
            | Self::Abandoned
            | Self::Declined
            | Self::Locked
            | Self::Superseded => false,
        }
    }
}

impl State {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> StateName {
        match self {
            Self::AwaitingCode { .. } => StateName::AwaitingCode,
            Self::AwaitingPassword { .. } => StateName::AwaitingPassword,
            Self::AwaitingLink { .. } => StateName::AwaitingLink,
            Self::AwaitingTerms { .. } => StateName::AwaitingTerms,
            Self::Registered { .. } => StateName::Registered,
            Self::HandedToDesk { .. } => StateName::HandedToDesk,
            Self::Expired { .. } => StateName::Expired,
            Self::Abandoned { .. } => StateName::Abandoned,
            Self::Declined { .. } => StateName::Declined,
            Self::Locked { .. } => StateName::Locked,
            Self::Superseded { .. } => StateName::Superseded,
        }
    }
}
