//! Why staff are not given what they ask for, and how they are told.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kiosk_api::{
    problem::FieldProblem,
    staff::problem::{StaffProblem, StaffProblemCode},
};
use registration::time::Timestamp;
use store::StoreError;

use crate::{Portal, hashing::Busy, refused::Refusal};

#[derive(Debug)]
pub(crate) enum StaffRefused {
    Fields(Vec<FieldProblem>),
    NotLetIn,
    Locked { until: Timestamp },
    NotSignedIn,
    NotPermitted,
    NotFound,
    ChangedMeanwhile,
    AlreadySettled,
    DigitsWrong,
    NotPossibleNow,
    RecordOfAnotherAccount,
    AccountShowsAnotherRecord,
    ProvenLater,
    ChangeUnderWay,
    RecordMade,
    TooLate,
    LimitReached { until: Option<Timestamp> },
    InvitationNotAccepted,
    LastManager,
    DaysNotPossible,
    TooMuch,
    Busy { retry_after_s: u32 },
    Store(StoreError),
}

impl From<StoreError> for StaffRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::ChangedMeanwhile,
            StoreError::KeysNotMade => Self::Busy { retry_after_s: 60 },
            StoreError::Away(_) => Self::Busy { retry_after_s: 2 },
            StoreError::Failed(_) | StoreError::OtherSecret | StoreError::Corrupt { .. } => {
                Self::Store(error)
            }
        }
    }
}

impl From<Busy> for StaffRefused {
    fn from(busy: Busy) -> Self {
        Self::Busy { retry_after_s: busy.retry_after_s }
    }
}

impl From<registration::flow::Refused> for StaffRefused {
    fn from(refused: registration::flow::Refused) -> Self {
        Refusal::from(refused).into()
    }
}

/// What a use case of the patient's refuses, as staff are told who asked for it.
impl From<Refusal> for StaffRefused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Fields(fields) => Self::Fields(fields),
            Refusal::ResendTooSoon { may_at } => Self::LimitReached { until: Some(may_at) },
            Refusal::TooManySends { retry_at } => Self::LimitReached { until: retry_at },
            Refusal::NotFound => Self::NotFound,
            Refusal::NotInThisState => Self::ChangedMeanwhile,
            Refusal::Busy { retry_after_s } => Self::Busy { retry_after_s },
            Refusal::Store(error) => error.into(),
            // Nothing that staff ask for compares a code or a patient's password.
            Refusal::CodeIllFormed { .. }
            | Refusal::CodeWrong { .. }
            | Refusal::CodeExpired
            | Refusal::CodeTriesUsedUp { .. }
            | Refusal::NumberTriesUsedUp { .. }
            | Refusal::PasswordWrong { .. }
            | Refusal::LinkDead(_) => Self::NotPossibleNow,
        }
    }
}

impl Portal {
    pub(crate) fn staff_problem(&self, refused: StaffRefused) -> StaffProblem {
        let wait = |at: Timestamp| Some(self.now().seconds_until(at));
        let (code, retry_after_s) = match refused {
            StaffRefused::Fields(fields) => {
                return StaffProblem { fields, ..StaffProblem::new(StaffProblemCode::FieldsRefused) };
            }
            StaffRefused::NotLetIn => (StaffProblemCode::NotLetIn, None),
            StaffRefused::Locked { until } => (StaffProblemCode::Locked, wait(until)),
            StaffRefused::NotSignedIn => (StaffProblemCode::NotSignedIn, None),
            StaffRefused::NotPermitted => (StaffProblemCode::NotPermitted, None),
            StaffRefused::NotFound => (StaffProblemCode::NotFound, None),
            StaffRefused::ChangedMeanwhile => (StaffProblemCode::ChangedMeanwhile, None),
            StaffRefused::AlreadySettled => (StaffProblemCode::AlreadySettled, None),
            StaffRefused::DigitsWrong => (StaffProblemCode::DigitsWrong, None),
            StaffRefused::NotPossibleNow => (StaffProblemCode::NotPossibleNow, None),
            StaffRefused::RecordOfAnotherAccount => (StaffProblemCode::RecordOfAnotherAccount, None),
            StaffRefused::AccountShowsAnotherRecord => (StaffProblemCode::AccountShowsAnotherRecord, None),
            StaffRefused::ProvenLater => (StaffProblemCode::ProvenLater, None),
            StaffRefused::ChangeUnderWay => (StaffProblemCode::ChangeUnderWay, None),
            StaffRefused::RecordMade => (StaffProblemCode::RecordMade, None),
            StaffRefused::TooLate => (StaffProblemCode::TooLate, None),
            StaffRefused::LimitReached { until } => (StaffProblemCode::LimitReached, until.and_then(wait)),
            StaffRefused::InvitationNotAccepted => (StaffProblemCode::InvitationNotAccepted, None),
            StaffRefused::LastManager => (StaffProblemCode::LastManager, None),
            StaffRefused::DaysNotPossible => (StaffProblemCode::DaysNotPossible, None),
            StaffRefused::TooMuch => (StaffProblemCode::TooMuch, None),
            StaffRefused::Busy { retry_after_s } => (StaffProblemCode::Busy, Some(retry_after_s)),
            StaffRefused::Store(error) => {
                self.incident(&error);
                (StaffProblemCode::Unforeseen, None)
            }
        };
        StaffProblem { retry_after_s, ..StaffProblem::new(code) }
    }
}

/// A problem as an answer.
pub(crate) struct StaffProblemAnswer(pub(crate) StaffProblem);

impl StaffProblemAnswer {
    pub(crate) const fn of(code: StaffProblemCode) -> Self {
        Self(StaffProblem::new(code))
    }
}

impl IntoResponse for StaffProblemAnswer {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self.0).expect("a problem has only plain fields");
        (status(self.0.code), [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

const fn status(code: StaffProblemCode) -> StatusCode {
    match code {
        StaffProblemCode::FieldsRefused
        | StaffProblemCode::InvitationNotAccepted
        | StaffProblemCode::DaysNotPossible
        | StaffProblemCode::TooMuch => StatusCode::UNPROCESSABLE_ENTITY,
        StaffProblemCode::NotLetIn | StaffProblemCode::NotSignedIn | StaffProblemCode::KioskNotAccepted => {
            StatusCode::UNAUTHORIZED
        }
        StaffProblemCode::Locked | StaffProblemCode::LimitReached => StatusCode::TOO_MANY_REQUESTS,
        StaffProblemCode::NotPermitted => StatusCode::FORBIDDEN,
        StaffProblemCode::NotFound => StatusCode::NOT_FOUND,
        StaffProblemCode::ChangedMeanwhile
        | StaffProblemCode::AlreadySettled
        | StaffProblemCode::DigitsWrong
        | StaffProblemCode::NotPossibleNow
        | StaffProblemCode::RecordOfAnotherAccount
        | StaffProblemCode::AccountShowsAnotherRecord
        | StaffProblemCode::ProvenLater
        | StaffProblemCode::ChangeUnderWay
        | StaffProblemCode::RecordMade
        | StaffProblemCode::TooLate
        | StaffProblemCode::LastManager => StatusCode::CONFLICT,
        StaffProblemCode::MalformedRequest => StatusCode::BAD_REQUEST,
        StaffProblemCode::Busy | StaffProblemCode::PortalUnreachable => StatusCode::SERVICE_UNAVAILABLE,
        StaffProblemCode::Unforeseen => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
