//! From an account to its holder's own record: what hinders it, who made it, and who is told.

use matching::{Mark, ReviewReason, hindrance};
use registration::{
    flow::Registration,
    ids::{AccountId, PatientId},
    time::Timestamp,
};
use store::{AccessEntry, Act, Actor, ByStaff, NamedRecord, NewProfile, OutboxKind, StoreError, Tx};

use super::proven_email;
use crate::{
    Portal,
    outbox::{NEVER, Payload, Promised},
    quiet_hours::when_awake,
};

impl Portal {
    /// Whose record it is, if a staff member has said so who has seen who it is (ADR 17). Of a record that is no longer as they were shown
    /// it, that has been marked since, or of which staff have said that it is somebody else's, the machine decides.
    pub(super) async fn named_by_staff(
        &self,
        tx: &mut Tx,
        registration: &Registration,
    ) -> Result<Option<NamedRecord>, StoreError> {
        let practice = self.practice();
        let Some(named) = tx.named_record(practice, registration.id).await? else { return Ok(None) };
        let record = tx.patient(practice, named.patient).await?;
        if record.is_none_or(|record| record.version != named.version)
            || tx.marks_of(practice, named.patient).await?.into_iter().any(Mark::keeps_from_staff)
        {
            return Ok(None);
        }
        let details = &registration.details;
        let (born, mobile) = (details.date_of_birth.date(), details.mobile.e164());
        let email = proven_email(registration).unwrap_or_default();
        let others = tx.not_the_same(practice, &details.name, born, mobile, email).await?;
        Ok((!others.contains(&named.patient)).then_some(named))
    }

    /// Why this account may not show this record without staff.
    pub(crate) async fn hindrance(
        &self,
        tx: &mut Tx,
        account: AccountId,
        patient: PatientId,
    ) -> Result<Option<ReviewReason>, StoreError> {
        let linked = tx.record_of_account(self.practice(), account).await?;
        let shown_by = tx.account_of_record(self.practice(), patient).await?;
        Ok(hindrance((account, linked), (patient, shown_by.map(|account| account.id))))
    }

    /// From the account to the record; one that is there already stays. Nothing [hinders](Self::hindrance) it.
    pub(crate) async fn link(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        account: AccountId,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.link_by(Actor::Portal, tx, registration, (account, patient), now).await?;
        Ok(())
    }

    /// The same, as staff have said; whoever has the account is told, when people are awake.
    pub(crate) async fn link_by_staff(
        &self,
        staff: ByStaff,
        tx: &mut Tx,
        registration: &Registration,
        link: (AccountId, PatientId),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.link_by(Actor::Staff(staff), tx, registration, link, now).await? {
            return Ok(());
        }
        let notice = Promised {
            registration: Some(registration.id),
            kind: OutboxKind::NoticeLinked,
            payload: Payload::OwnLinked,
            not_before: when_awake(now, self.settings.time_zone),
            expires_at: now + NEVER,
        };
        self.promise(tx, notice, now).await
    }

    /// Says whether it was not there before.
    async fn link_by(
        &self,
        actor: Actor,
        tx: &mut Tx,
        registration: &Registration,
        (account, patient): (AccountId, PatientId),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let profile = NewProfile {
            practice: self.practice(),
            account,
            patient,
            registration: registration.id,
            at: now,
        };
        let is_new = tx.add_profile(profile).await?;
        if is_new {
            let entry = self.entry(actor, Act::RecordLinked, now);
            let (registration, patient) = (Some(registration.id), Some(patient));
            tx.log(AccessEntry { registration, patient, account: Some(account), ..entry }).await?;
        }
        Ok(is_new)
    }
}
