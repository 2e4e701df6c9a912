//! One transaction for each move: the new state, what it promised, and the answer to be given again.

use std::sync::OnceLock;

use axum::http::StatusCode;
use registration::{
    flow::{Moved, Promise, Registration, State, StateName},
    ids::{KioskId, RegistrationId},
    secrets::{
        code::{Code, CodePurpose},
        link_token::LinkToken,
        password::PasswordHash,
    },
    time::Timestamp,
};
use store::{AccessEntry, Act, Actor, Claim, OutboxKind, StoreError, Tx};

use super::view;
use crate::{
    Portal,
    kiosk::Answer,
    outbox::{Counted, Payload, Promised},
    quiet_hours::{put_off, when_awake},
    refused::Refusal,
};

/// Which kiosk asks, and where its answer is kept.
pub(crate) struct AtKiosk<'a> {
    pub(crate) kiosk: KioskId,
    claim: Claim<'a>,
    success: StatusCode,
    kept: OnceLock<String>,
}

impl<'a> AtKiosk<'a> {
    pub(crate) const fn new(claim: Claim<'a>, success: StatusCode) -> Self {
        Self { kiosk: claim.kiosk, claim, success, kept: OnceLock::new() }
    }

    /// The answer that was kept, byte for byte.
    pub(crate) fn into_kept(self) -> Answer {
        let body = self.kept.into_inner().expect("a use case that succeeds has kept its answer");
        Answer { status: self.success, body }
    }

    /// Keeps a success in the transaction that makes it true.
    pub(super) async fn keep(&self, tx: &mut Tx, body: String) -> Result<(), StoreError> {
        tx.keep_answer(self.claim, self.success.as_u16(), &body).await?;
        // A use case succeeds once; were it twice, the row above would have refused.
        let _first = self.kept.set(body);
        Ok(())
    }
}

/// What the caller drew for this move: only a promise may carry it out of the house.
#[derive(Clone, Copy)]
pub(crate) enum Carried<'a> {
    Nothing,
    Code(&'a Code),
    Link {
        token: &'a LinkToken,
        due: LinkDue,
    },
    Password(&'a PasswordHash),
    /// Nothing leaves, but the log names it beside the move: a password where there was none.
    FirstPassword,
}

/// When a link's email may go, and when it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkDue {
    pub(crate) at: Timestamp,
    pub(crate) counted: Counted,
}

impl Portal {
    /// A registration of the kiosk that asks.
    pub(super) async fn registration_of(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
    ) -> Result<Registration, Refusal> {
        let found = self.store.registration_of_kiosk(self.practice(), asked.kiosk, id).await?;
        found.ok_or(Refusal::NotFound)
    }

    /// Writes a registration that begins, in the transaction in which its code was counted.
    pub(super) async fn begin_registration(
        &self,
        mut tx: Tx,
        asked: &AtKiosk<'_>,
        moved: Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<Registration, Refusal> {
        self.write_beginning(&mut tx, (asked.kiosk, Actor::PatientAt(asked.kiosk)), &moved, carried, now)
            .await?;
        asked.keep(&mut tx, view::body(&moved.registration, now)).await?;
        self.commit(tx).await?;
        Ok(moved.registration)
    }

    /// The same beside whatever else this transaction does, without an answer.
    pub(crate) async fn write_beginning(
        &self,
        tx: &mut Tx,
        (kiosk, by): (KioskId, Actor),
        moved: &Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        tx.add_registration(&moved.registration, kiosk).await?;
        for act in [Act::DetailsConfirmed, Act::CodeSent] {
            let entry = self.entry(by, act, now);
            tx.log(AccessEntry { registration: Some(moved.registration.id), ..entry }).await?;
        }
        self.keep_promises(tx, moved, carried, now).await
    }

    /// Writes a move. Somebody else's move in between is `NotInThisState`, and nothing is written.
    pub(crate) async fn keep(
        &self,
        asked: Option<&AtKiosk<'_>>,
        from: StateName,
        moved: Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<Registration, Refusal> {
        let tx = self.store.begin(self.practice()).await?;
        self.keep_in(tx, asked, from, moved, carried, now).await
    }

    /// The same in a transaction that has begun.
    pub(super) async fn keep_in(
        &self,
        mut tx: Tx,
        asked: Option<&AtKiosk<'_>>,
        from: StateName,
        moved: Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<Registration, Refusal> {
        tx.save(&moved.registration, from).await?;
        self.log_move(&mut tx, from, &moved.registration, asked.is_some(), now).await?;
        if matches!(carried, Carried::FirstPassword) {
            self.log_patients(&mut tx, moved.registration.id, Act::PasswordSet, now).await?;
        }
        self.void_messages(&mut tx, &moved.registration, now).await?;
        self.keep_promises(&mut tx, &moved, carried, now).await?;
        if let Some(asked) = asked {
            asked.keep(&mut tx, view::body(&moved.registration, now)).await?;
        }
        self.commit(tx).await?;
        Ok(moved.registration)
    }

    /// Keeps a success that changed nothing.
    pub(super) async fn keep_unmoved(
        &self,
        asked: &AtKiosk<'_>,
        registration: Registration,
    ) -> Result<Registration, Refusal> {
        let mut tx = self.store.begin(self.practice()).await?;
        asked.keep(&mut tx, view::body(&registration, self.now())).await?;
        tx.commit().await?;
        Ok(registration)
    }

    /// Keeps a refusal, which changed nothing either.
    pub(crate) async fn keep_answer_alone(
        &self,
        asked: &AtKiosk<'_>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.begin(self.practice()).await?;
        tx.keep_answer(asked.claim, answer.status.as_u16(), &answer.body).await?;
        tx.commit().await
    }

    /// Commits, and wakes the workers.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<(), Refusal> {
        tx.commit().await?;
        self.promised.notify_one();
        Ok(())
    }

    /// Takes back what was promised for the state before: a code or link that is no longer live goes to nobody. The
    /// reminder stays while the terms are unanswered, for the link stays live.
    pub(crate) async fn void_messages(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let void: &[OutboxKind] = if registration.state.name() == StateName::AwaitingTerms {
            &[OutboxKind::CodeSms]
        } else {
            &[OutboxKind::CodeSms, OutboxKind::LinkEmail, OutboxKind::LinkReminder]
        };
        tx.cancel_outbox(self.practice(), registration.id, void, now).await?;
        Ok(())
    }

    pub(crate) async fn keep_promises(
        &self,
        tx: &mut Tx,
        moved: &Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        for promise in &moved.promises {
            match (promise, carried) {
                (Promise::CodeSms, Carried::Code(code)) => {
                    self.promise_code(tx, &moved.registration, code, now).await?;
                }
                (Promise::LinkEmail, Carried::Link { token, due }) => {
                    self.promise_link(tx, &moved.registration, OutboxKind::LinkEmail, token, due, now)
                        .await?;
                }
                (Promise::LinkReminder { at }, Carried::Link { token, .. }) => {
                    // A day lies between; the patients who stand at the kiosk then need its share for themselves.
                    let counted = Counted::WhenItGoes { kiosk: None };
                    let due = LinkDue { at: when_awake(*at, self.settings.time_zone), counted };
                    self.promise_link(tx, &moved.registration, OutboxKind::LinkReminder, token, due, now)
                        .await?;
                }
                (Promise::SupersedeOthers, _) => self.supersede_others(tx, &moved.registration, now).await?,
                (Promise::ReviewWithoutEmail, _) => {
                    self.review_without_email(tx, &moved.registration, now).await?;
                }
                (Promise::MatchAndAccount, Carried::Password(password)) => {
                    self.match_and_account(tx, &moved.registration, password, now).await?;
                }
                (
                    Promise::CodeSms
                    | Promise::LinkEmail
                    | Promise::LinkReminder { .. }
                    | Promise::MatchAndAccount,
                    _,
                ) => unreachable!("each use case carries what its move promises"),
            }
        }
        Ok(())
    }

    async fn promise_code(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        code: &Code,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let State::AwaitingCode { code: sent } = &registration.state else { return Ok(()) };
        let promised = Promised {
            registration: Some(registration.id),
            kind: OutboxKind::CodeSms,
            payload: Payload::code(CodePurpose::Register, code),
            not_before: now,
            expires_at: sent.expires_at(),
        };
        self.promise(tx, promised, now).await
    }

    async fn promise_link(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        kind: OutboxKind,
        token: &LinkToken,
        due: LinkDue,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let State::AwaitingLink { link, .. } = &registration.state else { return Ok(()) };
        let not_before = match due.counted {
            Counted::Already => due.at,
            Counted::WhenItGoes { .. } => put_off(due.at, link.expires_at, self.settings.time_zone),
        };
        let promised = Promised {
            registration: Some(registration.id),
            kind,
            payload: Payload::link(token, due.counted),
            not_before,
            expires_at: link.expires_at,
        };
        self.promise(tx, promised, now).await
    }

    async fn supersede_others(
        &self,
        tx: &mut Tx,
        proven: &Registration,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        for other in tx.same_person_open(proven).await? {
            let from = other.state.name();
            let moved = other.supersede(proven.id, now)?;
            tx.save(&moved.registration, from).await?;
            self.log_move(tx, from, &moved.registration, false, now).await?;
            self.void_messages(tx, &moved.registration, now).await?;
        }
        Ok(())
    }
}
