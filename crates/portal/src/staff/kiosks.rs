//! The practice's kiosks: what staff do to them, and what each is told of it.

use chrono::TimeDelta;
use kiosk_api::{
    kiosk::KioskStanding,
    staff::{
        answer::StaffAnswer,
        kiosks::{KioskAct, KioskOrders, KioskPresence, KioskRow},
    },
};
use registration::{ids::KioskId, time::Timestamp};
use staff::kiosk::{Standing, cleaned_until, is_online, restarts, standing};
use store::{Act, Actor, ByStaff, KioskStands, StaffSession, StoreError};

use super::{letting_in::wire, refused::StaffRefused};
use crate::Portal;

/// Characters of a version that are kept: a kiosk of ours needs twenty.
const VERSION_CHARACTERS: usize = 40;

impl Portal {
    /// The practice's kiosks, as whoever has this session sees them.
    pub(super) async fn kiosks_shown(&self, session: &StaffSession) -> Result<StaffAnswer, StaffRefused> {
        let now = self.now();
        let kiosks = self.store.kiosks_standing(self.practice()).await?;
        let rows = kiosks.into_iter().map(|kiosk| row(kiosk, now)).collect();
        Ok(StaffAnswer::Kiosks { rows, here: session.kiosk.map(|kiosk| kiosk.0) })
    }

    /// Does it, and keeps who did. Whoever stands at a glass has that kiosk in hand and no other: somebody else may have it next.
    pub(super) async fn run_kiosk(
        &self,
        session: &StaffSession,
        kiosk: KioskId,
        act: KioskAct,
    ) -> Result<(), StaffRefused> {
        if session.kiosk.is_some_and(|here| here != kiosk) {
            return Err(StaffRefused::NotFound);
        }
        let (practice, now) = (self.practice(), self.now());
        if self.store.kiosk_stands(practice, kiosk).await?.is_none() {
            return Err(StaffRefused::NotFound);
        }
        let mut tx = self.store.begin(practice).await?;
        let done = match act {
            KioskAct::Pause => {
                tx.pause_kiosk(practice, kiosk, Some(now)).await?;
                Act::KioskPaused
            }
            KioskAct::Resume => {
                tx.pause_kiosk(practice, kiosk, None).await?;
                Act::KioskResumed
            }
            KioskAct::Clean => {
                tx.clean_kiosk(practice, kiosk, Some(cleaned_until(now))).await?;
                Act::KioskCleaned
            }
            KioskAct::StopCleaning => {
                tx.clean_kiosk(practice, kiosk, None).await?;
                Act::KioskCleaningStopped
            }
            KioskAct::Restart => {
                tx.restart_kiosk(practice, kiosk, now).await?;
                Act::KioskRestarted
            }
        };
        let by = ByStaff { id: session.staff.0, kiosk: Some(kiosk) };
        tx.log(self.entry(Actor::Staff(by), done, now)).await?;
        Ok(tx.commit().await?)
    }

    /// A kiosk says that it is there, and is told what staff want of it. `None`: it was revoked meanwhile.
    pub(crate) async fn kiosk_is_there(
        &self,
        kiosk: KioskId,
        said: KioskPresence,
    ) -> Result<Option<KioskOrders>, StoreError> {
        let now = self.now();
        let began_at = now - TimeDelta::seconds(i64::from(said.running_s));
        let presence = store::KioskPresence {
            seen_at: now,
            began_at,
            version: said.version.chars().take(VERSION_CHARACTERS).collect(),
            in_use: said.in_use,
            kept: said.kept,
        };
        self.store.note_kiosk_presence(self.practice(), kiosk, &presence).await?;
        let stands = self.store.kiosk_stands(self.practice(), kiosk).await?;
        Ok(stands.map(|stands| KioskOrders {
            standing: standing_told(&stands, now),
            restart: restarts(stands.restart_asked_at, began_at, now),
        }))
    }
}

fn standing_told(kiosk: &KioskStands, now: Timestamp) -> KioskStanding {
    match standing(kiosk.paused_at, kiosk.cleaning_until, now) {
        Standing::Open => KioskStanding::Open,
        Standing::Paused => KioskStanding::Paused,
        Standing::Cleaning { until } => KioskStanding::Cleaning { left_s: now.seconds_until(until) },
    }
}

fn row(kiosk: KioskStands, now: Timestamp) -> KioskRow {
    let standing = standing_told(&kiosk, now);
    let KioskStands { id, name, restart_asked_at, presence, .. } = kiosk;
    let began_at = presence.as_ref().map(|presence| presence.began_at);
    KioskRow {
        id: id.0,
        name,
        online: presence.as_ref().is_some_and(|presence| is_online(presence.seen_at, now)),
        seen_at: presence.as_ref().map(|presence| wire(presence.seen_at)),
        in_use: presence.as_ref().is_some_and(|presence| presence.in_use),
        kept: presence.as_ref().map_or(0, |presence| presence.kept),
        version: presence.map(|presence| presence.version),
        standing,
        restarts: began_at.is_some_and(|began_at| restarts(restart_asked_at, began_at, now)),
    }
}
