//! Staff members who are let in somewhere.

use chrono::TimeDelta;
use registration::{
    ids::{KioskId, PracticeId},
    secrets::link_token::LinkTokenHash,
    time::Timestamp,
};
use staff::{StaffId, initials::Initials, permission::Role};
use uuid::Uuid;

use crate::{error::StoreError, fields::Fields, instant::At, open::Store, sql::query, tx::Tx};

/// A staff member who is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Who.
    pub staff: StaffId,
    /// As colleagues call them.
    pub name: String,
    /// In capitals.
    pub initials: Initials,
    /// What they are now.
    pub role: Role,
    /// At which kiosk; `None` in a browser.
    pub kiosk: Option<KioskId>,
    /// Since when.
    pub began_at: Timestamp,
    /// When it was used last.
    pub used_at: Timestamp,
}

/// How exactly it is kept when a screen was watched last.
const WATCHED_TO: TimeDelta = TimeDelta::seconds(5);

const BEGIN: &str = "
INSERT INTO staff_sessions (practice_id, token_sha256, staff_id, kiosk_id, created_at, used_at)
VALUES ($1, $2, $3, $4, $5, $5)";

const END_AT_KIOSK: &str = "DELETE FROM staff_sessions WHERE practice_id = $1 AND kiosk_id = $2";

/// Whoever left has no session; the join says it again.
const FIND: &str = "
SELECT s.staff_id, m.name, m.initials, m.role, s.kiosk_id, s.created_at, s.used_at
FROM staff_sessions s JOIN staff_members m ON m.practice_id = s.practice_id AND m.id = s.staff_id
WHERE s.practice_id = $1 AND s.token_sha256 = $2 AND m.removed_at IS NULL";

const USE: &str = "
UPDATE staff_sessions SET used_at = $3 WHERE practice_id = $1 AND token_sha256 = $2 AND used_at < $3";

const WATCH: &str = "
UPDATE staff_sessions SET watched_at = $3
WHERE practice_id = $1 AND token_sha256 = $2 AND (watched_at IS NULL OR watched_at < $4)";

const WATCHED: &str = "
SELECT s.staff_id FROM staff_sessions s JOIN staff_members m ON m.practice_id = s.practice_id AND m.id = s.staff_id
WHERE s.practice_id = $1 AND s.watched_at >= $2 AND m.role <> 'it' LIMIT 1";

const END: &str = "DELETE FROM staff_sessions WHERE practice_id = $1 AND token_sha256 = $2";

const END_OF: &str = "DELETE FROM staff_sessions WHERE practice_id = $1 AND staff_id = $2";

impl Store {
    /// The session of this token, however old it is, while its staff member works here.
    pub async fn staff_session(
        &self,
        practice: PracticeId,
        token: &LinkTokenHash,
    ) -> Result<Option<StaffSession>, StoreError> {
        let row = query(FIND)
            .bind(practice.0)
            .bind(&token.as_bytes()[..])
            .fetch_optional(self.reading(practice))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "staff_sessions", "staff_id");
        Ok(Some(StaffSession {
            staff: StaffId(fields.get("staff_id")?),
            name: fields.get("name")?,
            initials: fields.read("initials", Initials::parse)?,
            role: fields.read("role", Role::parse)?,
            kiosk: fields.opt::<Uuid>("kiosk_id")?.map(KioskId),
            began_at: fields.at("created_at")?,
            used_at: fields.at("used_at")?,
        }))
    }

    /// Notes that a session was used now.
    pub async fn use_staff_session(
        &self,
        practice: PracticeId,
        token: &LinkTokenHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(USE)
            .bind(practice.0)
            .bind(&token.as_bytes()[..])
            .bind(At(now))
            .execute(self.writing(practice))
            .await?;
        Ok(())
    }

    /// Notes that what waits for staff is on a screen; once in five seconds, to write little.
    pub async fn watch_in_staff_session(
        &self,
        practice: PracticeId,
        token: &LinkTokenHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(WATCH)
            .bind(practice.0)
            .bind(&token.as_bytes()[..])
            .bind(At(now))
            .bind(At(now - WATCHED_TO))
            .execute(self.writing(practice))
            .await?;
        Ok(())
    }

    /// Whether somebody who helps patients has had on a screen since then what waits for them.
    pub async fn staff_watch_since(
        &self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let row =
            query(WATCHED).bind(practice.0).bind(At(since)).fetch_optional(self.reading(practice)).await?;
        Ok(row.is_some())
    }
}

impl Tx {
    /// Lets a staff member in. At a kiosk nobody else is let in any more.
    pub async fn begin_staff_session(
        &mut self,
        practice: PracticeId,
        token: &LinkTokenHash,
        staff: StaffId,
        kiosk: Option<KioskId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(kiosk) = kiosk {
            query(END_AT_KIOSK).bind(practice.0).bind(kiosk.0).execute(self.connection()).await?;
        }
        query(BEGIN)
            .bind(practice.0)
            .bind(&token.as_bytes()[..])
            .bind(staff.0)
            .bind(kiosk.map(|kiosk| kiosk.0))
            .bind(At(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends a session. Says whether there was one.
    pub async fn end_staff_session(
        &mut self,
        practice: PracticeId,
        token: &LinkTokenHash,
    ) -> Result<bool, StoreError> {
        let ended =
            query(END).bind(practice.0).bind(&token.as_bytes()[..]).execute(self.connection()).await?;
        Ok(ended == 1)
    }

    pub(super) async fn end_sessions_of(
        &mut self,
        practice: PracticeId,
        staff: StaffId,
    ) -> Result<(), StoreError> {
        query(END_OF).bind(practice.0).bind(staff.0).execute(self.connection()).await?;
        Ok(())
    }
}
