//! What an HTTP answer means, before anybody looks at its body. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use registration::time::Timestamp;
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::situation::{Fault, Situation, Waiting};

/// The pause where the system does not say how long; an outbox lets it grow.
pub(crate) const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// Whether asking once more could do something twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// An answer that the adapter goes on with.
#[derive(Debug)]
pub(crate) enum Reply {
    /// 2xx.
    Done(Answer),
    /// 404, 410.
    NotFound,
    /// 409, 412: it is not as we thought.
    Conflict,
}

/// A whole answer. Its body is personal.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Null` where there is none.
    pub(crate) body: Value,
    /// From `ETag`.
    pub(crate) etag: Option<String>,
    /// From `X-OAuth-Scopes`.
    pub(crate) scopes: Option<String>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Answer {
    /// The body is not of the form that we know.
    pub(crate) const fn not_understood(&self) -> Situation {
        Situation::NotUnderstood { status: self.status }
    }
}

/// What the status line alone says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Body,
    NotFound,
    Conflict,
    /// 429: also nobody else may ask until then.
    Later(Timestamp),
    Situation(Situation),
}

/// Reads the status and the headers that say when.
pub(crate) fn meaning(status: StatusCode, headers: &HeaderMap, kind: Kind, now: Timestamp) -> Meaning {
    let said = said_when(headers, now);
    let retry_at = said.unwrap_or(now + PAUSE);
    let in_trouble = Meaning::Situation(Situation::NotNow { retry_at, why: Waiting::InTrouble });
    let fault = |fault| Meaning::Situation(Situation::Misconfigured(fault));
    match status.as_u16() {
        200..=299 => Meaning::Body,
        300..=399 => fault(Fault::Redirected),
        400 | 422 => Meaning::Situation(Situation::Refused { status: status.as_u16() }),
        401 => fault(Fault::KeyRefused),
        402 | 403 => fault(Fault::PermissionMissing),
        404 | 410 => Meaning::NotFound,
        409 | 412 => Meaning::Conflict,
        429 => Meaning::Later(retry_at),
        // "Service unavailable" is said before the work; the other failures may come after it.
        503 => in_trouble,
        408 | 500..=599 => match kind {
            Kind::Read => in_trouble,
            Kind::Write => Meaning::Situation(Situation::Unclear { retry_at }),
        },
        status => Meaning::Situation(Situation::NotUnderstood { status }),
    }
}

/// When the system wants to be asked again: seconds (`Retry-After`, Dentally's `RateLimit-Reset-After`) or an HTTP date.
pub(crate) fn said_when(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    ["retry-after", "ratelimit-reset-after"].iter().find_map(|name| {
        let said = headers.get(*name)?.to_str().ok()?.trim();
        if let Ok(seconds) = said.parse::<u32>() {
            // A second more: "0" would let it be asked at once, and both clocks are rounded.
            return Some(now + TimeDelta::seconds(i64::from(seconds) + 1));
        }
        let date = DateTime::parse_from_rfc2822(said).ok()?;
        Some(Timestamp::new(date.with_timezone(&Utc)).max(now))
    })
}

/// How many requests are left for all programs that use the key, where the system says so.
pub(crate) fn said_left(headers: &HeaderMap) -> Option<u32> {
    headers.get("ratelimit-remaining")?.to_str().ok()?.trim().parse().ok()
}

/// Whether the body claims to be JSON or FHIR's JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(reqwest::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence == "application/fhir+json"
}

#[cfg(test)]
mod tests {
    use registration::time::Clock as _;
    use reqwest::header::HeaderValue;
    use test_support::MockClock;

    use super::*;

    fn now() -> Timestamp {
        MockClock::default().now()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).try_into().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    #[track_caller]
    fn check(status: u16, kind: Kind, expected: Meaning) {
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(meaning(status, &HeaderMap::new(), kind, now()), expected, "{status} {kind:?}");
    }

    #[test]
    fn every_status_has_a_meaning() {
        let retry_at = now() + PAUSE;
        let trouble = Meaning::Situation(Situation::NotNow { retry_at, why: Waiting::InTrouble });
        let fault = |fault| Meaning::Situation(Situation::Misconfigured(fault));
        for kind in [Kind::Read, Kind::Write] {
            check(200, kind, Meaning::Body);
            check(201, kind, Meaning::Body);
            check(302, kind, fault(Fault::Redirected));
            check(400, kind, Meaning::Situation(Situation::Refused { status: 400 }));
            check(401, kind, fault(Fault::KeyRefused));
            check(403, kind, fault(Fault::PermissionMissing));
            check(404, kind, Meaning::NotFound);
            check(412, kind, Meaning::Conflict);
            check(422, kind, Meaning::Situation(Situation::Refused { status: 422 }));
            check(429, kind, Meaning::Later(retry_at));
            check(503, kind, trouble);
            check(418, kind, Meaning::Situation(Situation::NotUnderstood { status: 418 }));
        }
    }

    #[test]
    fn a_write_that_broke_in_the_middle_may_have_been_done() {
        let retry_at = now() + PAUSE;
        for status in [500, 502, 504, 408] {
            check(
                status,
                Kind::Read,
                Meaning::Situation(Situation::NotNow { retry_at, why: Waiting::InTrouble }),
            );
            check(status, Kind::Write, Meaning::Situation(Situation::Unclear { retry_at }));
        }
    }

    #[test]
    fn the_system_says_when_in_seconds_or_as_a_date() {
        let after = |pairs: &[_]| said_when(&headers(pairs), now()).map(|at| (at - now()).num_seconds());
        assert_eq!(after(&[("retry-after", "30")]), Some(31));
        assert_eq!(after(&[("ratelimit-reset-after", "1200")]), Some(1201));
        assert_eq!(after(&[("retry-after", "Sun, 22 Nov 2026 12:05:00 GMT")]), Some(300));
        assert_eq!(after(&[("retry-after", "Sun, 22 Nov 2020 12:05:00 GMT")]), Some(0), "never in the past");
        assert_eq!(after(&[("retry-after", "soon")]), None);
        assert_eq!(after(&[("retry-after", "-5")]), None);
        assert_eq!(after(&[]), None);
    }

    #[test]
    fn only_json_is_read_as_json() {
        assert!(is_json(&headers(&[("content-type", "application/json")])));
        assert!(is_json(&headers(&[("content-type", "Application/FHIR+JSON; charset=utf-8")])));
        assert!(!is_json(&headers(&[("content-type", "text/html")])));
        assert!(!is_json(&headers(&[])));
    }
}
