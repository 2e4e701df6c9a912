//! Lines of the access log, written with the act itself.

use matching::Verdict;
use registration::{
    flow::{Registration, State, StateName},
    ids::{AccountId, PatientId, RegistrationId, draw_uuid},
    time::Timestamp,
};
use store::{AccessEntry, Act, Actor, StoreError, Tx};

use crate::Portal;

impl Portal {
    /// What this move was, and whose. `at_kiosk`: whether a kiosk asked for it.
    pub(super) async fn log_move(
        &self,
        tx: &mut Tx,
        from: StateName,
        moved: &Registration,
        at_kiosk: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (act, actor) = match moved.state.name() {
            StateName::AwaitingCode => (Act::CodeSent, Actor::Patient),
            StateName::AwaitingPassword | StateName::HandedToDesk => (Act::CodeRight, Actor::Patient),
            StateName::AwaitingLink if from == StateName::AwaitingLink => (Act::LinkSent, Actor::Patient),
            StateName::AwaitingLink
                if matches!(moved.state, State::AwaitingLink { password: Some(_), .. }) =>
            {
                (Act::PasswordSet, Actor::Patient)
            }
            // Nobody at a kiosk or on a phone asks for this but the clock.
            StateName::AwaitingLink if !at_kiosk => (Act::LeftForPhone, Actor::Portal),
            StateName::AwaitingLink => (Act::LeftForPhone, Actor::Patient),
            StateName::AwaitingTerms => (Act::LinkOpened, Actor::Patient),
            StateName::Registered => (Act::TermsAccepted, Actor::Patient),
            StateName::Declined => (Act::TermsDeclined, Actor::Patient),
            StateName::Abandoned => (Act::RegistrationAbandoned, Actor::Patient),
            StateName::Locked => (Act::RegistrationLocked, Actor::Portal),
            StateName::Expired => (Act::RegistrationExpired, Actor::Portal),
            StateName::Superseded => (Act::RegistrationSuperseded, Actor::Portal),
        };
        tx.log(AccessEntry { registration: Some(moved.id), ..self.entry(actor, act, now) }).await
    }

    /// That records were compared with a registration. What was only looked at names no record; a review names its own.
    pub(crate) async fn log_matched(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let patient = match verdict {
            Verdict::Linked { patient, .. } => Some(*patient),
            Verdict::New | Verdict::Review { .. } => None,
        };
        self.log_own(tx, registration, Act::RecordsMatched, patient, None, now).await
    }

    /// What a patient did beside the move itself.
    pub(super) async fn log_patients(
        &self,
        tx: &mut Tx,
        registration: RegistrationId,
        act: Act,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Patient, act, now);
        tx.log(AccessEntry { registration: Some(registration), ..entry }).await
    }

    /// What the portal did by itself, for this registration, to a record or an account.
    pub(crate) async fn log_own(
        &self,
        tx: &mut Tx,
        registration: &Registration,
        act: Act,
        patient: Option<PatientId>,
        account: Option<AccountId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(Actor::Portal, act, now);
        tx.log(AccessEntry { registration: Some(registration.id), patient, account, ..entry }).await
    }

    /// A line about nobody yet.
    pub(crate) fn entry(&self, actor: Actor, act: Act, now: Timestamp) -> AccessEntry {
        AccessEntry {
            id: draw_uuid(now, &mut self.rng()),
            practice: self.practice(),
            at: now,
            actor,
            act,
            registration: None,
            patient: None,
            account: None,
            purpose: None,
            about_staff: None,
        }
    }
}
