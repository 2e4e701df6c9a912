//! The flow as a reader of the design would build it: plain numbers, no code shared but the names of the states. Its
//! figures are written out here on purpose; a changed figure must be changed twice.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use registration::flow::StateName;

use super::acts::{any_act, confirm, expected_acts};

pub(crate) const NUMBERS: usize = 2;

const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const CODE_LIVES: i64 = 10 * MINUTE;
pub(crate) const GAPS: [i64; 4] = [60, 120, 300, 600];
const LINK_LIVES: i64 = 72 * HOUR;
const SENDS: [(u32, i64); 3] = [(6, 10 * MINUTE), (10, HOUR), (15, DAY)];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Typed {
    Right,
    Wrong,
    /// The code before the one sent last.
    Older,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Fresh,
    TooOld,
    FromTheFuture,
    OfAnotherRegistration,
    OfAnotherNumber,
}

#[derive(Clone, Debug)]
pub(crate) enum Act {
    Confirm { number: usize, email: bool },
    Check { typed: Typed },
    Resend,
    Abandon,
    SetPassword,
    ContinueOnPhone,
    SendNewLink { proof: Proof, corrected: bool },
    OpenLink { right: bool },
    SetPasswordByLink { proof: Proof },
    AcceptTerms,
    DeclineTerms,
    Expire,
    Supersede { by: usize },
    SendNewLinkByStaff,
    CorrectEmailByStaff { seen: bool },
    GiveUpMobileByStaff { seen: bool },
    FinishByStaff,
    CancelByStaff,
    StepClock { seconds: i64 },
    Restart,
}

/// An act on one of the registrations there are.
#[derive(Clone, Debug)]
pub(crate) struct Transition {
    /// Which, counted back from the newest, 0.
    back: usize,
    pub(crate) act: Act,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Nothing,
    Is(StateName),
    Wrong { tries_left: u8 },
    CodeExpired,
    CodeTriesUsedUp,
    NumberTriesUsedUp,
    TooManySends,
    NotFromHere,
    TooSoon,
    NoMoreSends,
    Unproven,
    LinkExpired,
    IdNotSeen,
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: usize,
    pub(crate) state: StateName,
    email: bool,
    password: bool,
    confirmed_at: i64,
    pub(crate) code_at: i64,
    pub(crate) sends: usize,
    pub(crate) code_tries: u8,
    link_until: i64,
    link_tries: u8,
    pub(crate) mobile_proven_at: Option<i64>,
    pub(crate) email_proven_at: Option<i64>,
}

type Window = Option<(u32, i64)>;

#[derive(Clone, Debug, Default)]
struct Number {
    checks: Window,
    sends: [Window; 3],
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) now: i64,
    pub(crate) people: Vec<Person>,
    numbers: [Number; NUMBERS],
    pub(crate) answer: Answer,
}

/// Takes one of `most` in a window that opens at the first take; a clock put back draws the end in.
fn take(window: &mut Window, most: u32, length: i64, now: i64) -> bool {
    match window {
        Some((used, ends)) if now < *ends => {
            *ends = (now + length).min(*ends);
            if *used == most {
                return false;
            }
            *used += 1;
        }
        _ => *window = Some((1, now + length)),
    }
    true
}

impl Number {
    fn take_send(&mut self, now: i64) -> bool {
        let mut windows = self.sends;
        for (at, (most, length)) in SENDS.into_iter().enumerate() {
            if !take(&mut windows[at], most, length, now) {
                self.sends[at] = windows[at];
                return false;
            }
        }
        self.sends = windows;
        true
    }
}

impl Model {
    fn confirm(&mut self, number: usize, email: bool) -> Answer {
        if !self.numbers[number].take_send(self.now) {
            return Answer::TooManySends;
        }
        self.people.push(Person {
            number,
            state: StateName::AwaitingCode,
            email,
            password: false,
            confirmed_at: self.now,
            code_at: self.now,
            sends: 1,
            code_tries: 0,
            link_until: 0,
            link_tries: 0,
            mobile_proven_at: None,
            email_proven_at: None,
        });
        Answer::Is(StateName::AwaitingCode)
    }

    fn check(&mut self, target: usize, typed: Typed) -> Answer {
        let person = &mut self.people[target];
        if person.state != StateName::AwaitingCode {
            return Answer::NotFromHere;
        }
        person.code_tries = person.code_tries.saturating_add(1);
        if person.code_tries > 5 {
            return Answer::CodeTriesUsedUp;
        }
        if !take(&mut self.numbers[person.number].checks, 10, DAY, self.now) {
            return Answer::NumberTriesUsedUp;
        }
        if !(0..CODE_LIVES).contains(&(self.now - person.code_at)) {
            return Answer::CodeExpired;
        }
        if !matches!(typed, Typed::Right) {
            return Answer::Wrong { tries_left: 5 - person.code_tries };
        }
        person.mobile_proven_at = Some(self.now);
        person.go(if person.email { StateName::AwaitingPassword } else { StateName::HandedToDesk })
    }

    fn resend(&mut self, target: usize) -> Answer {
        let person = &mut self.people[target];
        if person.state != StateName::AwaitingCode {
            return Answer::NotFromHere;
        }
        let Some(gap) = GAPS.get(person.sends - 1) else { return Answer::NoMoreSends };
        if (0..*gap).contains(&(self.now - person.code_at)) {
            return Answer::TooSoon;
        }
        if !self.numbers[person.number].take_send(self.now) {
            return Answer::TooManySends;
        }
        (person.code_at, person.code_tries, person.sends) = (self.now, 0, person.sends + 1);
        Answer::Is(StateName::AwaitingCode)
    }
}

impl Person {
    fn go(&mut self, state: StateName) -> Answer {
        self.state = state;
        Answer::Is(state)
    }

    fn go_from(&mut self, from: StateName, to: StateName) -> Answer {
        if self.state == from { self.go(to) } else { Answer::NotFromHere }
    }

    fn await_link(&mut self, now: i64, password: bool) -> Answer {
        let answer = self.go_from(StateName::AwaitingPassword, StateName::AwaitingLink);
        if answer != Answer::NotFromHere {
            (self.password, self.link_until, self.link_tries) = (password, now + LINK_LIVES, 0);
        }
        answer
    }

    fn send_new_link(&mut self, now: i64, proof: Proof) -> Answer {
        if self.state != StateName::AwaitingLink {
            return Answer::NotFromHere;
        }
        if proof != Proof::Fresh {
            return Answer::Unproven;
        }
        (self.link_until, self.link_tries) = (now + LINK_LIVES, 0);
        Answer::Is(self.state)
    }

    /// A code stays as good as it was; a link is replaced.
    fn correct_email(&mut self, now: i64, seen: bool) -> Answer {
        match self.state {
            StateName::AwaitingTerms if !seen => return Answer::IdNotSeen,
            StateName::AwaitingTerms => {
                (self.link_until, self.link_tries, self.email_proven_at) = (now + LINK_LIVES, 0, None);
                return self.go(StateName::AwaitingLink);
            }
            StateName::AwaitingCode | StateName::AwaitingPassword => self.email = true,
            StateName::AwaitingLink => (self.link_until, self.link_tries) = (now + LINK_LIVES, 0),
            _ => return Answer::NotFromHere,
        }
        Answer::Is(self.state)
    }

    fn give_up_mobile(&mut self, seen: bool) -> Answer {
        match self.state {
            StateName::AwaitingCode => self.go(StateName::Abandoned),
            _ if !self.state.is_open() => Answer::NotFromHere,
            _ if !seen => Answer::IdNotSeen,
            _ => self.go(StateName::Abandoned),
        }
    }

    fn finish_by_staff(&mut self) -> Answer {
        match self.state {
            StateName::AwaitingPassword | StateName::AwaitingLink => self.go(StateName::HandedToDesk),
            _ => Answer::NotFromHere,
        }
    }

    fn open_link(&mut self, now: i64, right: bool) -> Answer {
        let may = (self.state == StateName::AwaitingLink && self.password)
            || self.state == StateName::AwaitingTerms;
        if !may {
            return Answer::NotFromHere;
        }
        self.link_tries = self.link_tries.saturating_add(1);
        if now >= self.link_until {
            return Answer::LinkExpired;
        }
        if right && self.link_tries <= 5 {
            self.email_proven_at = Some(now);
            self.link_tries = 0;
            return self.go(StateName::AwaitingTerms);
        }
        if self.link_tries < 5 {
            return Answer::Wrong { tries_left: 5 - self.link_tries };
        }
        self.go(StateName::Locked)
    }

    fn set_password_by_link(&mut self, now: i64, proof: Proof) -> Answer {
        if self.state != StateName::AwaitingLink || self.password {
            return Answer::NotFromHere;
        }
        if now >= self.link_until {
            return Answer::LinkExpired;
        }
        if proof != Proof::Fresh {
            return Answer::Unproven;
        }
        (self.password, self.email_proven_at) = (true, Some(now));
        self.go(StateName::AwaitingTerms)
    }

    fn expire(&mut self, now: i64) -> Answer {
        let ends_at = match self.state {
            StateName::AwaitingCode => self.confirmed_at + DAY,
            StateName::AwaitingLink | StateName::AwaitingTerms => self.link_until,
            _ => return Answer::NotFromHere,
        };
        if now < ends_at { Answer::TooSoon } else { self.go(StateName::Expired) }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self { now: 0, people: Vec::new(), numbers: Default::default(), answer: Answer::Nothing })
            .boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Transition> {
        let Some(last) = model.people.last() else {
            return confirm().prop_map(|act| Transition { back: 0, act }).boxed();
        };
        // The newest registration is led on; the others are met by chance, by whatever act.
        prop_oneof![
            6 => expected_acts(last.state).prop_map(|act| Transition { back: 0, act }),
            3 => (0..8_usize, any_act()).prop_map(|(back, act)| Transition { back, act }),
            2 => confirm().prop_map(|act| Transition { back: 0, act }),
        ]
        .boxed()
    }

    fn preconditions(model: &Self, transition: &Transition) -> bool {
        !model.people.is_empty()
            || matches!(transition.act, Act::Confirm { .. } | Act::StepClock { .. } | Act::Restart)
    }

    fn apply(mut model: Self, transition: &Transition) -> Self {
        let now = model.now;
        let count = model.people.len();
        let target = transition.target(count);
        let person = model.people.get_mut(target);
        model.answer = match (&transition.act, person) {
            (Act::Confirm { number, email }, _) => model.confirm(*number, *email),
            (Act::StepClock { seconds }, _) => {
                model.now += seconds;
                Answer::Nothing
            }
            (Act::Restart, _) | (_, None) => Answer::Nothing,
            (Act::Check { typed }, Some(_)) => model.check(target, *typed),
            (Act::Resend, Some(_)) => model.resend(target),
            (Act::Abandon, Some(person)) => person.go_from(StateName::AwaitingCode, StateName::Abandoned),
            (Act::SetPassword, Some(person)) => person.await_link(now, true),
            (Act::ContinueOnPhone, Some(person)) => person.await_link(now, false),
            (Act::SendNewLink { proof, .. }, Some(person)) => person.send_new_link(now, *proof),
            (Act::OpenLink { right }, Some(person)) => person.open_link(now, *right),
            (Act::SetPasswordByLink { proof }, Some(person)) => person.set_password_by_link(now, *proof),
            (Act::AcceptTerms, Some(person)) => {
                person.go_from(StateName::AwaitingTerms, StateName::Registered)
            }
            (Act::DeclineTerms, Some(person)) => {
                person.go_from(StateName::AwaitingTerms, StateName::Declined)
            }
            (Act::Expire, Some(person)) => person.expire(now),
            (Act::SendNewLinkByStaff, Some(person)) => person.send_new_link(now, Proof::Fresh),
            (Act::CorrectEmailByStaff { seen }, Some(person)) => person.correct_email(now, *seen),
            (Act::GiveUpMobileByStaff { seen }, Some(person)) => person.give_up_mobile(*seen),
            (Act::FinishByStaff, Some(person)) => person.finish_by_staff(),
            (Act::CancelByStaff, Some(person)) => {
                if person.state.is_open() {
                    person.go(StateName::Abandoned)
                } else {
                    Answer::NotFromHere
                }
            }
            (Act::Supersede { by }, Some(person)) => {
                if by % count == target || !person.state.is_open() {
                    Answer::NotFromHere
                } else {
                    person.go(StateName::Superseded)
                }
            }
        };
        model
    }
}

impl Transition {
    /// Which registration of `count` is meant.
    pub(crate) fn target(&self, count: usize) -> usize {
        if count == 0 { 0 } else { count - 1 - self.back % count }
    }
}
