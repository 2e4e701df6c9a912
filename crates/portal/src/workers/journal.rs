//! What kiosks kept while the portal was away: each entry begins a registration as soon as a text may go, and is over when the
//! text has gone. Who waits in vain is listed for staff, and said in the log.

use chrono::TimeDelta;
use registration::{
    flow::{Registration, StateName},
    ids::RegistrationId,
    time::Timestamp,
};
use store::{
    AccessEntry, Act, Actor, JournalEntryRow, JournalFate, JournalStep, JournalWait, OutboxKind,
    PromiseState, StoreError,
};

use crate::{Portal, quiet_hours::when_awake, refused::Refusal, registrations::FromJournal};

/// Entries looked at in one round.
const AT_ONCE: u32 = 50;

/// Registrations that may begin before the text of an earlier one has gone: where nobody takes texts, so many are tried, and
/// one number that is no good holds up nobody.
const TEXTS_AHEAD: u32 = 5;

/// How long a portal has an entry to itself; none takes so long.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Pause before it is looked whether a text has gone.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(2);

/// Pause where the request is being done, or whoever sends texts is away.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(30);

/// Pause where an entry does not open: the right key may come back.
const KEY_AGAIN: TimeDelta = TimeDelta::minutes(15);

/// What is to be done with an entry.
enum Next {
    Wait(Timestamp, Option<JournalWait>),
    End(JournalFate),
}

impl Portal {
    pub(super) async fn enter_journal(&self) -> Result<usize, StoreError> {
        let due = self.store.journal_entries_due(self.practice(), self.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let mut begun = self.store.journal_entries_begun(self.practice()).await?;
        let mut done = 0;
        for entry in due {
            if matches!(entry.step, JournalStep::Sealed(_)) && begun >= TEXTS_AHEAD {
                continue;
            }
            let now = self.now();
            if !self.store.lease_journal_entry(&entry, now, now + LEASE).await? {
                continue;
            }
            let next = match &entry.step {
                JournalStep::Begun(registration) => self.look_after(&entry, *registration).await,
                JournalStep::Sealed(sealed) => {
                    begun += 1;
                    self.begin_with(&entry, sealed).await
                }
            };
            done += usize::from(self.carry_out(&entry, next).await?);
        }
        Ok(done)
    }

    /// Whether it is over, or began.
    async fn carry_out(
        &self,
        entry: &JournalEntryRow,
        next: Result<Option<Next>, Refusal>,
    ) -> Result<bool, StoreError> {
        let next = match next {
            Ok(next) => next,
            Err(Refusal::TooManySends { retry_at: Some(at) }) => {
                Some(Next::Wait(at, Some(JournalWait::Limit)))
            }
            Err(Refusal::Store(error @ StoreError::Away(_))) => return Err(error),
            Err(Refusal::Store(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(entry = %entry.id, error, "an entry of a kiosk's journal is looked at again");
                Some(Next::Wait(self.now() + TRY_AGAIN, None))
            }
            // The patient went on by themselves meanwhile.
            Err(refusal) => {
                tracing::warn!(entry = %entry.id, ?refusal, "an entry of a kiosk's journal is looked at again");
                Some(Next::Wait(self.now() + TRY_AGAIN, None))
            }
        };
        match next {
            None => Ok(true),
            Some(Next::Wait(until, why)) => {
                self.store.put_off_journal_entry(entry, self.now(), until, why).await?;
                Ok(false)
            }
            Some(Next::End(fate)) => self.end_entry(entry, fate).await,
        }
    }

    async fn end_entry(&self, entry: &JournalEntryRow, fate: JournalFate) -> Result<bool, StoreError> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        match tx.end_journal_entry(entry, fate, now).await {
            Ok(()) => {}
            // Another portal ended it.
            Err(StoreError::Conflict) => return Ok(false),
            Err(error) => return Err(error),
        }
        if fate.is_loss() {
            let registration = match entry.step {
                JournalStep::Begun(registration) => Some(registration),
                JournalStep::Sealed(_) => None,
            };
            let line = self.entry(Actor::Portal, Act::KeptDetailsLost, now);
            tx.log(AccessEntry { registration, ..line }).await?;
            tracing::error!(
                kiosk = %entry.kiosk, reference = %entry.reference, fate = fate.as_str(),
                "whoever gave these details at a kiosk waits for a text in vain"
            );
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Begins the registration if its text may go now. `None`: it began.
    async fn begin_with(&self, entry: &JournalEntryRow, sealed: &[u8]) -> Result<Option<Next>, Refusal> {
        let now = self.now();
        if now >= entry.expires_at {
            return Ok(Some(Next::End(JournalFate::Expired)));
        }
        if let Some(wait) = self.texts_wait(now).await? {
            return Ok(Some(wait));
        }
        let Some(kept) = self.journal_key.open(entry.id, sealed) else {
            return Ok(Some(Next::Wait(now + KEY_AGAIN, Some(JournalWait::Key))));
        };
        Ok(match self.begin_from_journal(entry, &kept).await? {
            FromJournal::Begun => None,
            FromJournal::UnderWay => Some(Next::Wait(now + TRY_AGAIN, None)),
            FromJournal::Refused => Some(Next::End(JournalFate::Refused)),
        })
    }

    /// Whether the text has gone. A code that died unsent is followed by another.
    async fn look_after(&self, entry: &JournalEntryRow, id: RegistrationId) -> Result<Option<Next>, Refusal> {
        let now = self.now();
        let promises = self.store.promises_of(self.practice(), id).await?;
        let codes: Vec<_> = promises
            .iter()
            .filter(|promise| promise.kind == OutboxKind::CodeSms)
            .map(|code| code.state)
            .collect();
        if codes.contains(&PromiseState::Sent) {
            return Ok(Some(Next::End(JournalFate::Entered)));
        }
        let registration = self.store.registration(self.practice(), id).await?;
        if let Some(fate) = without_text(registration.as_ref()) {
            return Ok(Some(Next::End(fate)));
        }
        if now >= entry.expires_at {
            return Ok(Some(Next::End(JournalFate::NotTexted)));
        }
        match codes.last() {
            Some(PromiseState::Promised) => {
                return Ok(Some(Next::Wait(now + LOOK_AGAIN, Some(JournalWait::Texts))));
            }
            Some(PromiseState::Failed) => return Ok(Some(Next::End(JournalFate::NotTexted))),
            Some(PromiseState::Sent | PromiseState::Expired | PromiseState::Cancelled) | None => {}
        }
        if let Some(wait) = self.texts_wait(now).await? {
            return Ok(Some(wait));
        }
        self.replace_unsent_code(id).await?;
        Ok(None)
    }

    /// What any text to somebody who has left must wait for now.
    async fn texts_wait(&self, now: Timestamp) -> Result<Option<Next>, StoreError> {
        let awake = when_awake(now, self.settings.time_zone);
        if awake > now {
            return Ok(Some(Next::Wait(awake, Some(JournalWait::Morning))));
        }
        if !self.takes_registrations().await? {
            return Ok(Some(Next::Wait(now + TRY_AGAIN, Some(JournalWait::Origin))));
        }
        let away = self.texts_are_away().await?;
        Ok(away.then(|| Next::Wait(now + TRY_AGAIN, Some(JournalWait::Texts))))
    }
}

/// What became of an entry whose text has not gone, where its registration no longer waits for the code.
fn without_text(registration: Option<&Registration>) -> Option<JournalFate> {
    match registration.map(|registration| registration.state.name()) {
        Some(StateName::AwaitingCode) => None,
        Some(StateName::Expired) | None => Some(JournalFate::NotTexted),
        // By another text, at the desk, or by a later registration.
        Some(
            StateName::AwaitingPassword
            | StateName::AwaitingLink
            | StateName::AwaitingTerms
            | StateName::Registered
            | StateName::HandedToDesk
            | StateName::Abandoned
            | StateName::Declined
            | StateName::Locked
            | StateName::Superseded,
        ) => Some(JournalFate::Entered),
    }
}
