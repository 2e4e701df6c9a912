//! Behind the emailed link. Looking changes nothing; only the password, or a fresh code to the verified mobile, does.

use registration::{
    flow::{FreshCode, LinkVerdict, Registration, State},
    secrets::{
        code::{Code, CodePurpose},
        link_token::LinkToken,
        password::{PasswordAttempt, PasswordHash, PasswordRefused},
    },
};
use store::StoreError;
use tracing::Instrument as _;

use super::{Carried, fresh_code::Verdict};
use crate::{
    Portal,
    hashing::Turn,
    refused::{LinkPage, PageRefused, PhoneProof, Refusal, StoreFailure, ended_link_page},
};

impl Portal {
    /// What the patient finds behind an address: a pure read.
    pub async fn link_page(&self, token: &str) -> Result<LinkPage, StoreFailure> {
        self.look_behind(token).await.map_err(|error| self.failure(&error))
    }

    /// Sends a fresh code to the verified mobile, where no password is set yet.
    pub async fn send_link_code(&self, token: &str) -> Result<(), PageRefused> {
        let send = async {
            let registration = self.without_password(token).await?;
            self.send_fresh_code(&registration, CodePurpose::SetPasswordByLink, self.now()).await
        };
        send.await.map_err(|refusal| self.page_refused(refusal))
    }

    /// Checks that code.
    pub async fn check_link_code(&self, token: &str, typed: &str) -> Result<PhoneProof, PageRefused> {
        self.prove_by_link(token, typed).await.map_err(|refusal| self.page_refused(refusal))
    }

    /// Sets the first password: the link proves the email, the fresh code that its reader holds the mobile too.
    pub async fn set_password_by_link(
        &self,
        token: &str,
        proof: &FreshCode,
        typed: &str,
    ) -> Result<Registration, PageRefused> {
        let set = async {
            let registration = self.without_password(token).await?;
            if !proof.covers(registration.id, &registration.details.mobile, self.now()) {
                return Err(Refusal::NotInThisState);
            }
            let turn = self.hasher.turn().await?;
            let password = self.hashed(&registration, typed, turn).await?;
            let from = registration.state.name();
            let now = self.now();
            let moved = registration.set_password_by_link(proof, password, now)?;
            self.keep(None, from, moved, Carried::FirstPassword, now).await
        };
        set.await.map_err(|refusal| self.page_refused(refusal))
    }

    /// Opens the link with the password set before. An empty field is no try.
    pub async fn open_link(&self, token: &str, typed: &str) -> Result<Registration, PageRefused> {
        self.open_with_password(token, typed).await.map_err(|refusal| self.page_refused(refusal))
    }

    async fn open_with_password(&self, token: &str, typed: &str) -> Result<Registration, Refusal> {
        let page = self.look_behind(token).await?;
        let LinkPage::AskPassword(registration) = page else { return Err(Refusal::LinkDead(page)) };
        let attempt = PasswordAttempt::parse(typed).ok_or_else(|| {
            let why = if typed.is_empty() { PasswordRefused::Missing } else { PasswordRefused::TooLong };
            Refusal::Fields(vec![why.into()])
        })?;
        let (State::AwaitingLink { password: Some(password), .. } | State::AwaitingTerms { password, .. }) =
            registration.state.clone()
        else {
            return Err(Refusal::NotInThisState);
        };
        let turn = self.hasher.turn().await?;
        let portal = self.clone();
        // From here on to the end, whoever is still there: a phone that loses its network would spend a try for nothing.
        let trying = async move { portal.try_password(*registration, attempt, password, turn).await };
        let tried = tokio::spawn(trying.in_current_span());
        tried.await.expect("it neither panics nor is cancelled")
    }

    /// Counts the try, then compares it, then keeps what came of it.
    async fn try_password(
        &self,
        registration: Registration,
        attempt: PasswordAttempt,
        password: PasswordHash,
        turn: Turn,
    ) -> Result<Registration, Refusal> {
        let counted = self
            .store
            .count_link_try(self.practice(), registration.id)
            .await?
            .ok_or(Refusal::NotInThisState)?;
        let matched = self.hasher.matches(turn, attempt, password).await;
        let (from, now) = (registration.state.name(), self.now());
        match registration.open_link(matched, &counted, now)? {
            LinkVerdict::Right(moved) => self.keep(None, from, moved, Carried::Nothing, now).await,
            LinkVerdict::Wrong { tries_left } => Err(Refusal::PasswordWrong { tries_left }),
            LinkVerdict::Locked(moved) => {
                self.keep(None, from, moved, Carried::Nothing, now).await?;
                Err(Refusal::LinkDead(LinkPage::Locked))
            }
        }
    }

    async fn prove_by_link(&self, token: &str, typed: &str) -> Result<PhoneProof, Refusal> {
        let registration = self.without_password(token).await?;
        let now = self.now();
        self.count_number(&registration.details.mobile, now).await?;
        let code = Code::parse_typed(typed).map_err(|why| Refusal::Fields(vec![why.into()]))?;
        match self.try_fresh_code(&registration, CodePurpose::SetPasswordByLink, &code, now).await? {
            Verdict::Right => Ok(PhoneProof {
                fresh: FreshCode::checked(registration.id, registration.details.mobile.clone(), now),
                registration,
                proven_at: now,
            }),
            Verdict::Wrong { tries_left } => Err(Refusal::CodeWrong { tries_left }),
            Verdict::Expired => Err(Refusal::CodeExpired),
            Verdict::TriesUsedUp => Err(Refusal::CodeTriesUsedUp { retry_at: None }),
        }
    }

    async fn without_password(&self, token: &str) -> Result<Registration, Refusal> {
        match self.look_behind(token).await? {
            LinkPage::AskFreshCode(registration) => Ok(*registration),
            page @ (LinkPage::AskPassword(_)
            | LinkPage::Used
            | LinkPage::Expired
            | LinkPage::Superseded
            | LinkPage::Locked
            | LinkPage::Ended
            | LinkPage::Unknown) => Err(Refusal::LinkDead(page)),
        }
    }

    async fn look_behind(&self, token: &str) -> Result<LinkPage, StoreError> {
        let Some(token) = LinkToken::parse(token) else { return Ok(LinkPage::Unknown) };
        let Some(found) = self.store.registration_by_link(self.practice(), &token.hash()).await? else {
            return Ok(LinkPage::Unknown);
        };
        let registration = found.registration;
        let expired = registration.deadline().is_some_and(|deadline| self.now() >= deadline);
        Ok(match &registration.state {
            State::AwaitingLink { .. } | State::AwaitingTerms { .. } if !found.live => LinkPage::Superseded,
            State::AwaitingLink { .. } | State::AwaitingTerms { .. } if expired => LinkPage::Expired,
            State::AwaitingLink { password: None, .. } => LinkPage::AskFreshCode(Box::new(registration)),
            State::AwaitingLink { password: Some(_), .. } | State::AwaitingTerms { .. } => {
                LinkPage::AskPassword(Box::new(registration))
            }
            State::AwaitingCode { .. }
            | State::AwaitingPassword { .. }
            | State::Registered { .. }
            | State::HandedToDesk { .. }
            | State::Expired { .. }
            | State::Abandoned { .. }
            | State::Declined { .. }
            | State::Locked { .. }
            | State::Superseded { .. } => ended_link_page(registration.state.name()),
        })
    }
}
