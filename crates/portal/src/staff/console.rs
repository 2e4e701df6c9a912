//! The console in a browser: one page, and the files that it loads.

use axum::{
    Router,
    extract::Path,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use console::File;

use crate::Portal;

/// Our own script, style, fonts and pictures, and our own API; nothing inline, and nobody else's.
pub(crate) const CONSOLE_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                                      frame-ancestors 'none'";

pub(crate) fn router() -> Router<Portal> {
    Router::new()
        .route("/staff", get(page))
        .route("/staff/", get(page))
        .route("/staff/assets/{name}", get(asset))
}

async fn page() -> Response {
    served(console::page(), "no-store")
}

/// Their names change with their bytes.
async fn asset(Path(name): Path<String>) -> Response {
    served(console::file(&format!("assets/{name}")), "public, max-age=31536000, immutable")
}

fn served(file: Option<File>, kept: &'static str) -> Response {
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONSOLE_CSP)),
    ];
    (headers, file.bytes).into_response()
}
