//! The way to a system: one request at a time, within its allowance, with a bounded answer and no redirect.

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use registration::time::{Clock, Timestamp};
use reqwest::{
    Method, Response, Url,
    header::{HeaderMap, HeaderValue},
    redirect,
};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    limiter::Limiter,
    reply::{self, Answer, Kind, Meaning, PAUSE, Reply},
    situation::{Fault, Situation, Waiting},
};

/// Octets of an answer that are read: 1,000 records with 4 KiB each.
const MAX_BODY: usize = 4 << 20;

/// How long a caller waits for a place in the allowance before it is told "not now".
const PATIENCE: TimeDelta = TimeDelta::seconds(5);

/// Until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A key. `Debug` is silent, and it is erased when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes it over.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The header that shows it; `None` if it has a character that no header may have.
    pub(crate) fn header(text: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Where a system answers: https, or http on this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlRefused {
    /// Not an address of the web.
    #[error("not an http address")]
    NotAnAddress,
    /// Patients' details would cross a network in the clear.
    #[error("http is for this machine only; another host needs https")]
    NotEncrypted,
    /// A user, a password, a query or a fragment stands in it.
    #[error("the address holds more than host, port and path")]
    HoldsMore,
}

impl BaseUrl {
    /// Understands a configured address.
    pub fn parse(text: &str) -> Result<Self, BaseUrlRefused> {
        let url = Url::parse(text).map_err(|_| BaseUrlRefused::NotAnAddress)?;
        let is_here = is_here(url.host_str().ok_or(BaseUrlRefused::NotAnAddress)?);
        match url.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(BaseUrlRefused::NotEncrypted),
            _ => return Err(BaseUrlRefused::NotAnAddress),
        }
        let more = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        if more { Err(BaseUrlRefused::HoldsMore) } else { Ok(Self(url)) }
    }

    /// As it was understood.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is this very machine.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        self.0.host_str().is_some_and(is_here)
    }

    /// Below the base, whatever the segments hold.
    pub(crate) fn join(&self, segments: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// An address that the system itself gave, such as that of the next page; `None` if it leads out of the base.
    pub(crate) fn own(&self, text: &str) -> Option<Url> {
        let url = self.0.join(text).ok()?;
        let is_ours = url.origin() == self.0.origin() && url.path().starts_with(self.0.path());
        (is_ours && url.username().is_empty() && url.password().is_none()).then_some(url)
    }
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// How pauses are made; the tests' one moves its clock instead.
#[async_trait]
pub trait Waits: Send + Sync {
    /// Comes back after this span.
    async fn wait(&self, span: TimeDelta);
}

/// Pauses on the tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct TokioWaits;

#[async_trait]
impl Waits for TokioWaits {
    async fn wait(&self, span: TimeDelta) {
        tokio::time::sleep(span.to_std().unwrap_or_default()).await;
    }
}

/// Where time comes from, and how long an answer may take.
#[derive(Clone)]
pub struct Timing {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Pauses.
    pub waits: Arc<dyn Waits>,
    /// From the request to the last octet of its answer.
    pub answer_within: Duration,
}

impl std::fmt::Debug for Timing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timing").field("answer_within", &self.answer_within).finish_non_exhaustive()
    }
}

/// One request.
pub(crate) struct Request {
    pub(crate) kind: Kind,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

/// What a request carries.
pub(crate) enum Body {
    None,
    Json(&'static str, Value),
    /// A search whose criteria are not to stand in an address.
    Form(Vec<(&'static str, String)>),
}

impl Request {
    pub(crate) fn get(url: Url) -> Self {
        Self { kind: Kind::Read, method: Method::GET, url, headers: Vec::new(), body: Body::None }
    }

    pub(crate) fn write(method: Method, url: Url, body: Value) -> Self {
        let body = Body::Json("application/json", body);
        Self { kind: Kind::Write, method, url, headers: Vec::new(), body }
    }
}

/// A client with its key, its allowance and its time.
pub(crate) struct Connection {
    pub(crate) base: BaseUrl,
    client: reqwest::Client,
    limiter: Arc<Limiter>,
    timing: Timing,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("base", &self.base.0.as_str()).finish_non_exhaustive()
    }
}

impl Connection {
    /// `headers` go with every request. Fails where this machine has no TLS to offer.
    pub(crate) fn new(
        base: BaseUrl,
        headers: HeaderMap,
        limiter: Arc<Limiter>,
        timing: Timing,
    ) -> Result<Self, Situation> {
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(timing.answer_within)
            // A request is repeated by who knows whether that is safe.
            .retry(reqwest::retry::never())
            // Which proxy to use is configuration, and only that reads the environment.
            .no_proxy()
            .build()
            .map_err(|_| Situation::Misconfigured(Fault::NoConnection))?;
        Ok(Self { base, client, limiter, timing })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.timing.clock.now()
    }

    /// Asks, within the allowance.
    pub(crate) async fn ask(&self, request: Request) -> Result<Reply, Situation> {
        let booked = self.limiter.book(self.now(), PATIENCE);
        let wait = booked.map_err(|retry_at| Situation::NotNow { retry_at, why: Waiting::AllowanceUsed })?;
        if wait > TimeDelta::zero() {
            self.timing.waits.wait(wait).await;
        }
        let kind = request.kind;
        let mut response = self.send(request).await.map_err(|error| self.unanswered(kind, &error))?;
        let (status, now) = (response.status(), self.now());
        if let Some(left) = reply::said_left(response.headers()) {
            self.limiter.learn(now, left, reply::said_when(response.headers(), now));
        }
        match reply::meaning(status, response.headers(), kind, now) {
            Meaning::Body => self.whole(&mut response, kind).await.map(Reply::Done),
            Meaning::NotFound => Ok(Reply::NotFound),
            Meaning::Conflict => Ok(Reply::Conflict),
            Meaning::Later(until) => {
                let retry_at = self.limiter.close(now, until);
                Err(Situation::NotNow { retry_at, why: Waiting::AskedTooOften })
            }
            Meaning::Situation(situation) => Err(situation),
        }
    }

    async fn send(&self, request: Request) -> reqwest::Result<Response> {
        let mut builder = self.client.request(request.method, request.url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        builder = match request.body {
            Body::None => builder,
            Body::Json(content_type, body) => {
                builder.header("content-type", content_type).body(body.to_string())
            }
            Body::Form(pairs) => {
                let mut form = reqwest::Url::parse("form:").expect("an address without a host");
                form.query_pairs_mut().extend_pairs(pairs);
                let encoded = form.query().unwrap_or_default().to_owned();
                builder.header("content-type", "application/x-www-form-urlencoded").body(encoded)
            }
        };
        builder.send().await
    }

    /// No answer. Only where no connection stood is it sure that nothing was written. The error itself holds the address,
    /// and with it what was searched for: it goes no further.
    fn unanswered(&self, kind: Kind, error: &reqwest::Error) -> Situation {
        let retry_at = self.now() + PAUSE;
        if error.is_connect() {
            return Situation::NotNow { retry_at, why: Waiting::Unreachable };
        }
        match kind {
            Kind::Read if error.is_timeout() => Situation::NotNow { retry_at, why: Waiting::TooSlow },
            Kind::Read => Situation::NotNow { retry_at, why: Waiting::Unreachable },
            Kind::Write => Situation::Unclear { retry_at },
        }
    }

    /// The whole body, if it is JSON and not too long. A write whose answer breaks off has been taken all the same.
    async fn whole(&self, response: &mut Response, kind: Kind) -> Result<Answer, Situation> {
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let etag = header("etag").map(str::to_owned);
        let scopes = header("x-oauth-scopes").map(str::to_owned);
        let is_json = reply::is_json(response.headers());
        let strange = match kind {
            Kind::Read => Situation::NotUnderstood { status },
            Kind::Write => Situation::Unclear { retry_at: self.now() + PAUSE },
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unanswered(kind, &error))? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(strange);
            }
            body.extend_from_slice(&chunk);
        }
        if body.is_empty() {
            return Ok(Answer { status, body: Value::Null, etag, scopes });
        }
        let body =
            if is_json { serde_json::from_slice(&body).map_err(|_| strange)? } else { return Err(strange) };
        Ok(Answer { status, body, etag, scopes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_details_leave_this_machine_encrypted_or_not_at_all() {
        for (text, refused) in [
            ("https://api.dentally.co", None),
            ("http://localhost:30222/api/v1/", None),
            ("http://127.0.0.1:8080", None),
            ("http://[::1]:8080/fhir", None),
            ("http://192.168.1.10:30223/api/v1", Some(BaseUrlRefused::NotEncrypted)),
            ("http://localhost.example.com", Some(BaseUrlRefused::NotEncrypted)),
            ("ftp://api.dentally.co", Some(BaseUrlRefused::NotAnAddress)),
            ("api.dentally.co", Some(BaseUrlRefused::NotAnAddress)),
            ("https://key@api.dentally.co", Some(BaseUrlRefused::HoldsMore)),
            ("https://api.dentally.co/?key=1", Some(BaseUrlRefused::HoldsMore)),
        ] {
            assert_eq!(BaseUrl::parse(text).err(), refused, "{text}");
        }
    }

    #[test]
    fn a_path_stays_below_the_base_and_a_query_is_encoded() {
        let base = BaseUrl::parse("https://example.com/fhir/").expect("an address");
        let url = base.join(&["Patient", "../x?y"], &[("email", "a+b@example.com".to_owned())]);
        assert_eq!(url.as_str(), "https://example.com/fhir/Patient/..%2Fx%3Fy?email=a%2Bb%40example.com");
    }

    #[test]
    fn the_next_page_is_not_looked_for_at_another_host() {
        let base = BaseUrl::parse("https://example.com/fhir").expect("an address");
        assert!(base.own("https://example.com/fhir?page=2").is_some());
        assert!(base.own("https://example.com/fhir/Patient?page=2").is_some());
        assert!(base.own("https://example.org/fhir?page=2").is_none());
        assert!(base.own("http://example.com/fhir?page=2").is_none());
        assert!(base.own("https://example.com/admin").is_none());
        assert!(base.own("https://me:it@example.com/fhir").is_none());
    }

    #[test]
    fn a_key_is_shown_nowhere() {
        assert_eq!(format!("{:?}", Secret::new("topsecret".into())), "Secret");
        assert_eq!(format!("{:?}", Secret::header("Bearer topsecret")), "Some(Sensitive)");
        assert_eq!(Secret::header("top\nsecret"), None);
    }
}
