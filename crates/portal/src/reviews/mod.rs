//! What the machine would not decide, shown to staff and settled by them.

mod open_again;
mod settle;
mod shown;

pub use self::{
    open_again::NotOpenedAgain,
    settle::{NotSettled, Word},
    shown::{InQuestion, NotShown, ReviewShown},
};
use registration::ids::{PatientId, RegistrationId};
use store::{AccessEntry, Act, Actor, ByStaff, Purpose, StoreError, Tx};

use crate::Portal;

impl Portal {
    /// Keeps in the log what a staff member did about somebody's registration.
    async fn log_staff(
        &self,
        tx: &mut Tx,
        staff: ByStaff,
        act: Act,
        registration: RegistrationId,
        patient: Option<PatientId>,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Staff(staff), act, self.now());
        let purpose = matches!(act, Act::ReviewShown).then_some(Purpose::SettleReview);
        tx.log(AccessEntry { registration: Some(registration), patient, purpose, ..entry }).await
    }
}
