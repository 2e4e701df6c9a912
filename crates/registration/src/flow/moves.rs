//! The moves. Each names the states it may start from; every other state refuses with itself and the move's name.

use crate::{
    flow::{
        figures::{
            AWAITING_CODE_LIFETIME, AWAITING_PASSWORD_LIFETIME, REMINDER_AFTER, TRIES_PER_CODE,
            TRIES_PER_LINK,
        },
        outcomes::{CodeVerdict, Confirmed, LinkVerdict, Moved, NewCode, NewLink, Promise, Refused, Why},
        proofs::{CountedTry, FreshCode},
        state::{Link, Registration, SentCode, State},
        table::Move,
    },
    ids::RegistrationId,
    secrets::{code::CodeMac, password::PasswordHash},
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};

impl Registration {
    pub(super) fn moved(mut self, state: State, promises: Vec<Promise>) -> Moved {
        self.state = state;
        self.version += 1;
        Moved { registration: self, promises }
    }

    pub(super) fn refused(&self, attempted: Move, why: Why) -> Refused {
        Refused { from: self.state.name(), attempted, why }
    }

    /// Compares a typed code. The try must have been counted, and the count committed, before.
    pub fn check_code(
        self,
        typed: &CodeMac,
        counted: &CountedTry,
        now: Timestamp,
    ) -> Result<CodeVerdict, Refused> {
        let State::AwaitingCode { code } = &self.state else {
            return Err(self.refused(Move::CheckCode, Why::State));
        };
        if counted.tries_used() > TRIES_PER_CODE {
            return Ok(CodeVerdict::TriesUsedUp);
        }
        if !code.is_live(now) {
            return Ok(CodeVerdict::Expired);
        }
        if !code.mac.matches(typed) {
            return Ok(CodeVerdict::Wrong { tries_left: TRIES_PER_CODE - counted.tries_used() });
        }
        let mobile = Verified::proven(self.details.mobile.clone(), now);
        Ok(CodeVerdict::Right(if self.details.email.is_some() {
            self.moved(State::AwaitingPassword { mobile }, vec![Promise::SupersedeOthers])
        } else {
            self.moved(
                State::HandedToDesk { mobile },
                vec![Promise::SupersedeOthers, Promise::ReviewWithoutEmail],
            )
        }))
    }

    /// Replaces the code by a new one; the old one is dead.
    pub fn resend_code(self, new: NewCode, now: Timestamp) -> Result<Moved, Refused> {
        let State::AwaitingCode { code } = &self.state else {
            return Err(self.refused(Move::ResendCode, Why::State));
        };
        let Some(may_at) = code.may_resend_at(now) else {
            return Err(self.refused(Move::ResendCode, Why::UsedUp));
        };
        if now < may_at {
            return Err(self.refused(Move::ResendCode, Why::TooSoon { may_at }));
        }
        let code = SentCode { mac: new.mac, sent_at: now, tries_used: 0, sends: code.sends + 1 };
        Ok(self.moved(State::AwaitingCode { code }, vec![Promise::CodeSms]))
    }

    /// Replaces a code whose text never went: nobody has it, so that the new one counts as the same send.
    pub fn replace_unsent_code(self, new: NewCode, now: Timestamp) -> Result<Moved, Refused> {
        let State::AwaitingCode { code } = &self.state else {
            return Err(self.refused(Move::ReplaceUnsentCode, Why::State));
        };
        let code = SentCode { mac: new.mac, sent_at: now, tries_used: 0, sends: code.sends };
        Ok(self.moved(State::AwaitingCode { code }, vec![Promise::CodeSms]))
    }

    /// The patient changes the number: this registration ends, another will be confirmed.
    pub fn abandon(self, now: Timestamp) -> Result<Moved, Refused> {
        match &self.state {
            State::AwaitingCode { .. } => Ok(self.moved(State::Abandoned { at: now }, Vec::new())),
            State::AwaitingPassword { .. }
            | State::AwaitingLink { .. }
            | State::AwaitingTerms { .. }
            | State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => Err(self.refused(Move::Abandon, Why::State)),
        }
    }

    /// Keeps a password typed on the kiosk, or on the phone that just proved the mobile.
    pub fn set_password(
        self,
        password: PasswordHash,
        new: NewLink,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        self.await_link(Move::SetPassword, Some(password), new, now)
    }

    /// The patient goes on on their own phone, or walked away.
    pub fn continue_on_phone(self, new: NewLink, now: Timestamp) -> Result<Moved, Refused> {
        self.await_link(Move::ContinueOnPhone, None, new, now)
    }

    fn await_link(
        self,
        attempted: Move,
        password: Option<PasswordHash>,
        new: NewLink,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        let State::AwaitingPassword { mobile } = &self.state else {
            return Err(self.refused(attempted, Why::State));
        };
        let link = new.sent(now);
        let promises = link_promises(&link);
        let state = State::AwaitingLink { mobile: mobile.clone(), password, link };
        Ok(self.moved(state, promises))
    }

    /// Sends a new link, to the corrected address if one is given; the old link is dead.
    pub fn send_new_link(
        mut self,
        proof: &FreshCode,
        corrected: Option<EmailAddress>,
        new: NewLink,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        let State::AwaitingLink { mobile, password, .. } = &self.state else {
            return Err(self.refused(Move::SendNewLink, Why::State));
        };
        if !proof.covers(self.id, mobile.value(), now) {
            return Err(self.refused(Move::SendNewLink, Why::Unproven));
        }
        let link = new.sent(now);
        let promises = link_promises(&link);
        let state = State::AwaitingLink { mobile: mobile.clone(), password: password.clone(), link };
        if corrected.is_some() {
            self.details.email = corrected;
        }
        Ok(self.moved(state, promises))
    }

    /// Judges a password typed on the link's page, `matched` being the outcome of the hash. The try must have been
    /// counted, and the count committed, before.
    pub fn open_link(
        self,
        matched: bool,
        counted: &CountedTry,
        now: Timestamp,
    ) -> Result<LinkVerdict, Refused> {
        let (mobile, password, link) = match &self.state {
            State::AwaitingLink { mobile, password: Some(password), link }
            | State::AwaitingTerms { mobile, password, link, .. } => (mobile, password, link),
            State::AwaitingLink { password: None, .. }
            | State::AwaitingCode { .. }
            | State::AwaitingPassword { .. }
            | State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => return Err(self.refused(Move::OpenLink, Why::State)),
        };
        if now >= link.expires_at {
            return Err(self.refused(Move::OpenLink, Why::LinkExpired));
        }
        if matched && counted.tries_used() <= TRIES_PER_LINK {
            let Some(address) = self.details.email.clone() else {
                return Err(self.refused(Move::OpenLink, Why::State));
            };
            let state = State::AwaitingTerms {
                mobile: mobile.clone(),
                email: Verified::proven(address, now),
                password: password.clone(),
                // Whoever knows the password may come back as often as they like.
                link: Link { tries_used: 0, ..link.clone() },
            };
            return Ok(LinkVerdict::Right(self.moved(state, Vec::new())));
        }
        if counted.tries_used() >= TRIES_PER_LINK {
            return Ok(LinkVerdict::Locked(self.moved(State::Locked { at: now }, Vec::new())));
        }
        Ok(LinkVerdict::Wrong { tries_left: TRIES_PER_LINK - counted.tries_used() })
    }

    /// Sets the first password on the link's page: the link proves the email, the fresh code that the reader also
    /// holds the verified mobile.
    pub fn set_password_by_link(
        self,
        proof: &FreshCode,
        password: PasswordHash,
        now: Timestamp,
    ) -> Result<Moved, Refused> {
        let State::AwaitingLink { mobile, password: None, link } = &self.state else {
            return Err(self.refused(Move::SetPasswordByLink, Why::State));
        };
        if now >= link.expires_at {
            return Err(self.refused(Move::SetPasswordByLink, Why::LinkExpired));
        }
        if !proof.covers(self.id, mobile.value(), now) {
            return Err(self.refused(Move::SetPasswordByLink, Why::Unproven));
        }
        let Some(address) = self.details.email.clone() else {
            return Err(self.refused(Move::SetPasswordByLink, Why::State));
        };
        let state = State::AwaitingTerms {
            mobile: mobile.clone(),
            email: Verified::proven(address, now),
            password,
            link: link.clone(),
        };
        Ok(self.moved(state, Vec::new()))
    }

    /// The patient accepts the terms.
    pub fn accept_terms(self, now: Timestamp) -> Result<(Moved, PasswordHash), Refused> {
        let State::AwaitingTerms { mobile, email, password, .. } = &self.state else {
            return Err(self.refused(Move::AcceptTerms, Why::State));
        };
        let password = password.clone();
        let state = State::Registered { mobile: mobile.clone(), email: email.clone(), at: now };
        Ok((self.moved(state, vec![Promise::MatchAndAccount]), password))
    }

    /// "I don't accept".
    pub fn decline_terms(self, now: Timestamp) -> Result<Moved, Refused> {
        let State::AwaitingTerms { .. } = &self.state else {
            return Err(self.refused(Move::DeclineTerms, Why::State));
        };
        Ok(self.moved(State::Declined { at: now }, Vec::new()))
    }

    /// When time alone ends this state or moves it on; `None` where it never does.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::AwaitingCode { .. } => Some(self.confirmed_at + AWAITING_CODE_LIFETIME),
            State::AwaitingPassword { mobile } => Some(mobile.at() + AWAITING_PASSWORD_LIFETIME),
            State::AwaitingLink { link, .. } | State::AwaitingTerms { link, .. } => Some(link.expires_at),
            State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => None,
        }
    }

    /// Time ran out. A proven mobile that waits for a password does not expire: it goes on on the patient's phone.
    pub fn expire(self, now: Timestamp) -> Result<Moved, Refused> {
        match (&self.state, self.deadline()) {
            (
                State::AwaitingCode { .. } | State::AwaitingLink { .. } | State::AwaitingTerms { .. },
                Some(deadline),
            ) => {
                if now < deadline {
                    return Err(self.refused(Move::Expire, Why::TooSoon { may_at: deadline }));
                }
                Ok(self.moved(State::Expired { at: now }, Vec::new()))
            }
            (
                State::AwaitingCode { .. }
                | State::AwaitingPassword { .. }
                | State::AwaitingLink { .. }
                | State::AwaitingTerms { .. }
                | State::Registered { .. }
                | State::HandedToDesk { .. }
                | State::Expired { .. }
                | State::Abandoned { .. }
                | State::Declined { .. }
                | State::Locked { .. }
                | State::Superseded { .. },
                _,
            ) => Err(self.refused(Move::Expire, Why::State)),
        }
    }

    /// The same person, on the same mobile, proved `by`.
    pub fn supersede(self, by: RegistrationId, now: Timestamp) -> Result<Moved, Refused> {
        if !self.state.name().is_open() || by == self.id {
            return Err(self.refused(Move::Supersede, Why::State));
        }
        Ok(self.moved(State::Superseded { by, at: now }, Vec::new()))
    }

    /// Whether `later`, once proven, ends this one: it was confirmed after it, of the same mobile, name and date of birth. An earlier one
    /// ends nothing: the patient has begun again since, and what is on the glass now is what they mean.
    #[must_use]
    pub fn is_ended_by(&self, later: &Self) -> bool {
        (self.confirmed_at, self.id) < (later.confirmed_at, later.id)
            && self.practice == later.practice
            && self.details.mobile == later.details.mobile
            && self.details.date_of_birth == later.details.date_of_birth
            && self.details.name.folded_family() == later.details.name.folded_family()
            && self.details.name.folded_given() == later.details.name.folded_given()
    }

    /// The mobile, if it is proven.
    #[must_use]
    pub const fn verified_mobile(&self) -> Option<&Verified<MobileNumber>> {
        match &self.state {
            State::AwaitingPassword { mobile }
            | State::AwaitingLink { mobile, .. }
            | State::AwaitingTerms { mobile, .. }
            | State::Registered { mobile, .. }
            | State::HandedToDesk { mobile } => Some(mobile),
            State::AwaitingCode { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => None,
        }
    }
}

impl Registration {
    /// What whoever is done has proven: staff and records are concerned with nothing less. The mobile, and the email address of those who
    /// have one.
    #[must_use]
    pub const fn proven(&self) -> Option<(&Verified<MobileNumber>, Option<&Verified<EmailAddress>>)> {
        match &self.state {
            State::Registered { mobile, email, .. } => Some((mobile, Some(email))),
            State::HandedToDesk { mobile } => Some((mobile, None)),
            State::AwaitingCode { .. }
            | State::AwaitingPassword { .. }
            | State::AwaitingLink { .. }
            | State::AwaitingTerms { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => None,
        }
    }
}

impl NewLink {
    pub(super) fn sent(self, now: Timestamp) -> Link {
        let expires_at = now + self.lifetime.span();
        Link { token_hash: self.token_hash, sent_at: now, expires_at, tries_used: 0 }
    }
}

pub(super) fn link_promises(link: &Link) -> Vec<Promise> {
    let at = link.sent_at + REMINDER_AFTER;
    if at < link.expires_at {
        vec![Promise::LinkEmail, Promise::LinkReminder { at }]
    } else {
        vec![Promise::LinkEmail]
    }
}

impl Confirmed {
    /// Begins a registration.
    #[must_use]
    pub fn begin(self, now: Timestamp) -> Moved {
        let code = SentCode { mac: self.code.mac, sent_at: now, tries_used: 0, sends: 1 };
        Moved {
            registration: Registration {
                id: self.id,
                practice: self.practice,
                reference: self.reference,
                language: self.language,
                details: self.details,
                confirmed_at: now,
                version: 1,
                state: State::AwaitingCode { code },
            },
            promises: vec![Promise::CodeSms],
        }
    }
}
