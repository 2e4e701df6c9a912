//! A clock that moves when it is told to, in either direction.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta};
use registration::time::{Clock, Timestamp};

/// Sunday 22 November 2026, 12:00 UTC: nobody's quiet hours.
const NOON_S: i64 = 1_795_348_800;

/// A clock for tests.
#[derive(Debug)]
pub struct MockClock(Mutex<Timestamp>);

impl Default for MockClock {
    fn default() -> Self {
        Self::at(Timestamp::new(DateTime::from_timestamp(NOON_S, 0).expect("a time in range")))
    }
}

impl MockClock {
    /// A clock that stands at this time.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it; a negative span is a clock that was stepped back.
    pub fn advance(&self, span: TimeDelta) {
        let mut now = self.lock();
        *now = *now + span;
    }

    /// Sets it.
    pub fn set(&self, now: Timestamp) {
        *self.lock() = now;
    }

    fn lock(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }
}
