//! What a page reads besides what the use cases give it.

use registration::{
    flow::{Registration, StateName},
    ids::RegistrationId,
};

use crate::{PhoneProof, Portal, StoreFailure};

impl Portal {
    /// The registration a pass names.
    pub(super) async fn find(&self, id: RegistrationId) -> Result<Option<Registration>, StoreFailure> {
        let found = self.store.registration(self.practice(), id).await;
        found.map_err(|error| self.failure(&error))
    }

    /// The registrations that whoever just proved this mobile may go on with: the one that the code was for and, while
    /// it is open, every other whose mobile is proven to be this one. A child may be registered with a parent's mobile.
    pub(super) async fn open_on_mobile(&self, proof: &PhoneProof) -> Result<Vec<Registration>, StoreFailure> {
        if !proof.registration.state.name().is_open() {
            return Ok(Vec::new());
        }
        let mobile = proof.registration.details.mobile.e164();
        let found = self.store.open_registrations_of(self.practice(), mobile).await;
        let mut open = found.map_err(|error| self.failure(&error))?;
        open.retain(|registration| registration.state.name() != StateName::AwaitingCode);
        Ok(open)
    }
}
