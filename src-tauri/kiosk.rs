//! The kiosk's own state: how far the start has come, and who stands at the glass.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kiosk_api::{
    kiosk::{KioskPhase, KioskPractice, KioskStanding, KioskStatus, Mode, OutOfServiceReason, PracticeView},
    problem::{Problem, ProblemCode},
    registration::{RegistrationState, RegistrationView},
    staff::ask::{StaffAsk, StaffHelp},
};
use kiosk_journal::Journal;
use machine::{SystemClock, system_rng};
use registration::{
    secrets::password::MIN_PASSWORD_CHARACTERS,
    values::mobile::{Fictional, MobilePolicy},
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::{
    admin::Admin, client::PortalClient, config::Config, confirming::Away, connection::PortalAddress,
    idle::Verdict, staff_commands::tell_locked, visit::Visit, wanted::Wanted,
};

/// How long a patient who pressed Start waits for a portal that does not answer; the desk can help sooner.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// What is needed to take registrations.
pub(crate) struct Ready {
    pub(crate) client: Arc<PortalClient>,
    pub(crate) practice: PracticeView,
    /// To whom details are sealed while the portal is away.
    pub(crate) journal_recipient: Option<String>,
}

impl Ready {
    /// What this practice's portal said of it.
    pub(crate) fn of(client: Arc<PortalClient>, practice: KioskPractice) -> Self {
        let KioskPractice { view, journal_recipient } = practice;
        Self { client, practice: view, journal_recipient }
    }

    /// Whether that is still what it says.
    pub(crate) fn is_of(&self, practice: &KioskPractice) -> bool {
        (&self.practice, &self.journal_recipient) == (&practice.view, &practice.journal_recipient)
    }
}

#[derive(Clone)]
enum Phase {
    Starting,
    /// With the address of the portal that this machine joined before, if it did.
    NotConnected(Option<PortalAddress>),
    Ready(Arc<Ready>),
    OutOfService(OutOfServiceReason),
}

/// One patient since the program started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PatientAtGlass(u64);

/// Who stands before the window.
#[derive(Default)]
struct Glass {
    /// Visits begun so far; the last one's number is the present patient's.
    visits: u64,
    visit: Option<Visit>,
}

/// One per process.
pub(crate) struct Kiosk {
    pub(crate) config: Config,
    pub(crate) clock: SystemClock,
    pub(crate) journal: Journal,
    pub(crate) away: Away,
    pub(crate) admin: Admin,
    pub(crate) wanted: Wanted,
    phase: watch::Sender<Phase>,
    glass: Mutex<Glass>,
    interrupted: Notify,
}

impl Kiosk {
    /// A kiosk whose portal is not there yet.
    pub(crate) fn new(config: Config, clock: SystemClock) -> Self {
        let journal = Journal::in_folder(&config.data_dir, system_rng());
        let phase = watch::Sender::new(Phase::Starting);
        let (away, admin, wanted) = (Away::default(), Admin::default(), Wanted::default());
        let (glass, interrupted) = (Mutex::default(), Notify::new());
        Self { config, clock, journal, away, admin, wanted, phase, glass, interrupted }
    }

    /// The start came to an end, or what was ready is no more: then whoever stands at the glass is seen off first.
    pub(crate) fn started(&self, outcome: Result<Arc<Ready>, OutOfServiceReason>) {
        let mut glass = self.glass();
        let phase = match outcome {
            Ok(ready) => Phase::Ready(ready),
            Err(reason) => {
                let admin_was_open = self.admin.lock().is_some();
                let visit = glass.visit.take();
                if let Some(visit) = &visit {
                    // A portal that does not serve us is told nothing: its own deadline sends the link.
                    let Gone { leaving: _ } = self.seen_off(visit);
                }
                if admin_was_open || visit.is_some() {
                    self.interrupted.notify_one();
                }
                Phase::OutOfService(reason)
            }
        };
        self.phase.send_replace(phase);
    }

    /// Waits until service has ended for somebody at the glass, whose window must go.
    pub(crate) async fn interrupted(&self) -> Gone {
        self.interrupted.notified().await;
        Gone { leaving: None }
    }

    /// The practice changed what patients see. False: somebody stands at the glass, and keeps what they saw.
    pub(crate) fn takes_over(&self, ready: &Arc<Ready>) -> bool {
        let glass = self.glass();
        if glass.visit.is_none() {
            self.phase.send_replace(Phase::Ready(Arc::clone(ready)));
        }
        glass.visit.is_none()
    }

    /// Somebody of the practice must join this machine to a portal.
    pub(crate) fn awaits_connection(&self, former_address: Option<PortalAddress>) {
        self.phase.send_replace(Phase::NotConnected(former_address));
    }

    /// Whether that is what it waits for.
    pub(crate) fn is_unconnected(&self) -> bool {
        matches!(&*self.phase.borrow(), Phase::NotConnected(_))
    }

    /// They did.
    pub(crate) fn connecting(&self) {
        self.phase.send_replace(Phase::Starting);
    }

    /// What the window shows first; never waits.
    pub(crate) fn status(&self) -> KioskStatus {
        let (phase, practice) = match &*self.phase.borrow() {
            Phase::Starting => (KioskPhase::Starting, None),
            Phase::NotConnected(former) => {
                let former_address = former.as_ref().map(|address| address.origin().to_owned());
                (KioskPhase::NotConnected { former_address }, None)
            }
            Phase::Ready(ready) => (KioskPhase::Ready, Some(ready.practice.clone())),
            Phase::OutOfService(reason) => (KioskPhase::OutOfService { reason: *reason }, None),
        };
        KioskStatus {
            phase,
            mode: self.config.mode,
            practice,
            css_px_per_mm: self.config.css_px_per_mm,
            password_min_characters: u32::try_from(MIN_PASSWORD_CHARACTERS).unwrap_or(u32::MAX),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            standing: self.wanted.standing(self.clock.uptime()),
        }
    }

    /// Waits for the start to end, for [`READY_WITHIN`] at most.
    pub(crate) async fn ready(&self) -> Result<Arc<Ready>, Problem> {
        let mut phases = self.phase.subscribe();
        let ended = phases.wait_for(|phase| !matches!(phase, Phase::Starting));
        let Ok(ended) = tokio::time::timeout(READY_WITHIN, ended).await else {
            return Err(Problem::new(ProblemCode::PortalUnreachable));
        };
        match ended.as_deref() {
            Ok(Phase::Ready(ready)) => Ok(Arc::clone(ready)),
            Ok(Phase::Starting | Phase::NotConnected(_) | Phase::OutOfService(_)) | Err(_) => {
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

    fn glass(&self) -> MutexGuard<'_, Glass> {
        self.glass.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A patient pressed Start. Whoever stood here before is seen off first.
    pub(crate) fn begin(self: &Arc<Self>, language: String) -> Result<Gone, Problem> {
        let before = self.end();
        let mut glass = self.glass();
        // Service may have ended, or been paused, since the patient was told that it had begun.
        let is_open = self.wanted.standing(self.clock.uptime()) == KioskStanding::Open;
        if !is_open || matches!(&*self.phase.borrow(), Phase::OutOfService(_)) {
            return Err(Problem::new(ProblemCode::OutOfService));
        }
        glass.visits += 1;
        glass.visit = Some(Visit::begin(language, self.clock.uptime()));
        Ok(before)
    }

    /// Who stands at the glass, to be named again once the portal has answered.
    pub(crate) fn patient(&self) -> Result<PatientAtGlass, Problem> {
        let glass = self.glass();
        glass.visit.as_ref().map(|_| PatientAtGlass(glass.visits)).ok_or_else(nobody)
    }

    /// Runs `with` on the patient at the glass.
    pub(crate) fn with_visit<T>(&self, with: impl FnOnce(&mut Visit, Duration) -> T) -> Result<T, Problem> {
        let uptime = self.clock.uptime();
        self.glass().visit.as_mut().map(|visit| with(visit, uptime)).ok_or_else(nobody)
    }

    /// The same, unless another patient stands there by now: what was meant for one never reaches the next.
    pub(crate) fn with_visit_of<T>(
        &self,
        patient: PatientAtGlass,
        with: impl FnOnce(&mut Visit, Duration) -> T,
    ) -> Result<T, Problem> {
        let uptime = self.clock.uptime();
        let mut glass = self.glass();
        if patient != PatientAtGlass(glass.visits) {
            return Err(nobody());
        }
        glass.visit.as_mut().map(|visit| with(visit, uptime)).ok_or_else(nobody)
    }

    /// Keeps what the portal answered to this patient.
    pub(crate) fn saw(&self, patient: PatientAtGlass, view: &RegistrationView) -> Result<(), Problem> {
        self.with_visit_of(patient, |visit, uptime| visit.saw(view.clone(), uptime))
    }

    /// The registration on screen.
    pub(crate) fn registration(&self) -> Result<RegistrationView, Problem> {
        self.with_visit(|visit, _| visit.view().cloned())?.ok_or_else(nobody)
    }

    /// Locks admin mode if nobody has touched it for too long, and forgets the patient whom staff were helping.
    pub(crate) fn lock_overdue(self: &Arc<Self>) -> Option<Gone> {
        let session = self.admin.lock_overdue(self.clock.uptime())?;
        tell_locked(self, Some(session));
        Some(self.end())
    }

    /// Forgets the patient if they have been still for too long; `None` where nobody has, or another call was first. While staff help them
    /// they may be still.
    pub(crate) fn end_overdue(&self) -> Option<Gone> {
        if self.admin.is_open() {
            return None;
        }
        let uptime = self.clock.uptime();
        let overdue = self.glass().visit.take_if(|visit| visit.verdict(uptime) == Verdict::Wipe)?;
        Some(self.seen_off(&overdue))
    }

    /// Staff cancelled the registration at the glass, or began another in its place: the patient goes on on their own phone, or begins
    /// anew, and is not led back to what is over.
    pub(crate) fn note_helped(&self, ask: &StaffAsk) {
        let StaffAsk::Help { id, help: StaffHelp::Cancel | StaffHelp::CorrectMobile { .. }, .. } = ask else {
            return;
        };
        let is_at_glass = |visit: &mut Visit| visit.view().is_some_and(|view| view.id == *id);
        if self.glass().visit.take_if(is_at_glass).is_some()
            && let Phase::Ready(ready) = &*self.phase.borrow()
        {
            ready.client.forget();
        }
    }

    /// Whether somebody is at the glass.
    pub(crate) fn is_in_use(&self) -> bool {
        self.admin.is_open() || self.glass().visit.is_some()
    }

    /// Forgets whoever is at the glass when staff begin to clean it; `None` where nobody is.
    pub(crate) fn end_for_cleaning(self: &Arc<Self>) -> Option<Gone> {
        (self.wanted.begins_cleaning() && self.is_in_use()).then(|| self.end())
    }

    /// Forgets the patient, whoever it is, and locks.
    pub(crate) fn end(self: &Arc<Self>) -> Gone {
        tell_locked(self, self.admin.lock());
        let visit = self.glass().visit.take();
        visit.map_or(Gone { leaving: None }, |visit| self.seen_off(&visit))
    }

    fn seen_off(&self, visit: &Visit) -> Gone {
        if let Phase::Ready(ready) = &*self.phase.borrow() {
            ready.client.forget();
        }
        let leaves = |view: &&RegistrationView| view.state == RegistrationState::AwaitingPassword;
        Gone { leaving: visit.view().filter(leaves).map(|view| Leaving { registration: view.id }) }
    }
}

fn nobody() -> Problem {
    Problem::new(ProblemCode::NotInThisState)
}

/// A patient who is gone, and what the portal must still be told of them.
#[derive(Debug)]
#[must_use]
pub(crate) struct Gone {
    pub(crate) leaving: Option<Leaving>,
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

#[cfg(test)]
mod tests;
