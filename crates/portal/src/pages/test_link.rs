//! The page of a test link: whoever looks after the portal opens it on a phone and presses the button. Looking at it proves
//! nothing, for mail scanners and previews look too.

use axum::{http::StatusCode, response::Response};
use store::StoreError;

use super::{
    link::Token,
    page::{Page, answer},
    views::TestLinkPage,
};

/// `GET /test/{token}`.
pub(super) async fn page(page: Page, Token(token): Token) -> Response {
    match page.portal.test_link_lives(&token).await {
        Ok(true) => {
            let view = TestLinkPage { shell: page.shell(), open_at: format!("/test/{token}") };
            answer(StatusCode::OK, &view)
        }
        other => page.test_link_is_dead(other),
    }
}

/// `POST /test/{token}`.
pub(super) async fn open(page: Page, Token(token): Token) -> Response {
    match page.portal.open_test_link(&token).await {
        Ok(true) => {
            let lead = page.say_practice("test-link-opened-lead");
            page.notice(StatusCode::OK, "test-link-opened-title", vec![lead], None)
        }
        other => page.test_link_is_dead(other),
    }
}

impl Page {
    fn test_link_is_dead(&self, looked: Result<bool, StoreError>) -> Response {
        match looked {
            Ok(_) => {
                let lead = vec![self.say("test-link-dead-lead")];
                self.notice(StatusCode::GONE, "test-link-dead-title", lead, None)
            }
            Err(error) => self.failed(self.portal.failure(&error)),
        }
    }
}
