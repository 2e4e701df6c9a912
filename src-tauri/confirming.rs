//! "These are right": the portal begins the registration, or, where it stays away, the journal keeps what it needs for it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kiosk_api::{
    problem::{Problem, ProblemCode},
    registration::{ConfirmDetails, Confirmation},
};
use kiosk_journal::NotKept;
use registration::{journal::AWAY_AFTER, time::Clock as _};

use crate::{
    kiosk::{Kiosk, PatientAtGlass, Ready},
    visit::Visit,
};

/// Pause before a portal that does not answer is asked again while the patient waits.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// So long after the last failure a portal is thought to be back until it fails again.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(1);

/// Since when the portal does not answer, for all patients; in uptime.
#[derive(Default)]
pub(crate) struct Away(Mutex<Option<Spell>>);

#[derive(Clone, Copy)]
struct Spell {
    since: Duration,
    last: Duration,
}

impl Away {
    /// What was asked at `asked` was not answered by now; for how long nothing has been.
    fn failed(&self, asked: Duration, uptime: Duration) -> Duration {
        let mut spell = self.spell();
        let since = match *spell {
            Some(spell) if uptime.saturating_sub(spell.last) < FORGOTTEN_AFTER => spell.since,
            Some(_) | None => asked,
        };
        *spell = Some(Spell { since, last: uptime });
        uptime.saturating_sub(since)
    }

    /// It did.
    fn answered(&self) {
        *self.spell() = None;
    }

    fn spell(&self) -> MutexGuard<'_, Option<Spell>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a portal's problem means for whoever confirmed.
enum Means {
    /// It may be there again in a moment.
    Away,
    /// It is there, and a text would not go.
    NoTexts,
    /// It is for the patient.
    Answer,
}

/// Asks the portal, again and again while it is away, but not for longer than a patient should wait; then the details are kept.
pub(crate) async fn confirm(
    kiosk: &Kiosk,
    ready: &Ready,
    patient: PatientAtGlass,
    confirmed: &ConfirmDetails,
) -> Result<Confirmation, Problem> {
    let most = AWAY_AFTER.to_std().unwrap_or_default();
    loop {
        let asked = kiosk.clock.uptime();
        let problem = match ready.client.confirm(confirmed).await {
            Ok(view) => {
                kiosk.away.answered();
                kiosk.saw(patient, &view)?;
                return Ok(Confirmation::Begun { view });
            }
            Err(problem) => problem,
        };
        match means(problem.code) {
            Means::Answer => {
                kiosk.away.answered();
                return Err(problem);
            }
            Means::NoTexts => {
                kiosk.away.answered();
                return keep(kiosk, ready, patient, confirmed, problem).await;
            }
            Means::Away => {
                let Some(left) = most
                    .checked_sub(kiosk.away.failed(asked, kiosk.clock.uptime()))
                    .filter(|left| !left.is_zero())
                else {
                    return keep(kiosk, ready, patient, confirmed, problem).await;
                };
                tokio::time::sleep(left.min(ASK_AGAIN_AFTER)).await;
            }
        }
        // Who has left meanwhile has asked for nothing any more.
        kiosk.with_visit_of(patient, |_, _| ())?;
    }
}

async fn keep(
    kiosk: &Kiosk,
    ready: &Ready,
    patient: PatientAtGlass,
    confirmed: &ConfirmDetails,
    problem: Problem,
) -> Result<Confirmation, Problem> {
    kiosk.with_visit_of(patient, |_, _| ())?;
    let recipient = ready.journal_recipient.as_deref();
    let key = ready.client.key_of(confirmed)?;
    match kiosk.journal.keep(recipient, confirmed, key, kiosk.clock.now()).await {
        Ok(reference) => {
            tracing::warn!(why = ?problem.code, "details are kept for the portal");
            kiosk.with_visit_of(patient, Visit::kept)?;
            Ok(Confirmation::Kept { reference: reference.as_str().to_owned() })
        }
        Err(NotKept::Full) => Err(Problem::new(ProblemCode::JournalFull)),
        Err(error @ (NotKept::NoKey | NotKept::Disk(_))) => {
            tracing::error!(%error, "details are not kept for the portal");
            Err(problem)
        }
    }
}

const fn means(code: ProblemCode) -> Means {
    match code {
        ProblemCode::PortalUnreachable
        | ProblemCode::PortalSlow
        | ProblemCode::PortalNotTrusted
        | ProblemCode::NotAPortal
        | ProblemCode::PortalAtAnotherAddress
        | ProblemCode::Busy
        | ProblemCode::Unforeseen => Means::Away,
        ProblemCode::TextsUnavailable => Means::NoTexts,
        ProblemCode::FieldsRefused
        | ProblemCode::CodeWrong
        | ProblemCode::CodeExpired
        | ProblemCode::CodeTriesUsedUp
        | ProblemCode::NumberTriesUsedUp
        | ProblemCode::ResendTooSoon
        | ProblemCode::TooManySends
        | ProblemCode::NotInThisState
        | ProblemCode::NotFound
        | ProblemCode::JournalFull
        | ProblemCode::KioskNotAccepted
        | ProblemCode::IdempotencyKeyReused
        | ProblemCode::MalformedRequest
        | ProblemCode::OutOfService
        | ProblemCode::PortalOfAnotherMode
        | ProblemCode::KeyStoreUnusable
        | ProblemCode::CredentialNotKept => Means::Answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_portal_has_been_away_since_the_first_failure_that_no_answer_followed() {
        let away = Away::default();
        assert_eq!(away.failed(s(100), s(108)), s(8), "it swallowed what it was asked");
        assert_eq!(away.failed(s(110), s(112)), s(12));
        assert_eq!(away.failed(s(121), s(121)), s(21), "the next patient waits no more");
        away.answered();
        assert_eq!(away.failed(s(130), s(130)), s(0));
        assert_eq!(away.failed(s(190), s(190)), s(0), "nobody asked for a minute: it may have been back");
    }
}
