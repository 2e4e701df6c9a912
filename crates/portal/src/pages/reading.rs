//! Terms and privacy notice, to be read by anybody.

use axum::{http::StatusCode, response::Response};

use super::{
    page::{Page, answer},
    views::Reading,
};
use crate::documents::{Document, PRIVACY, TERMS};

/// `GET /terms`.
pub(super) async fn terms(page: Page) -> Response {
    page.reading("terms-document-title", TERMS)
}

/// `GET /privacy`.
pub(super) async fn privacy(page: Page) -> Response {
    page.reading("privacy-title", PRIVACY)
}

impl Page {
    fn reading(&self, title: &'static str, document: Document) -> Response {
        let version = self.say_with("terms-version", "version", document.version);
        answer(StatusCode::OK, &Reading { shell: self.shell(), title, document, version })
    }
}
