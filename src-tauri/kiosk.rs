//! The kiosk's own state: how far the start has come, and who stands at the glass.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kiosk_api::{
    kiosk::{KioskPhase, KioskStatus, Mode, OutOfServiceReason, PracticeView},
    problem::{Problem, ProblemCode},
    registration::{RegistrationState, RegistrationView},
};
use registration::values::mobile::{Fictional, MobilePolicy};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{client::PortalClient, clock::SystemClock, config::Config, idle::Verdict, visit::Visit};

/// What is needed to take registrations.
pub(crate) struct Ready {
    pub(crate) client: PortalClient,
    pub(crate) practice: PracticeView,
}

#[derive(Clone)]
enum Phase {
    Starting,
    Ready(Arc<Ready>),
    OutOfService(OutOfServiceReason),
}

/// One per process.
pub(crate) struct Kiosk {
    pub(crate) config: Config,
    pub(crate) clock: SystemClock,
    phase: watch::Sender<Phase>,
    visit: Mutex<Option<Visit>>,
}

impl Kiosk {
    /// A kiosk whose portal is not there yet.
    pub(crate) fn new(config: Config, clock: SystemClock) -> Self {
        Self { config, clock, phase: watch::Sender::new(Phase::Starting), visit: Mutex::new(None) }
    }

    /// The start came to an end.
    pub(crate) fn started(&self, outcome: Result<Ready, OutOfServiceReason>) {
        self.phase.send_replace(match outcome {
            Ok(ready) => Phase::Ready(Arc::new(ready)),
            Err(reason) => Phase::OutOfService(reason),
        });
    }

    /// What the window shows first; never waits.
    pub(crate) fn status(&self) -> KioskStatus {
        let (phase, practice) = match &*self.phase.borrow() {
            Phase::Starting => (KioskPhase::Starting, None),
            Phase::Ready(ready) => (KioskPhase::Ready, Some(ready.practice.clone())),
            Phase::OutOfService(reason) => (KioskPhase::OutOfService { reason: *reason }, None),
        };
        KioskStatus {
            phase,
            mode: self.config.mode,
            practice,
            css_px_per_mm: self.config.css_px_per_mm,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Waits for the start to end.
    pub(crate) async fn ready(&self) -> Result<Arc<Ready>, Problem> {
        let mut phases = self.phase.subscribe();
        let ended = phases.wait_for(|phase| !matches!(phase, Phase::Starting)).await;
        match ended.as_deref() {
            Ok(Phase::Ready(ready)) => Ok(Arc::clone(ready)),
            Ok(Phase::Starting | Phase::OutOfService(_)) | Err(_) => {
                Err(Problem::new(ProblemCode::OutOfService))
            }
        }
    }

    /// How mobiles are judged before the portal judges them again.
    pub(crate) fn mobile_policy(&self) -> MobilePolicy {
        let fictional = match self.config.mode {
            Mode::Sandbox => Fictional::Accepted,
            Mode::Trial | Mode::Live => Fictional::Refused,
        };
        MobilePolicy::for_region("GB", fictional)
    }

    fn visit(&self) -> MutexGuard<'_, Option<Visit>> {
        self.visit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A patient pressed Start. Whoever stood here before is seen off first.
    pub(crate) fn begin(&self, language: String) -> Option<Leaving> {
        let before = self.end();
        *self.visit() = Some(Visit::begin(language, self.clock.uptime()));
        before
    }

    /// Runs `with` on the patient at the glass.
    pub(crate) fn with_visit<T>(
        &self,
        with: impl FnOnce(&mut Visit, std::time::Duration) -> T,
    ) -> Result<T, Problem> {
        let uptime = self.clock.uptime();
        let mut visit = self.visit();
        visit
            .as_mut()
            .map(|visit| with(visit, uptime))
            .ok_or_else(|| Problem::new(ProblemCode::NotInThisState))
    }

    /// Keeps what the portal answered, if the patient is still there.
    pub(crate) fn saw(&self, view: &RegistrationView) {
        // A patient who left while the portal was thinking has been seen off already.
        let _ = self.with_visit(|visit, uptime| visit.saw(view.clone(), uptime));
    }

    /// The registration on screen.
    pub(crate) fn registration(&self) -> Result<RegistrationView, Problem> {
        self.with_visit(|visit, _| visit.view().cloned())?
            .ok_or_else(|| Problem::new(ProblemCode::NotInThisState))
    }

    /// Whether the patient at the glass has been still for too long.
    pub(crate) fn must_wipe(&self) -> bool {
        let uptime = self.clock.uptime();
        self.visit().as_ref().is_some_and(|visit| visit.verdict(uptime) == Verdict::Wipe)
    }

    /// Forgets the patient. What comes back is what the portal must still be told.
    pub(crate) fn end(&self) -> Option<Leaving> {
        let visit = self.visit().take()?;
        if let Phase::Ready(ready) = &*self.phase.borrow() {
            ready.client.forget();
        }
        let view = visit.view()?;
        (view.state == RegistrationState::AwaitingPassword).then_some(Leaving { registration: view.id })
    }
}

/// A registration left with its mobile proven: "on own phone".
#[derive(Debug)]
pub(crate) struct Leaving {
    registration: Uuid,
}

impl Leaving {
    /// Tells the portal. If it cannot be told, its own deadline sends the link.
    pub(crate) async fn tell(self, kiosk: &Kiosk) {
        if let Ok(ready) = kiosk.ready().await
            && let Err(problem) = ready.client.leave(self.registration).await
        {
            tracing::warn!(code = ?problem.code, "the portal was not told that a patient left; its deadline will do it");
        }
    }
}
