//! What is no longer needed goes, by the rules of `docs/data-retention.md`.

use chrono::TimeDelta;
use registration::{
    flow::figures::{CODE_LIFETIME, ENDED_DETAILS_KEPT},
    time::Timestamp,
};

use crate::{error::StoreError, instant::At, open::Store, tx::Tx};

/// How long the answer to an idempotency key is given again.
const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(24);

/// How long the MAC of a code that was asked for on a phone is kept; it dies after ten minutes.
const FRESH_CODES_KEPT: TimeDelta = TimeDelta::hours(24);

/// How long a closed limit window is kept.
const LIMITS_KEPT: TimeDelta = TimeDelta::hours(24);

/// How long the fate of a promise is kept.
const FATES_KEPT: TimeDelta = TimeDelta::days(30);

/// How long the fate of a promise that belongs to no registration is kept: it was made so that an unknown number costs the
/// same work as a known one, and anybody can cause it.
const DECOYS_KEPT: TimeDelta = TimeDelta::hours(1);

/// How long a reference given at the kiosk is kept.
const DESK_REFERENCES_KEPT: TimeDelta = TimeDelta::days(30);

/// Rows that went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Registrations that ended without an account, with their codes and links.
    pub registrations: u64,
    /// Answers of the kiosk API.
    pub answers: u64,
    /// Codes asked for on a phone.
    pub codes: u64,
    /// MACs of codes that have died, overwritten.
    pub dead_macs: u64,
    /// Fates of promises.
    pub fates: u64,
    /// Closed limit windows.
    pub limits: u64,
    /// References given at the kiosk.
    pub desk_references: u64,
}

/// As a worker's claim ends what is too late, in every practice.
pub(crate) const TOO_LATE: &str = "
UPDATE outbox SET state = 'expired', sealed = NULL, leased_until = NULL, finished_at = $1
WHERE state = 'promised' AND not_before <= $1 AND expires_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)";
pub(crate) const REGISTRATIONS: &str = "
DELETE FROM registrations
WHERE ended_at <= $1 AND state IN ('expired', 'abandoned', 'declined', 'locked', 'superseded')";
pub(crate) const ANSWERS: &str = "DELETE FROM idempotent_answers WHERE created_at <= $1";
pub(crate) const CODES: &str = "DELETE FROM codes WHERE sent_at <= $1 AND purpose <> 'register'";
/// `$2` is no code's MAC. The row stays, because it counts tries and sends.
const DEAD_MACS: &str = "UPDATE codes SET mac = $2 WHERE sent_at <= $1 AND mac <> $2";
pub(crate) const FATES: &str = "DELETE FROM outbox WHERE finished_at <= $1";
pub(crate) const DECOYS: &str = "DELETE FROM outbox WHERE finished_at <= $1 AND registration_id IS NULL";
pub(crate) const LIMITS: &str = "DELETE FROM limits WHERE ends_at <= $1";
pub(crate) const DESK_REFERENCES: &str = "DELETE FROM desk_references WHERE at <= $1";

impl Store {
    /// Takes away what is no longer needed, of every practice. The access log has its own age and its own purge.
    pub async fn purge(&self, now: Timestamp) -> Result<Purged, StoreError> {
        let mut tx = self.begin().await?;
        // First, so that what is too late loses its contents even where no worker runs.
        sqlx::query(TOO_LATE).bind(At(now)).execute(tx.connection()).await?;
        let purged = Purged {
            registrations: tx.delete_older(REGISTRATIONS, now - ENDED_DETAILS_KEPT).await?,
            answers: tx.delete_older(ANSWERS, now - ANSWERS_KEPT).await?,
            codes: tx.delete_older(CODES, now - FRESH_CODES_KEPT).await?,
            dead_macs: tx.overwrite_dead_macs(now).await?,
            fates: tx.delete_older(FATES, now - FATES_KEPT).await?
                + tx.delete_older(DECOYS, now - DECOYS_KEPT).await?,
            limits: tx.delete_older(LIMITS, now - LIMITS_KEPT).await?,
            desk_references: tx.delete_older(DESK_REFERENCES, now - DESK_REFERENCES_KEPT).await?,
        };
        tx.commit().await?;
        Ok(purged)
    }
}

impl Tx {
    /// A code that has died is dead whatever the clock does next.
    async fn overwrite_dead_macs(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let overwritten = sqlx::query(DEAD_MACS)
            .bind(At(now - CODE_LIFETIME))
            .bind(&[0_u8; 32][..])
            .execute(self.connection())
            .await?;
        Ok(overwritten.rows_affected())
    }

    async fn delete_older(&mut self, sql: &'static str, than: Timestamp) -> Result<u64, StoreError> {
        Ok(sqlx::query(sql).bind(At(than)).execute(self.connection()).await?.rows_affected())
    }
}
