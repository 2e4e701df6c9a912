//! Days as the practice's calendar has them.

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use kiosk_api::staff::log::LogDays;
use registration::time::Timestamp;

/// Of years of any other length the database's order of instants is another.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;

/// From one day to another, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PracticeDays {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    zone: Tz,
}

impl PracticeDays {
    /// As they were asked for; `None` where they are no days, or the last comes before the first.
    pub(super) fn parse(days: &LogDays, zone: Tz) -> Option<Self> {
        let (first, last) = (day(&days.from)?, day(&days.to)?);
        (first <= last).then_some(Self { first, last, zone })
    }

    /// So many, today the last.
    pub(super) fn up_to(now: Timestamp, days: u64, zone: Tz) -> Self {
        let last = day_of(now, zone);
        let first = last.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(last);
        Self { first, last, zone }
    }

    /// The first instant.
    pub(super) fn from(self) -> Timestamp {
        beginning(self.first, self.zone)
    }

    /// The first instant after them.
    pub(super) fn until(self) -> Timestamp {
        beginning(self.last.succ_opt().unwrap_or(self.last), self.zone)
    }
}

/// On which day it is at the practice.
pub(super) fn day_of(at: Timestamp, zone: Tz) -> NaiveDate {
    at.instant().with_timezone(&zone).date_naive()
}

fn day(typed: &str) -> Option<NaiveDate> {
    let day: NaiveDate = typed.parse().ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Some towns put their clocks forward at midnight: there a day begins an hour later.
fn beginning(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let there = |local| zone.from_local_datetime(&local).earliest();
    let begins = there(midnight).or_else(|| there(midnight + TimeDelta::hours(1)));
    Timestamp::new(begins.map_or_else(|| midnight.and_utc(), |begins| begins.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz::{America__Sao_Paulo, Europe__London};

    use super::*;

    fn parse(from: &str, to: &str) -> Option<PracticeDays> {
        PracticeDays::parse(&LogDays { from: from.to_owned(), to: to.to_owned() }, Europe__London)
    }

    #[track_caller]
    fn check(days: Option<PracticeDays>, from: &str, until: &str) {
        let days = days.expect("days");
        let told = |at: Timestamp| at.instant().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        assert_eq!((told(days.from()).as_str(), told(days.until()).as_str()), (from, until));
    }

    #[test]
    fn a_day_is_as_long_as_the_clocks_of_the_town_make_it() {
        check(parse("2026-11-30", "2026-11-30"), "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z");
        check(parse("2026-07-01", "2026-07-02"), "2026-06-30T23:00:00Z", "2026-07-02T23:00:00Z");
        check(parse("2026-10-25", "2026-10-25"), "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z");
    }

    #[test]
    fn where_midnight_is_left_out_the_day_begins_an_hour_later() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).expect("a day");
        assert_eq!(beginning(day, America__Sao_Paulo).instant().to_rfc3339(), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn what_is_no_day_or_ends_before_it_begins_is_refused() {
        for (from, to) in [
            ("2026-11-30", "2026-11-29"),
            ("", "2026-11-30"),
            ("2026-02-30", "2026-03-01"),
            ("30/11/2026", "2026-11-30"),
            ("2026-11-30", "+12026-11-30"),
            ("0001-01-01", "2026-11-30"),
        ] {
            assert_eq!(parse(from, to), None, "{from} {to}");
        }
    }
}
