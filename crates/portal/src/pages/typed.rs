//! What a form sent. A field that is missing is an empty one; a field that comes twice is refused.

use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{DeadEnd, Page};
use crate::Portal;

/// A form, or the page that says it could not be read.
pub(super) struct Typed<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Portal> for Typed<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Response> {
        match Form::<T>::from_request(request, portal).await {
            Ok(Form(typed)) => Ok(Self(typed)),
            Err(refused) => {
                let too_large = refused.status() == StatusCode::PAYLOAD_TOO_LARGE;
                let end = if too_large { DeadEnd::FormTooLarge } else { DeadEnd::FormUnreadable };
                Err(Page::plain(portal).dead_end(end))
            }
        }
    }
}

/// `POST /f`; the code page's "send me a new code" also sends its code, which is not looked at.
#[derive(Deserialize)]
pub(super) struct TypedMobile {
    #[serde(default)]
    pub(super) mobile: String,
}

/// `POST /c`.
#[derive(Deserialize)]
pub(super) struct TypedMobileAndCode {
    #[serde(default)]
    pub(super) mobile: String,
    #[serde(default)]
    pub(super) code: String,
}

/// A pass and a code.
#[derive(Deserialize)]
pub(super) struct TypedCode {
    #[serde(default)]
    pub(super) pass: String,
    #[serde(default)]
    pub(super) code: String,
}

/// A pass, where there is one, and a password.
#[derive(Deserialize)]
pub(super) struct TypedPassword {
    #[serde(default)]
    pub(super) pass: String,
    #[serde(default)]
    pub(super) password: String,
}

/// `POST /e`: the same address again, or another.
#[derive(Deserialize)]
pub(super) struct TypedEmail {
    #[serde(default)]
    pub(super) pass: String,
    #[serde(default)]
    pub(super) to: SendTo,
    #[serde(default)]
    pub(super) email: String,
}

/// Which of the two forms of the page was sent.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SendTo {
    /// "Send it again."
    #[default]
    Same,
    /// "Send it to this address."
    Other,
}

/// `POST /t`.
#[derive(Deserialize)]
pub(super) struct TypedAnswer {
    #[serde(default)]
    pub(super) pass: String,
    /// Version of the terms that were shown.
    #[serde(default)]
    pub(super) terms: String,
    #[serde(default)]
    pub(super) answer: Option<Answer>,
}

/// The two buttons under the terms.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// "I accept."
    Accept,
    /// "I don't accept."
    Decline,
}
