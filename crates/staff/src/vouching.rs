//! Letting somebody in at a kiosk from the desk: two digits that the kiosk shows are typed there by a colleague.

use chrono::TimeDelta;
use rand::{CryptoRng, RngExt as _};
use registration::time::Timestamp;

use crate::permission::Role;

/// Long enough to call them out across a desk, and short enough that nobody comes to an old one.
pub const ASK_LIVES: TimeDelta = TimeDelta::minutes(1);

/// A word in the last seconds would come after the kiosk has looked for the last time.
pub const ANSWERED_WITHIN: TimeDelta = TimeDelta::seconds(55);

/// What a kiosk shows, so that whoever is at the desk opens that kiosk to whoever stands there now, and not another by habit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits(String);

impl Digits {
    /// Two, all hundred pairs alike.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self(format!("{:02}", rng.random_range(0..100)))
    }

    /// As kept, or as typed.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let pair = typed.trim();
        let is_pair = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_digit());
        is_pair.then(|| Self(pair.to_owned()))
    }

    /// As shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Role {
    /// Whether somebody of this role may let somebody of that one in: nobody opens more than they have themselves.
    #[must_use]
    pub const fn may_vouch_for(self, asks: Self) -> bool {
        match (self, asks) {
            (Self::Receptionist, Self::Receptionist)
            | (Self::Manager, Self::Manager | Self::Receptionist)
            | (Self::It, Self::It) => true,
            (Self::Receptionist, Self::Manager | Self::It)
            | (Self::Manager, Self::It)
            | (Self::It, Self::Receptionist | Self::Manager) => false,
        }
    }
}

/// Whether somebody at the desk may still answer who asked at `asked_at`.
#[must_use]
pub fn may_be_answered(asked_at: Timestamp, now: Timestamp) -> bool {
    asked_at <= now && now < asked_at + ANSWERED_WITHIN
}

/// Whether somebody may still be let in who asked at `asked_at`. A clock that was put back makes no ask live longer.
#[must_use]
pub fn lives(asked_at: Timestamp, now: Timestamp) -> bool {
    asked_at <= now && now < asked_at + ASK_LIVES
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::permission::Permission;
    use crate::session::Place;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_700_000_000 + second, 0).expect("a time"))
    }

    #[test]
    fn nobody_opens_a_kiosk_to_more_than_they_may_do_there_themselves() {
        for (vouches, asks) in Role::ALL.into_iter().flat_map(|one| Role::ALL.map(|other| (one, other))) {
            let has_all = Permission::ALL.into_iter().all(|permission| {
                !asks.may(permission, Place::Kiosk) || vouches.may(permission, Place::Kiosk)
            });
            assert!(has_all || !vouches.may_vouch_for(asks), "{vouches:?} for {asks:?}");
            assert!(vouches.may_vouch_for(vouches));
        }
    }

    #[test]
    fn digits_are_two_and_nothing_else_is_taken_for_them() {
        let rng = &mut StdRng::seed_from_u64(1);
        for _ in 0..1000 {
            let digits = Digits::draw(rng);
            assert_eq!(Digits::parse(digits.as_str()), Some(digits));
        }
        assert_eq!(Digits::parse(" 07 "), Digits::parse("07"));
        for no_pair in ["", "7", "070", "0 7", "-7", "٠٧", "é"] {
            assert_eq!(Digits::parse(no_pair), None, "{no_pair}");
        }
    }

    #[test]
    fn an_ask_lives_a_minute_and_no_clock_makes_it_older() {
        assert!(may_be_answered(at(0), at(54)) && !may_be_answered(at(0), at(55)));
        assert!(lives(at(0), at(59)) && !lives(at(0), at(60)) && !lives(at(1), at(0)));
    }
}
