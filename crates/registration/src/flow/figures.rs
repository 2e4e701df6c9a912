//! The flow's figures, each with unit and source.

use chrono::TimeDelta;

/// How long a code lives: NIST SP 800-63B-4 §3.1.3.2 and OWASP ASVS 5 6.5.5 allow ten minutes at most.
pub const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Tries on one code, right or wrong.
pub const TRIES_PER_CODE: u8 = 5;

/// Seconds that must pass after each send; the list's length is the number of resends.
pub const RESEND_GAPS_S: [i64; 4] = [60, 120, 300, 600];

/// How long a confirmed registration waits for its first right code.
pub const AWAITING_CODE_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How long a proven mobile waits for a password on the kiosk before it counts as "on own phone".
pub const AWAITING_PASSWORD_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How long a link lives: as the practice sets it, from 1 to 72 hours. A longer one would lie in mailboxes over a week-end
/// and more; a shorter one would be dead before many patients are at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkLifetime(TimeDelta);

impl LinkLifetime {
    const SHORTEST_H: u32 = 1;
    const LONGEST_H: u32 = 72;

    /// So many hours, or the nearest that is allowed.
    #[must_use]
    pub fn hours(hours: u32) -> Self {
        Self(TimeDelta::hours(hours.clamp(Self::SHORTEST_H, Self::LONGEST_H).into()))
    }

    /// How long.
    #[must_use]
    pub const fn span(self) -> TimeDelta {
        self.0
    }
}

impl Default for LinkLifetime {
    fn default() -> Self {
        Self::hours(Self::LONGEST_H)
    }
}

/// When the one reminder goes out, counted from the sending of the link; a link that is dead by then has none.
pub const REMINDER_AFTER: TimeDelta = TimeDelta::hours(24);

/// Password tries on one link.
pub const TRIES_PER_LINK: u8 = 5;

/// How long a fresh code's proof lets a phone page act.
pub const FRESH_CODE_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How long the code lives with which a machine becomes a kiosk: time to walk from the server to the desk.
pub const ENROLMENT_CODE_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// How long a test link lives: whoever makes it has a phone at hand, or somebody who has.
pub const TEST_LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How long the details of an expired, abandoned or declined registration are kept.
pub const ENDED_DETAILS_KEPT: TimeDelta = TimeDelta::days(7);

/// How long after it was written an update of a record can be undone, with the old values.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::days(30);
