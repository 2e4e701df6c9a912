//! Instants as the database keeps them.

use chrono::{DateTime, DurationRound as _, NaiveDate, TimeDelta, Utc};

/// An instant in UTC, in whole microseconds: both databases keep exactly that, so what is written is what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts off what is finer than a microsecond.
    #[must_use]
    pub fn new(instant: DateTime<Utc>) -> Self {
        Self(instant.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(instant))
    }

    /// The instant.
    #[must_use]
    pub const fn instant(self) -> DateTime<Utc> {
        self.0
    }

    /// The day in UTC; a date of birth is compared with it, where a day's error at midnight is harmless.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        self.0.date_naive()
    }

    /// Whole seconds until `later`, rounded up; 0 when it is past.
    #[must_use]
    pub fn seconds_until(self, later: Self) -> u32 {
        let millis = (later.0 - self.0).num_milliseconds().max(0);
        u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)
    }
}

impl std::ops::Add<TimeDelta> for Timestamp {
    type Output = Self;

    fn add(self, span: TimeDelta) -> Self {
        Self(self.0 + span)
    }
}

impl std::ops::Sub<TimeDelta> for Timestamp {
    type Output = Self;

    fn sub(self, span: TimeDelta) -> Self {
        Self(self.0 - span)
    }
}

impl std::ops::Sub for Timestamp {
    type Output = TimeDelta;

    fn sub(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }
}

/// The one way to learn the time; rules take a [`Timestamp`], and only composition roots make a clock.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}
