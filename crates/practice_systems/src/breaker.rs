//! When a system is in trouble, asking it again and again helps neither it nor anybody who waits.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use registration::time::Timestamp;

use crate::situation::{Situation, Waiting};

/// Failures in a row after which nobody asks for a while.
const FAILURES: u32 = 3;

/// The first pause; each further failure doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);

/// Doublings at most: 16 minutes.
const MOST_DOUBLINGS: u32 = 5;

/// Within which the one call that is let through at the end of a pause has an outcome.
const TRIAL: TimeDelta = TimeDelta::minutes(5);

/// Whether a system may be asked at all. One for each system in a process.
///
/// After three failures in a row nobody asks for half a minute, then one call is let through: if it fails too, the pause is twice as
/// long, up to sixteen minutes. When a system itself says from when it may be asked, nobody asks before.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Nobody asks before.
    closed_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether to ask now; otherwise from when. Whoever is let through must say how it ended.
    pub fn ask(&self, now: Timestamp) -> Result<(), Timestamp> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.closed_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                state.closed_until = (state.failures >= FAILURES).then(|| now + TRIAL);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The system answered, whatever it said.
    pub fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// How a call ended that had no outcome. `jitter` is from 0 to 99: so many hundredths of a half are added to a pause, so that
    /// portals do not all ask at the same moment.
    pub fn ended(&self, situation: Situation, jitter: u8, now: Timestamp) {
        match situation {
            Situation::NotNow { why: Waiting::AllowanceUsed | Waiting::AskedTooOften, retry_at } => {
                let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                // One that ends late does not shorten a pause that began meanwhile.
                state.closed_until = state.closed_until.max(Some(retry_at));
            }
            Situation::NotNow {
                why: Waiting::Unreachable | Waiting::TooSlow | Waiting::InTrouble | Waiting::UnsteadyList,
                ..
            }
            | Situation::Unclear { .. }
            | Situation::Misconfigured(_) => self.failed(jitter, now),
            Situation::Refused { .. } | Situation::NeedsStaff(_) | Situation::NotUnderstood { .. } => {
                self.answered();
            }
        }
    }

    fn failed(&self, jitter: u8, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures += 1;
        if let Some(further) = state.failures.checked_sub(FAILURES) {
            let pause = FIRST_PAUSE * (1 << further.min(MOST_DOUBLINGS));
            state.closed_until = Some(now + pause + pause * i32::from(jitter.min(99)) / 200);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::situation::Fault;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(chrono::DateTime::UNIX_EPOCH) + TimeDelta::seconds(second)
    }

    fn down(now: Timestamp) -> Situation {
        Situation::NotNow { retry_at: now + TimeDelta::seconds(5), why: Waiting::Unreachable }
    }

    #[test]
    fn a_system_that_fails_three_times_is_left_alone_for_longer_and_longer() {
        let breaker = Breaker::default();
        for second in 0..3 {
            assert_eq!(breaker.ask(at(second)), Ok(()));
            breaker.ended(down(at(second)), 0, at(second));
        }
        assert_eq!(breaker.ask(at(3)), Err(at(32)), "half a minute from the last failure");
        assert_eq!(breaker.ask(at(32)), Ok(()), "one call is let through");
        assert_eq!(breaker.ask(at(33)), Err(at(332)), "and no second one while it is under way");
        breaker.ended(down(at(40)), 0, at(40));
        assert_eq!(breaker.ask(at(41)), Err(at(100)), "a minute");
        assert_eq!(breaker.ask(at(100)), Ok(()));
        breaker.answered();
        assert_eq!(breaker.ask(at(101)), Ok(()));
        assert_eq!(breaker.ask(at(101)), Ok(()), "all is well again");
    }

    #[test]
    fn pauses_end_at_sixteen_minutes_and_their_jitter_at_half_as_much() {
        let breaker = Breaker::default();
        for _ in 0..40 {
            breaker.ended(Situation::Misconfigured(Fault::KeyRefused), 0, at(0));
        }
        assert_eq!(breaker.ask(at(1)), Err(at(16 * 60)));
        breaker.ended(Situation::Misconfigured(Fault::KeyRefused), 255, at(0));
        let Err(until) = breaker.ask(at(1)) else { panic!("it is left alone") };
        assert!(at(23 * 60) < until && until < at(24 * 60), "{until:?}");
    }

    #[test]
    fn a_system_that_says_when_is_not_asked_before_and_no_failure_is_counted() {
        let breaker = Breaker::default();
        let told = Situation::NotNow { retry_at: at(3_600), why: Waiting::AskedTooOften };
        breaker.ended(told, 50, at(0));
        assert_eq!(breaker.ask(at(3_599)), Err(at(3_600)));
        assert_eq!(breaker.ask(at(3_600)), Ok(()));
        assert_eq!(breaker.ask(at(3_600)), Ok(()));
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let breaker = Breaker::default();
        for _ in 0..5 {
            breaker.ended(down(at(0)), 0, at(0));
            breaker.ended(Situation::Refused { status: 422 }, 0, at(0));
        }
        assert_eq!(breaker.ask(at(0)), Ok(()));
    }
}
