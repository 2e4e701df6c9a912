//! Whether the portal serves this machine: asked at the start, and again for as long as the program runs.
//!
//! What is kept of the joining stays kept whatever the portal says: one that was restored from a back-up a minute late, or
//! stood behind a wrong proxy for an hour, takes the kiosk back without a walk to the desk.

use std::{sync::Arc, time::Duration};

use kiosk_api::{
    kiosk::{KioskPractice, Mode, OutOfServiceReason},
    problem::{Problem, ProblemCode},
};
use machine::system_rng;
use rand::Rng as _;
use registration::journal::AWAY_AFTER;

use crate::{
    client::PortalClient,
    connection::Connection,
    handing_over,
    kiosk::{Kiosk, Ready},
    presence,
    reach::{self, Trust},
};

/// How long a kiosk that nobody touches may not know that it was refused, or that it no longer is.
pub(super) const LOOK_EVERY: Duration = Duration::from_mins(1);

/// While a portal is awaited, each pause is twice the one before, from this one on.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// A patient may be standing there.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How long a portal is awaited at a start before patients are served without it: [`AWAY_AFTER`].
const PATIENCE: Duration = Duration::from_secs(AWAY_AFTER.num_seconds().unsigned_abs());

/// How time passes between two questions.
pub(super) trait Pauses: Send + Sync {
    /// Comes back after that long.
    fn pause(&self, length: Duration) -> impl Future<Output = ()> + Send;
}

/// As it does for everybody.
pub(super) struct ByTheClock;

impl Pauses for ByTheClock {
    fn pause(&self, length: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(length)
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Registrations can begin.
    Serves(KioskPractice),
    /// This machine must not go on, even for the patient at the glass.
    Ends(OutOfServiceReason),
    /// Nothing can begin until staff mend something. A kiosk at work leaves it to whoever meets it: it may pass.
    CannotBegin(OutOfServiceReason),
    /// Nothing that would not pass by itself.
    Nothing(ProblemCode),
}

impl Heard {
    fn of(answer: Result<KioskPractice, Problem>, mode: Mode) -> Self {
        use OutOfServiceReason as Reason;
        match answer.map_err(|problem| problem.code) {
            Ok(practice) if practice.view.mode == mode => Self::Serves(practice),
            Ok(_) => Self::Ends(Reason::PortalOfAnotherMode),
            Err(ProblemCode::KioskNotAccepted) => Self::Ends(Reason::KioskNotAccepted),
            Err(ProblemCode::OutOfService) => Self::CannotBegin(Reason::TestLinkNotOpened),
            Err(ProblemCode::PortalNotTrusted) => Self::CannotBegin(Reason::PortalNotTrusted),
            Err(ProblemCode::PortalAtAnotherAddress) => Self::CannotBegin(Reason::PortalAtAnotherAddress),
            Err(ProblemCode::NotAPortal) => Self::CannotBegin(Reason::NotAPortal),
            Err(
                code @ (ProblemCode::PortalUnreachable
                | ProblemCode::PortalSlow
                | ProblemCode::Busy
                | ProblemCode::Unforeseen
                | ProblemCode::TextsUnavailable
                | ProblemCode::JournalFull
                | ProblemCode::FieldsRefused
                | ProblemCode::CodeWrong
                | ProblemCode::CodeExpired
                | ProblemCode::CodeTriesUsedUp
                | ProblemCode::NumberTriesUsedUp
                | ProblemCode::ResendTooSoon
                | ProblemCode::TooManySends
                | ProblemCode::NotInThisState
                | ProblemCode::NotFound
                | ProblemCode::IdempotencyKeyReused
                | ProblemCode::MalformedRequest
                | ProblemCode::PortalOfAnotherMode
                | ProblemCode::KeyStoreUnusable
                | ProblemCode::CredentialNotKept),
            ) => Self::Nothing(code),
        }
    }

    /// Whether it is worth a line in the log after what was heard before.
    pub(super) fn is_news(&self, before: Option<&Self>) -> bool {
        match (before, self) {
            (Some(Self::Serves(_)), Self::Serves(_)) => false,
            (before, heard) => before != Some(heard),
        }
    }
}

/// Half of it is drawn, so that kiosks that lost their portal together do not come back together. `drawn` is uniform.
pub(super) fn pause_after(in_vain: u32, drawn: u32) -> Duration {
    let doubled = 1_u32.checked_shl(in_vain).unwrap_or(u32::MAX);
    let half = FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE) / 2;
    half + half.mul_f64(f64::from(drawn) / f64::from(u32::MAX))
}

/// Asks for ever. A patient sees "getting ready" until the first answer that says more.
pub(super) async fn follow(kiosk: Arc<Kiosk>, trust: &Trust, connection: &Connection, pauses: impl Pauses) {
    let Ok(http) = reach::remotely(trust) else {
        return kiosk.started(Err(OutOfServiceReason::PortalAuthorityUnreadable));
    };
    let (origin, credential) = (connection.address.origin().to_owned(), connection.credential().to_owned());
    let client = Arc::new(PortalClient::new(http, origin, credential));
    tauri::async_runtime::spawn(handing_over::whenever_it_can(Arc::clone(&kiosk), Arc::clone(&client)));
    tauri::async_runtime::spawn(presence::say(Arc::clone(&kiosk), Arc::clone(&client)));
    let waited = Duration::ZERO;
    let awaited_since = kiosk.clock.uptime();
    let following = Following {
        kiosk,
        client,
        pauses,
        serving: None,
        last: None,
        in_vain: 0,
        waited,
        awaited_since,
        answered: false,
    };
    following.run().await;
}

struct Following<P> {
    kiosk: Arc<Kiosk>,
    client: Arc<PortalClient>,
    pauses: P,
    /// What patients are registered with now.
    serving: Option<Arc<Ready>>,
    last: Option<Heard>,
    /// Pauses since the portal was awaited.
    in_vain: u32,
    /// How long they were.
    waited: Duration,
    /// Since when it was awaited, in uptime: a portal that swallows questions takes its time with each.
    awaited_since: Duration,
    /// Since then it has said why it serves nobody.
    answered: bool,
}

impl<P: Pauses> Following<P> {
    async fn run(mut self) {
        let mut heard = self.ask().await;
        loop {
            if heard.is_news(self.last.as_ref()) {
                self.log(&heard);
            }
            self.act(&heard);
            self.remember(&heard).await;
            self.last = Some(heard);
            heard = self.next().await;
        }
    }

    async fn ask(&self) -> Heard {
        Heard::of(self.client.practice().await, self.kiosk.config.mode)
    }

    fn act(&mut self, heard: &Heard) {
        match (heard, &self.serving) {
            (Heard::Serves(practice), None) => {
                let ready = self.ready(practice);
                self.kiosk.started(Ok(Arc::clone(&ready)));
                self.serving = Some(ready);
            }
            (Heard::Serves(practice), Some(now)) if !now.is_of(practice) => {
                let ready = self.ready(practice);
                if self.kiosk.takes_over(&ready) {
                    tracing::info!("the practice changed what patients see");
                    self.serving = Some(ready);
                }
            }
            (Heard::Ends(reason), _) | (Heard::CannotBegin(reason), None) => {
                self.serving = None;
                self.kiosk.started(Err(*reason));
            }
            // At work whoever meets it at the glass is told, and nobody else is turned away. Before that, what is shown
            // stays: a reason that somebody can mend is worth more than silence.
            (Heard::Serves(_) | Heard::CannotBegin(_), Some(_)) | (Heard::Nothing(_), _) => {}
        }
    }

    /// For the next start, and at this one: a portal that has been away for long enough is awaited with what it said last.
    async fn remember(&mut self, heard: &Heard) {
        let journal = &self.kiosk.journal;
        let written = match heard {
            Heard::Serves(practice) => journal.remember(practice).await,
            Heard::Ends(_) => journal.forget_portal().await,
            Heard::Nothing(_) if self.serving.is_none() && !self.answered && self.has_waited() => {
                let known = journal.remembered().await;
                if let Some(known) = known.filter(|known| known.view.mode == self.kiosk.config.mode) {
                    tracing::warn!("the portal stays away: what patients confirm is kept for it");
                    let ready = self.ready(&known);
                    self.kiosk.started(Ok(Arc::clone(&ready)));
                    self.serving = Some(ready);
                }
                Ok(())
            }
            Heard::CannotBegin(_) => {
                self.answered = true;
                Ok(())
            }
            Heard::Nothing(_) => Ok(()),
        };
        if let Err(error) = written {
            tracing::error!(%error, "what the portal said cannot be kept for the next start");
        }
    }

    fn has_waited(&self) -> bool {
        self.waited >= PATIENCE || self.kiosk.clock.uptime().saturating_sub(self.awaited_since) >= PATIENCE
    }

    fn ready(&self, practice: &KioskPractice) -> Arc<Ready> {
        Arc::new(Ready::of(Arc::clone(&self.client), practice.clone()))
    }

    async fn next(&mut self) -> Heard {
        let length = self.length_of_pause();
        let pause = self.pauses.pause(length);
        if self.serving.is_some() {
            tokio::select! {
                () = self.client.refused() => return Heard::Ends(OutOfServiceReason::KioskNotAccepted),
                () = pause => {}
            }
        } else {
            pause.await;
        }
        self.ask().await
    }

    fn length_of_pause(&mut self) -> Duration {
        let refused = Heard::Ends(OutOfServiceReason::KioskNotAccepted);
        if self.serving.is_some() || self.last.as_ref() == Some(&refused) {
            (self.in_vain, self.waited, self.answered) = (0, Duration::ZERO, false);
            self.awaited_since = self.kiosk.clock.uptime();
            return LOOK_EVERY;
        }
        let length = pause_after(self.in_vain, system_rng().next_u32());
        self.in_vain = self.in_vain.saturating_add(1);
        self.waited += length;
        length
    }

    fn log(&self, heard: &Heard) {
        let uptime_ms = self.kiosk.clock.uptime().as_millis();
        match (heard, &self.serving) {
            (Heard::Serves(_), None) => tracing::info!(uptime_ms, "ready"),
            (Heard::Serves(_), Some(_)) => tracing::info!("the portal answers again"),
            (Heard::Ends(reason), _) | (Heard::CannotBegin(reason), None) => {
                tracing::error!(?reason, "out of service; the portal is asked again");
            }
            (Heard::CannotBegin(reason), Some(_)) => {
                tracing::warn!(?reason, "the portal cannot be used; whoever meets it is told");
            }
            (Heard::Nothing(code), _) => {
                tracing::warn!(?code, "the portal did not say whose it is; it is asked again");
            }
        }
    }
}
