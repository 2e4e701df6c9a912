//! Staff who have seen who a patient is: kept with their name, and in the log.

use kiosk_api::staff::{answer::IdSeenLine, ask};
use registration::{
    ids::{PatientId, RegistrationId, draw_uuid},
    time::Timestamp,
    values::id_seen::IdSeen,
};
use store::{AccessEntry, Act, Actor, IdentitySeen, NewIdentitySeen, StaffSession, StoreError, Tx};

use super::letting_in::{by, wire};
use crate::Portal;

impl Portal {
    /// Keeps that this staff member has seen who the patient of a registration is, and whose record it is if they named one.
    pub(super) async fn note_id_seen(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        registration: RegistrationId,
        (seen, record): (IdSeen, Option<(PatientId, i64)>),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, practice, staff) = (draw_uuid(now, &mut self.rng()), self.practice(), session.staff.0);
        tx.add_identity_seen(NewIdentitySeen { id, practice, registration, seen, staff, record, at: now })
            .await?;
        let entry = self.entry(Actor::Staff(by(session)), Act::IdSeen, now);
        let patient = record.map(|(patient, _)| patient);
        tx.log(AccessEntry { registration: Some(registration), patient, ..entry }).await
    }

    pub(super) async fn ids_seen(&self, id: RegistrationId) -> Result<Vec<IdSeenLine>, StoreError> {
        let seen = self.store.identities_seen(self.practice(), id).await?;
        let line = |IdentitySeen { seen, by, at }| IdSeenLine {
            at: wire(at),
            id_seen: told(seen),
            by: by.map(|initials| initials.as_str().to_owned()),
        };
        Ok(seen.into_iter().map(line).collect())
    }
}

pub(super) const fn understood(seen: ask::IdSeen) -> IdSeen {
    match seen {
        ask::IdSeen::Passport => IdSeen::Passport,
        ask::IdSeen::DrivingLicence => IdSeen::DrivingLicence,
        ask::IdSeen::PhotoCard => IdSeen::PhotoCard,
        ask::IdSeen::KnownToStaff => IdSeen::KnownToStaff,
    }
}

const fn told(seen: IdSeen) -> ask::IdSeen {
    match seen {
        IdSeen::Passport => ask::IdSeen::Passport,
        IdSeen::DrivingLicence => ask::IdSeen::DrivingLicence,
        IdSeen::PhotoCard => ask::IdSeen::PhotoCard,
        IdSeen::KnownToStaff => ask::IdSeen::KnownToStaff,
    }
}
