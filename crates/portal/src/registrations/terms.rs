//! The terms, at the end. Who may answer comes from a sealed pass only.

use registration::{
    flow::{Registration, StateName},
    ids::RegistrationId,
};

use super::Carried;
use crate::{
    Portal, documents,
    refused::{LinkPage, PageRefused, Refusal},
};

impl Portal {
    /// The patient accepts the terms of this version: the account is made and the record update promised, all in one
    /// transaction. Accepting twice is accepting.
    pub async fn accept_terms(
        &self,
        id: RegistrationId,
        terms_version: &str,
    ) -> Result<Registration, PageRefused> {
        let accept = async {
            let registration = self.answering(id).await?;
            if registration.state.name() == StateName::Registered {
                return Ok(registration);
            }
            // Another version was shown than the one that would be kept: it is shown again.
            if terms_version != documents::TERMS.version {
                return Err(Refusal::NotInThisState);
            }
            let now = self.now();
            let (moved, password) = registration.accept_terms(now)?;
            self.keep(None, StateName::AwaitingTerms, moved, Carried::Password(&password), now).await
        };
        accept.await.map_err(|refusal| self.page_refused(refusal))
    }

    /// "I don't accept".
    pub async fn decline_terms(&self, id: RegistrationId) -> Result<Registration, PageRefused> {
        let decline = async {
            let registration = self.answering(id).await?;
            if registration.state.name() == StateName::Declined {
                return Ok(registration);
            }
            let now = self.now();
            let moved = registration.decline_terms(now)?;
            self.keep(None, StateName::AwaitingTerms, moved, Carried::Nothing, now).await
        };
        decline.await.map_err(|refusal| self.page_refused(refusal))
    }

    async fn answering(&self, id: RegistrationId) -> Result<Registration, Refusal> {
        let registration = self.store.registration(self.practice(), id).await?.ok_or(Refusal::NotFound)?;
        if registration.deadline().is_some_and(|deadline| self.now() >= deadline) {
            return Err(Refusal::LinkDead(LinkPage::Expired));
        }
        Ok(registration)
    }
}
