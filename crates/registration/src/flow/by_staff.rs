//! Moves that a named staff member makes for a patient. What staff correct is proven by the patient, as if they had typed it themselves;
//! where something was proven already, and where a proof is missing for good, staff must have seen who it is.

use crate::{
    flow::{
        moves::link_promises,
        outcomes::{Moved, NewLink, Promise, Refused, Why},
        state::{Registration, State},
        table::Move,
    },
    time::Timestamp,
    values::{email::EmailAddress, id_seen::IdSeen},
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

    /// Corrects a mistyped address. Nothing is sent to it: a link never goes to an address that was typed in the same
    /// step. Where a link was sent it is dead, and `unsent` stands in its place, whose token the caller has thrown away. A proven address
    /// is given up only where staff have seen who it is.
    pub fn correct_email_by_staff(
        mut self,
        email: EmailAddress,
        unsent: NewLink,
        seen: Option<IdSeen>,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        let state = match &self.state {
            State::AwaitingCode { .. } | State::AwaitingPassword { .. } => self.state.clone(),
            State::AwaitingLink { mobile, password, .. } => State::AwaitingLink {
                mobile: mobile.clone(),
                password: password.clone(),
                link: unsent.sent(now),
            },
            State::AwaitingTerms { mobile, password, .. } => {
                if seen.is_none() {
                    return Err(self.refused(Move::CorrectEmailByStaff, Why::IdNotSeen));
                }
                State::AwaitingLink {
                    mobile: mobile.clone(),
                    password: Some(password.clone()),
                    link: unsent.sent(now),
                }
            }
            State::Registered { .. }
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

    /// Ends a registration whose mobile was mistyped: another begins with the right one. A proven mobile is given up only where staff have
    /// seen who it is.
    pub fn give_up_mobile_by_staff(self, seen: Option<IdSeen>, now: Timestamp) -> Result<Moved, Refused> {
        match &self.state {
            State::AwaitingCode { .. } => {}
            State::AwaitingPassword { .. } | State::AwaitingLink { .. } | State::AwaitingTerms { .. } => {
                if seen.is_none() {
                    return Err(self.refused(Move::GiveUpMobileByStaff, Why::IdNotSeen));
                }
            }
            State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => {
                return Err(self.refused(Move::GiveUpMobileByStaff, Why::State));
            }
        }
        Ok(self.moved(State::Abandoned { at: now }, Vec::new()))
    }

    /// Finishes a registration whose mobile is proven and whose email address cannot be: what staff have seen stands in for that one proof.
    /// There is no account, and the address, which nobody proved, goes nowhere.
    pub fn finish_by_staff(self, _seen: IdSeen) -> Result<Moved, Refused> {
        let (State::AwaitingPassword { mobile } | State::AwaitingLink { mobile, .. }) = &self.state else {
            return Err(self.refused(Move::FinishByStaff, Why::State));
        };
        let mobile = mobile.clone();
        Ok(self.moved(State::HandedToDesk { mobile }, vec![Promise::ReviewWithoutEmail]))
    }

    /// Whether staff may begin another with the same details: it is not done, or ended without success.
    #[must_use]
    pub const fn may_begin_anew(&self) -> bool {
        match &self.state {
            State::AwaitingCode { .. }
            | State::AwaitingPassword { .. }
            | State::AwaitingLink { .. }
            | State::AwaitingTerms { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. } => true,
            State::Registered { .. } | State::HandedToDesk { .. } | State::Superseded { .. } => false,
        }
    }

    /// Ends a registration that is not done.
    pub fn cancel_by_staff(self, now: Timestamp) -> Result<Moved, Refused> {
        if !self.state.name().is_open() {
            return Err(self.refused(Move::CancelByStaff, Why::State));
        }
        Ok(self.moved(State::Abandoned { at: now }, Vec::new()))
    }
}
