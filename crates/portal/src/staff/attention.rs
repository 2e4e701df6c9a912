//! What waits for staff, and what a patient at a kiosk is told of the help that they asked for.

use chrono::TimeDelta;
use kiosk_api::{
    registration::HelpStands,
    staff::answer::{Attention, HelpCall},
};
use registration::{
    ids::{KioskId, RegistrationId, draw_uuid},
    secrets::{link_token::LinkTokenHash, reference::Reference},
    time::Timestamp,
};
use staff::{permission::Permission, tries::FREE_TRIES};
use store::{AccessEntry, Act, Actor, HelpCallRow, StaffSession, StoreError, Tx};
use uuid::Uuid;

use super::{
    letting_in::{by, place_of},
    refused::StaffRefused,
};
use crate::{Portal, registrations::state_told};

/// Nobody who asked for help stands there for longer.
const CALL_WAITS: TimeDelta = TimeDelta::minutes(15);
/// After which a patient whom nobody has answered takes the reference to the desk.
const RINGS_FOR: TimeDelta = TimeDelta::seconds(20);
/// Whoever has looked within so long is still looking: screens ask every two seconds, and it is kept to five.
const WATCHES: TimeDelta = TimeDelta::seconds(12);
/// Calls shown at once; a practice has fewer kiosks.
const CALLS_SHOWN: u32 = 20;

impl Portal {
    /// What waits, for whoever watches with this session.
    pub(super) async fn attention(
        &self,
        session: &StaffSession,
        token: Option<&LinkTokenHash>,
    ) -> Result<Attention, StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        if let Some(token) = token {
            self.store.watch_in_staff_session(practice, token, now).await?;
        }
        let unlocks = self.unlock_calls(session).await?;
        if !session.role.may(Permission::SeePatients, place_of(session)) {
            return Ok(Attention { unlocks, ..Attention::default() });
        }
        let calls = self.store.help_calls_waiting(practice, now - CALL_WAITS, CALLS_SHOWN).await?;
        let mut help_calls = Vec::with_capacity(calls.len());
        for call in calls {
            help_calls.push(self.call_shown(call, now).await?);
        }
        let tried = self.store.staff_tried(practice, FREE_TRIES).await?;
        let locked = tried.into_iter().filter(|(_, tries)| tries.locked_until(now).is_some());
        let mut locked: Vec<String> = locked.map(|(initials, _)| initials.as_str().to_owned()).collect();
        locked.dedup();
        let reviews = self.store.count_reviews_waiting(practice).await?;
        let changes = if session.role.may(Permission::SettleSync, place_of(session)) {
            let waiting = self.store.count_changes_waiting(practice, self.waiting_since()).await?;
            waiting.for_staff.saturating_add(waiting.by_hand).saturating_add(waiting.lost)
        } else {
            0
        };
        Ok(Attention { help_calls, unlocks, reviews, changes, locked })
    }

    async fn call_shown(&self, call: HelpCallRow, now: Timestamp) -> Result<HelpCall, StoreError> {
        let registration = match call.registration {
            Some(id) => self.store.registration(self.practice(), id).await?,
            None => None,
        };
        Ok(HelpCall {
            id: call.id,
            kiosk: call.kiosk_name,
            reference: call.reference.as_str().to_owned(),
            registration: registration.as_ref().map(|registration| registration.id.0),
            state: registration.map(|registration| state_told(registration.state.name())),
            waiting_s: call.at.seconds_until(now),
        })
    }

    /// Somebody is coming.
    pub(super) async fn answer_help_call(
        &self,
        session: &StaffSession,
        id: Uuid,
    ) -> Result<(), StaffRefused> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        let registration = tx.answer_help_call(self.practice(), id, session.staff, now).await?;
        let entry = self.entry(Actor::Staff(by(session)), Act::HelpCallAnswered, now);
        tx.log(AccessEntry { registration, ..entry }).await?;
        Ok(tx.commit().await?)
    }

    /// What becomes of the newest call that this kiosk made with this reference.
    pub(crate) async fn help_stands(
        &self,
        kiosk: KioskId,
        reference: &Reference,
    ) -> Result<Option<HelpStands>, StoreError> {
        let (practice, now) = (self.practice(), self.now());
        let Some(call) = self.store.help_call_stands(practice, kiosk, reference).await? else {
            return Ok(None);
        };
        let is_watched = async || self.store.staff_watch_since(practice, now - WATCHES).await;
        Ok(Some(if call.answered {
            HelpStands::Coming
        } else if now - RINGS_FOR >= call.at || !is_watched().await? {
            HelpStands::TakeReference
        } else {
            HelpStands::Ringing
        }))
    }

    /// A patient asks for help: it rings wherever staff watch.
    pub(crate) async fn call_for_help(
        &self,
        tx: &mut Tx,
        kiosk: KioskId,
        reference: &Reference,
        registration: Option<RegistrationId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = draw_uuid(now, &mut self.rng());
        let call = (kiosk, reference, registration);
        if tx.add_help_call(self.practice(), id, call, now, now - CALL_WAITS).await? {
            let entry = self.entry(Actor::PatientAt(kiosk), Act::HelpCalled, now);
            tx.log(AccessEntry { registration, ..entry }).await?;
        }
        Ok(())
    }
}
