//! How often a system may be asked, counted over a sliding window. Time is passed in; nothing here waits.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;
use registration::time::Timestamp;

/// The longest closure that is believed; a header with a larger figure is a mistake.
const MAX_CLOSED: TimeDelta = TimeDelta::hours(1);

/// An allowance. Zero cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests in any window.
    pub requests: NonZeroU32,
    /// Its length.
    pub window: TimeDelta,
    /// Left to other programs that draw on the same allowance, where the system says what is left.
    pub keep_back: u32,
}

/// Counts the requests of one key. One for each key in a process; what other processes take shows in what the system says.
///
/// The clock must not go back (ADR 7).
#[derive(Debug)]
pub struct Limiter {
    budget: Budget,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    /// Instants of the last requests, some of them still to come.
    at: VecDeque<Timestamp>,
    closed_until: Option<Timestamp>,
}

impl Limiter {
    /// Nothing taken yet.
    #[must_use]
    pub const fn new(budget: Budget) -> Self {
        Self { budget, taken: Mutex::new(Taken { at: VecDeque::new(), closed_until: None }) }
    }

    /// Takes the next free place and says how long until it comes; if that is longer than `patience`, takes none and says
    /// when there will be one.
    pub fn book(&self, now: Timestamp, patience: TimeDelta) -> Result<TimeDelta, Timestamp> {
        let mut taken = self.lock();
        let free = self.next_free(&taken, now);
        if free - now > patience {
            return Err(free);
        }
        taken.at.push_back(free);
        let kept = usize::try_from(self.budget.requests.get()).unwrap_or(usize::MAX);
        while taken.at.len() > kept {
            taken.at.pop_front();
        }
        Ok(free - now)
    }

    /// When the next place is free. Changes nothing.
    #[must_use]
    pub fn free_at(&self, now: Timestamp) -> Timestamp {
        self.next_free(&self.lock(), now)
    }

    /// The system said "later": nobody asks before. Returns until when, at most an hour from now.
    pub fn close(&self, now: Timestamp, until: Timestamp) -> Timestamp {
        let until = until.min(now + MAX_CLOSED);
        let mut taken = self.lock();
        let until = taken.closed_until.map_or(until, |before| before.max(until));
        taken.closed_until = Some(until);
        until
    }

    /// The system said how many requests are left, for all programs together, and when there will be more. Down at what is
    /// kept back, nobody asks before.
    pub fn learn(&self, now: Timestamp, left: u32, more_at: Option<Timestamp>) {
        if left <= self.budget.keep_back {
            self.close(now, more_at.unwrap_or(now + self.budget.window));
        }
    }

    fn next_free(&self, taken: &Taken, now: Timestamp) -> Timestamp {
        let full =
            usize::try_from(self.budget.requests.get()).is_ok_and(|requests| taken.at.len() >= requests);
        let by_count = taken.at.front().filter(|_| full).map_or(now, |oldest| *oldest + self.budget.window);
        by_count.max(taken.closed_until.unwrap_or(now)).max(now)
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use registration::time::Clock as _;
    use test_support::MockClock;

    use super::*;

    const NONE: TimeDelta = TimeDelta::zero();

    fn limiter(requests: u32, window: TimeDelta) -> (Limiter, MockClock) {
        let requests = NonZeroU32::new(requests).expect("not zero");
        (Limiter::new(Budget { requests, window, keep_back: 100 }), MockClock::default())
    }

    #[test]
    fn the_allowance_holds_over_any_window_and_says_when_there_is_more() {
        let (limiter, clock) = limiter(2, TimeDelta::hours(1));
        let start = clock.now();
        assert_eq!(limiter.book(start, NONE), Ok(NONE));
        clock.advance(TimeDelta::minutes(30));
        assert_eq!(limiter.book(clock.now(), NONE), Ok(NONE));
        assert_eq!(limiter.book(clock.now(), NONE), Err(start + TimeDelta::hours(1)));
        clock.advance(TimeDelta::minutes(30));
        assert_eq!(limiter.book(clock.now(), NONE), Ok(NONE));
        assert_eq!(limiter.book(clock.now(), NONE), Err(start + TimeDelta::minutes(90)));
    }

    #[test]
    fn who_is_patient_gets_a_place_each_a_second_after_the_other() {
        let (limiter, clock) = limiter(1, TimeDelta::seconds(1));
        let patience = TimeDelta::seconds(2);
        let waits: Vec<_> = (0..4).map(|_| limiter.book(clock.now(), patience)).collect();
        let seconds = TimeDelta::seconds;
        let next = clock.now() + seconds(3);
        assert_eq!(waits, [Ok(NONE), Ok(seconds(1)), Ok(seconds(2)), Err(next)]);
        assert_eq!(limiter.free_at(clock.now()), next, "who was refused took no place");
    }

    #[test]
    fn a_system_that_says_later_is_left_alone_until_then() {
        let (limiter, clock) = limiter(100, TimeDelta::seconds(1));
        let until = clock.now() + TimeDelta::seconds(90);
        assert_eq!(limiter.close(clock.now(), until), until);
        assert_eq!(limiter.close(clock.now(), clock.now()), until, "a shorter word later does not open it");
        assert_eq!(limiter.book(clock.now(), NONE), Err(until));
        clock.set(until);
        assert_eq!(limiter.book(clock.now(), NONE), Ok(NONE));
    }

    #[test]
    fn a_system_that_says_next_year_is_asked_again_within_the_hour() {
        let (limiter, clock) = limiter(100, TimeDelta::seconds(1));
        let until = limiter.close(clock.now(), clock.now() + TimeDelta::days(365));
        assert_eq!(until, clock.now() + TimeDelta::hours(1));
    }

    #[test]
    fn what_is_kept_back_is_left_to_other_programs() {
        let (limiter, clock) = limiter(3_600, TimeDelta::hours(1));
        let more_at = clock.now() + TimeDelta::minutes(5);
        limiter.learn(clock.now(), 101, Some(more_at));
        assert_eq!(limiter.book(clock.now(), NONE), Ok(NONE));
        limiter.learn(clock.now(), 100, Some(more_at));
        assert_eq!(limiter.book(clock.now(), NONE), Err(more_at));
    }
}
