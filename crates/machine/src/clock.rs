//! The machine's clock: the one adapter that reads time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use registration::time::{Clock, Timestamp};

/// A wall clock that lies further back than this is worth a line in the log.
const WORTH_A_LINE_S: i64 = 60;

/// Wall time for the portal, which never goes back; monotonic time for the idle clock. All clones are one clock.
#[derive(Clone, Debug)]
pub struct SystemClock {
    started: Instant,
    latest: Arc<Mutex<Option<Reading>>>,
}

/// What was read, and when in uptime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    at: Timestamp,
    uptime: Duration,
    /// Whether the wall clock lies behind.
    put_back: bool,
}

impl Reading {
    const fn first(wall: Timestamp, uptime: Duration) -> Self {
        Self { at: wall, uptime, put_back: false }
    }

    /// A wall clock that was put forward is followed: machines learn the time after they start. One that was put back is
    /// not, or what had expired would live again; time then goes on from where it was, as fast as it passes.
    fn next(self, wall: Timestamp, uptime: Duration) -> Self {
        let passed = uptime.saturating_sub(self.uptime);
        let went_on = chrono::TimeDelta::from_std(passed).map_or(self.at, |passed| self.at + passed);
        Self { at: wall.max(went_on), uptime, put_back: (went_on - wall).num_seconds() >= WORTH_A_LINE_S }
    }
}

impl SystemClock {
    /// A new one; a program has one.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    pub fn start() -> Self {
        Self { started: Instant::now(), latest: Arc::default() }
    }

    /// Time since the start, untouched by whoever sets the wall clock.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    fn now(&self) -> Timestamp {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, uptime) = (Timestamp::new(chrono::Utc::now()), self.uptime());
        let reading = match *latest {
            Some(before) => before.next(wall, uptime),
            None => Reading::first(wall, uptime),
        };
        if reading.put_back && !latest.is_some_and(|before| before.put_back) {
            tracing::warn!("the wall clock was put back; time goes on from where it was");
        }
        *latest = Some(reading);
        reading.at
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn noon() -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000, 0).expect("in range"))
    }

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_wall_clock_put_back_by_an_hour_lets_nothing_live_again_and_stops_no_countdown() {
        let noon = noon();
        let before = Reading::first(noon, s(100));
        let after = before.next(noon - TimeDelta::hours(1), s(110));
        assert_eq!(after.at, noon + TimeDelta::seconds(10));
        assert!(after.put_back);
        let later = after.next(noon - TimeDelta::minutes(59), s(170));
        assert_eq!(later.at, noon + TimeDelta::seconds(70));
    }

    #[test]
    fn a_wall_clock_that_learns_the_time_after_the_start_is_followed() {
        let before = Reading::first(noon(), s(5));
        let learnt = before.next(noon() + TimeDelta::days(400), s(6));
        assert_eq!(learnt.at, noon() + TimeDelta::days(400));
        assert!(!learnt.put_back);
    }

    #[test]
    fn the_wall_clock_is_followed_again_once_it_has_caught_up() {
        let put_back = Reading::first(noon(), s(0)).next(noon() - TimeDelta::seconds(90), s(1));
        let caught_up = put_back.next(noon() + TimeDelta::seconds(200), s(2));
        assert_eq!(caught_up.at, noon() + TimeDelta::seconds(200));
        assert!(!caught_up.put_back);
    }

    #[test]
    fn all_clones_are_one_clock() {
        let clock = SystemClock::start();
        let first = clock.clone().now();
        assert!(clock.now() >= first);
        assert!(Arc::ptr_eq(&clock.latest, &clock.clone().latest));
    }
}
