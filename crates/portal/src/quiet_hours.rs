//! Messages nobody is waiting for go out between 08:00 and 21:00 in the practice's town.

use chrono::{Days, NaiveTime, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use registration::time::Timestamp;
use store::OutboxKind;

const FIRST_HOUR: u32 = 8;
const LAST_HOUR: u32 = 20;

/// Whether nobody waits for it, so that it is not sent at night, however it came to be due then.
pub(crate) const fn keeps_quiet_hours(kind: OutboxKind) -> bool {
    match kind {
        OutboxKind::LinkReminder | OutboxKind::NoticeOldContact | OutboxKind::NoticeLinked => true,
        OutboxKind::CodeSms
        | OutboxKind::LinkEmail
        | OutboxKind::RecordUpdate
        | OutboxKind::RecordCreate
        | OutboxKind::NoticeRegisteredAgain => false,
    }
}

/// This instant, or the next morning's first.
pub(crate) fn when_awake(at: Timestamp, zone: Tz) -> Timestamp {
    let local = at.instant().with_timezone(&zone);
    if (FIRST_HOUR..=LAST_HOUR).contains(&local.hour()) {
        return at;
    }
    let today = local.date_naive();
    let day = if local.hour() < FIRST_HOUR { Some(today) } else { today.checked_add_days(Days::new(1)) };
    let morning = NaiveTime::from_hms_opt(FIRST_HOUR, 0, 0);
    day.zip(morning)
        // A clock change at eight in the morning would be a first; then it goes at once.
        .and_then(|(day, morning)| zone.from_local_datetime(&day.and_time(morning)).earliest())
        .map_or(at, |local| Timestamp::new(local.with_timezone(&Utc)))
}

/// When an email goes that somebody waited for and that a limit put off: they have left by then, so that it keeps quiet
/// hours; but at night is better than never.
pub(crate) fn put_off(at: Timestamp, expires_at: Timestamp, zone: Tz) -> Timestamp {
    let awake = when_awake(at, zone);
    if awake < expires_at { awake } else { at }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn parse(text: &str) -> Timestamp {
        Timestamp::new(text.parse::<DateTime<Utc>>().expect("an instant"))
    }

    #[track_caller]
    fn check(at: &str, expected: &str) {
        assert_eq!(when_awake(parse(at), Tz::Europe__London), parse(expected), "{at}");
    }

    #[test]
    fn nobody_is_woken() {
        check("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z");
        check("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z");
        check("2026-11-22T20:59:59Z", "2026-11-22T20:59:59Z");
        check("2026-11-22T21:00:00Z", "2026-11-23T08:00:00Z");
        check("2026-11-22T03:00:00Z", "2026-11-22T08:00:00Z");
    }

    #[test]
    fn the_hours_are_those_of_the_practices_town() {
        check("2026-07-01T20:30:00Z", "2026-07-02T07:00:00Z");
        check("2026-07-01T07:00:00Z", "2026-07-01T07:00:00Z");
    }

    #[test]
    fn a_link_that_would_not_live_until_the_morning_comes_at_night() {
        let (night, morning) = (parse("2026-11-22T22:00:00Z"), parse("2026-11-23T08:00:00Z"));
        assert_eq!(put_off(night, parse("2026-11-25T12:00:00Z"), Tz::Europe__London), morning);
        assert_eq!(put_off(night, parse("2026-11-22T22:30:00Z"), Tz::Europe__London), night);
        assert_eq!(put_off(night, morning, Tz::Europe__London), night);
    }
}
