//! What every request passes and every answer carries, whatever the route.
//!
//! Nothing in a request says who we are: a request for another host is refused, and links are made of the configured
//! origin only. Patients' pages have no cookies, so a forged POST has no authority to borrow; it is refused all the same, and so is one to
//! the staff's API, whose cookie no other site sends.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::Authority},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use kiosk_api::{
    problem::{Problem, ProblemCode},
    staff::STAFF_PATH,
};
use tokio::time::timeout;

use crate::{
    Portal,
    kiosk::Answer,
    pages::{DeadEnd, Page},
};

/// Bytes of a request's body at most; the longest form of ours has fewer than 3,000.
pub const BODY_CAP_BYTES: usize = 16 * 1024;

/// Longer than 34 hashes take on a slow machine; past it the work is dropped, and what was not committed is undone.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Seconds after which a request that took too long is worth sending again; as long as a full queue of hashes needs.
const SLOW_RETRY_S: u32 = 5;

/// What a page of ours may load: our own style and images, and nothing that runs.
pub const PAGE_CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                            frame-ancestors 'none'";

/// Where this listener is reached, and what its pages may load.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Scheme, host and port, without a path.
    pub origin: String,
    /// The Content-Security-Policy of every answer.
    pub csp: &'static str,
}

impl Guard {
    /// Puts the guard before every route and fallback. What it refuses has a status and no page, and a problem on the API.
    pub fn before(self, router: Router) -> Router {
        self.layers(router, None)
    }

    /// The same before the patient's pages: what it refuses is a page with the practice's telephone.
    pub fn before_pages(self, router: Router, portal: Portal) -> Router {
        self.layers(router, Some(portal))
    }

    fn layers(self, router: Router, portal: Option<Portal>) -> Router {
        router
            .layer(DefaultBodyLimit::max(BODY_CAP_BYTES))
            .layer(middleware::from_fn_with_state((self, portal), pass))
    }

    fn authority(&self) -> &str {
        authority_of(&self.origin)
    }

    fn is_for_us(&self, request: &Request) -> bool {
        host_named(request).is_some_and(|host| host.eq_ignore_ascii_case(self.authority()))
    }

    /// The rule of Go's `http.CrossOriginProtection` (1.25), with the whole origin compared instead of the host.
    fn is_cross_origin(&self, request: &Request) -> bool {
        if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
            return false;
        }
        let value = |name: HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
        match value(HeaderName::from_static("sec-fetch-site")) {
            Some(site) => site != b"same-origin" && site != b"none",
            None => match value(header::ORIGIN) {
                // Browsers too old for Sec-Fetch-Site say "null" because our own pages ask for no referrer (Fetch §3.2).
                None | Some(b"null") => false,
                Some(origin) => origin != self.origin.as_bytes(),
            },
        }
    }
}

/// Host and port of an origin, as requests name it.
#[must_use]
pub fn authority_of(origin: &str) -> &str {
    origin.split_once("://").map_or("", |(_, authority)| authority)
}

/// The one host that a request is for. An HTTP/1.1 request may name it twice, in an absolute request line and in the header:
/// where the two differ, it is for nobody.
pub(crate) fn host_named(request: &Request) -> Option<&str> {
    let line = request.uri().authority().map(Authority::as_str);
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (named, another) = (headers.next(), headers.next());
    if another.is_some() {
        return None;
    }
    let named = named.map(HeaderValue::to_str).transpose().ok()?;
    match (line, named) {
        (Some(line), Some(named)) => named.eq_ignore_ascii_case(line).then_some(named),
        (Some(host), None) | (None, Some(host)) => Some(host),
        (None, None) => None,
    }
}

async fn pass(
    State((guard, portal)): State<(Guard, Option<Portal>)>,
    request: Request,
    next: Next,
) -> Response {
    let response = let_pass(&guard, portal.as_ref(), request, next).await;
    with_what_every_answer_carries(response, guard.csp)
}

fn with_what_every_answer_carries(mut response: Response, csp: &'static str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Only what says so itself may be kept: style and icon, whose addresses change with their bytes.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // The console runs a script of ours, and says so itself.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(csp));
    response
}

/// For a request that is for none of several practices: without a page, which would be somebody's.
pub(crate) fn for_nobody(request: &Request) -> Response {
    with_what_every_answer_carries(misdirected(request.uri(), None), PAGE_CSP)
}

fn misdirected(uri: &Uri, portal: Option<&Portal>) -> Response {
    let status = StatusCode::MISDIRECTED_REQUEST;
    if is_read_by_program(uri) {
        Answer::malformed(status).into_response()
    } else {
        refused(portal, status, DeadEnd::NotOurAddress)
    }
}

/// Whatever ends here ends with a problem on the API, and with a page everywhere else.
async fn let_pass(guard: &Guard, portal: Option<&Portal>, request: Request, next: Next) -> Response {
    let api = is_api(request.uri());
    if !guard.is_for_us(&request) {
        return misdirected(request.uri(), portal);
    }
    let by_program = is_read_by_program(request.uri());
    if !api && guard.is_cross_origin(&request) {
        return if by_program {
            Answer::malformed(StatusCode::FORBIDDEN).into_response()
        } else {
            refused(portal, StatusCode::FORBIDDEN, DeadEnd::FormUnreadable)
        };
    }
    let Ok(response) = timeout(REQUEST_TIMEOUT, next.run(request)).await else {
        return if by_program {
            let problem = Problem { retry_after_s: Some(SLOW_RETRY_S), ..Problem::new(ProblemCode::Busy) };
            Answer::from(problem).into_response()
        } else {
            let busy = DeadEnd::Busy { retry_after_s: SLOW_RETRY_S };
            refused(portal, StatusCode::SERVICE_UNAVAILABLE, busy)
        };
    };
    response
}

fn refused(portal: Option<&Portal>, status: StatusCode, end: DeadEnd) -> Response {
    let page = portal.map_or_else(Response::default, |portal| Page::plain(portal).dead_end(end));
    (status, page).into_response()
}

/// What answers in JSON, to a program or to a script of ours.
fn is_read_by_program(uri: &Uri) -> bool {
    is_api(uri) || uri.path().starts_with(STAFF_PATH)
}

/// The API has no browser behind it and asks for a credential on every request.
fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

const ALWAYS: [(&str, &str); 6] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn guard() -> Guard {
        Guard { origin: "https://portal.example".to_owned(), csp: PAGE_CSP }
    }

    #[track_caller]
    fn check_host(uri: &str, hosts: &[&str], expected: bool) {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(guard().is_for_us(&request), expected, "{uri} {hosts:?}");
    }

    #[test]
    fn only_the_configured_host_is_ours() {
        check_host("/", &["portal.example"], true);
        check_host("/", &["PORTAL.example"], true);
        check_host("https://portal.example/", &[], true);
        check_host("/", &[], false);
        check_host("/", &["evil.example"], false);
        check_host("/", &["portal.example.evil.example"], false);
        check_host("/", &["portal.example:8080"], false);
        check_host("/", &["portal.example", "evil.example"], false);
        check_host("http://evil.example/", &["portal.example"], false);
        check_host("https://portal.example/", &["evil.example"], false);
        check_host("https://portal.example/", &["PORTAL.example"], true);
        check_host("/", &[""], false);
    }

    #[track_caller]
    fn check_origin(method: &Method, headers: &[(&str, &str)], cross: bool) {
        let mut request = Request::builder().method(method).uri("/f");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(guard().is_cross_origin(&request), cross, "{method} {headers:?}");
    }

    #[test]
    fn a_post_from_another_site_is_seen_and_reading_never_is() {
        let elsewhere = ("sec-fetch-site", "cross-site");
        check_origin(&Method::GET, &[elsewhere], false);
        check_origin(&Method::HEAD, &[elsewhere], false);
        check_origin(&Method::POST, &[elsewhere], true);
        check_origin(&Method::POST, &[("sec-fetch-site", "same-site")], true);
        check_origin(&Method::POST, &[("sec-fetch-site", "same-origin"), ("origin", "null")], false);
        check_origin(&Method::POST, &[("sec-fetch-site", "none")], false);
        check_origin(&Method::POST, &[("origin", "https://portal.example")], false);
        check_origin(&Method::POST, &[("origin", "http://portal.example")], true);
        check_origin(&Method::POST, &[("origin", "https://evil.example")], true);
        check_origin(&Method::POST, &[("origin", "null")], false);
        check_origin(&Method::POST, &[], false);
    }
}
