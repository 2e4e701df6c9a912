//! Doing a POST once, however often it is sent: the answer is kept under the kiosk's key for 24 h and given again.
//!
//! The fingerprint that tells another body under the same key leaves out code and password: a replay with another code is
//! the same request, gets the same answer, and spends no try.
//!
//! A request that ends undecided gives its claim back: the kiosk asks again under the same key, and must not find it busy.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use kiosk_api::{
    IDEMPOTENCY_KEY_HEADER,
    problem::{Problem, ProblemCode},
};
use registration::{ids::KioskId, time::Timestamp};
use store::{Claim, IN_FLIGHT, StoreError};
use tokio::runtime::Handle;
use tracing::Instrument as _;

use super::{answer::Answer, caller::Caller};
use crate::{Portal, guard::REQUEST_TIMEOUT, refused::Refusal, registrations::AtKiosk};

// Only what is no longer worked on may count as lost.
const _: () = assert!(REQUEST_TIMEOUT.as_secs().cast_signed() < IN_FLIGHT.num_seconds());

/// Seconds after which a request that is under way is worth asking for again.
const UNDER_WAY_RETRY_S: u32 = 1;

/// The longest key; a UUID has 36 characters.
const LONGEST_KEY: usize = 128;

/// The `Idempotency-Key` of a request.
pub(super) struct Key(String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Answer> {
        parts
            .headers
            .get(IDEMPOTENCY_KEY_HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|key| {
                (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
            })
            .map(|key| Self(key.to_owned()))
            .ok_or_else(|| Answer::malformed(StatusCode::BAD_REQUEST))
    }
}

/// A request that is being done, and is nobody else's to do.
pub(super) struct Once<'a> {
    portal: &'a Portal,
    asked: AtKiosk<'a>,
    held: Held,
}

impl<'a> Once<'a> {
    /// Claims the request, or gives the answer it had before. `route` is without ids; `request` is whatever else tells two
    /// requests apart, without secrets.
    pub(super) async fn begin(
        portal: &'a Portal,
        caller: &Caller,
        key: &'a Key,
        route: &'static str,
        success: StatusCode,
        request: &[&[u8]],
    ) -> Result<Self, Answer> {
        let claim = Claim { practice: portal.practice(), kiosk: caller.kiosk, route, key: &key.0 };
        let fingerprint = portal.fingerprint(request);
        let held = Held::claim(portal, caller.kiosk, route, &key.0, &fingerprint).await;
        if let Some(held) = held.map_err(|error| portal.store_problem(&error))? {
            return Ok(Self { portal, asked: AtKiosk::new(claim, success), held });
        }
        let before = portal.store.answered(claim.practice, claim.kiosk, claim.route, claim.key).await;
        let before = before.map_err(|error| portal.store_problem(&error))?.ok_or_else(under_way)?;
        if before.fingerprint != fingerprint {
            return Err(ProblemCode::IdempotencyKeyReused.into());
        }
        let (Some(body), Ok(status)) = (before.body, StatusCode::from_u16(before.status)) else {
            return Err(under_way());
        };
        Err(Answer { status, body })
    }

    /// As the use case must know it.
    pub(super) const fn asked(&self) -> &AtKiosk<'a> {
        &self.asked
    }

    /// Answers. A success was kept by the transaction that made it true; a refusal is kept here, unless it says nothing
    /// about the request itself.
    pub(super) async fn finish<T>(mut self, result: Result<T, Refusal>) -> Answer {
        let Err(refusal) = result else {
            self.held.over = true;
            return self.asked.into_kept();
        };
        if matches!(refusal, Refusal::Store(StoreError::Away(_))) {
            // The claim is given back behind the answer, which would wait for the database once more.
            return self.portal.problem(refusal).into();
        }
        let problem = self.portal.problem(refusal);
        let undecided = matches!(problem.code, ProblemCode::Busy | ProblemCode::Unforeseen);
        let answer = Answer::from(problem);
        if undecided {
            self.held.give_back().await;
            return answer;
        }
        match self.portal.keep_answer_alone(&self.asked, &answer).await {
            Ok(()) => {
                self.held.over = true;
                answer
            }
            Err(error) => self.portal.store_problem(&error).into(),
        }
    }
}

/// The claim of a request under way. Dropped without an answer, by a time-out or a client that gave up, it is given back.
struct Held {
    portal: Portal,
    kiosk: KioskId,
    route: &'static str,
    key: String,
    since: Timestamp,
    /// Answered, or given back.
    over: bool,
}

impl Held {
    /// `None` where the request is, or was, somebody else's to do.
    async fn claim(
        portal: &Portal,
        kiosk: KioskId,
        route: &'static str,
        key: &str,
        fingerprint: &[u8],
    ) -> Result<Option<Self>, StoreError> {
        let since = portal.now();
        let mut tx = portal.store.begin(portal.practice()).await?;
        let claim = Claim { practice: portal.practice(), kiosk, route, key };
        if !tx.claim_answer(claim, fingerprint, since).await? {
            return Ok(None);
        }
        // Before the commit: whoever is dropped there may have committed.
        let held = Self { portal: portal.clone(), kiosk, route, key: key.to_owned(), since, over: false };
        tx.commit().await?;
        Ok(Some(held))
    }

    async fn give_back(mut self) {
        self.over = true;
        let claim =
            Claim { practice: self.portal.practice(), kiosk: self.kiosk, route: self.route, key: &self.key };
        match self.portal.store.give_back_claim(claim, self.since).await {
            Ok(()) => {}
            // The log has it, and the claim goes by its age.
            Err(error @ StoreError::Away(_)) => drop(self.portal.failure(&error)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a claim is left to its age");
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Where no runtime is left the process ends, and the claim goes by its age.
        let (false, Ok(runtime)) = (self.over, Handle::try_current()) else { return };
        let (portal, key) = (self.portal.clone(), std::mem::take(&mut self.key));
        let held = Self { portal, key, over: true, kiosk: self.kiosk, route: self.route, since: self.since };
        runtime.spawn(held.give_back().in_current_span());
    }
}

fn under_way() -> Answer {
    let problem = Problem { retry_after_s: Some(UNDER_WAY_RETRY_S), ..Problem::new(ProblemCode::Busy) };
    Answer::with(StatusCode::CONFLICT, problem)
}

#[cfg(test)]
mod tests;
