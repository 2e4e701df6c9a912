//! Everything the portal serves, behind one guard.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use kiosk_api::BASE_PATH;

use crate::{
    Portal,
    guard::{Guard, PAGE_CSP},
    kiosk, pages, staff,
};

impl Portal {
    /// The kiosk API, the patient's pages, and two addresses for whoever watches over the process.
    pub fn router(&self) -> Router {
        let own = Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .route("/readyz", get(ready))
            .route("/api/openapi.json", get(kiosk::openapi::document))
            .nest(BASE_PATH, kiosk::router())
            .merge(staff::over_http::router())
            .merge(staff::console::router())
            .with_state(self.clone());
        let guard = Guard { origin: self.settings.public_origin.clone(), csp: PAGE_CSP };
        guard.before_pages(own.merge(pages::router(self.clone())), self.clone())
    }
}

/// Ready is who can read the database.
async fn ready(State(portal): State<Portal>) -> (StatusCode, &'static str) {
    match portal.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => {
            portal.failure(&error);
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        }
    }
}
