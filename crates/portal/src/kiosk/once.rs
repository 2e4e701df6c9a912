//! Doing a POST once, however often it is sent: the answer is kept under the kiosk's key for 24 h and given again.
//!
//! The fingerprint that tells another body under the same key leaves out code and password: a replay with another code is
//! the same request, gets the same answer, and spends no try.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use kiosk_api::{
    IDEMPOTENCY_KEY_HEADER,
    problem::{Problem, ProblemCode},
};
use store::{Claim, StoreError};

use super::{answer::Answer, caller::Caller};
use crate::{Portal, refused::Refusal, registrations::AtKiosk};

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
        let fingerprint = portal.keys.idempotency.mac(request);
        if claimed(portal, claim, &fingerprint).await.map_err(|error| portal.unforeseen(&error))? {
            return Ok(Self { portal, asked: AtKiosk::new(claim, success) });
        }
        let before = portal.store.answered(claim.practice, claim.kiosk, claim.route, claim.key).await;
        let before = before.map_err(|error| portal.unforeseen(&error))?.ok_or_else(under_way)?;
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
    pub(super) async fn finish<T>(self, result: Result<T, Refusal>) -> Answer {
        let Err(refusal) = result else { return self.asked.into_kept() };
        let problem = self.portal.problem(refusal);
        let undecided = matches!(problem.code, ProblemCode::Busy | ProblemCode::Unforeseen);
        let answer = Answer::from(problem);
        if undecided {
            return answer;
        }
        match self.portal.keep_answer_alone(&self.asked, &answer).await {
            Ok(()) => answer,
            Err(error) => self.portal.unforeseen(&error).into(),
        }
    }
}

async fn claimed(portal: &Portal, claim: Claim<'_>, fingerprint: &[u8]) -> Result<bool, StoreError> {
    let mut tx = portal.store.begin().await?;
    let claimed = tx.claim_answer(claim, fingerprint, portal.now()).await?;
    if claimed {
        tx.commit().await?;
    }
    Ok(claimed)
}

fn under_way() -> Answer {
    let problem = Problem { retry_after_s: Some(UNDER_WAY_RETRY_S), ..Problem::new(ProblemCode::Busy) };
    Answer::with(StatusCode::CONFLICT, problem)
}
