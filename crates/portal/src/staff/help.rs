//! What staff do for a patient who registers. Nothing of it proves a contact point, shows a secret, or sends to an address that was typed in
//! the same step.

use kiosk_api::{
    problem::Field,
    staff::{answer::RegistrationShown, ask::StaffHelp},
};
use registration::{
    flow::{Moved, NewCode, Registration, StateName},
    ids::{PatientId, RegistrationId},
    secrets::code::{Code, CodePurpose},
    time::Timestamp,
    values::{email::EmailAddress, id_seen::IdSeen},
};
use store::{AccessEntry, Act, Actor, StaffSession, StoreError, Tx};

use super::{
    id_seen::understood,
    letting_in::{by, refuse},
    refused::StaffRefused,
};
use crate::{Portal, registrations::Carried};

impl Portal {
    /// Does it, and shows how the registration stands then.
    pub(super) async fn help(
        &self,
        session: &StaffSession,
        id: RegistrationId,
        version: i64,
        help: &StaffHelp,
    ) -> Result<RegistrationShown, StaffRefused> {
        let registration =
            self.store.registration(self.practice(), id).await?.ok_or(StaffRefused::NotFound)?;
        if registration.version != version {
            return Err(StaffRefused::ChangedMeanwhile);
        }
        let shown = match help {
            StaffHelp::ResendCode => self.resend_code_by_staff(session, registration).await?,
            StaffHelp::SendNewLink => self.send_new_link_by_staff(session, registration).await?,
            StaffHelp::CorrectEmail { email, id_seen } => {
                let seen = id_seen.map(understood);
                self.correct_email_by_staff(session, registration, email, seen).await?
            }
            StaffHelp::CorrectMobile { mobile, id_seen } => {
                let seen = id_seen.map(understood);
                self.correct_mobile_by_staff(session, registration, mobile, seen).await?
            }
            StaffHelp::Restart => self.restart_by_staff(session, registration).await?,
            StaffHelp::Finish { id_seen } => {
                self.finish_by_staff(session, registration, understood(*id_seen)).await?
            }
            StaffHelp::Unlink { patient } => {
                self.unlink_by_staff(session, registration, PatientId(*patient)).await?
            }
            StaffHelp::Cancel => self.cancel_by_staff(session, registration).await?,
        };
        self.registration_shown(shown).await
    }

    async fn resend_code_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
    ) -> Result<RegistrationId, StaffRefused> {
        let (now, from) = (self.now(), registration.state.name());
        let code = Code::draw(&mut self.rng());
        let mobile = registration.details.mobile.clone();
        let mac = self.keys.codes.mac(&code, registration.id, CodePurpose::Register, &mobile);
        // The gap is asked for before the limits, so that pressing too early spends nothing.
        let moved = registration.resend_code(NewCode { mac }, now)?;
        self.count_send_by_staff(session, now).await?;
        self.count_send(&mobile, now).await?;
        let tx = self.store.begin(self.practice()).await?;
        self.keep_by_staff(tx, session, (Act::CodeSent, from), moved, Carried::Code(&code), now).await
    }

    async fn send_new_link_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
    ) -> Result<RegistrationId, StaffRefused> {
        let (now, from) = (self.now(), registration.state.name());
        let address = registration.details.email.clone().ok_or(StaffRefused::NotPossibleNow)?;
        let (token, link) = self.new_link();
        let moved = registration.send_new_link_by_staff(link, now)?;
        self.count_send_by_staff(session, now).await?;
        let due = self.count_email(&address, now).await?;
        let tx = self.store.begin(self.practice()).await?;
        let carried = Carried::Link { token: &token, due };
        self.keep_by_staff(tx, session, (Act::LinkSent, from), moved, carried, now).await
    }

    async fn correct_email_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
        typed: &str,
        seen: Option<IdSeen>,
    ) -> Result<RegistrationId, StaffRefused> {
        let email = EmailAddress::parse(typed).map_err(|why| refuse(Field::Email, why))?;
        let (now, from) = (self.now(), registration.state.name());
        // Its token is thrown away here: nobody has it.
        let (_nobodys, unsent) = self.new_link();
        let moved = registration.correct_email_by_staff(email, unsent, seen, now)?;
        let mut tx = self.store.begin(self.practice()).await?;
        if let Some(seen) = seen {
            self.note_id_seen(&mut tx, session, moved.registration.id, (seen, None), now).await?;
        }
        match from {
            // The code that was sent stays as good as it was, and its tries stay counted.
            StateName::AwaitingCode | StateName::AwaitingPassword => {
                tx.save_but_code_and_link(&moved.registration, from).await?;
                self.log_help(&mut tx, session, Act::EmailCorrected, moved.registration.id).await?;
                tx.commit().await?;
                Ok(moved.registration.id)
            }
            StateName::AwaitingLink
            | StateName::AwaitingTerms
            | StateName::Registered
            | StateName::HandedToDesk
            | StateName::Expired
            | StateName::Abandoned
            | StateName::Declined
            | StateName::Locked
            | StateName::Superseded => {
                let act = (Act::EmailCorrected, from);
                self.keep_by_staff(tx, session, act, moved, Carried::Nothing, now).await
            }
        }
    }

    /// What the staff member has seen stands in for the proof of the address.
    async fn finish_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
        seen: IdSeen,
    ) -> Result<RegistrationId, StaffRefused> {
        let (now, from) = (self.now(), registration.state.name());
        let moved = registration.finish_by_staff(seen)?;
        let mut tx = self.store.begin(self.practice()).await?;
        self.note_id_seen(&mut tx, session, moved.registration.id, (seen, None), now).await?;
        let act = (Act::RegistrationFinishedByStaff, from);
        self.keep_by_staff(tx, session, act, moved, Carried::Nothing, now).await
    }

    async fn cancel_by_staff(
        &self,
        session: &StaffSession,
        registration: Registration,
    ) -> Result<RegistrationId, StaffRefused> {
        let (now, from) = (self.now(), registration.state.name());
        let moved = registration.cancel_by_staff(now)?;
        let tx = self.store.begin(self.practice()).await?;
        let act = (Act::RegistrationCancelled, from);
        self.keep_by_staff(tx, session, act, moved, Carried::Nothing, now).await
    }

    async fn keep_by_staff(
        &self,
        mut tx: Tx,
        session: &StaffSession,
        (act, from): (Act, StateName),
        moved: Moved,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<RegistrationId, StaffRefused> {
        self.move_by_staff(&mut tx, session, (act, from), &moved, now).await?;
        self.keep_promises(&mut tx, &moved, carried, now).await?;
        self.commit(tx).await?;
        Ok(moved.registration.id)
    }

    pub(super) async fn move_by_staff(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        (act, from): (Act, StateName),
        moved: &Moved,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        tx.save(&moved.registration, from).await?;
        self.log_help(tx, session, act, moved.registration.id).await?;
        self.void_messages(tx, &moved.registration, now).await
    }

    pub(super) async fn log_help(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        act: Act,
        registration: RegistrationId,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Staff(by(session)), act, self.now());
        tx.log(AccessEntry { registration: Some(registration), ..entry }).await
    }
}
