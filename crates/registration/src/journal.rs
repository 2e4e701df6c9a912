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

/// How long the portal has, once it has an entry, until the text must have gone; two nights and two days' limits lie in it.
pub const TEXTED_WITHIN: TimeDelta = TimeDelta::hours(48);

/// How long the one upload after a kiosk was revoked may take, from its first entry on.
pub const LAST_UPLOAD_TAKES: TimeDelta = TimeDelta::minutes(10);

/// Nothing more is kept for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal takes no more entries for now")]
pub struct Full;

/// Whether another entry may be kept beside so many that lie there, where the last ones were kept at these times. In an hour a
/// kiosk keeps as many as the portal would have sent codes for, handed over or not: nobody gains by a portal that is away.
pub fn may_keep(lie_there: usize, kept_at: &[Timestamp], now: Timestamp) -> Result<(), Full> {
    let lately = kept_at.iter().filter(|kept_at| is_lately(**kept_at, now)).count();
    let (most, most_lately) = (MOST_KEPT as usize, SENDS_PER_KIOSK_HOUR.most() as usize);
    if lie_there < most && lately < most_lately { Ok(()) } else { Err(Full) }
}

/// Whether an entry kept then still counts for [`may_keep`]. One of the future is of a clock that was put right since, and would
/// count until that future comes.
#[must_use]
pub fn is_lately(kept_at: Timestamp, now: Timestamp) -> bool {
    kept_at > now - SENDS_PER_KIOSK_HOUR.window() && kept_at <= now
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
        assert_eq!(may_keep(0, &[], at(0)), Ok(()));
        assert_eq!(may_keep(499, &[], at(0)), Ok(()));
        assert_eq!(may_keep(500, &[], at(0)), Err(Full));
        assert_eq!(may_keep(29, &[at(0); 29], at(59)), Ok(()));
        assert_eq!(may_keep(0, &[at(0); 30], at(59)), Err(Full), "handed over or not");
        assert_eq!(may_keep(30, &[at(0); 30], at(60)), Ok(()), "an hour later");
        assert_eq!(may_keep(30, &[at(1_000_000); 30], at(0)), Ok(()), "the clock was ahead");
    }
}
