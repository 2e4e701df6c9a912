//! Details that a kiosk keeps while its portal cannot be reached, or cannot send texts.

use chrono::TimeDelta;

use crate::{limits::SENDS_PER_KIOSK_HOUR, time::Timestamp};

/// How long the portal, or whoever sends its texts, must have been away before details are kept: a patient at the glass
/// waits no longer.
pub const AWAY_AFTER: TimeDelta = TimeDelta::seconds(20);

/// Entries that one kiosk keeps at most, and that a portal takes from one kiosk in a day.
pub const MOST_KEPT: u32 = 500;

/// How long a kiosk keeps an entry: a long week-end. What was not handed over by then is lost, counted and told to staff.
pub const KEPT_AT_MOST: TimeDelta = TimeDelta::hours(72);

/// How long the portal has, once it has an entry, until the text must have gone; a night and a day's limits lie in it.
pub const TEXTED_WITHIN: TimeDelta = TimeDelta::hours(24);

/// How long the one upload after a kiosk was revoked may take, from its first entry on.
pub const LAST_UPLOAD_TAKES: TimeDelta = TimeDelta::minutes(10);

/// Nothing more is kept for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal takes no more entries for now")]
pub struct Full;

/// Whether another entry may be kept beside those that wait, kept at these times. In an hour it keeps as many as the portal
/// would have sent codes for: nobody gains by a portal that is away.
pub fn may_keep(waiting: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Result<(), Full> {
    let an_hour_ago = now - SENDS_PER_KIOSK_HOUR.window();
    let (mut all, mut lately) = (0_u32, 0_u32);
    for kept_at in waiting {
        all += 1;
        lately += u32::from(kept_at > an_hour_ago);
    }
    if all < MOST_KEPT && lately < SENDS_PER_KIOSK_HOUR.most() { Ok(()) } else { Err(Full) }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).expect("in range"))
    }

    #[test]
    fn a_kiosk_keeps_five_hundred_and_no_more_than_thirty_in_an_hour() {
        assert_eq!(may_keep([], at(0)), Ok(()));
        let every_three_minutes = |n: i64| (0..n).map(|n| at(3 * n));
        assert_eq!(may_keep(every_three_minutes(499), at(3 * 499)), Ok(()));
        assert_eq!(may_keep(every_three_minutes(500), at(3 * 500)), Err(Full));
        assert_eq!(may_keep((0..29).map(|_| at(0)), at(59)), Ok(()));
        assert_eq!(may_keep((0..30).map(|_| at(0)), at(59)), Err(Full));
        assert_eq!(may_keep((0..30).map(|_| at(0)), at(60)), Ok(()), "an hour later");
    }
}
