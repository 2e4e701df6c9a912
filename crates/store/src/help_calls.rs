//! Patients at a kiosk who asked for help, and who comes.

use registration::{
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
};
use staff::StaffId;
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpCallRow {
    /// Which.
    pub id: Uuid,
    /// As staff call the kiosk.
    pub kiosk_name: String,
    /// What the patient can show.
    pub reference: Reference,
    /// The registration on screen, if one was confirmed.
    pub registration: Option<RegistrationId>,
    /// Since when.
    pub at: Timestamp,
}

/// How the newest call with a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpCallStands {
    /// When it was made.
    pub at: Timestamp,
    /// Whether somebody said that they are coming.
    pub answered: bool,
}

/// Of a patient who presses again before somebody comes, the first call goes on waiting.
const CALL: &str = "
INSERT INTO help_calls (practice_id, id, kiosk_id, reference, registration_id, created_at)
SELECT $1, $2, $3, $4, $5, $6
WHERE NOT EXISTS (SELECT 1 FROM help_calls
    WHERE practice_id = $1 AND reference = $4 AND answered_at IS NULL AND created_at >= $7)";

const WAITING: &str = "
SELECT h.id, h.reference, h.registration_id, h.created_at, k.name
FROM help_calls h JOIN kiosks k ON k.practice_id = h.practice_id AND k.id = h.kiosk_id
WHERE h.practice_id = $1 AND h.answered_at IS NULL AND h.created_at >= $2
    AND NOT EXISTS (SELECT 1 FROM help_calls later
        WHERE later.practice_id = h.practice_id AND later.kiosk_id = h.kiosk_id AND later.answered_at IS NULL
            AND (later.created_at > h.created_at OR later.created_at = h.created_at AND later.id > h.id))
ORDER BY h.created_at, h.id LIMIT $3";

const ANSWER: &str = "
UPDATE help_calls SET answered_at = $4, answered_by = $3
WHERE practice_id = $1 AND id = $2 AND answered_at IS NULL RETURNING id, kiosk_id, registration_id, created_at";

/// Whoever comes to the kiosk comes to whoever stands there.
const ANSWER_EARLIER: &str = "
UPDATE help_calls SET answered_at = $4, answered_by = $3
WHERE practice_id = $1 AND kiosk_id = $2 AND answered_at IS NULL AND created_at <= $5";

const STANDS: &str = "
SELECT id, created_at, answered_at FROM help_calls
WHERE practice_id = $1 AND reference = $2 AND kiosk_id = $3 ORDER BY created_at DESC, id DESC LIMIT 1";

impl Store {
    /// Of each kiosk the newest call made since then that nobody has answered, longest waiting first, at most `most`: one kiosk hides no
    /// other's.
    pub async fn help_calls_waiting(
        &self,
        practice: PracticeId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<HelpCallRow>, StoreError> {
        let rows = query(WAITING)
            .bind(practice.0)
            .bind(At(since))
            .bind(i64::from(most))
            .fetch_all(self.reading(practice))
            .await?;
        rows.iter().map(read_call).collect()
    }

    /// How the newest call stands that this kiosk made with this reference.
    pub async fn help_call_stands(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
        reference: &Reference,
    ) -> Result<Option<HelpCallStands>, StoreError> {
        let row = query(STANDS)
            .bind(practice.0)
            .bind(reference.as_str())
            .bind(kiosk.0)
            .fetch_optional(self.reading(practice))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "help_calls", "id");
        Ok(Some(HelpCallStands {
            at: fields.at("created_at")?,
            answered: fields.opt_at("answered_at")?.is_some(),
        }))
    }
}

impl Tx {
    /// Keeps a call, unless one with the same reference has waited since `since`. Says whether it was kept.
    pub async fn add_help_call(
        &mut self,
        practice: PracticeId,
        id: Uuid,
        (kiosk, reference, registration): (KioskId, &Reference, Option<RegistrationId>),
        now: Timestamp,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let kept = query(CALL)
            .bind(practice.0)
            .bind(id)
            .bind(kiosk.0)
            .bind(reference.as_str())
            .bind(registration.map(|registration| registration.0))
            .bind(At(now))
            .bind(At(since))
            .execute(self.connection())
            .await?;
        Ok(kept == 1)
    }

    /// Somebody is coming, also to earlier calls of the same kiosk. Says for which registration. A conflict where somebody else was first.
    pub async fn answer_help_call(
        &mut self,
        practice: PracticeId,
        id: Uuid,
        staff: StaffId,
        now: Timestamp,
    ) -> Result<Option<RegistrationId>, StoreError> {
        let answered = query(ANSWER)
            .bind(practice.0)
            .bind(id)
            .bind(staff.0)
            .bind(At(now))
            .fetch_optional(self.connection())
            .await?
            .ok_or(StoreError::Conflict)?;
        let fields = Fields::of(&answered, "help_calls", "id");
        query(ANSWER_EARLIER)
            .bind(practice.0)
            .bind(fields.get::<Uuid>("kiosk_id")?)
            .bind(staff.0)
            .bind(At(now))
            .bind(At(fields.at("created_at")?))
            .execute(self.connection())
            .await?;
        Ok(fields.opt::<Uuid>("registration_id")?.map(RegistrationId))
    }
}

fn read_call(row: &Row) -> Result<HelpCallRow, StoreError> {
    let fields = Fields::of(row, "help_calls", "id");
    Ok(HelpCallRow {
        id: fields.get("id")?,
        kiosk_name: fields.get("name")?,
        reference: fields.read("reference", Reference::parse)?,
        registration: fields.opt::<Uuid>("registration_id")?.map(RegistrationId),
        at: fields.at("created_at")?,
    })
}
