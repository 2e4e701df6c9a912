//! What a use case answers when it does not do what was asked: results with a page or a problem, never a stray 500.

use kiosk_api::problem::{FieldProblem, Problem, ProblemCode};
use rand::Rng as _;
use registration::{
    flow::{self, FreshCode, Registration, StateName},
    secrets::code::CodeRefused,
    time::Timestamp,
};
use store::StoreError;

use crate::{Portal, hashing::Busy, passes::Pass};

/// What a patient finds behind an emailed address.
#[derive(Debug)]
pub enum LinkPage {
    /// The password set on the kiosk is asked for.
    AskPassword(Box<Registration>),
    /// No password is set: a fresh code to the verified mobile is asked for, then a password may be set.
    AskFreshCode(Box<Registration>),
    /// It was used; the registration is done.
    Used,
    /// Its time ran out.
    Expired,
    /// A newer link was sent, or the same person registered again.
    Superseded,
    /// Too many wrong passwords.
    Locked,
    /// The registration was given up, declined, or finished at the desk.
    Ended,
    /// Not an address of ours.
    Unknown,
}

/// A right code, typed on a phone.
#[derive(Debug)]
pub struct PhoneProof {
    /// Where the registration stands now.
    pub registration: Registration,
    /// The proof.
    pub fresh: FreshCode,
    /// When the code was right.
    pub proven_at: Timestamp,
}

impl PhoneProof {
    /// The proof as a page carries it on.
    #[must_use]
    pub fn pass(&self) -> Pass {
        Pass::FreshCode {
            registration: self.registration.id,
            mobile: self.registration.details.mobile.clone(),
            proven_at: self.proven_at,
        }
    }
}

/// Why a page does not go on.
#[derive(Debug)]
pub enum PageRefused {
    /// Fields to be typed again.
    Field(Vec<FieldProblem>),
    /// Not the code, or not one that is live: the same words whichever, known number or not.
    CodeWrong,
    /// Too old; only where the link has already said that there is a registration.
    CodeExpired,
    /// No tries are left on this code, or for this number today.
    TriesUsedUp,
    /// A code was sent a moment ago.
    TooSoon {
        /// Seconds until another may be.
        retry_after_s: u32,
    },
    /// Enough codes were sent to this number for now.
    TooManySends {
        /// Seconds until another may be.
        retry_after_s: u32,
    },
    /// Not the password.
    PasswordWrong {
        /// Tries left on the link.
        tries_left: u8,
    },
    /// The link does not lead here, or no longer.
    LinkDead(LinkPage),
    /// The registration has moved on.
    NotInThisState,
    /// Too much is going on.
    Busy {
        /// Seconds until it is worth asking again.
        retry_after_s: u32,
    },
    /// Something unforeseen; the cause is in the log under this name.
    Unforeseen {
        /// What staff need to find it.
        incident: String,
    },
}

/// The store failed; the cause is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreFailure {
    /// The database is away.
    Away {
        /// Seconds until it is worth asking again.
        retry_after_s: u32,
    },
    /// Something else.
    Unforeseen {
        /// What staff need to find it.
        incident: String,
    },
}

impl From<StoreFailure> for PageRefused {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::Away { retry_after_s } => Self::Busy { retry_after_s },
            StoreFailure::Unforeseen { incident } => Self::Unforeseen { incident },
        }
    }
}

/// Why a use case did not do what was asked, before it is put as a problem for a kiosk or a page for a phone.
#[derive(Debug)]
pub(crate) enum Refusal {
    Fields(Vec<FieldProblem>),
    /// Ill-formed, and counted.
    CodeIllFormed {
        why: CodeRefused,
        tries_left: u8,
    },
    CodeWrong {
        tries_left: u8,
    },
    CodeExpired,
    /// None left on the code.
    CodeTriesUsedUp {
        retry_at: Option<Timestamp>,
    },
    /// None left for the number today.
    NumberTriesUsedUp {
        retry_at: Timestamp,
    },
    ResendTooSoon {
        may_at: Timestamp,
    },
    TooManySends {
        retry_at: Option<Timestamp>,
    },
    NotInThisState,
    NotFound,
    PasswordWrong {
        tries_left: u8,
    },
    LinkDead(LinkPage),
    Busy {
        retry_after_s: u32,
    },
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            // Someone else moved the same registration first.
            StoreError::Conflict => Self::NotInThisState,
            // Making them takes minutes at a million records.
            StoreError::KeysNotMade => Self::Busy { retry_after_s: 60 },
            StoreError::Away(_)
            | StoreError::Failed(_)
            | StoreError::OtherSecret
            | StoreError::Corrupt { .. } => Self::Store(error),
        }
    }
}

impl From<Busy> for Refusal {
    fn from(busy: Busy) -> Self {
        Self::Busy { retry_after_s: busy.retry_after_s }
    }
}

impl From<flow::Refused> for Refusal {
    fn from(refused: flow::Refused) -> Self {
        match refused.why {
            flow::Why::TooSoon { may_at } => Self::ResendTooSoon { may_at },
            flow::Why::UsedUp => Self::TooManySends { retry_at: None },
            flow::Why::LinkExpired => Self::LinkDead(LinkPage::Expired),
            flow::Why::State | flow::Why::Unproven | flow::Why::IdNotSeen => Self::NotInThisState,
        }
    }
}

impl Portal {
    /// Writes the cause into the log, once, under a name that a person can be told.
    pub(crate) fn incident(&self, error: &StoreError) -> String {
        let incident = self.draw_incident();
        tracing::error!(incident, error = error as &dyn std::error::Error, "unforeseen");
        incident
    }

    pub(crate) fn draw_incident(&self) -> String {
        format!("{:08X}", self.rng().next_u32())
    }

    /// As a kiosk is told.
    pub(crate) fn problem(&self, refusal: Refusal) -> Problem {
        let wait = |at: Option<Timestamp>| at.map(|at| self.now().seconds_until(at));
        match refusal {
            Refusal::Fields(fields) => Problem::fields(fields),
            Refusal::CodeIllFormed { why, tries_left } => {
                Problem { tries_left: Some(tries_left), ..Problem::fields(vec![why.into()]) }
            }
            Refusal::CodeWrong { tries_left } => {
                Problem { tries_left: Some(tries_left), ..Problem::new(ProblemCode::CodeWrong) }
            }
            Refusal::CodeExpired => Problem::new(ProblemCode::CodeExpired),
            Refusal::CodeTriesUsedUp { retry_at } => {
                Problem { retry_after_s: wait(retry_at), ..Problem::new(ProblemCode::CodeTriesUsedUp) }
            }
            Refusal::NumberTriesUsedUp { retry_at } => Problem {
                retry_after_s: wait(Some(retry_at)),
                ..Problem::new(ProblemCode::NumberTriesUsedUp)
            },
            Refusal::ResendTooSoon { may_at } => {
                Problem { retry_after_s: wait(Some(may_at)), ..Problem::new(ProblemCode::ResendTooSoon) }
            }
            Refusal::TooManySends { retry_at } => {
                Problem { retry_after_s: wait(retry_at), ..Problem::new(ProblemCode::TooManySends) }
            }
            Refusal::NotFound => Problem::new(ProblemCode::NotFound),
            Refusal::Busy { retry_after_s } => {
                Problem { retry_after_s: Some(retry_after_s), ..Problem::new(ProblemCode::Busy) }
            }
            // The two after the first belong to the link's page, which no kiosk can reach.
            Refusal::NotInThisState | Refusal::PasswordWrong { .. } | Refusal::LinkDead(_) => {
                Problem::new(ProblemCode::NotInThisState)
            }
            Refusal::Store(error) => self.store_problem(&error),
        }
    }

    /// As a page is told.
    pub(crate) fn page_refused(&self, refusal: Refusal) -> PageRefused {
        let wait = |at: Timestamp| self.now().seconds_until(at);
        match refusal {
            Refusal::Fields(fields) => PageRefused::Field(fields),
            Refusal::CodeIllFormed { why, .. } => PageRefused::Field(vec![why.into()]),
            Refusal::CodeWrong { .. } => PageRefused::CodeWrong,
            Refusal::CodeExpired => PageRefused::CodeExpired,
            Refusal::CodeTriesUsedUp { .. } | Refusal::NumberTriesUsedUp { .. } => PageRefused::TriesUsedUp,
            Refusal::ResendTooSoon { may_at } => PageRefused::TooSoon { retry_after_s: wait(may_at) },
            Refusal::TooManySends { retry_at } => {
                PageRefused::TooManySends { retry_after_s: retry_at.map_or(0, wait) }
            }
            Refusal::NotInThisState | Refusal::NotFound => PageRefused::NotInThisState,
            Refusal::PasswordWrong { tries_left } => PageRefused::PasswordWrong { tries_left },
            Refusal::LinkDead(page) => PageRefused::LinkDead(page),
            Refusal::Busy { retry_after_s } => PageRefused::Busy { retry_after_s },
            Refusal::Store(error) => self.failure(&error).into(),
        }
    }
}

/// What a link's page says of a registration that has been left for good.
pub(crate) fn ended_link_page(state: StateName) -> LinkPage {
    match state {
        StateName::Registered => LinkPage::Used,
        StateName::Expired => LinkPage::Expired,
        StateName::Superseded => LinkPage::Superseded,
        StateName::Locked => LinkPage::Locked,
        StateName::Abandoned | StateName::Declined | StateName::HandedToDesk => LinkPage::Ended,
        // A link exists only from AwaitingLink on, so an open state before it never has one.
        StateName::AwaitingCode
        | StateName::AwaitingPassword
        | StateName::AwaitingLink
        | StateName::AwaitingTerms => LinkPage::Unknown,
    }
}
