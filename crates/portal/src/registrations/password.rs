//! The password, at the kiosk, and leaving the kiosk.

use registration::{
    flow::{NewLink, Registration, StateName},
    ids::RegistrationId,
    secrets::{
        link_token::LinkToken,
        password::{Password, PasswordContext, PasswordHash},
    },
    time::Timestamp,
};

use super::{AtKiosk, Carried};
use crate::{Portal, hashing::Turn, refused::Refusal};

impl Portal {
    /// Keeps a password typed on the kiosk and sends the link.
    pub(crate) async fn set_password(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
        typed: &str,
        turn: Turn,
    ) -> Result<Registration, Refusal> {
        let registration = self.registration_of(asked, id).await?;
        self.set_first_password(Some(asked), registration, typed, turn).await
    }

    /// The state is asked for before the hash: a registration that has moved on costs nothing.
    pub(super) async fn set_first_password(
        &self,
        asked: Option<&AtKiosk<'_>>,
        registration: Registration,
        typed: &str,
        turn: Turn,
    ) -> Result<Registration, Refusal> {
        if registration.state.name() != StateName::AwaitingPassword {
            return Err(Refusal::NotInThisState);
        }
        let password = self.hashed(&registration, typed, turn).await?;
        let now = self.now();
        let (token, link) = self.new_link();
        let moved = registration.set_password(password, link, now)?;
        self.keep_with_link(asked, StateName::AwaitingPassword, moved, &token, now).await
    }

    /// The patient goes on on their own phone. Before the code is right nothing is to be done: the text message has the
    /// address of the code page. Afterwards nothing is left to do.
    pub(crate) async fn leave(
        &self,
        asked: &AtKiosk<'_>,
        id: RegistrationId,
    ) -> Result<Registration, Refusal> {
        let registration = self.registration_of(asked, id).await?;
        if registration.state.name() == StateName::AwaitingPassword {
            self.go_on_on_phone(Some(asked), registration).await
        } else {
            self.keep_unmoved(asked, registration).await
        }
    }

    pub(crate) async fn go_on_on_phone(
        &self,
        asked: Option<&AtKiosk<'_>>,
        registration: Registration,
    ) -> Result<Registration, Refusal> {
        let now = self.now();
        let (token, link) = self.new_link();
        let moved = registration.continue_on_phone(link, now)?;
        self.keep_with_link(asked, StateName::AwaitingPassword, moved, &token, now).await
    }

    /// A password that the policy accepts, hashed.
    pub(super) async fn hashed(
        &self,
        registration: &Registration,
        typed: &str,
        turn: Turn,
    ) -> Result<PasswordHash, Refusal> {
        let context = PasswordContext::of(&registration.details, &self.settings.name);
        let password =
            Password::parse(typed, &context).map_err(|refused| Refusal::Fields(vec![refused.into()]))?;
        Ok(self.hasher.hash(turn, password, self.rng()).await)
    }

    pub(crate) fn new_link(&self) -> (LinkToken, NewLink) {
        let token = LinkToken::draw(&mut self.rng());
        let link = NewLink { token_hash: token.hash(), lifetime: self.settings.link_lifetime };
        (token, link)
    }

    pub(super) async fn keep_with_link(
        &self,
        asked: Option<&AtKiosk<'_>>,
        from: StateName,
        moved: registration::flow::Moved,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<Registration, Refusal> {
        let Some(address) = &moved.registration.details.email else { return Err(Refusal::NotInThisState) };
        let (tx, due) = if let Some(asked) = asked {
            self.begin_with_email(address, asked.kiosk, now).await?
        } else {
            let due = self.count_email(address, now).await?;
            (self.store.begin(self.practice()).await?, due)
        };
        self.keep_in(tx, asked, from, moved, Carried::Link { token, due }, now).await
    }
}
