//! Time that ran out: a proven mobile that waits for a password goes on on the patient's phone, everything else expires.

use registration::flow::{Registration, StateName};
use store::StoreError;

use crate::{Portal, refused::Refusal, registrations::Carried};

/// Registrations looked at in one round.
const AT_ONCE: u32 = 50;

impl Portal {
    pub(super) async fn move_overdue(&self) -> Result<usize, StoreError> {
        let overdue = self.store.due_registrations(self.practice(), self.now(), AT_ONCE).await?;
        let mut moved = 0;
        for registration in overdue {
            let id = registration.id;
            match self.move_on(registration).await {
                Ok(_) => moved += 1,
                Err(Refusal::Store(error)) => return Err(error),
                // Somebody moved it first; the next round sees where it stands.
                Err(refusal) => tracing::debug!(registration = %id, ?refusal, "was moved meanwhile"),
            }
        }
        Ok(moved)
    }

    async fn move_on(&self, registration: Registration) -> Result<Registration, Refusal> {
        let from = registration.state.name();
        if from == StateName::AwaitingPassword {
            return self.go_on_on_phone(None, registration).await;
        }
        let now = self.now();
        let moved = registration.expire(now)?;
        self.keep(None, from, moved, Carried::Nothing, now).await
    }
}
