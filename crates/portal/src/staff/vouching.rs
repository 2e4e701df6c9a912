//! A colleague at the desk lets somebody in who stands at a kiosk, by two digits that it shows.

use kiosk_api::staff::{
    StaffUnlocked,
    vouching::{AskToUnlock, UnlockAnswer, UnlockAsked, UnlockCall},
};
use registration::{
    ids::{KioskId, draw_uuid},
    limits::UNLOCK_ASKS_PER_KIOSK,
    secrets::link_token::LinkToken,
};
use staff::{
    initials::Initials,
    permission::Permission,
    vouching::{ANSWERED_WITHIN, ASK_LIVES, Digits, lives, may_be_answered},
};
use store::{AccessEntry, Act, Actor, ByStaff, LimitSubject, StaffSession, StoreError, Tx, UnlockAskRow};
use uuid::Uuid;

use super::{
    letting_in::{LetIn, place_of, with_password},
    refused::StaffRefused,
};
use crate::Portal;

impl Portal {
    /// Somebody at a kiosk asks the desk. Whoever has no such initials is answered alike, and rings nowhere.
    pub(crate) async fn ask_to_unlock(
        &self,
        kiosk: KioskId,
        asks: &AskToUnlock,
    ) -> Result<UnlockAsked, StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let limit = (UNLOCK_ASKS_PER_KIOSK, LimitSubject(kiosk.0.to_string()));
        let free = self.store.take_limits(practice, &[limit], now).await?;
        free.map_err(|reached| StaffRefused::LimitReached { until: Some(reached.retry_at) })?;
        let (token, digits) = (LinkToken::draw(&mut self.rng()), Digits::draw(&mut self.rng()));
        let who = match Initials::parse(&asks.initials) {
            Some(initials) => self.store.staff_by_initials(practice, &initials).await?,
            None => None,
        };
        self.store.end_unlock_asks_at(practice, kiosk).await?;
        if let Some((who, _)) = who.and_then(with_password) {
            let id = draw_uuid(now, &mut self.rng());
            let ask = (kiosk, id, &token.hash());
            self.store.add_unlock_ask(practice, ask, (who.id, &digits), now).await?;
        }
        let lives_s = u32::try_from(ASK_LIVES.num_seconds()).unwrap_or(u32::MAX);
        Ok(UnlockAsked { token: token.encoded(), digits: digits.as_str().to_owned(), lives_s })
    }

    /// Whether somebody at the desk has let them in. What nobody knows of waits: it says nothing about initials.
    pub(crate) async fn unlock_answer(
        &self,
        kiosk: KioskId,
        token: &LinkToken,
    ) -> Result<UnlockAnswer, StaffRefused> {
        let ask = self.store.unlock_ask_of_kiosk(self.practice(), kiosk, &token.hash()).await?;
        let Some(ask) = ask.filter(|ask| lives(ask.at, self.now())) else { return Ok(UnlockAnswer::Waiting) };
        if ask.refused {
            return Ok(UnlockAnswer::NotLetIn);
        }
        if ask.vouched_by.is_none() {
            return Ok(UnlockAnswer::Waiting);
        }
        let let_in = self.let_in_vouched_for(&ask).await?;
        let signed_in = self.signed_in(&let_in.session);
        Ok(UnlockAnswer::LetIn { unlocked: StaffUnlocked { session: let_in.token.encoded(), signed_in } })
    }

    /// Whoever was removed or invited again meanwhile is not let in.
    async fn let_in_vouched_for(&self, ask: &UnlockAskRow) -> Result<LetIn, StaffRefused> {
        let practice = self.practice();
        let mut tx = self.store.begin(practice).await?;
        tx.take_turns_in_staff(practice).await?;
        tx.use_unlock_ask(practice, ask.id).await?;
        let who = tx.staff_member(practice, ask.staff).await?.and_then(with_password);
        let (who, _) = who.ok_or(StaffRefused::NotLetIn)?;
        let let_in = self.write_session(&mut tx, &who, Some(ask.kiosk)).await?;
        tx.commit().await?;
        Ok(let_in)
    }

    /// Staff at kiosks whom whoever has this session may let in.
    pub(super) async fn unlock_calls(&self, session: &StaffSession) -> Result<Vec<UnlockCall>, StoreError> {
        if !session.role.may(Permission::Vouch, place_of(session)) {
            return Ok(Vec::new());
        }
        let now = self.now();
        let asks = self.store.unlock_asks_waiting(self.practice(), now - ASK_LIVES).await?;
        let mine = asks
            .into_iter()
            .filter(|ask| session.role.may_vouch_for(ask.role) && may_be_answered(ask.at, now));
        let shown = mine.map(|ask| UnlockCall {
            id: ask.id,
            kiosk: ask.kiosk_name,
            initials: ask.initials.as_str().to_owned(),
            name: ask.name,
            waiting_s: ask.at.seconds_until(now),
        });
        Ok(shown.collect())
    }

    /// Lets them in who stand before these digits, or does not. Wrong digits end the ask: whoever guesses has one guess.
    pub(super) async fn answer_unlock(
        &self,
        session: &StaffSession,
        id: Uuid,
        digits: Option<&str>,
    ) -> Result<(), StaffRefused> {
        let (practice, now) = (self.practice(), self.now());
        let ask = self.store.unlock_ask(practice, id).await?;
        let ask = ask.filter(|ask| may_be_answered(ask.at, now)).ok_or(StaffRefused::NotFound)?;
        if !session.role.may_vouch_for(ask.role) {
            return Err(StaffRefused::NotPermitted);
        }
        let Some(typed) = digits else {
            return Ok(self.refuse_unlock(session, &ask).await?);
        };
        let vouched = match Digits::parse(typed) {
            Some(typed) => self.vouch(session, &ask, &typed).await,
            None => Err(StoreError::Conflict),
        };
        match vouched {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict) => {
                self.refuse_unlock(session, &ask).await?;
                Err(StaffRefused::DigitsWrong)
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn vouch(
        &self,
        session: &StaffSession,
        ask: &UnlockAskRow,
        typed: &Digits,
    ) -> Result<(), StoreError> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        tx.vouch_for_unlock(practice, ask.id, session.staff, typed, now - ANSWERED_WITHIN).await?;
        self.log_vouching(&mut tx, session, ask, Act::StaffVouchedFor).await?;
        tx.commit().await
    }

    async fn refuse_unlock(&self, session: &StaffSession, ask: &UnlockAskRow) -> Result<(), StoreError> {
        let (practice, now) = (self.practice(), self.now());
        let mut tx = self.store.begin(practice).await?;
        tx.refuse_unlock(practice, ask.id, now - ANSWERED_WITHIN, now).await?;
        self.log_vouching(&mut tx, session, ask, Act::StaffNotVouchedFor).await?;
        tx.commit().await
    }

    async fn log_vouching(
        &self,
        tx: &mut Tx,
        session: &StaffSession,
        ask: &UnlockAskRow,
        act: Act,
    ) -> Result<(), StoreError> {
        let by = ByStaff { id: session.staff.0, kiosk: Some(ask.kiosk) };
        let entry = self.entry(Actor::Staff(by), act, self.now());
        tx.log(AccessEntry { about_staff: Some(ask.staff), ..entry }).await
    }
}
