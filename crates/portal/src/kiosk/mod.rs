//! The API that kiosks call, under `/api/kiosk/v1`: each route reads its body, asks a use case, and says what became of
//! it in the types of `kiosk_api`.
//!
//! To add a route: its handler with its `utoipa::path` in [`routes`], a line in [`routes::all`] and one in [`openapi`].

mod answer;
mod body;
mod caller;
mod once;
pub(crate) mod openapi;
mod routes;
mod staff;

use axum::{Router, http::StatusCode};
use kiosk_api::problem::ProblemCode;

use crate::Portal;

pub(crate) use answer::Answer;
pub use caller::KioskCredential;

/// Every route, without the base path.
pub(crate) fn router() -> Router<Portal> {
    let mut router = Router::new();
    for route in routes::all() {
        router = router.route(route.path, route.handler);
    }
    router.fallback(no_such_route).method_not_allowed_fallback(no_such_method)
}

async fn no_such_route() -> Answer {
    ProblemCode::NotFound.into()
}

async fn no_such_method() -> Answer {
    Answer::malformed(StatusCode::METHOD_NOT_ALLOWED)
}
