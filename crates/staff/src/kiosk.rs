//! What staff want of a kiosk, and for how long.

use chrono::TimeDelta;
use registration::time::Timestamp;

/// Long enough to wipe a glass and let it dry; nobody has to end it.
const CLEANING_TAKES: TimeDelta = TimeDelta::minutes(2);

/// A kiosk says every few seconds that it is there, and it is kept to ten: whoever has missed two of them is away.
const HEARD_WITHIN: TimeDelta = TimeDelta::seconds(30);

/// A kiosk that comes back after this is not surprised by what somebody wanted before lunch.
const RESTART_STANDS: TimeDelta = TimeDelta::minutes(10);

/// What a kiosk shows to whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The welcome screen.
    Open,
    /// "Please see reception."
    Paused,
    /// The glass answers to no touch.
    Cleaning {
        /// Until then.
        until: Timestamp,
    },
}

/// How a kiosk stands that was paused at `paused_at`, and whose glass is to be cleaned until `cleaning_until`: a paused kiosk can be cleaned,
/// and is paused after it. A clock that was put back makes no cleaning longer.
#[must_use]
pub fn standing(paused_at: Option<Timestamp>, cleaning_until: Option<Timestamp>, now: Timestamp) -> Standing {
    match cleaning_until {
        Some(until) if now < until && until <= cleaned_until(now) => Standing::Cleaning { until },
        Some(_) | None if paused_at.is_some() => Standing::Paused,
        Some(_) | None => Standing::Open,
    }
}

/// Until when a glass is cleaned that staff begin to clean now.
#[must_use]
pub fn cleaned_until(now: Timestamp) -> Timestamp {
    now + CLEANING_TAKES
}

/// Whether a kiosk is there that was heard of at `seen_at`; one of the future was heard of before the clock was put back.
#[must_use]
pub fn is_online(seen_at: Timestamp, now: Timestamp) -> bool {
    seen_at <= now + HEARD_WITHIN && now < seen_at + HEARD_WITHIN
}

/// Whether a kiosk whose program began at `began_at` is still to begin anew. What was asked in the future was asked before the clock was put
/// back: a program that began just now would never have begun after it.
#[must_use]
pub fn restarts(asked_at: Option<Timestamp>, began_at: Timestamp, now: Timestamp) -> bool {
    asked_at.is_some_and(|asked_at| asked_at <= now && began_at < asked_at && now < asked_at + RESTART_STANDS)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_700_000_000 + second, 0).expect("a time"))
    }

    #[test]
    fn a_glass_is_cleaned_for_two_minutes_and_is_then_as_it_was() {
        let until = cleaned_until(at(0));
        for (paused_at, after) in [(None, Standing::Open), (Some(at(-5)), Standing::Paused)] {
            assert_eq!(standing(paused_at, Some(until), at(119)), Standing::Cleaning { until });
            assert_eq!(standing(paused_at, Some(until), at(120)), after);
            assert_eq!(standing(paused_at, None, at(0)), after);
        }
    }

    #[test]
    fn a_clock_that_was_put_back_does_not_keep_a_glass_dead_for_an_hour() {
        assert_eq!(standing(None, Some(cleaned_until(at(3600))), at(0)), Standing::Open);
    }

    #[test]
    fn a_kiosk_is_away_that_was_not_heard_of_for_half_a_minute() {
        assert!(is_online(at(0), at(29)) && !is_online(at(0), at(30)));
        assert!(!is_online(at(3600), at(0)), "the clock was put back");
    }

    #[test]
    fn a_kiosk_begins_anew_once_and_not_for_what_was_wanted_long_ago() {
        assert!(restarts(Some(at(10)), at(9), at(11)));
        assert!(!restarts(Some(at(10)), at(10), at(11)), "it has begun since");
        assert!(!restarts(Some(at(10)), at(9), at(610)), "too long ago");
        assert!(!restarts(None, at(9), at(11)));
        assert!(!restarts(Some(at(3600)), at(9), at(11)), "the clock was put back");
    }
}
