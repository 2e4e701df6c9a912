//! Admin mode: which staff member has unlocked this kiosk, for as long as they touch it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use zeroize::Zeroizing;

/// Stillness after which the kiosk locks itself.
const LOCKS_AFTER: Duration = Duration::from_mins(1);

/// What the portal gave to whoever unlocked. The window never has it.
pub(crate) type Session = Zeroizing<String>;

#[derive(Default)]
pub(crate) struct Admin {
    door: Mutex<Door>,
    asking: Mutex<Option<Asking>>,
}

/// Somebody at the glass waits for a colleague at the desk to let them in.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) knocked: Knocked,
    /// What the portal gave for it. The window never has it.
    pub(crate) token: Zeroizing<String>,
    pub(crate) until: Duration,
}

#[derive(Default)]
struct Door {
    /// Times that it was locked, or found locked; an answer to whoever asked before one of them comes too late.
    locked: u64,
    unlocked: Option<Unlocked>,
}

/// Before which lock somebody asked to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Knocked(u64);

struct Unlocked {
    session: Session,
    touched_at: Duration,
}

impl Admin {
    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody asks the desk; whoever asked before does not any more.
    pub(crate) fn asks(&self, asking: Asking) {
        *self.asking.lock().unwrap_or_else(PoisonError::into_inner) = Some(asking);
    }

    /// Who does, as long as somebody may still let them in.
    pub(crate) fn asking(&self, uptime: Duration) -> Option<Asking> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        asking.take_if(|asking| uptime >= asking.until);
        asking.clone()
    }

    /// Somebody asks to be let in.
    pub(crate) fn knock(&self) -> Knocked {
        Knocked(self.door().locked)
    }

    /// A staff member is let in, unless the kiosk was locked since they knocked: whoever stands there now is somebody else. Gives back the
    /// session that is to be ended.
    pub(crate) fn unlock(
        &self,
        knocked: Knocked,
        session: Session,
        uptime: Duration,
    ) -> Result<Option<Session>, Session> {
        let mut door = self.door();
        if knocked != Knocked(door.locked) {
            return Err(session);
        }
        let before = door.unlocked.replace(Unlocked { session, touched_at: uptime });
        Ok(before.map(|before| before.session))
    }

    /// The session, while the kiosk is unlocked. `touches`: whether a person asks, and not the screen by itself.
    pub(crate) fn session(&self, touches: bool, uptime: Duration) -> Option<Session> {
        let mut door = self.door();
        let unlocked = door.unlocked.as_mut().filter(|unlocked| !unlocked.is_overdue(uptime))?;
        if touches {
            unlocked.touched_at = uptime;
        }
        Some(unlocked.session.clone())
    }

    /// Whether that is still the session: what was meant for one never reaches the next.
    pub(crate) fn is_open_for(&self, session: &Session, uptime: Duration) -> bool {
        let door = self.door();
        let unlocked = door.unlocked.as_ref().filter(|unlocked| !unlocked.is_overdue(uptime));
        unlocked.is_some_and(|unlocked| unlocked.session == *session)
    }

    /// A touch, a key. Seconds until it locks; `None` where it is locked, or about to be.
    pub(crate) fn pulse(&self, touched: bool, uptime: Duration) -> Option<u32> {
        let mut door = self.door();
        let unlocked = door.unlocked.as_mut().filter(|unlocked| !unlocked.is_overdue(uptime))?;
        if touched {
            unlocked.touched_at = uptime;
        }
        let left = LOCKS_AFTER.saturating_sub(uptime.saturating_sub(unlocked.touched_at));
        Some(u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1))
    }

    /// Whether somebody is let in, or was a moment ago.
    pub(crate) fn is_open(&self) -> bool {
        self.door().unlocked.is_some()
    }

    /// Locks. Gives back the session to be ended.
    pub(crate) fn lock(&self) -> Option<Session> {
        let mut door = self.door();
        door.locked += 1;
        door.unlocked.take().map(|unlocked| unlocked.session)
    }

    /// Locks if nobody has touched it for too long.
    pub(crate) fn lock_overdue(&self, uptime: Duration) -> Option<Session> {
        let mut door = self.door();
        let overdue = door.unlocked.take_if(|unlocked| unlocked.is_overdue(uptime))?;
        door.locked += 1;
        Some(overdue.session)
    }
}

impl Unlocked {
    fn is_overdue(&self, uptime: Duration) -> bool {
        uptime.saturating_sub(self.touched_at) >= LOCKS_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn session(of: &str) -> Session {
        Zeroizing::new(of.to_owned())
    }

    #[test]
    fn the_kiosk_locks_sixty_seconds_after_the_last_touch_and_no_late_touch_keeps_it_open() {
        let admin = Admin::default();
        admin.unlock(admin.knock(), session("jo"), s(100)).expect("let in");
        assert_eq!(admin.pulse(false, s(110)), Some(50));
        assert_eq!(admin.pulse(true, s(150)), Some(60));
        assert!(admin.session(true, s(209)).is_some(), "asking is touching");
        assert!(admin.session(false, s(260)).is_some(), "what the screen asks by itself is not");
        assert_eq!(admin.pulse(false, s(268)), Some(1));
        assert!(admin.lock_overdue(s(268)).is_none());
        assert_eq!(admin.pulse(true, s(269)), None);
        assert!(admin.session(true, s(269)).is_none() && !admin.is_open_for(&session("jo"), s(269)));
        assert_eq!(admin.lock_overdue(s(269)), Some(session("jo")));
        assert!(!admin.is_open());
    }

    #[test]
    fn whoever_unlocks_after_somebody_takes_their_place() {
        let admin = Admin::default();
        assert_eq!(admin.unlock(admin.knock(), session("jo"), s(0)), Ok(None));
        assert_eq!(admin.unlock(admin.knock(), session("sam"), s(1)), Ok(Some(session("jo"))));
        assert!(!admin.is_open_for(&session("jo"), s(1)) && admin.is_open_for(&session("sam"), s(1)));
        assert_eq!(admin.lock(), Some(session("sam")));
        assert_eq!(admin.lock(), None);
    }

    #[test]
    fn an_answer_that_comes_after_the_kiosk_was_locked_lets_nobody_in() {
        let admin = Admin::default();
        let knocked = admin.knock();
        // The patient's window was wiped meanwhile: there was nothing to lock, and yet it was locked.
        assert_eq!(admin.lock(), None);
        assert_eq!(admin.unlock(knocked, session("jo"), s(1)), Err(session("jo")));
        assert!(!admin.is_open());
    }

    #[test]
    fn whoever_asks_the_desk_waits_no_longer_than_somebody_may_let_them_in() {
        let admin = Admin::default();
        assert!(admin.asking(s(0)).is_none());
        let asking = |token: &str, until| Asking { knocked: admin.knock(), token: session(token), until };
        admin.asks(asking("first", s(60)));
        admin.asks(asking("second", s(61)));
        assert_eq!(admin.asking(s(60)).map(|asking| asking.token), Some(session("second")));
        assert!(admin.asking(s(61)).is_none());
    }
}
