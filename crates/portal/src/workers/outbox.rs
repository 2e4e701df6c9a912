//! Delivering what was promised. A row is leased, the lease is committed, and only then is a provider called: no
//! transaction is open meanwhile, and a portal killed in between is followed by another that takes the row again. The
//! provider is given the row's id, so that handing it over twice sends it once.

use std::{future::Future, time::Duration};

use chrono::TimeDelta;
use futures::future::join_all;
use messaging::{Retry, SendFailure};
use registration::{
    ids::{AccountId, KioskId, RegistrationId},
    limits::LimitReached,
    time::Timestamp,
    values::email::EmailAddress,
};
use store::{OutboxKind, OutboxOutcome, OutboxRow, StoreError, UpdateTrouble};
use tokio::time::timeout;

use super::texts::Message;
use crate::{
    Portal,
    outbox::Payload,
    quiet_hours::{keeps_quiet_hours, put_off, when_awake},
};

/// Longer than a hand-over and the queries around it take, so that nobody else takes the row meanwhile.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Within which a provider has taken a message, or counts as down; most answer in a second, a mail server may take ten.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
const _: () = assert!(SEND_TIMEOUT.as_secs().cast_signed() < LEASE.num_seconds());
/// Rows leased in one round, and handed over side by side.
const AT_ONCE: u32 = 16;
/// Pauses after the first failures, in seconds; later ones take the last.
const PAUSES_S: [i64; 6] = [2, 5, 15, 60, 300, 900];

/// The longest pause between two tries of a code.
const LONGEST_PAUSE_OF_CODES: TimeDelta = TimeDelta::seconds(30);

/// Tries of one record update, over an hour and more, before staff are asked.
pub(super) const RECORD_TRIES: u32 = 10;

impl Portal {
    /// Hands over what is due, batch by batch. Several may run side by side: each has what it leased.
    pub(super) async fn deliver(&self) -> Result<usize, StoreError> {
        let mut delivered = 0;
        loop {
            let batch = self.deliver_batch().await?;
            delivered += batch;
            if batch < AT_ONCE as usize {
                return Ok(delivered);
            }
        }
    }

    async fn deliver_batch(&self) -> Result<usize, StoreError> {
        let rows = self.store.claim_outbox(self.practice(), self.now(), LEASE, AT_ONCE).await?;
        let delivered = join_all(rows.iter().map(|row| self.deliver_one(row))).await;
        delivered.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(rows.len())
    }

    async fn deliver_one(&self, row: &OutboxRow) -> Result<(), StoreError> {
        let Some(payload) = self.unsealed(row) else {
            tracing::error!(outbox = %row.id, kind = row.kind.as_str(), attempts = row.attempts, "a promise cannot be read");
            return match row.kind {
                // Tried again, for the key may be the wrong one and the right one come back.
                OutboxKind::RecordUpdate | OutboxKind::RecordCreate => {
                    self.again_or_staff(row, UpdateTrouble::PromiseUnreadable).await
                }
                OutboxKind::CodeSms
                | OutboxKind::LinkEmail
                | OutboxKind::LinkReminder
                | OutboxKind::NoticeOldContact
                | OutboxKind::NoticeRegisteredAgain
                | OutboxKind::NoticeLinked => self.finish(row, OutboxOutcome::Failed).await,
            };
        };
        match payload {
            Payload::Update { patient, version } => {
                let written = self.update_record(row, patient, version).await;
                self.or_again(row, written).await
            }
            Payload::Create { account } => {
                let made = self.create_record(row, account).await;
                self.or_again(row, made).await
            }
            Payload::There { account, step, strikes } => {
                let error = match self.go_on_elsewhere(row, account.map(AccountId), &step, strikes).await {
                    Ok(()) => return Ok(()),
                    Err(error @ StoreError::Away(_)) => return Err(error),
                    Err(error) => error,
                };
                // However often it was taken: it has waited for a system, and that is no failure.
                tracing::warn!(outbox = %row.id, error = &error as &dyn std::error::Error, "not carried on");
                self.finish(row, OutboxOutcome::RetryAt(pause(1, self.now()))).await
            }
            Payload::Code { .. }
            | Payload::Link { .. }
            | Payload::OldMobile { .. }
            | Payload::OldEmail { .. }
            | Payload::Own
            | Payload::OwnLinked
            | Payload::Nothing => {
                match self.hand_over(row, &payload).await {
                    Ok(outcome) => self.finish(row, outcome).await,
                    // Before anything was handed over the row was cancelled, or taken by another worker.
                    Err(StoreError::Conflict) => Ok(()),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// A record that cannot be written is tried again later, and in the end left to staff: it holds up nothing else. A
    /// database that cannot be reached at all ends the round; its rows are leased again.
    async fn or_again(&self, row: &OutboxRow, written: Result<(), StoreError>) -> Result<(), StoreError> {
        let error = match written {
            Ok(()) => return Ok(()),
            Err(error @ StoreError::Away(_)) => return Err(error),
            Err(error) => error,
        };
        tracing::warn!(
            outbox = %row.id, kind = row.kind.as_str(), attempts = row.attempts,
            error = &error as &dyn std::error::Error, "not written",
        );
        self.again_or_staff(row, UpdateTrouble::NotWritten).await
    }

    async fn again_or_staff(&self, row: &OutboxRow, trouble: UpdateTrouble) -> Result<(), StoreError> {
        if row.attempts < RECORD_TRIES {
            self.finish(row, OutboxOutcome::RetryAt(pause(row.attempts, self.now()))).await
        } else {
            self.leave_to_staff(row, trouble).await
        }
    }

    async fn hand_over(&self, row: &OutboxRow, payload: &Payload) -> Result<OutboxOutcome, StoreError> {
        let now = self.now();
        let awake = when_awake(now, self.settings.time_zone);
        // Asked here too: what was promised for the evening may be late, by a provider that was down or a portal that was off.
        if keeps_quiet_hours(row.kind) && awake > now {
            return Ok(OutboxOutcome::RetryAt(awake));
        }
        let Some(message) = self.message(row, payload).await? else { return Ok(OutboxOutcome::Failed) };
        let handed = match &message {
            Message::Sms(sms) => in_time(self.sms.send(sms)).await,
            Message::Email(email) => {
                if let Payload::Link { token, counted: false, kiosk } = payload {
                    let kiosk = kiosk.map(KioskId);
                    if let Err(reached) = self.count(row, token, &email.to, kiosk, now).await? {
                        let at = put_off(reached.retry_at, row.expires_at, self.settings.time_zone);
                        return Ok(OutboxOutcome::RetryAt(at));
                    }
                }
                in_time(self.email.send(email)).await
            }
        };
        if let (OutboxKind::CodeSms, Some(registration)) = (row.kind, row.registration) {
            self.note_text(registration, &handed).await?;
        }
        Ok(match handed {
            Ok(()) => OutboxOutcome::Sent,
            Err(failure) => self.after(failure, row),
        })
    }

    /// Whoever confirms at a kiosk while nobody takes texts is told so.
    async fn note_text(
        &self,
        registration: RegistrationId,
        handed: &Result<(), SendFailure>,
    ) -> Result<(), StoreError> {
        match handed {
            Ok(()) => self.store.text_went(self.practice()).await,
            Err(SendFailure::Unavailable) => {
                self.store.text_failed(self.practice(), registration, self.now()).await
            }
            // Of this message; it says nothing of others.
            Err(SendFailure::Rejected | SendFailure::SuspectedFraud) => Ok(()),
        }
    }

    /// Counts an email to this address and for its kiosk, and remembers it: however often it is tried, it is one.
    async fn count(
        &self,
        row: &OutboxRow,
        token: &str,
        to: &EmailAddress,
        kiosk: Option<KioskId>,
        now: Timestamp,
    ) -> Result<Result<(), LimitReached>, StoreError> {
        if let Err(reached) = self.take_email(to, kiosk, now).await? {
            return Ok(Err(reached));
        }
        let counted = Payload::Link { token: token.to_owned(), counted: true, kiosk: None };
        self.store.reseal_outbox(row, &self.sealed(row.id, row.kind, &counted)).await?;
        Ok(Ok(()))
    }

    fn after(&self, failure: SendFailure, row: &OutboxRow) -> OutboxOutcome {
        tracing::warn!(outbox = %row.id, kind = row.kind.as_str(), attempts = row.attempts, %failure, "not sent");
        match failure.retry() {
            Retry::Later => OutboxOutcome::RetryAt(pause_before(row, self.now())),
            Retry::Never => OutboxOutcome::Failed,
        }
    }

    pub(super) async fn finish(&self, row: &OutboxRow, outcome: OutboxOutcome) -> Result<(), StoreError> {
        match self.store.finish_outbox(row, self.now(), outcome).await {
            // The lease ran out and another worker has the row; what it does counts.
            Err(StoreError::Conflict) => Ok(()),
            other => other,
        }
    }
}

/// A provider that does not answer is one that cannot be reached.
async fn in_time(sending: impl Future<Output = Result<(), SendFailure>>) -> Result<(), SendFailure> {
    timeout(SEND_TIMEOUT, sending).await.unwrap_or(Err(SendFailure::Unavailable))
}

/// A code lives for ten minutes, and somebody waits for it: it is tried often to the end.
fn pause_before(row: &OutboxRow, now: Timestamp) -> Timestamp {
    let pause = pause(row.attempts, now);
    if row.kind == OutboxKind::CodeSms { pause.min(now + LONGEST_PAUSE_OF_CODES) } else { pause }
}

/// When to try again after this many attempts. A row that is past its time by then expires unsent.
pub(super) fn pause(attempts: u32, now: Timestamp) -> Timestamp {
    let index = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX).min(PAUSES_S.len() - 1);
    now + TimeDelta::seconds(PAUSES_S[index])
}
