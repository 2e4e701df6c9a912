//! Staff of a sandbox: as invented as its patients, and with a password that everybody may know.

use registration::{
    secrets::{
        link_token::LinkToken,
        password::{Password, PasswordContext},
    },
    values::name::NamePart,
};
use staff::{StaffId, initials::Initials, permission::Role, session::INVITATION_LIFETIME};
use store::{NewStaff, Stamp, StoreError};

use crate::Portal;

/// What every staff member of a sandbox types.
pub const SANDBOX_STAFF_PASSWORD: &str = "sandbox teapot";

/// Initials, name and role of each.
pub const SANDBOX_STAFF: [(&str, &str, Role); 3] = [
    ("MP", "Meera Patel", Role::Manager),
    ("RH", "Robin Hale", Role::Receptionist),
    ("TO", "Tomasz Oak", Role::It),
];

impl Portal {
    /// Adds the staff of a sandbox if nobody works there; says whether it did. Does nothing where people are real.
    ///
    /// # Panics
    ///
    /// When [`SANDBOX_STAFF`] holds what is no name, or where thirty-two hashes wait: it is asked before a portal serves.
    pub async fn add_sandbox_staff(&self) -> Result<bool, StoreError> {
        let practice = self.practice();
        if self.store.stamp() != Stamp::Sandbox || !self.store.staff(practice).await?.is_empty() {
            return Ok(false);
        }
        let mut added = Vec::new();
        for (initials, name, role) in SANDBOX_STAFF {
            let name = NamePart::parse(name).expect("a name");
            let password = Password::parse_for_staff(SANDBOX_STAFF_PASSWORD, &PasswordContext::default());
            let turn = self.hasher.turn().await.expect("nobody asks yet");
            let password = self.hasher.hash(turn, password.expect("a test reads it"), self.rng()).await;
            added.push((Initials::parse(initials).expect("initials"), name, role, password));
        }
        let mut tx = self.store.begin(practice).await?;
        let now = self.now();
        tx.put_practice(practice, &self.settings.name, now).await?;
        tx.take_turns_in_staff(practice).await?;
        // Asked again inside: another portal may start at this moment.
        if !tx.staff(practice).await?.is_empty() {
            return Ok(false);
        }
        for (initials, name, role, password) in &added {
            let invitation = LinkToken::draw(&mut self.rng()).hash();
            let new = NewStaff {
                id: StaffId::draw(now, &mut self.rng()),
                name: name.as_typed(),
                initials,
                role: *role,
                invitation: &invitation,
                invitation_expires_at: now + INVITATION_LIFETIME,
            };
            tx.add_staff(practice, new, now).await?;
            tx.take_up_invitation(practice, &invitation, password, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
