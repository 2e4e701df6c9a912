//! Promises: written with the change that makes them, delivered by a worker that leases them, erased once over.

mod row;

use chrono::TimeDelta;
use registration::{
    ids::{PracticeId, RegistrationId},
    time::Timestamp,
};

pub use self::row::{OutboxKind, OutboxOutcome, OutboxRow, PromiseFate, PromiseState};
use self::row::{read_fate, read_row};
use crate::{
    error::StoreError,
    fields::readable,
    instant::At,
    open::Store,
    sql::{differing_query, query},
    tx::{Tx, one_row},
};

const PROMISE: &str = "
INSERT INTO outbox (practice_id, id, registration_id, kind, full_kind, state, not_before, expires_at, sealed, attempts,
    created_at)
VALUES ($1, $2, $3, $4, $5, 'promised', $6, $7, $8, $9, $10)";

const CANCEL: &str = "
UPDATE outbox SET state = 'cancelled', sealed = NULL, leased_until = NULL, finished_at = $4
WHERE practice_id = $1 AND registration_id = $2 AND coalesce(full_kind, kind) = $3 AND state = 'promised'";

/// A row that a worker is delivering at this moment is left to it.
pub(crate) const EXPIRE: &str = "
UPDATE outbox SET state = 'expired', sealed = NULL, leased_until = NULL, finished_at = $1
WHERE practice_id = $2 AND state = 'promised' AND not_before <= $1 AND expires_at <= $1
  AND (leased_until IS NULL OR leased_until <= $1)";

/// The claim, with what locks the rows that are chosen.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE outbox SET leased_until = $2, attempts = attempts + 1 WHERE practice_id = $4 AND id IN (",
            "SELECT id FROM outbox WHERE practice_id = $4 AND state = 'promised' AND not_before <= $1 ",
            "AND expires_at > $1 AND (leased_until IS NULL OR leased_until <= $1) ORDER BY not_before, id LIMIT $3",
            $lock,
            ") RETURNING practice_id, id, registration_id, coalesce(full_kind, kind) AS kind, not_before, expires_at, ",
            "sealed, attempts, created_at"
        )
    };
}
pub(crate) const CLAIM: &str = claim!("");
/// Two workers at once take different rows instead of waiting for each other's.
const CLAIM_LOCKING: &str = claim!(" FOR UPDATE SKIP LOCKED");

/// The row of a worker that still has it, with what keeps every other worker from it until this transaction ends.
macro_rules! held {
    ($lock:literal) => {
        concat!(
            "SELECT id FROM outbox WHERE practice_id = $1 AND id = $2 AND state = 'promised' AND attempts = $3",
            $lock
        )
    };
}
const HELD: &str = held!("");
const HELD_LOCKING: &str = held!(" FOR UPDATE");

/// What was delivered was delivered, whoever holds the lease now.
const FINISH_SENT: &str = "
UPDATE outbox SET state = 'sent', sealed = NULL, leased_until = NULL, finished_at = $3
WHERE practice_id = $1 AND id = $2 AND state IN ('promised', 'failed', 'expired', 'cancelled')";

const FINISH_FAILED: &str = "
UPDATE outbox SET state = 'failed', sealed = NULL, leased_until = NULL, finished_at = $3
WHERE practice_id = $1 AND id = $2 AND state = 'promised' AND attempts = $4";

/// Never later than the promise lives: what is too late is found by `not_before`, and its contents must go then.
const RETRY: &str = "
UPDATE outbox SET not_before = CASE WHEN $3 < expires_at THEN $3 ELSE expires_at END, leased_until = NULL
WHERE practice_id = $1 AND id = $2 AND state = 'promised' AND attempts = $4";

const RESEAL: &str = "
UPDATE outbox SET sealed = $3 WHERE practice_id = $1 AND id = $2 AND state = 'promised' AND attempts = $4";

const LEASE_LONGER: &str = "
UPDATE outbox SET leased_until = $3 WHERE practice_id = $1 AND id = $2 AND state = 'promised' AND attempts = $4";

impl Store {
    /// Leases what is due in this practice, oldest first, at most `most`; ends what is too late. A row whose lease ran
    /// out without an outcome is leased again, so a worker that died loses nothing. A damaged row stops no other one: it is
    /// an error only when nothing else is due.
    pub async fn claim_outbox(
        &self,
        practice: PracticeId,
        now: Timestamp,
        lease: TimeDelta,
        most: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let mut tx = self.begin(practice).await?;
        query(EXPIRE).bind(At(now)).bind(practice.0).execute(tx.connection()).await?;
        let rows = differing_query(CLAIM, CLAIM_LOCKING)
            .bind(At(now))
            .bind(At(now + lease))
            .bind(i64::from(most))
            .bind(practice.0)
            .fetch_all(tx.connection())
            .await?;
        tx.commit().await?;
        let mut claimed = readable(rows.iter().map(read_row))?;
        // RETURNING promises no order.
        claimed.sort_by_key(|row| (row.not_before, row.id));
        Ok(claimed)
    }

    /// Keeps what became of a claimed row. A [`StoreError::Conflict`] says that the row is no longer the caller's: its
    /// lease ran out and another worker took it, or it was cancelled.
    pub async fn finish_outbox(
        &self,
        row: &OutboxRow,
        now: Timestamp,
        outcome: OutboxOutcome,
    ) -> Result<(), StoreError> {
        let finish = |sql: &'static str, at| query(sql).bind(row.practice.0).bind(row.id.0).bind(At(at));
        let query = match outcome {
            OutboxOutcome::Sent => finish(FINISH_SENT, now),
            OutboxOutcome::Failed => finish(FINISH_FAILED, now).bind(i64::from(row.attempts)),
            OutboxOutcome::RetryAt(at) => finish(RETRY, at).bind(i64::from(row.attempts)),
        };
        one_row(query.execute(self.writing(row.practice)).await?)
    }

    /// Changes what a claimed row carries, for this attempt and those after it. A [`StoreError::Conflict`] as for
    /// [`Store::finish_outbox`].
    pub async fn reseal_outbox(&self, row: &OutboxRow, sealed: &[u8]) -> Result<(), StoreError> {
        let resealed = query(RESEAL)
            .bind(row.practice.0)
            .bind(row.id.0)
            .bind(sealed)
            .bind(i64::from(row.attempts))
            .execute(self.writing(row.practice))
            .await?;
        one_row(resealed)
    }

    /// Keeps a claimed row from other workers until then, for work that takes longer than its lease. A [`StoreError::Conflict`] as
    /// for [`Store::finish_outbox`].
    pub async fn lease_longer(&self, row: &OutboxRow, until: Timestamp) -> Result<(), StoreError> {
        let leased = query(LEASE_LONGER)
            .bind(row.practice.0)
            .bind(row.id.0)
            .bind(At(until))
            .bind(i64::from(row.attempts))
            .execute(self.writing(row.practice))
            .await?;
        one_row(leased)
    }

    /// What became of a registration's promises, in the order they were made.
    pub async fn promises_of(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<PromiseFate>, StoreError> {
        let rows = query(
            "SELECT id, coalesce(full_kind, kind) AS kind, state, attempts, finished_at FROM outbox
             WHERE practice_id = $1 AND registration_id = $2 ORDER BY created_at, id",
        )
        .bind(practice.0)
        .bind(registration.0)
        .fetch_all(self.reading(practice))
        .await?;
        rows.iter().map(read_fate).collect()
    }
}

impl Tx {
    /// Changes what a claimed row carries and lets it be taken from `at` on, together with whatever else this transaction does. A
    /// [`StoreError::Conflict`] as for [`Store::finish_outbox`].
    pub async fn carry_on_outbox(
        &mut self,
        row: &OutboxRow,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = |sql: &'static str| query(sql).bind(row.practice.0).bind(row.id.0);
        let attempts = i64::from(row.attempts);
        one_row(key(RESEAL).bind(sealed).bind(attempts).execute(self.connection()).await?)?;
        one_row(key(RETRY).bind(At(at)).bind(attempts).execute(self.connection()).await?)
    }

    /// Writes a promise, together with whatever else this transaction does.
    pub async fn promise(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        query(PROMISE)
            .bind(row.practice.0)
            .bind(row.id.0)
            .bind(row.registration.map(|registration| registration.0))
            .bind(row.kind.nearest().as_str())
            .bind((row.kind.nearest() != row.kind).then_some(row.kind.as_str()))
            // As after a retry: the worker that ends what is too late must find it.
            .bind(At(row.not_before.min(row.expires_at)))
            .bind(At(row.expires_at))
            .bind(&row.sealed[..])
            .bind(i64::from(row.attempts))
            .bind(At(row.created_at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Whether a claimed row is still the caller's; if so, nobody else's until this transaction ends. A worker that was
    /// paused for longer than its lease finds here that another one has done its work.
    pub async fn hold_outbox(&mut self, row: &OutboxRow) -> Result<bool, StoreError> {
        let held = differing_query(HELD, HELD_LOCKING)
            .bind(row.practice.0)
            .bind(row.id.0)
            .bind(i64::from(row.attempts))
            .fetch_optional(self.connection())
            .await?;
        Ok(held.is_some())
    }

    /// Gives a claimed row up, together with whatever else this transaction does. A [`StoreError::Conflict`] as for
    /// [`Store::finish_outbox`].
    pub async fn give_up_outbox(&mut self, row: &OutboxRow, now: Timestamp) -> Result<(), StoreError> {
        let given_up = query(FINISH_FAILED)
            .bind(row.practice.0)
            .bind(row.id.0)
            .bind(At(now))
            .bind(i64::from(row.attempts))
            .execute(self.connection())
            .await?;
        one_row(given_up)
    }

    /// Ends a registration's promises of these kinds. One that a worker is delivering at this moment may still go out.
    pub async fn cancel_outbox(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        kinds: &[OutboxKind],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for kind in kinds {
            query(CANCEL)
                .bind(practice.0)
                .bind(registration.0)
                .bind(kind.as_str())
                .bind(At(now))
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }
}
