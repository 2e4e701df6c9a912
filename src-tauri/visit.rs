//! One patient at the glass: what the kiosk remembers of them, which is as little as it can.

use std::time::Duration;

use kiosk_api::{
    kiosk::Pulse,
    registration::{NextAction, RegistrationState, RegistrationView},
};

use crate::idle::{self, Doing, Verdict};

/// From Start until the window is wiped. The answers themselves never stay here: they pass through to the portal.
#[derive(Debug)]
pub(crate) struct Visit {
    /// BCP 47 tag chosen on the welcome screen.
    pub(crate) language: String,
    registration: Option<Seen>,
    at_desk: bool,
    kept: bool,
    touched_at: Duration,
}

/// A registration as the portal last showed it.
#[derive(Debug)]
struct Seen {
    view: RegistrationView,
    at: Duration,
}

impl Visit {
    /// A patient pressed Start.
    pub(crate) const fn begin(language: String, uptime: Duration) -> Self {
        Self { language, registration: None, at_desk: false, kept: false, touched_at: uptime }
    }

    /// A touch, a key, a word.
    pub(crate) const fn touched(&mut self, uptime: Duration) {
        self.touched_at = uptime;
    }

    /// The portal answered.
    pub(crate) fn saw(&mut self, view: RegistrationView, uptime: Duration) {
        self.touched_at = uptime;
        self.registration = Some(Seen { view, at: uptime });
    }

    /// The number is changed: what was confirmed is forgotten, the window keeps the answers.
    pub(crate) fn forget_registration(&mut self) {
        self.registration = None;
    }

    /// The patient was given a reference for the desk.
    pub(crate) const fn sent_to_desk(&mut self, uptime: Duration) {
        self.at_desk = true;
        self.touched_at = uptime;
    }

    /// The details lie in the journal: the patient has a reference and may go.
    pub(crate) const fn kept(&mut self, uptime: Duration) {
        self.kept = true;
        self.touched_at = uptime;
    }

    /// The patient answers a question: one who was sent to the desk has come back to correct something.
    pub(crate) const fn answers(&mut self, uptime: Duration) {
        self.at_desk = false;
        self.touched_at = uptime;
    }

    /// The registration on screen.
    pub(crate) fn view(&self) -> Option<&RegistrationView> {
        self.registration.as_ref().map(|seen| &seen.view)
    }

    /// What stillness means now.
    pub(crate) fn verdict(&self, uptime: Duration) -> Verdict {
        idle::judge(self.doing(), uptime.saturating_sub(self.touched_at))
    }

    /// The answer to the window's heartbeat; `None` once everything must be wiped.
    pub(crate) fn pulse(&self, uptime: Duration) -> Option<Pulse> {
        match self.verdict(uptime) {
            Verdict::Show(idle) => {
                let next = self.registration.as_ref().map(|seen| seen.next(uptime));
                Some(Pulse { idle, next, locks_in_s: None })
            }
            Verdict::Wipe => None,
        }
    }

    fn doing(&self) -> Doing {
        match self.view().map(|view| view.state) {
            _ if self.at_desk || self.kept => Doing::Finished,
            None | Some(RegistrationState::AwaitingPassword) => Doing::Answering,
            Some(RegistrationState::AwaitingCode) => Doing::AwaitingMessage,
            Some(RegistrationState::AwaitingLink) => Doing::LookingForEmail,
            Some(
                RegistrationState::AwaitingTerms
                | RegistrationState::Registered
                | RegistrationState::HandedToDesk
                | RegistrationState::Expired
                | RegistrationState::Abandoned
                | RegistrationState::Declined
                | RegistrationState::Locked
                | RegistrationState::Superseded,
            ) => Doing::Finished,
        }
    }
}

impl Seen {
    /// The portal counted seconds from its answer; so many have passed since.
    fn next(&self, uptime: Duration) -> NextAction {
        let passed_s = u32::try_from(uptime.saturating_sub(self.at).as_secs()).unwrap_or(u32::MAX);
        let left = |seconds: Option<u32>| seconds.map(|seconds| seconds.saturating_sub(passed_s));
        NextAction {
            may_resend_in_s: left(self.view.next.may_resend_in_s),
            may_check_in_s: left(self.view.next.may_check_in_s),
            tries_left: self.view.next.tries_left,
        }
    }
}

#[cfg(test)]
mod tests {
    use kiosk_api::kiosk::Idle;
    use uuid::Uuid;

    use super::*;

    fn view(state: RegistrationState) -> RegistrationView {
        RegistrationView {
            id: Uuid::nil(),
            reference: "KT4-9QF".to_owned(),
            state,
            next: NextAction { may_resend_in_s: Some(60), may_check_in_s: Some(0), tries_left: 5 },
        }
    }

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_countdown_to_another_code_goes_on_between_answers_of_the_portal() {
        let mut visit = Visit::begin("en-GB".to_owned(), s(0));
        visit.saw(view(RegistrationState::AwaitingCode), s(10));
        let next = visit.pulse(s(40)).and_then(|pulse| pulse.next).expect("a code is awaited");
        assert_eq!(next.may_resend_in_s, Some(30));
        let next = visit.pulse(s(100)).and_then(|pulse| pulse.next).expect("a code is awaited");
        assert_eq!(next.may_resend_in_s, Some(0));
    }

    #[test]
    fn a_touch_during_the_warning_brings_the_patient_back() {
        let mut visit = Visit::begin("en-GB".to_owned(), s(0));
        assert!(matches!(visit.pulse(s(70)).expect("warned").idle, Idle::Warning { seconds_left: 20 }));
        visit.touched(s(71));
        assert_eq!(visit.pulse(s(72)).expect("active").idle, Idle::Active);
    }

    #[test]
    fn a_patient_sent_to_the_desk_sees_a_screen_that_clears_itself() {
        let mut visit = Visit::begin("en-GB".to_owned(), s(0));
        visit.sent_to_desk(s(5));
        assert_eq!(visit.pulse(s(5)).expect("shown").idle, Idle::Clearing { seconds_left: 60 });
        assert_eq!(visit.pulse(s(65)), None);
        visit.answers(s(20));
        assert_eq!(visit.pulse(s(25)).expect("back at the questions").idle, Idle::Active);
    }

    #[test]
    fn a_patient_whose_details_are_kept_sees_a_screen_that_clears_itself() {
        let mut visit = Visit::begin("en-GB".to_owned(), s(0));
        visit.kept(s(25));
        assert_eq!(visit.pulse(s(25)).expect("shown").idle, Idle::Clearing { seconds_left: 60 });
        assert_eq!(visit.pulse(s(85)), None);
    }
}
