//! Bodies and addresses of requests, read strictly: what is not of the API's form is a problem, never a panic or a guess.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, header, request::Parts},
};
use kiosk_api::problem::ProblemCode;
use registration::ids::RegistrationId;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::answer::Answer;

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Answer;

    async fn from_request(request: Request, state: &S) -> Result<Self, Answer> {
        let is_json = is_json(&request);
        let bytes = bytes(request, state).await?;
        if !is_json {
            return Err(Answer::malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Answer::malformed(StatusCode::BAD_REQUEST))
    }
}

/// No body, or an empty object.
pub(super) struct Nothing;

impl<S: Send + Sync> FromRequest<S> for Nothing {
    type Rejection = Answer;

    async fn from_request(request: Request, state: &S) -> Result<Self, Answer> {
        match bytes(request, state).await?.trim_ascii() {
            b"" | b"{}" => Ok(Self),
            _ => Err(Answer::malformed(StatusCode::BAD_REQUEST)),
        }
    }
}

/// The registration in the address.
pub(super) struct Which(pub(super) RegistrationId);

impl<S: Send + Sync> FromRequestParts<S> for Which {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Answer> {
        let Path(id) =
            Path::<Uuid>::from_request_parts(parts, state).await.map_err(|_| ProblemCode::NotFound)?;
        Ok(Self(RegistrationId(id)))
    }
}

fn is_json(request: &Request) -> bool {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Answer> {
    Bytes::from_request(request, state).await.map_err(|rejection| Answer::malformed(rejection.status()))
}
