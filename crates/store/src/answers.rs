//! Answers of the kiosk API by idempotency key.

use chrono::TimeDelta;
use registration::{
    ids::{KioskId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::query,
    tx::{Tx, one_row},
};

/// After this long a request without an answer counts as lost, and the same request may be done again: a process that
/// was killed gives nothing back. Longer than the portal works on any request, which the portal asserts.
pub const IN_FLIGHT: TimeDelta = TimeDelta::seconds(25);

/// What was answered to a request, or that it is being answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Keyed MAC of the request.
    pub fingerprint: Vec<u8>,
    /// HTTP status; 0 while in flight.
    pub status: u16,
    /// `None` while in flight.
    pub body: Option<String>,
}

/// Which request: the key counts only with the kiosk and the route it came by.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Who asked.
    pub kiosk: KioskId,
    /// The route, without ids.
    pub route: &'a str,
    /// Its `Idempotency-Key`.
    pub key: &'a str,
}

/// A lost request may be claimed again, by the same request only.
const CLAIM: &str = "
INSERT INTO idempotent_answers (practice_id, kiosk_id, route, key, fingerprint, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (practice_id, kiosk_id, route, key) DO UPDATE SET created_at = excluded.created_at
WHERE idempotent_answers.status IS NULL AND idempotent_answers.created_at <= $7
  AND idempotent_answers.fingerprint = excluded.fingerprint";

const KEEP: &str = "
UPDATE idempotent_answers SET status = $5, body = $6
WHERE practice_id = $1 AND kiosk_id = $2 AND route = $3 AND key = $4 AND status IS NULL";

/// Nobody else's claim: one that was lost and claimed again is of another time.
const GIVE_BACK: &str = "
DELETE FROM idempotent_answers
WHERE practice_id = $1 AND kiosk_id = $2 AND route = $3 AND key = $4 AND status IS NULL AND created_at = $5";

impl Store {
    /// What this key was answered, for 24 h.
    pub async fn answered(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
        route: &str,
        key: &str,
    ) -> Result<Option<Answered>, StoreError> {
        let row = query(
            "SELECT kiosk_id, fingerprint, status, body FROM idempotent_answers
             WHERE practice_id = $1 AND kiosk_id = $2 AND route = $3 AND key = $4",
        )
        .bind(practice.0)
        .bind(kiosk.0)
        .bind(route)
        .bind(key)
        .fetch_optional(self.reading(practice))
        .await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "idempotent_answers", "kiosk_id");
        Ok(Some(Answered {
            fingerprint: fields.get("fingerprint")?,
            status: fields.read_opt("status", |status: i64| u16::try_from(status).ok())?.unwrap_or(0),
            body: fields.opt("body")?,
        }))
    }

    /// Gives back the claim that was made at this time, if nothing was answered: the same request may be done again at once.
    pub async fn give_back_claim(&self, claim: Claim<'_>, claimed_at: Timestamp) -> Result<(), StoreError> {
        query(GIVE_BACK)
            .bind(claim.practice.0)
            .bind(claim.kiosk.0)
            .bind(claim.route)
            .bind(claim.key)
            .bind(At(claimed_at))
            .execute(self.writing(claim.practice))
            .await?;
        Ok(())
    }
}

impl Tx {
    /// `true` for the one request that may be done; the others find the answer, or that it is on its way.
    pub async fn claim_answer(
        &mut self,
        claim: Claim<'_>,
        fingerprint: &[u8],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = query(CLAIM)
            .bind(claim.practice.0)
            .bind(claim.kiosk.0)
            .bind(claim.route)
            .bind(claim.key)
            .bind(fingerprint)
            .bind(At(now))
            .bind(At(now - IN_FLIGHT))
            .execute(self.connection())
            .await?;
        Ok(claimed == 1)
    }

    /// Keeps the answer to a claimed request. It must hold no secret and nothing personal.
    pub async fn keep_answer(&mut self, claim: Claim<'_>, status: u16, body: &str) -> Result<(), StoreError> {
        let kept = query(KEEP)
            .bind(claim.practice.0)
            .bind(claim.kiosk.0)
            .bind(claim.route)
            .bind(claim.key)
            .bind(i64::from(status))
            .bind(body)
            .execute(self.connection())
            .await?;
        one_row(kept)
    }
}
