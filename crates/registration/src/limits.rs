//! How often a thing may be done. Every limit is on from the first start; none can be zero or absent.
//!
//! A limit counts in windows that open at the first take. Counters live in the store, which repeats [`Counter::take`]
//! in one SQL statement; this module is what that statement must do.

use chrono::TimeDelta;

use crate::time::Timestamp;

/// A named ceiling over a window. One of zero would not mean "never" or "unlimited" to everybody, so it cannot be written:
///
/// ```compile_fail
/// const NOTHING: registration::limits::Limit = registration::limits::Limit::new("nothing", 0, 60);
/// ```
/// ```compile_fail
/// const NO_TIME: registration::limits::Limit = registration::limits::Limit::new("no_time", 1, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    name: &'static str,
    most: u32,
    window_s: i64,
}

impl Limit {
    /// So many takes in so many seconds, under a name that is never reused for another meaning.
    ///
    /// # Panics
    ///
    /// When either is not positive: while a constant is compiled, as every limit is one.
    #[must_use]
    pub const fn new(name: &'static str, most: u32, window_s: i64) -> Self {
        assert!(most > 0 && window_s > 0, "a limit allows something in some time");
        Self { name, most, window_s }
    }

    /// Name in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Takes per window.
    #[must_use]
    pub const fn most(&self) -> u32 {
        self.most
    }

    /// Length of the window.
    #[must_use]
    pub const fn window(&self) -> TimeDelta {
        TimeDelta::seconds(self.window_s)
    }
}

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

/// Wrong and right codes alike, per number, whatever the entrance. With ten tries a day a hit has one chance in 100,000.
pub const CODE_CHECKS_PER_NUMBER: Limit = Limit::new("code_checks_per_number", 10, DAY_S);
/// Codes typed on the page that anybody may open with any number. Fewer than the number's own tries, so that strangers use
/// up their entrance and not the kiosk's; and of its own, so that it says nothing of what was typed elsewhere.
pub const CODE_CHECKS_PER_NUMBER_BY_PHONE: Limit = Limit::new("code_checks_per_number_by_phone", 5, DAY_S);
/// Codes that those tries are compared with: a parent with three children needs six at most.
pub const CODE_COMPARES_PER_NUMBER_BY_PHONE: Limit =
    Limit::new("code_compares_per_number_by_phone", 6, DAY_S);
/// A parent and two children, with one resend each.
pub const SENDS_PER_NUMBER_TEN_MINUTES: Limit = Limit::new("sends_per_number_ten_minutes", 6, 10 * MINUTE_S);
/// Codes to one number in an hour.
pub const SENDS_PER_NUMBER_HOUR: Limit = Limit::new("sends_per_number_hour", 10, HOUR_S);
/// Codes to one number in a day.
pub const SENDS_PER_NUMBER_DAY: Limit = Limit::new("sends_per_number_day", 15, DAY_S);
/// Codes asked for at one kiosk in an hour.
pub const SENDS_PER_KIOSK_HOUR: Limit = Limit::new("sends_per_kiosk_hour", 30, HOUR_S);
/// Codes asked for at one kiosk in a day.
pub const SENDS_PER_KIOSK_DAY: Limit = Limit::new("sends_per_kiosk_day", 200, DAY_S);
/// The spend stop: codes of the whole practice in a day.
pub const SENDS_PER_PRACTICE_DAY: Limit = Limit::new("sends_per_practice_day", 500, DAY_S);
/// Codes and links that one staff member has sent for patients in an hour: more than a busy desk, less than what uses up the practice's day.
pub const SENDS_PER_STAFF_HOUR: Limit = Limit::new("sends_per_staff_hour", 30, HOUR_S);
/// How often staff at one kiosk ask the desk in ten minutes to let them in: whoever plays with the button does not ring all day.
pub const UNLOCK_ASKS_PER_KIOSK: Limit = Limit::new("unlock_asks_per_kiosk", 6, 600);
/// Entries of its journal that one kiosk hands over in a day.
pub const JOURNAL_ENTRIES_PER_KIOSK_DAY: Limit =
    Limit::new("journal_entries_per_kiosk_day", crate::journal::MOST_KEPT, DAY_S);
/// How often one kiosk says in a day how its journal stands.
pub const JOURNAL_REPORTS_PER_KIOSK_DAY: Limit = Limit::new("journal_reports_per_kiosk_day", 1_000, DAY_S);
/// Of the practice's codes in a day, as many may go to people who confirmed while the portal was away: the others are for those
/// who stand at the glass.
pub const JOURNAL_SENDS_PER_PRACTICE_DAY: Limit = Limit::new("journal_sends_per_practice_day", 300, DAY_S);
/// Emails to one address in an hour.
pub const EMAILS_PER_ADDRESS_HOUR: Limit = Limit::new("emails_per_address_hour", 3, HOUR_S);
/// Emails to one address in a day.
pub const EMAILS_PER_ADDRESS_DAY: Limit = Limit::new("emails_per_address_day", 5, DAY_S);
/// Emails caused by one kiosk in an hour.
pub const EMAILS_PER_KIOSK_HOUR: Limit = Limit::new("emails_per_kiosk_hour", 30, HOUR_S);

/// Every limit on sending a code, in the order they are asked.
pub const CODE_SENDS_PER_NUMBER: [Limit; 3] =
    [SENDS_PER_NUMBER_TEN_MINUTES, SENDS_PER_NUMBER_HOUR, SENDS_PER_NUMBER_DAY];
/// The same on the page that anybody may open with any number: fewer, for the same reasons as
/// [`CODE_CHECKS_PER_NUMBER_BY_PHONE`].
pub const CODE_SENDS_PER_NUMBER_BY_PHONE: [Limit; 3] = [
    Limit::new("sends_per_number_by_phone_ten_minutes", 3, 10 * MINUTE_S),
    Limit::new("sends_per_number_by_phone_hour", 5, HOUR_S),
    Limit::new("sends_per_number_by_phone_day", 8, DAY_S),
];
/// The same per kiosk.
pub const CODE_SENDS_PER_KIOSK: [Limit; 2] = [SENDS_PER_KIOSK_HOUR, SENDS_PER_KIOSK_DAY];
/// Every limit on emails to one address.
pub const EMAILS_PER_ADDRESS: [Limit; 2] = [EMAILS_PER_ADDRESS_HOUR, EMAILS_PER_ADDRESS_DAY];

/// How much of a limit is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Takes in the window.
    pub used: u32,
    /// When the window closes.
    pub ends_at: Timestamp,
}

/// A take was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the limit is used up")]
pub struct LimitReached {
    /// When the next take can succeed.
    pub retry_at: Timestamp,
}

impl Counter {
    /// Takes one, opening a window where none is open.
    ///
    /// A clock that was stepped back cannot refill: the count stays. Nor does it lock out for as long as the step: the end is
    /// drawn in to `now` + window, also by a take that is refused.
    pub fn take(counter: &mut Option<Self>, limit: &Limit, now: Timestamp) -> Result<(), LimitReached> {
        let full_window = now + limit.window();
        match counter {
            Some(open) if open.ends_at > now => {
                open.ends_at = open.ends_at.min(full_window);
                if open.used >= limit.most {
                    return Err(LimitReached { retry_at: open.ends_at });
                }
                open.used += 1;
            }
            Some(_) | None => *counter = Some(Self { used: 1, ends_at: full_window }),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const LIMIT: Limit = Limit::new("test", 2, 60);

    fn at(second: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000 + second, 0).expect("in range"))
    }

    #[test]
    fn a_used_up_limit_refuses_until_its_window_closes() {
        let mut counter = None;
        Counter::take(&mut counter, &LIMIT, at(0)).expect("first");
        Counter::take(&mut counter, &LIMIT, at(1)).expect("second");
        assert_eq!(Counter::take(&mut counter, &LIMIT, at(59)), Err(LimitReached { retry_at: at(60) }));
        Counter::take(&mut counter, &LIMIT, at(60)).expect("a new window");
        assert_eq!(counter, Some(Counter { used: 1, ends_at: at(120) }));
    }

    #[test]
    fn a_clock_stepped_back_neither_refills_nor_locks_out_for_longer_than_a_window() {
        let mut counter = Some(Counter { used: 2, ends_at: at(3660) });
        assert_eq!(Counter::take(&mut counter, &LIMIT, at(0)), Err(LimitReached { retry_at: at(60) }));
        assert_eq!(Counter::take(&mut counter, &LIMIT, at(59)), Err(LimitReached { retry_at: at(60) }));
        Counter::take(&mut counter, &LIMIT, at(60)).expect("a new window");
    }
}
