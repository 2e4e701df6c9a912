//! Moves that a named staff member makes for a patient. None of them proves anything: what staff correct is proven by the patient, as
//! if they had typed it themselves.

use crate::{
    flow::{
        moves::link_promises,
        outcomes::{Moved, NewLink, Refused, Why},
        state::{Registration, State},
        table::Move,
    },
    time::Timestamp,
    values::email::EmailAddress,
};

impl Registration {
    /// Sends another link, to the address that the registration has; the old link is dead.
    pub fn send_new_link_by_staff(self, new: NewLink, now: Timestamp) -> Result<Moved, Refused> {
        let State::AwaitingLink { mobile, password, .. } = &self.state else {
            return Err(self.refused(Move::SendNewLinkByStaff, Why::State));
        };
        let link = new.sent(now);
        let promises = link_promises(&link);
        let state = State::AwaitingLink { mobile: mobile.clone(), password: password.clone(), link };
        Ok(self.moved(state, promises))
    }

    /// Corrects a mistyped address before it is proven. Nothing is sent to it: a link never goes to an address that was typed in the same
    /// step. Where a link was sent it is dead, and `unsent` stands in its place, whose token the caller has thrown away.
    pub fn correct_email_by_staff(
        mut self,
        email: EmailAddress,
        unsent: NewLink,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        let state = match &self.state {
            State::AwaitingCode { .. } | State::AwaitingPassword { .. } => self.state.clone(),
            State::AwaitingLink { mobile, password, .. } => State::AwaitingLink {
                mobile: mobile.clone(),
                password: password.clone(),
                link: unsent.sent(now),
            },
            State::AwaitingTerms { .. }
            | State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => {
                return Err(self.refused(Move::CorrectEmailByStaff, Why::State));
            }
        };
        self.details.email = Some(email);
        Ok(self.moved(state, Vec::new()))
    }

    /// Ends a registration that is not done.
    pub fn cancel_by_staff(self, now: Timestamp) -> Result<Moved, Refused> {
        if !self.state.name().is_open() {
            return Err(self.refused(Move::CancelByStaff, Why::State));
        }
        Ok(self.moved(State::Abandoned { at: now }, Vec::new()))
    }
}
