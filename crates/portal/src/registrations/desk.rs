//! A reference for the desk, where a patient needs a person.

use kiosk_api::registration::{DeskReason, DeskReference};
use registration::{ids::RegistrationId, secrets::reference::Reference};
use store::{AccessEntry, Act, Actor, DeskReferenceRow};

use super::AtKiosk;
use crate::{Portal, refused::Refusal};

impl Portal {
    /// The registration's own reference, if one was confirmed at this kiosk; a new one otherwise.
    pub(crate) async fn ask_desk(
        &self,
        asked: &AtKiosk<'_>,
        reason: DeskReason,
        registration: Option<RegistrationId>,
    ) -> Result<(), Refusal> {
        let reference = match registration {
            Some(id) => self.registration_of(asked, id).await?.reference,
            None => Reference::draw(&mut self.rng()),
        };
        let row = DeskReferenceRow {
            practice: self.practice(),
            reference,
            kiosk: asked.kiosk,
            reason: match reason {
                DeskReason::AskedForHelp => store::DeskReason::AskedForHelp,
                DeskReason::NoMobile => store::DeskReason::NoMobile,
                DeskReason::Under16 => store::DeskReason::Under16,
            },
            registration,
            at: self.now(),
        };
        let shown = DeskReference { reference: row.reference.as_str().to_owned() };
        let body = serde_json::to_string(&shown).expect("a reference is a plain string");
        let mut tx = self.store.begin().await?;
        tx.add_desk_reference(&row).await?;
        let entry = self.entry(Actor::Kiosk(asked.kiosk), Act::DeskReferenceGiven, row.at);
        tx.log(AccessEntry { registration, ..entry }).await?;
        asked.keep(&mut tx, body).await?;
        Ok(tx.commit().await?)
    }
}
