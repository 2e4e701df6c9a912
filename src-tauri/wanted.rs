//! What staff want of this kiosk: that it takes nobody new, that its glass is dead while they clean it, that it begins anew.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kiosk_api::{kiosk::KioskStanding, staff::kiosks::KioskOrders};
use tokio::sync::Notify;

/// A kiosk whose portal went away does not begin anew hours later, when it would not know whether it is paused.
const ORDER_STANDS: Duration = Duration::from_secs(10);

/// As the portal said last; while it is away that stands.
#[derive(Default)]
pub(crate) struct Wanted {
    heard: Mutex<Heard>,
    ask: Notify,
}

#[derive(Default)]
struct Heard {
    paused: bool,
    /// In uptime, which no wall clock can move.
    cleaning_until: Option<Duration>,
    /// Whoever was at the glass when cleaning began is not seen off yet.
    sees_off: bool,
    /// Until when that it is to begin anew is to be heard again, in uptime.
    restarts_until: Option<Duration>,
}

impl Heard {
    fn is_cleaning(&self, uptime: Duration) -> bool {
        self.cleaning_until.is_some_and(|until| uptime < until)
    }
}

impl Wanted {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The portal answered.
    pub(crate) fn hear(&self, orders: KioskOrders, uptime: Duration) {
        let mut heard = self.heard();
        heard.restarts_until = orders.restart.then(|| uptime + ORDER_STANDS);
        match orders.standing {
            KioskStanding::Open => (heard.paused, heard.cleaning_until) = (false, None),
            KioskStanding::Paused => (heard.paused, heard.cleaning_until) = (true, None),
            KioskStanding::Cleaning { left_s } => {
                heard.sees_off |= !heard.is_cleaning(uptime);
                heard.cleaning_until = Some(uptime + Duration::from_secs(left_s.into()));
            }
        }
    }

    /// What the window shows to whoever comes.
    pub(crate) fn standing(&self, uptime: Duration) -> KioskStanding {
        let heard = self.heard();
        match heard.cleaning_until.and_then(|until| until.checked_sub(uptime)) {
            Some(left) if !left.is_zero() => {
                let left_s = u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
                KioskStanding::Cleaning { left_s }
            }
            Some(_) | None if heard.paused => KioskStanding::Paused,
            Some(_) | None => KioskStanding::Open,
        }
    }

    /// Whether cleaning has begun since this was asked last.
    pub(crate) fn begins_cleaning(&self) -> bool {
        std::mem::take(&mut self.heard().sees_off)
    }

    /// Whether the program is to begin anew.
    pub(crate) fn restarts(&self, uptime: Duration) -> bool {
        self.heard().restarts_until.is_some_and(|until| uptime < until)
    }

    /// Staff have just said something new.
    pub(crate) fn ask_anew(&self) {
        self.ask.notify_one();
    }

    /// Waits until they do.
    pub(crate) async fn asked_anew(&self) {
        self.ask.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const fn orders(standing: KioskStanding) -> KioskOrders {
        KioskOrders { standing, restart: false }
    }

    #[test]
    fn the_glass_is_dead_for_as_long_as_the_portal_said_whatever_becomes_of_the_portal() {
        let wanted = Wanted::default();
        wanted.hear(orders(KioskStanding::Cleaning { left_s: 120 }), s(10));
        assert_eq!(wanted.standing(s(10)), KioskStanding::Cleaning { left_s: 120 });
        assert_eq!(wanted.standing(s(129)), KioskStanding::Cleaning { left_s: 1 });
        assert_eq!(wanted.standing(s(130)), KioskStanding::Open);
    }

    #[test]
    fn whoever_is_at_the_glass_is_seen_off_once_however_often_the_portal_says_that_it_is_cleaned() {
        let wanted = Wanted::default();
        assert!(!wanted.begins_cleaning());
        wanted.hear(orders(KioskStanding::Cleaning { left_s: 120 }), s(10));
        assert!(wanted.begins_cleaning());
        wanted.hear(orders(KioskStanding::Cleaning { left_s: 117 }), s(13));
        assert!(!wanted.begins_cleaning());
        wanted.hear(orders(KioskStanding::Open), s(16));
        assert_eq!(wanted.standing(s(16)), KioskStanding::Open, "staff ended it sooner");
        wanted.hear(orders(KioskStanding::Cleaning { left_s: 120 }), s(19));
        assert!(wanted.begins_cleaning(), "and began again");
    }

    #[test]
    fn a_kiosk_whose_portal_went_away_does_not_begin_anew_hours_later() {
        let wanted = Wanted::default();
        wanted.hear(KioskOrders { standing: KioskStanding::Open, restart: true }, s(1));
        assert!(wanted.restarts(s(10)) && !wanted.restarts(s(11)));
        wanted.hear(orders(KioskStanding::Open), s(2));
        assert!(!wanted.restarts(s(3)), "it is wanted no more");
    }

    #[test]
    fn a_kiosk_that_was_paused_stays_so_while_it_is_cleaned_and_the_portal_is_away() {
        let wanted = Wanted::default();
        wanted.hear(orders(KioskStanding::Paused), s(1));
        assert_eq!(wanted.standing(s(9999)), KioskStanding::Paused);
        wanted.hear(orders(KioskStanding::Cleaning { left_s: 5 }), s(10));
        assert_eq!(wanted.standing(s(15)), KioskStanding::Paused);
    }
}
