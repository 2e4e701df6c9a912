//! A reference for the desk, where a patient needs a person.

use kiosk_api::registration::{DeskReason, DeskReference};
use registration::{ids::RegistrationId, secrets::reference::Reference};
use store::{AccessEntry, Act, Actor, DeskReferenceRow, Tx};

use super::AtKiosk;
use crate::{Portal, refused::Refusal};

/// Draws before it is given up: with a million references given, five in a row are taken once in 10^10 times.
const DRAWS: u8 = 5;

/// Seconds after which it is worth asking again where every draw was taken.
const RETRY_S: u32 = 1;

impl Portal {
    /// The registration's own reference, if one was confirmed at this kiosk; a new one otherwise.
    pub(crate) async fn ask_desk(
        &self,
        asked: &AtKiosk<'_>,
        reason: DeskReason,
        registration: Option<RegistrationId>,
    ) -> Result<(), Refusal> {
        let own = match registration {
            Some(id) => Some(self.registration_of(asked, id).await?.reference),
            None => None,
        };
        let row = DeskReferenceRow {
            practice: self.practice(),
            reference: own.clone().unwrap_or_else(|| Reference::draw(&mut self.rng())),
            kiosk: asked.kiosk,
            reason: match reason {
                DeskReason::AskedForHelp => store::DeskReason::AskedForHelp,
                DeskReason::NoMobile => store::DeskReason::NoMobile,
                DeskReason::Under16 => store::DeskReason::Under16,
            },
            registration,
            at: self.now(),
        };
        let mut tx = self.store.begin(self.practice()).await?;
        let reference = match own {
            Some(own) => {
                // Whoever asks twice with one registration is shown the same.
                tx.add_desk_reference(&row).await?;
                own
            }
            None => self.give_new_reference(&mut tx, row.clone()).await?,
        };
        if reason == DeskReason::AskedForHelp {
            self.call_for_help(&mut tx, asked.kiosk, &reference, registration, row.at).await?;
        }
        let shown = DeskReference { reference: reference.as_str().to_owned() };
        let body = serde_json::to_string(&shown).expect("a reference is a plain string");
        let entry = self.entry(Actor::Kiosk(asked.kiosk), Act::DeskReferenceGiven, row.at);
        tx.log(AccessEntry { registration, ..entry }).await?;
        asked.keep(&mut tx, body).await?;
        Ok(tx.commit().await?)
    }

    /// One that nobody else has been given: two patients at the desk must not show the same.
    async fn give_new_reference(&self, tx: &mut Tx, mut row: DeskReferenceRow) -> Result<Reference, Refusal> {
        for _ in 0..DRAWS {
            if tx.add_desk_reference(&row).await? {
                return Ok(row.reference);
            }
            row.reference = Reference::draw(&mut self.rng());
        }
        Err(Refusal::Busy { retry_after_s: RETRY_S })
    }
}
