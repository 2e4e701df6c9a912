//! The flow under test, with the little around it that the store and the portal do: counters that are committed before
//! anything is compared, rows that are read back, and a record of all that happened.

use chrono::TimeDelta;
use registration::{
    flow::{
        CodeVerdict, CountedTry, FreshCode, Link, LinkVerdict, Moved, NewCode, Refused, Registration,
        SentCode, State, Why,
    },
    limits::{CODE_CHECKS_PER_NUMBER, CODE_SENDS_PER_NUMBER, Counter},
    secrets::{code::CodeMac, link_token::LinkTokenHash, password::PasswordHash},
    time::Timestamp,
    values::{email::EmailAddress, id_seen::IdSeen, mobile::MobileNumber, verified::Verified},
};

use super::model::{Act, Answer, NUMBERS, Proof, Typed};
use crate::support::{at, begun, email, fresh_code, mac, new_link, password, registration_id, stale};

const FIRST_ADDRESS: &str = "jo@example.com";
const CORRECTED_ADDRESS: &str = "jo@example.org";
const WRONG_CODE: u32 = 999_999;

pub(crate) struct Kept {
    pub(crate) registration: Registration,
    pub(crate) number: usize,
    /// Every code that was sent, the live one last.
    codes: Vec<u32>,
}

/// A typed code that was compared with the one sent.
pub(crate) struct Compared {
    pub(crate) number: usize,
    pub(crate) code: u32,
    pub(crate) seconds_after_sending: i64,
    /// Seconds that the clock has gone forward by then, steps back not subtracted.
    pub(crate) odometer: i64,
}

pub(crate) struct Sent {
    pub(crate) target: usize,
    pub(crate) at: i64,
}

#[derive(Default)]
struct Number {
    checks: Option<Counter>,
    sends: [Option<Counter>; 3],
}

#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) now: i64,
    pub(crate) kept: Vec<Kept>,
    pub(crate) compared: Vec<Compared>,
    pub(crate) sent: Vec<Sent>,
    odometer: i64,
    codes_drawn: u32,
    numbers: [Number; NUMBERS],
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        match refused.why {
            Why::State => Self::NotFromHere,
            Why::TooSoon { .. } => Self::TooSoon,
            Why::UsedUp => Self::NoMoreSends,
            Why::Unproven => Self::Unproven,
            Why::LinkExpired => Self::LinkExpired,
            Why::IdNotSeen => Self::IdNotSeen,
        }
    }
}

impl Desk {
    pub(crate) fn act(&mut self, target: usize, act: &Act) -> Answer {
        let now = at(self.now);
        match act {
            Act::Confirm { number, email } => self.confirm(*number, email.then_some(FIRST_ADDRESS)),
            Act::StepClock { seconds } => {
                self.now += seconds;
                self.odometer += 0.max(*seconds);
                Answer::Nothing
            }
            Act::Restart => {
                for kept in &mut self.kept {
                    kept.registration = read_back(kept.registration.clone());
                }
                Answer::Nothing
            }
            Act::Check { typed } => self.check(target, *typed),
            Act::Resend => self.resend(target),
            Act::Abandon => self.keep(target, |registration| registration.abandon(now)),
            Act::SetPassword => {
                self.keep(target, |registration| registration.set_password(password(), new_link(), now))
            }
            Act::ContinueOnPhone => {
                self.keep(target, |registration| registration.continue_on_phone(new_link(), now))
            }
            Act::SendNewLink { proof, corrected } => {
                let proof = self.proof(target, *proof);
                let corrected = corrected.then(|| email(CORRECTED_ADDRESS));
                self.keep(target, |registration| {
                    registration.send_new_link(&proof, corrected, new_link(), now)
                })
            }
            Act::OpenLink { right } => self.open_link(target, *right),
            Act::SetPasswordByLink { proof } => {
                let proof = self.proof(target, *proof);
                self.keep(target, |registration| registration.set_password_by_link(&proof, password(), now))
            }
            Act::AcceptTerms => {
                self.keep(target, |registration| registration.accept_terms(now).map(|(moved, _)| moved))
            }
            Act::DeclineTerms => self.keep(target, |registration| registration.decline_terms(now)),
            Act::Expire => self.keep(target, |registration| registration.expire(now)),
            Act::SendNewLinkByStaff => {
                self.keep(target, |registration| registration.send_new_link_by_staff(new_link(), now))
            }
            Act::CorrectEmailByStaff { seen } => self.keep(target, |registration| {
                let seen = seen.then_some(IdSeen::Passport);
                registration.correct_email_by_staff(email(CORRECTED_ADDRESS), new_link(), seen, now)
            }),
            Act::GiveUpMobileByStaff { seen } => self.keep(target, |registration| {
                registration.give_up_mobile_by_staff(seen.then_some(IdSeen::PhotoCard), now)
            }),
            Act::FinishByStaff => {
                self.keep(target, |registration| registration.finish_by_staff(IdSeen::KnownToStaff))
            }
            Act::CancelByStaff => self.keep(target, |registration| registration.cancel_by_staff(now)),
            Act::Supersede { by } => {
                let by = self.kept[by % self.kept.len()].registration.id;
                self.keep(target, |registration| registration.supersede(by, now))
            }
        }
    }

    fn keep(&mut self, target: usize, go: impl FnOnce(Registration) -> Result<Moved, Refused>) -> Answer {
        match go(self.kept[target].registration.clone()) {
            Ok(moved) => self.moved(target, moved),
            Err(refused) => refused.into(),
        }
    }

    fn moved(&mut self, target: usize, moved: Moved) -> Answer {
        let state = moved.registration.state.name();
        self.kept[target].registration = moved.registration;
        Answer::Is(state)
    }

    fn confirm(&mut self, number: usize, email: Option<&str>) -> Answer {
        if !self.numbers[number].take_send(at(self.now)) {
            return Answer::TooManySends;
        }
        let code = self.draw_code();
        let id = registration_id(self.kept.len() as u128 + 1);
        let registration = begun(id, number, email, code, at(self.now));
        let answer = Answer::Is(registration.state.name());
        self.kept.push(Kept { registration, number, codes: vec![code] });
        self.sent.push(Sent { target: self.kept.len() - 1, at: self.now });
        answer
    }

    fn draw_code(&mut self) -> u32 {
        self.codes_drawn += 1;
        self.codes_drawn
    }

    fn check(&mut self, target: usize, typed: Typed) -> Answer {
        let now = at(self.now);
        let kept = &mut self.kept[target];
        let State::AwaitingCode { code } = &mut kept.registration.state else {
            return kept
                .registration
                .clone()
                .check_code(&mac(kept.registration.id, kept.number, 0), &CountedTry::committed(1), now)
                .map_or_else(Answer::from, |_| panic!("a verdict on a code that nobody awaits"));
        };
        code.tries_used = code.tries_used.saturating_add(1);
        let counted = CountedTry::committed(code.tries_used);
        let sent_at = code.sent_at;
        if counted.tries_used() <= 5 {
            let checks = &mut self.numbers[kept.number].checks;
            if Counter::take(checks, &CODE_CHECKS_PER_NUMBER, now).is_err() {
                return Answer::NumberTriesUsedUp;
            }
        }
        let live = kept.codes[kept.codes.len() - 1];
        let typed = match typed {
            Typed::Right => live,
            Typed::Wrong => WRONG_CODE,
            Typed::Older => kept.codes.iter().rev().nth(1).copied().unwrap_or(WRONG_CODE),
        };
        let compared = Compared {
            number: kept.number,
            code: live,
            seconds_after_sending: (now - sent_at).num_seconds(),
            odometer: self.odometer,
        };
        let typed = mac(kept.registration.id, kept.number, typed);
        match kept.registration.clone().check_code(&typed, &counted, now) {
            Ok(CodeVerdict::Right(moved)) => {
                self.compared.push(compared);
                self.moved(target, moved)
            }
            Ok(CodeVerdict::Wrong { tries_left }) => {
                self.compared.push(compared);
                Answer::Wrong { tries_left }
            }
            Ok(CodeVerdict::Expired) => Answer::CodeExpired,
            Ok(CodeVerdict::TriesUsedUp) => Answer::CodeTriesUsedUp,
            Err(refused) => refused.into(),
        }
    }

    fn resend(&mut self, target: usize) -> Answer {
        let now = at(self.now);
        let code = self.draw_code();
        let kept = &self.kept[target];
        let new = NewCode { mac: mac(kept.registration.id, kept.number, code) };
        let moved = match kept.registration.clone().resend_code(new, now) {
            Ok(moved) => moved,
            Err(refused) => return refused.into(),
        };
        if !self.numbers[kept.number].take_send(now) {
            return Answer::TooManySends;
        }
        self.kept[target].codes.push(code);
        self.sent.push(Sent { target, at: self.now });
        self.moved(target, moved)
    }

    fn open_link(&mut self, target: usize, right: bool) -> Answer {
        let mut tries_used = 1;
        if let State::AwaitingLink { password: Some(_), link, .. } | State::AwaitingTerms { link, .. } =
            &mut self.kept[target].registration.state
        {
            link.tries_used = link.tries_used.saturating_add(1);
            tries_used = link.tries_used;
        }
        let registration = self.kept[target].registration.clone();
        match registration.open_link(right, &CountedTry::committed(tries_used), at(self.now)) {
            Ok(LinkVerdict::Right(moved) | LinkVerdict::Locked(moved)) => self.moved(target, moved),
            Ok(LinkVerdict::Wrong { tries_left }) => Answer::Wrong { tries_left },
            Err(refused) => refused.into(),
        }
    }

    fn proof(&self, target: usize, proof: Proof) -> FreshCode {
        let Kept { registration, number, .. } = &self.kept[target];
        let (id, number, now) = (registration.id, *number, at(self.now));
        match proof {
            Proof::Fresh => fresh_code(id, number, now, TimeDelta::zero()),
            Proof::TooOld => fresh_code(id, number, now, stale()),
            Proof::FromTheFuture => fresh_code(id, number, now, TimeDelta::seconds(-1)),
            Proof::OfAnotherRegistration => fresh_code(registration_id(0), number, now, TimeDelta::zero()),
            Proof::OfAnotherNumber => fresh_code(id, number + NUMBERS, now, TimeDelta::zero()),
        }
    }
}

impl Number {
    /// Takes one of each limit, or none; the one that refuses keeps its end drawn in.
    fn take_send(&mut self, now: Timestamp) -> bool {
        let mut sends = self.sends;
        for (kept, (counter, limit)) in self.sends.iter_mut().zip(sends.iter_mut().zip(CODE_SENDS_PER_NUMBER))
        {
            if Counter::take(counter, &limit, now).is_err() {
                *kept = *counter;
                return false;
            }
        }
        self.sends = sends;
        true
    }
}

/// What a restart leaves: only what a row holds.
fn read_back(registration: Registration) -> Registration {
    let state = match registration.state {
        State::AwaitingCode { code } => State::AwaitingCode {
            code: SentCode { mac: CodeMac::from_row(code.mac.as_bytes()).expect("a MAC"), ..code },
        },
        State::AwaitingPassword { mobile } => State::AwaitingPassword { mobile: mobile_back(&mobile) },
        State::AwaitingLink { mobile, password, link } => State::AwaitingLink {
            mobile: mobile_back(&mobile),
            password: password.as_ref().map(password_back),
            link: link_back(link),
        },
        State::AwaitingTerms { mobile, email, password, link } => State::AwaitingTerms {
            mobile: mobile_back(&mobile),
            email: email_back(&email),
            password: password_back(&password),
            link: link_back(link),
        },
        State::Registered { mobile, email, at } => {
            State::Registered { mobile: mobile_back(&mobile), email: email_back(&email), at }
        }
        State::HandedToDesk { mobile } => State::HandedToDesk { mobile: mobile_back(&mobile) },
        ended @ (State::Expired { .. }
        | State::Abandoned { .. }
        | State::Declined { .. }
        | State::Locked { .. }
        | State::Superseded { .. }) => ended,
    };
    Registration { state, ..registration }
}

fn mobile_back(mobile: &Verified<MobileNumber>) -> Verified<MobileNumber> {
    let number = MobileNumber::from_row(mobile.value().e164(), mobile.value().as_typed()).expect("a number");
    Verified::read_back(number, mobile.at())
}

fn email_back(address: &Verified<EmailAddress>) -> Verified<EmailAddress> {
    Verified::read_back(email(address.value().as_typed()), address.at())
}

fn password_back(password: &PasswordHash) -> PasswordHash {
    PasswordHash::from_phc(password.as_phc()).expect("a hash")
}

#[expect(clippy::needless_pass_by_value, reason = "what was written is gone; what was read takes its place")]
fn link_back(link: Link) -> Link {
    Link { token_hash: LinkTokenHash::from_row(link.token_hash.as_bytes()).expect("a hash"), ..link }
}
