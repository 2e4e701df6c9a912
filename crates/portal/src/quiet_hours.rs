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
        OutboxKind::LinkReminder | OutboxKind::NoticeOldContact => true,
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[track_caller]
    fn check(at: &str, expected: &str) {
        let parse = |text: &str| Timestamp::new(text.parse::<DateTime<Utc>>().expect("an instant"));
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
}
