//! Codes after the first: to a mobile that is proven already, so that whoever holds a link or types a number shows that
//! they hold the phone as well.

use registration::{
    flow::{CountedTry, Registration, SentCode, figures::TRIES_PER_CODE},
    secrets::code::{Code, CodeMac, CodePurpose},
    time::Timestamp,
};
use store::{Act, OutboxKind, StoreError};

use crate::{
    Portal,
    outbox::{Payload, Promised},
    refused::Refusal,
};

/// What became of a typed fresh code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong { tries_left: u8 },
    Expired,
    TriesUsedUp,
}

impl Portal {
    /// Sends a fresh code; the one before it is dead. The gaps are the same as for the first code; they begin anew once
    /// a code has died of age.
    pub(super) async fn send_fresh_code(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.sends_with_next(registration, purpose, now).await?;
        self.count_send(&registration.details.mobile, now).await?;
        self.send_fresh_code_counted(registration, purpose, now).await
    }

    pub(super) async fn send_fresh_code_counted(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let (seen, sends) = self.sends_with_next(registration, purpose, now).await?;
        let code = Code::draw(&mut self.rng());
        let mac = self.keys.codes.mac(&code, registration.id, purpose, &registration.details.mobile);
        let sent = SentCode { mac, sent_at: now, tries_used: 0, sends };
        let mut tx = self.store.begin(self.practice()).await?;
        match tx.put_fresh_code(self.practice(), registration.id, purpose, seen.as_ref(), &sent).await {
            Ok(()) => {}
            // Two pressed at once: the other's code is on its way.
            Err(StoreError::Conflict) => {
                return Err(Refusal::ResendTooSoon { may_at: sent.may_resend_at(now).unwrap_or(now) });
            }
            Err(error) => return Err(error.into()),
        }
        self.log_patients(&mut tx, registration.id, Act::CodeSent, now).await?;
        tx.cancel_outbox(self.practice(), registration.id, &[OutboxKind::CodeSms], now).await?;
        self.promise(
            &mut tx,
            Promised {
                registration: Some(registration.id),
                kind: OutboxKind::CodeSms,
                payload: Payload::code(purpose, &code),
                not_before: now,
                expires_at: sent.expires_at(),
            },
            now,
        )
        .await?;
        self.commit(tx).await
    }

    /// The code that another would take the place of, and how many codes this will make; or when it may be.
    async fn sends_with_next(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<(Option<CodeMac>, u8), Refusal> {
        let Some(last) = self.store.fresh_code(self.practice(), registration.id, purpose).await? else {
            return Ok((None, 1));
        };
        if !last.is_live(now) {
            return Ok((Some(last.mac), 1));
        }
        let may_at = last.may_resend_at(now).unwrap_or_else(|| last.expires_at());
        if now < may_at {
            return Err(Refusal::ResendTooSoon { may_at });
        }
        Ok((Some(last.mac), last.sends.saturating_add(1)))
    }

    /// Counts a try on a fresh code, in a commit of its own, then compares it; the number's is the caller's to count.
    pub(super) async fn try_fresh_code(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        code: &Code,
        now: Timestamp,
    ) -> Result<Verdict, Refusal> {
        match self.store.count_code_try(self.practice(), registration.id, purpose).await? {
            Some(counted) => self.is_fresh_code(registration, purpose, code, &counted, now).await,
            None => Ok(Verdict::Expired),
        }
    }

    /// Compares a typed fresh code, its try counted and committed before. A right one is used up by exactly one caller.
    pub(super) async fn is_fresh_code(
        &self,
        registration: &Registration,
        purpose: CodePurpose,
        code: &Code,
        counted: &CountedTry,
        now: Timestamp,
    ) -> Result<Verdict, Refusal> {
        let (practice, id) = (self.practice(), registration.id);
        let Some(sent) = self.store.fresh_code(practice, id, purpose).await? else {
            return Ok(Verdict::Expired);
        };
        let tries_left = TRIES_PER_CODE.saturating_sub(counted.tries_used());
        if counted.tries_used() > TRIES_PER_CODE {
            return Ok(Verdict::TriesUsedUp);
        }
        if !sent.is_live(now) {
            return Ok(Verdict::Expired);
        }
        let mac = self.keys.codes.mac(code, id, purpose, &registration.details.mobile);
        if !sent.mac.matches(&mac) {
            return Ok(Verdict::Wrong { tries_left });
        }
        let mut tx = self.store.begin(self.practice()).await?;
        let winner = tx.delete_fresh_code(practice, id, purpose, &sent.mac).await?;
        tx.commit().await?;
        Ok(if winner { Verdict::Right } else { Verdict::Expired })
    }
}
