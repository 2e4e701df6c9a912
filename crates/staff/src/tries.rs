//! How often a staff member's credential may be tried at one place: five times, then after 1, 5, 15 and 60 minutes once each.
//!
//! A try is counted, and the count kept, before anything is compared; being right takes the count away.

use chrono::TimeDelta;
use registration::time::Timestamp;

/// Tries before the first wait.
pub const FREE_TRIES: u32 = 5;

/// Waits after the fifth wrong try, the sixth, and so on; the last one for every further try.
const WAITS: [TimeDelta; 4] =
    [TimeDelta::minutes(1), TimeDelta::minutes(5), TimeDelta::minutes(15), TimeDelta::minutes(60)];

/// Wrong tries are forgotten this long after the last one.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Tries of one staff member at one place that were not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many, the newest included.
    pub wrong: u32,
    /// When the newest was.
    pub last_at: Timestamp,
}

/// A try that is not taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locked {
    /// When the next is.
    pub until: Timestamp,
    /// What is to be kept: where the clock was put back, the wait begins anew, once.
    pub tries: Tries,
}

impl Tries {
    /// Counts a try made now, or refuses it.
    pub fn count(before: Option<Self>, now: Timestamp) -> Result<Self, Locked> {
        let Some(before) = before.filter(|before| !before.is_forgotten(now)) else {
            return Ok(Self { wrong: 1, last_at: now });
        };
        let tries = Self { last_at: before.last_at.min(now), ..before };
        match tries.locked_until(now) {
            Some(until) => Err(Locked { until, tries }),
            None => Ok(Self { wrong: before.wrong.saturating_add(1), last_at: now }),
        }
    }

    /// Until when no further try is taken.
    #[must_use]
    pub fn locked_until(self, now: Timestamp) -> Option<Timestamp> {
        let until = self.last_at + self.wait()?;
        (until > now).then_some(until)
    }

    /// After this many wrong tries.
    fn wait(self) -> Option<TimeDelta> {
        let rung = self.wrong.checked_sub(FREE_TRIES)?;
        let rung = usize::try_from(rung).unwrap_or(usize::MAX).min(WAITS.len() - 1);
        WAITS.get(rung).copied()
    }

    fn is_forgotten(self, now: Timestamp) -> bool {
        now - FORGOTTEN_AFTER >= self.last_at
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time"))
    }

    /// Tries as soon as it may; the seconds at which it was let.
    fn seconds_of(tries: usize) -> Vec<i64> {
        let (mut before, mut now, mut seconds) = (None, 0, Vec::new());
        while seconds.len() < tries {
            match Tries::count(before, at(now)) {
                Ok(counted) => {
                    before = Some(counted);
                    seconds.push(now);
                }
                Err(Locked { until, .. }) => now += (until - at(now)).num_seconds(),
            }
        }
        seconds
    }

    #[test]
    fn after_five_wrong_tries_the_waits_are_1_5_15_and_then_always_60_minutes() {
        assert_eq!(seconds_of(10), [0, 0, 0, 0, 0, 60, 360, 1260, 4860, 8460]);
    }

    #[test]
    fn a_day_without_a_try_forgets_them() {
        let wrong = Tries { wrong: 9, last_at: at(0) };
        assert_eq!(Tries::count(Some(wrong), at(86_400)), Ok(Tries { wrong: 1, last_at: at(86_400) }));
        assert_eq!(Tries::count(Some(wrong), at(86_399)), Ok(Tries { wrong: 10, last_at: at(86_399) }));
    }

    #[test]
    fn a_clock_put_back_lets_nobody_in_sooner_and_locks_for_no_longer_than_the_wait() {
        let wrong = Tries { wrong: 5, last_at: at(1_000_000) };
        let Err(Locked { until, tries }) = Tries::count(Some(wrong), at(0)) else { panic!("it was taken") };
        assert_eq!(until, at(60));
        assert!(Tries::count(Some(tries), at(59)).is_err());
        assert_eq!(Tries::count(Some(tries), at(60)), Ok(Tries { wrong: 6, last_at: at(60) }));
    }

    proptest! {
        #[test]
        fn nobody_tries_more_often_than_the_waits_allow(gaps in prop::collection::vec(0_i64..7200, 1..60)) {
            let (mut before, mut now, mut taken) = (None, 0, 0_usize);
            for gap in &gaps {
                now += gap;
                if let Ok(counted) = Tries::count(before, at(now)) {
                    before = Some(counted);
                    taken += 1;
                }
            }
            let allowed = seconds_of(taken);
            prop_assert!(allowed.last().is_none_or(|soonest| *soonest <= now));
        }
    }
}
