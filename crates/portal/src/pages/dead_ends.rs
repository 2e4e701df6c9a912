//! Pages that lead nowhere by themselves. Each is calm, tells a stranger nothing, and has a way on and a telephone.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use registration::flow::Registration;

use super::{
    page::{Page, answer},
    views::{Notice, WayOn},
};
use crate::{LinkPage, PageRefused, Portal, StoreFailure};

/// Where a request can end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeadEnd {
    /// No such page.
    NotFound,
    /// The page knows another method.
    MethodNotAllowed,
    /// The request names a host that is not ours.
    NotOurAddress,
    /// Not a form of ours, or sent by another site.
    FormUnreadable,
    /// A form of ours has a few hundred bytes.
    FormTooLarge,
    /// The hidden field is too old, or was altered.
    PassTooOld,
    /// The registration has moved on or ended.
    MovedOn,
    /// No more codes for now.
    EnoughCodes {
        /// Seconds until another may be sent.
        retry_after_s: u32,
    },
    /// Too much is going on.
    Busy {
        /// Seconds until it is worth asking again.
        retry_after_s: u32,
    },
    /// The cause is in the log.
    Unforeseen {
        /// Under this name.
        incident: String,
    },
}

pub(super) async fn not_found(State(portal): State<Portal>) -> Response {
    Page::plain(&portal).dead_end(DeadEnd::NotFound)
}

pub(super) async fn method_not_allowed(State(portal): State<Portal>) -> Response {
    Page::plain(&portal).dead_end(DeadEnd::MethodNotAllowed)
}

impl Page {
    /// The page of a dead end.
    pub(crate) fn dead_end(&self, end: DeadEnd) -> Response {
        let finish =
            |status, title, lead| self.notice(status, title, vec![self.say(lead)], Some(WayOn::Finish));
        match end {
            DeadEnd::NotFound => finish(StatusCode::NOT_FOUND, "not-found-title", "not-found-lead"),
            DeadEnd::MethodNotAllowed => {
                finish(StatusCode::METHOD_NOT_ALLOWED, "method-title", "method-lead")
            }
            DeadEnd::FormUnreadable => finish(StatusCode::BAD_REQUEST, "form-title", "form-lead"),
            DeadEnd::FormTooLarge => finish(StatusCode::PAYLOAD_TOO_LARGE, "form-title", "form-lead"),
            DeadEnd::PassTooOld => finish(StatusCode::GONE, "pass-expired-title", "pass-expired-lead"),
            DeadEnd::MovedOn => finish(StatusCode::CONFLICT, "moved-on-title", "moved-on-lead"),
            DeadEnd::NotOurAddress => {
                self.notice(StatusCode::MISDIRECTED_REQUEST, "host-title", vec![self.say("host-lead")], None)
            }
            DeadEnd::EnoughCodes { retry_after_s } => {
                let lead = self.say_with("enough-codes-lead", "wait", self.texts.wait(retry_after_s));
                self.later(StatusCode::TOO_MANY_REQUESTS, "enough-codes-title", lead, retry_after_s)
            }
            DeadEnd::Busy { retry_after_s } => {
                let lead = self.say_with("busy-lead", "wait", self.texts.wait(retry_after_s));
                self.later(StatusCode::SERVICE_UNAVAILABLE, "busy-title", lead, retry_after_s)
            }
            DeadEnd::Unforeseen { incident } => {
                let name = self.say_with("unforeseen-incident", "incident", incident);
                let paragraphs = vec![self.say("unforeseen-lead"), name];
                self.notice(StatusCode::INTERNAL_SERVER_ERROR, "unforeseen-title", paragraphs, None)
            }
        }
    }

    fn later(&self, status: StatusCode, title: &'static str, lead: String, retry_after_s: u32) -> Response {
        let mut response = self.notice(status, title, vec![lead], None);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        response
    }

    /// What is left of a refusal once the form has had its part.
    pub(super) fn refused(&self, refused: PageRefused) -> Response {
        match refused {
            PageRefused::TooSoon { retry_after_s } | PageRefused::TooManySends { retry_after_s } => {
                self.dead_end(DeadEnd::EnoughCodes { retry_after_s })
            }
            PageRefused::Busy { retry_after_s } => self.dead_end(DeadEnd::Busy { retry_after_s }),
            PageRefused::Unforeseen { incident } => self.dead_end(DeadEnd::Unforeseen { incident }),
            PageRefused::LinkDead(link) => self.link_dead(&link),
            PageRefused::NotInThisState
            | PageRefused::Field(_)
            | PageRefused::CodeWrong
            | PageRefused::CodeExpired
            | PageRefused::TriesUsedUp
            | PageRefused::PasswordWrong { .. } => self.dead_end(DeadEnd::MovedOn),
        }
    }

    pub(super) fn failed(&self, failure: StoreFailure) -> Response {
        self.refused(failure.into())
    }

    /// The page behind a link that opens nothing.
    pub(super) fn link_dead(&self, link: &LinkPage) -> Response {
        let (status, title, leads, way_on): (_, _, &[&str], _) = match link {
            LinkPage::Used => {
                (StatusCode::GONE, "link-used-title", &["link-used-lead", "link-used-not-you"], None)
            }
            LinkPage::Expired => {
                (StatusCode::GONE, "link-expired-title", &["link-expired-lead"], Some(WayOn::NewLink))
            }
            LinkPage::Superseded => {
                (StatusCode::GONE, "link-superseded-title", &["link-superseded-lead"], Some(WayOn::NewLink))
            }
            LinkPage::Locked => (StatusCode::GONE, "link-locked-title", &["link-locked-lead"], None),
            LinkPage::Ended => (StatusCode::GONE, "link-ended-title", &["link-ended-lead"], None),
            LinkPage::Unknown => {
                (StatusCode::NOT_FOUND, "link-unknown-title", &["link-unknown-lead"], Some(WayOn::NewLink))
            }
            // A living link is a form, not a dead end; who lands here pressed a button that fitted it before.
            LinkPage::AskPassword(_) | LinkPage::AskFreshCode(_) => {
                (StatusCode::CONFLICT, "moved-on-title", &["moved-on-lead"], Some(WayOn::Finish))
            }
        };
        let paragraphs = leads.iter().map(|key| self.say(key)).collect();
        self.notice(status, title, paragraphs, way_on)
    }

    /// "Show this reference at the desk."
    pub(super) fn finish_at_desk(&self, registration: &Registration) -> Response {
        let view = Notice {
            shell: self.shell(),
            title: "desk-title",
            paragraphs: vec![self.say_practice("desk-lead")],
            reference: Some(registration.reference.as_str().to_owned()),
            way_on: None,
        };
        answer(StatusCode::OK, &view)
    }

    pub(super) fn notice(
        &self,
        status: StatusCode,
        title: &'static str,
        paragraphs: Vec<String>,
        way_on: Option<WayOn>,
    ) -> Response {
        answer(status, &Notice { shell: self.shell(), title, paragraphs, reference: None, way_on })
    }
}
