//! Whether kiosks are there, and what staff want of them.

use chrono::TimeDelta;
use registration::{
    ids::{KioskId, PracticeId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// How exactly it is kept when a kiosk was heard of last: it says so every few seconds.
const SEEN_TO: TimeDelta = TimeDelta::seconds(10);

/// What a kiosk says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskPresence {
    /// When it said so.
    pub seen_at: Timestamp,
    /// When its program began.
    pub began_at: Timestamp,
    /// Version of its program.
    pub version: String,
    /// Whether somebody is at the glass.
    pub in_use: bool,
    /// People's details that lie there because the portal was away.
    pub kept: u32,
}

/// A kiosk as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskStands {
    /// Which.
    pub id: KioskId,
    /// As staff call it.
    pub name: String,
    /// Since when it takes nobody new.
    pub paused_at: Option<Timestamp>,
    /// Until when its glass answers to no touch.
    pub cleaning_until: Option<Timestamp>,
    /// When it was last asked to begin anew.
    pub restart_asked_at: Option<Timestamp>,
    /// What it said last; `None` where it never was heard of.
    pub presence: Option<KioskPresence>,
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT k.id, k.name, k.paused_at, k.cleaning_until, k.restart_asked_at, p.seen_at, p.began_at, p.version,
                p.in_use, p.kept
             FROM kiosks k LEFT JOIN kiosk_presences p ON p.practice_id = k.practice_id AND p.kiosk_id = k.id
             WHERE k.practice_id = $1 AND k.revoked_at IS NULL ",
            $which
        )
    };
}
const ALL: &str = select!("ORDER BY k.name");
const ONE: &str = select!("AND k.id = $2");

const NOTE: &str = "
INSERT INTO kiosk_presences (practice_id, kiosk_id, seen_at, began_at, version, in_use, kept, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $3)
ON CONFLICT (practice_id, kiosk_id) DO UPDATE SET seen_at = excluded.seen_at, began_at = excluded.began_at,
    version = excluded.version, in_use = excluded.in_use, kept = excluded.kept
WHERE kiosk_presences.seen_at <= $8 OR kiosk_presences.seen_at > excluded.seen_at OR kiosk_presences.version <> excluded.version
    OR kiosk_presences.in_use <> excluded.in_use OR kiosk_presences.kept <> excluded.kept";

const PAUSE: &str = "
UPDATE kiosks SET paused_at = $3 WHERE practice_id = $1 AND id = $2 AND revoked_at IS NULL";

const CLEAN: &str = "
UPDATE kiosks SET cleaning_until = $3 WHERE practice_id = $1 AND id = $2 AND revoked_at IS NULL";

const RESTART: &str = "
UPDATE kiosks SET restart_asked_at = $3 WHERE practice_id = $1 AND id = $2 AND revoked_at IS NULL";

impl Store {
    /// The practice's kiosks that were not revoked, by name.
    pub async fn kiosks_standing(&self, practice: PracticeId) -> Result<Vec<KioskStands>, StoreError> {
        let rows = query(ALL).bind(practice.0).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read).collect()
    }

    /// One of them.
    pub async fn kiosk_stands(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
    ) -> Result<Option<KioskStands>, StoreError> {
        let row = query(ONE).bind(practice.0).bind(kiosk.0).fetch_optional(self.reading(practice)).await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps what a kiosk says of itself: at once where it is news, else every ten seconds.
    pub async fn note_kiosk_presence(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
        presence: &KioskPresence,
    ) -> Result<(), StoreError> {
        query(NOTE)
            .bind(practice.0)
            .bind(kiosk.0)
            .bind(At(presence.seen_at))
            .bind(At(presence.began_at))
            .bind(presence.version.as_str())
            .bind(i64::from(presence.in_use))
            .bind(i64::from(presence.kept))
            .bind(At(presence.seen_at - SEEN_TO))
            .execute(self.writing(practice))
            .await?;
        Ok(())
    }
}

impl Tx {
    /// Lets a kiosk take nobody new since then, or patients again. A [`StoreError::Conflict`] where there is none, or it was revoked.
    pub async fn pause_kiosk(
        &mut self,
        practice: PracticeId,
        kiosk: KioskId,
        since: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.want_of_kiosk(PAUSE, practice, kiosk, since).await
    }

    /// Lets the glass of a kiosk answer to no touch until then. A conflict as in [`Self::pause_kiosk`].
    pub async fn clean_kiosk(
        &mut self,
        practice: PracticeId,
        kiosk: KioskId,
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.want_of_kiosk(CLEAN, practice, kiosk, until).await
    }

    /// Asks a kiosk to begin anew. A conflict as in [`Self::pause_kiosk`].
    pub async fn restart_kiosk(
        &mut self,
        practice: PracticeId,
        kiosk: KioskId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.want_of_kiosk(RESTART, practice, kiosk, Some(now)).await
    }

    async fn want_of_kiosk(
        &mut self,
        sql: &'static str,
        practice: PracticeId,
        kiosk: KioskId,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let wanted = query(sql).bind(practice.0).bind(kiosk.0).bind(at.map(At));
        one_row(wanted.execute(self.connection()).await?)
    }
}

fn read(row: &Row) -> Result<KioskStands, StoreError> {
    let fields = Fields::of(row, "kiosks", "id");
    let presence = match fields.opt_at("seen_at")? {
        None => None,
        Some(seen_at) => Some(KioskPresence {
            seen_at,
            began_at: fields.at("began_at")?,
            version: fields.get("version")?,
            in_use: fields.number::<u8>("in_use")? == 1,
            kept: fields.number("kept")?,
        }),
    };
    Ok(KioskStands {
        id: KioskId(fields.get::<Uuid>("id")?),
        name: fields.get("name")?,
        paused_at: fields.opt_at("paused_at")?,
        cleaning_until: fields.opt_at("cleaning_until")?,
        restart_asked_at: fields.opt_at("restart_asked_at")?,
        presence,
    })
}
