//! What a patient may do next, and when: computed here, shown by the kiosk.

use crate::{
    flow::{
        figures::{RESEND_GAPS_S, TRIES_PER_CODE},
        state::{Registration, SentCode, State},
    },
    time::Timestamp,
};

/// What may be done next about the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextAction {
    /// When another code may be sent; `None` when no more will be for this registration.
    pub may_resend_at: Option<Timestamp>,
    /// When a code may be checked; `None` when none is awaited, it is too old or its tries are used up.
    pub may_check_at: Option<Timestamp>,
    /// Tries left on the code sent last.
    pub tries_left: u8,
}

impl SentCode {
    /// When another may be sent; `None` after the last gap. A clock that was put back delays nobody: the limits on the
    /// number hold all the same.
    #[must_use]
    pub fn may_resend_at(&self, now: Timestamp) -> Option<Timestamp> {
        let gap_s = RESEND_GAPS_S.get(usize::from(self.sends.max(1) - 1))?;
        if now < self.sent_at {
            return Some(now);
        }
        Some(self.sent_at + chrono::TimeDelta::seconds(*gap_s))
    }
}

impl Registration {
    /// What may be done next.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> NextAction {
        match &self.state {
            State::AwaitingCode { code } => {
                let tries_left = TRIES_PER_CODE.saturating_sub(code.tries_used);
                let alive = code.is_live(now) && tries_left > 0;
                NextAction {
                    may_resend_at: code.may_resend_at(now),
                    may_check_at: alive.then_some(code.sent_at),
                    tries_left,
                }
            }
            State::AwaitingPassword { .. }
            | State::AwaitingLink { .. }
            | State::AwaitingTerms { .. }
            | State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => NextAction::default(),
        }
    }
}
