//! How long a staff member stays let in. The portal holds these; the kiosk locks itself sooner.

use chrono::TimeDelta;
use registration::time::Timestamp;

/// Where a staff member was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a kiosk's admin mode.
    Kiosk,
    /// In a browser at the desk.
    Console,
}

/// The kiosk locks 60 s after the last touch and says so; the portal ends what it hears nothing of, whatever became of the kiosk.
const KIOSK_UNUSED: TimeDelta = TimeDelta::minutes(5);
/// Nobody works at a patients' kiosk for longer without leaving it.
const KIOSK_IN_ALL: TimeDelta = TimeDelta::minutes(30);
/// NIST SP 800-63B-4 §2.2.3 has reauthentication after at most one hour unused; a desk is watched, and shared.
const CONSOLE_UNUSED: TimeDelta = TimeDelta::minutes(30);
/// One shift.
const CONSOLE_IN_ALL: TimeDelta = TimeDelta::hours(12);

impl Place {
    /// How long a session lives without being used.
    #[must_use]
    pub const fn unused(self) -> TimeDelta {
        match self {
            Self::Kiosk => KIOSK_UNUSED,
            Self::Console => CONSOLE_UNUSED,
        }
    }

    /// How long it lives however much it is used.
    #[must_use]
    pub const fn in_all(self) -> TimeDelta {
        match self {
            Self::Kiosk => KIOSK_IN_ALL,
            Self::Console => CONSOLE_IN_ALL,
        }
    }

    /// Whether a screen with this session may still be told that somebody calls for help: at the desk for as long as the shift, or a console
    /// that nobody has touched for half an hour would stop ringing and say nothing.
    #[must_use]
    pub fn rings(self, began: Timestamp, used: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Kiosk => self.lives(began, used, now),
            Self::Console => now < began + self.in_all(),
        }
    }

    /// Whether a session still lives that began at `began` and was used last at `used`.
    #[must_use]
    pub fn lives(self, began: Timestamp, used: Timestamp, now: Timestamp) -> bool {
        now < began + self.in_all() && now < used + self.unused()
    }
}

/// An invitation that nobody took up.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::hours(72);

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).expect("a time"))
    }

    #[test]
    fn a_session_ends_unused_and_at_last_however_much_it_is_used() {
        assert!(Place::Console.lives(at(0), at(0), at(29)));
        assert!(!Place::Console.lives(at(0), at(0), at(30)));
        assert!(Place::Console.lives(at(0), at(700), at(719)));
        assert!(!Place::Console.lives(at(0), at(719), at(720)));
        assert!(Place::Kiosk.lives(at(0), at(0), at(4)));
        assert!(!Place::Kiosk.lives(at(0), at(0), at(5)));
        assert!(!Place::Kiosk.lives(at(0), at(29), at(30)));
    }

    #[test]
    fn a_console_rings_for_a_shift_and_a_kiosk_no_longer_than_it_is_used() {
        assert!(Place::Console.rings(at(0), at(0), at(719)));
        assert!(!Place::Console.rings(at(0), at(719), at(720)));
        assert!(!Place::Kiosk.rings(at(0), at(0), at(5)));
    }
}
