//! What is no longer needed goes, by the rules of `docs/data-retention.md`.

use chrono::TimeDelta;
use registration::{
    flow::figures::{CODE_LIFETIME, ENDED_DETAILS_KEPT},
    ids::PracticeId,
    journal::{KEPT_AT_MOST, TEXTED_WITHIN},
    time::Timestamp,
};
use staff::{session::Place, tries::FORGOTTEN_AFTER, vouching::ASK_LIVES};

use crate::{error::StoreError, instant::At, open::Store, outbox::EXPIRE, sql::query, tx::Tx};

/// How long the answer to an idempotency key is given again: longer than a request may lie in a kiosk's journal and wait here,
/// or what was done already would be done once more.
const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(121);
const _: () = assert!(ANSWERS_KEPT.num_hours() > KEPT_AT_MOST.num_hours() + TEXTED_WITHIN.num_hours());

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

/// How long a call for help is kept: as the reference that it showed.
const HELP_CALLS_KEPT: TimeDelta = DESK_REFERENCES_KEPT;

/// How long it is kept what became of details that a kiosk kept.
const JOURNAL_FATES_KEPT: TimeDelta = TimeDelta::days(30);

/// How long the details of an entry that no registration began with are kept: as those of a registration that ended.
const LOST_DETAILS_KEPT: TimeDelta = ENDED_DETAILS_KEPT;

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
    /// Calls for help.
    pub help_calls: u64,
    /// Codes with which nobody became a kiosk.
    pub enrolments: u64,
    /// Staff members' sessions that nobody used any more.
    pub staff_sessions: u64,
    /// Asks of staff at a kiosk to be let in that are over.
    pub unlock_asks: u64,
    /// Tries of staff members' credentials.
    pub staff_tries: u64,
    /// What became of details that a kiosk kept.
    pub journal_entries: u64,
}

pub(crate) const REGISTRATIONS: &str = "
DELETE FROM registrations
WHERE practice_id = $1 AND ended_at <= $2 AND state IN ('expired', 'abandoned', 'declined', 'locked', 'superseded')";
pub(crate) const ANSWERS: &str = "DELETE FROM idempotent_answers WHERE practice_id = $1 AND created_at <= $2";
pub(crate) const CODES: &str =
    "DELETE FROM codes WHERE practice_id = $1 AND sent_at <= $2 AND purpose <> 'register'";
/// `$3` is no code's MAC. The row stays, because it counts tries and sends.
const DEAD_MACS: &str = "UPDATE codes SET mac = $3 WHERE practice_id = $1 AND sent_at <= $2 AND mac <> $3";
pub(crate) const FATES: &str = "DELETE FROM outbox WHERE practice_id = $1 AND finished_at <= $2";
pub(crate) const DECOYS: &str =
    "DELETE FROM outbox WHERE practice_id = $1 AND finished_at <= $2 AND registration_id IS NULL";
pub(crate) const LIMITS: &str = "DELETE FROM limits WHERE practice_id = $1 AND ends_at <= $2";
pub(crate) const DESK_REFERENCES: &str = "DELETE FROM desk_references WHERE practice_id = $1 AND at <= $2";
pub(crate) const ENROLMENTS: &str =
    "DELETE FROM kiosk_enrolments WHERE practice_id = $1 AND expires_at <= $2";
const HELP_CALLS: &str = "DELETE FROM help_calls WHERE practice_id = $1 AND created_at <= $2";
const UNLOCK_ASKS: &str = "DELETE FROM unlock_asks WHERE practice_id = $1 AND created_at <= $2";
const STAFF_SESSIONS: &str = "DELETE FROM staff_sessions WHERE practice_id = $1 AND used_at <= $2";
const STAFF_TRIES: &str = "DELETE FROM staff_tries WHERE practice_id = $1 AND last_at <= $2";
const LOST_DETAILS: &str = "
UPDATE journal_entries SET sealed = NULL WHERE practice_id = $1 AND ended_at <= $2 AND sealed IS NOT NULL";
pub(crate) const JOURNAL_ENTRIES: &str =
    "DELETE FROM journal_entries WHERE practice_id = $1 AND ended_at <= $2";

impl Store {
    /// Takes away what this practice no longer needs. The access log has its own age and its own purge.
    pub async fn purge(&self, practice: PracticeId, now: Timestamp) -> Result<Purged, StoreError> {
        let mut tx = self.begin(practice).await?;
        // First, so that what is too late loses its contents even where no worker runs.
        query(EXPIRE).bind(At(now)).bind(practice.0).execute(tx.connection()).await?;
        tx.delete_older(practice, LOST_DETAILS, now - LOST_DETAILS_KEPT).await?;
        let purged = Purged {
            registrations: tx.delete_older(practice, REGISTRATIONS, now - ENDED_DETAILS_KEPT).await?,
            answers: tx.delete_older(practice, ANSWERS, now - ANSWERS_KEPT).await?,
            codes: tx.delete_older(practice, CODES, now - FRESH_CODES_KEPT).await?,
            dead_macs: tx.overwrite_dead_macs(practice, now).await?,
            fates: tx.delete_older(practice, FATES, now - FATES_KEPT).await?
                + tx.delete_older(practice, DECOYS, now - DECOYS_KEPT).await?,
            limits: tx.delete_older(practice, LIMITS, now - LIMITS_KEPT).await?,
            desk_references: tx.delete_older(practice, DESK_REFERENCES, now - DESK_REFERENCES_KEPT).await?,
            help_calls: tx.delete_older(practice, HELP_CALLS, now - HELP_CALLS_KEPT).await?,
            staff_sessions: tx.delete_older(practice, STAFF_SESSIONS, now - Place::Console.in_all()).await?,
            unlock_asks: tx.delete_older(practice, UNLOCK_ASKS, now - ASK_LIVES).await?,
            staff_tries: tx.delete_older(practice, STAFF_TRIES, now - FORGOTTEN_AFTER).await?,
            enrolments: tx.delete_older(practice, ENROLMENTS, now).await?,
            journal_entries: tx.delete_older(practice, JOURNAL_ENTRIES, now - JOURNAL_FATES_KEPT).await?,
        };
        tx.commit().await?;
        Ok(purged)
    }
}

impl Tx {
    /// A code that has died is dead whatever the clock does next.
    async fn overwrite_dead_macs(&mut self, practice: PracticeId, now: Timestamp) -> Result<u64, StoreError> {
        let overwritten = query(DEAD_MACS)
            .bind(practice.0)
            .bind(At(now - CODE_LIFETIME))
            .bind(&[0_u8; 32][..])
            .execute(self.connection())
            .await?;
        Ok(overwritten)
    }

    async fn delete_older(
        &mut self,
        practice: PracticeId,
        sql: &'static str,
        than: Timestamp,
    ) -> Result<u64, StoreError> {
        Ok(query(sql).bind(practice.0).bind(At(than)).execute(self.connection()).await?)
    }
}
