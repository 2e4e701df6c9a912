//! Answers, and problems as answers: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kiosk_api::problem::{Problem, ProblemCode};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every answer that is not a success.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// `urn:vestibule:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// For people who read the wire; never shown to a patient.
    title: &'static str,
    /// As in the status line.
    status: u16,
    #[serde(flatten)]
    problem: Problem,
}

/// An answer as it is sent, kept, and given again byte for byte.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        Self::with(status(problem.code), problem)
    }
}

impl From<ProblemCode> for Answer {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code).into()
    }
}

impl Answer {
    /// For the statuses that HTTP itself asks for.
    pub(crate) fn with(status: StatusCode, problem: Problem) -> Self {
        let code = serde_json::to_value(problem.code).expect("a code is a plain string");
        let body = ProblemBody {
            kind: format!("urn:vestibule:problem:{}", code.as_str().unwrap_or_default()),
            title: title(problem.code),
            status: status.as_u16(),
            problem,
        };
        Self { status, body: serde_json::to_string(&body).expect("a problem has only plain fields") }
    }

    pub(crate) fn malformed(status: StatusCode) -> Self {
        Self::with(status, Problem::new(ProblemCode::MalformedRequest))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        if self.status.is_success() {
            return (self.status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        }
        let retry_after_s =
            serde_json::from_str::<Problem>(&self.body).ok().and_then(|problem| problem.retry_after_s);
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/problem+json")], self.body).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

const fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::FieldsRefused
        | ProblemCode::CodeWrong
        | ProblemCode::CodeExpired
        | ProblemCode::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemCode::CodeTriesUsedUp
        | ProblemCode::NumberTriesUsedUp
        | ProblemCode::ResendTooSoon
        | ProblemCode::TooManySends => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::NotInThisState | ProblemCode::PortalOfAnotherMode => StatusCode::CONFLICT,
        ProblemCode::NotFound => StatusCode::NOT_FOUND,
        ProblemCode::KioskNotAccepted => StatusCode::UNAUTHORIZED,
        ProblemCode::MalformedRequest => StatusCode::BAD_REQUEST,
        ProblemCode::Busy
        | ProblemCode::PortalUnreachable
        | ProblemCode::PortalSlow
        | ProblemCode::PortalNotTrusted
        | ProblemCode::NotAPortal
        | ProblemCode::PortalAtAnotherAddress
        | ProblemCode::KeyStoreUnusable
        | ProblemCode::CredentialNotKept
        | ProblemCode::TextsUnavailable
        | ProblemCode::JournalFull
        | ProblemCode::OutOfService => StatusCode::SERVICE_UNAVAILABLE,
        ProblemCode::Unforeseen => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::FieldsRefused => "Fields were refused",
        ProblemCode::CodeWrong => "Not the code that was sent last",
        ProblemCode::CodeExpired => "The code is too old",
        ProblemCode::CodeTriesUsedUp => "No tries are left on this code",
        ProblemCode::NumberTriesUsedUp => "No tries are left for this number today",
        ProblemCode::ResendTooSoon => "A code was sent a moment ago",
        ProblemCode::TooManySends => "Enough codes were sent for now",
        ProblemCode::NotInThisState => "The registration has moved on",
        ProblemCode::NotFound => "Not found",
        ProblemCode::Busy => "Too much is going on",
        ProblemCode::PortalUnreachable => "The portal cannot be reached",
        ProblemCode::PortalSlow => "The portal answered too late",
        ProblemCode::TextsUnavailable => "Nobody takes the portal's texts",
        ProblemCode::JournalFull => "The kiosk keeps no more for now",
        ProblemCode::Unforeseen => "Something unforeseen",
        ProblemCode::KioskNotAccepted => "The kiosk is not accepted",
        ProblemCode::IdempotencyKeyReused => "The idempotency key came with another body",
        ProblemCode::MalformedRequest => "Not a request of this API",
        ProblemCode::OutOfService => "Out of service",
        ProblemCode::PortalOfAnotherMode => "The portal is of another mode",
        ProblemCode::PortalNotTrusted => "The portal's certificate is not trusted",
        ProblemCode::NotAPortal => "Not a portal",
        ProblemCode::PortalAtAnotherAddress => "The portal has another address",
        ProblemCode::KeyStoreUnusable => "The key store cannot be used",
        ProblemCode::CredentialNotKept => "The key store did not keep the credential",
    }
}
