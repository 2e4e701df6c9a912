//! Staff at a kiosk who ask a colleague at the desk to let them in.

use registration::{
    ids::{KioskId, PracticeId},
    secrets::link_token::LinkTokenHash,
    time::Timestamp,
};
use staff::{StaffId, initials::Initials, permission::Role, vouching::Digits};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockAskRow {
    /// Which.
    pub id: Uuid,
    /// At which kiosk.
    pub kiosk: KioskId,
    /// As staff call it.
    pub kiosk_name: String,
    /// Who asks, as far as the initials say.
    pub staff: StaffId,
    /// These.
    pub initials: Initials,
    /// As colleagues call them.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// What the kiosk shows.
    pub digits: Digits,
    /// Since when.
    pub at: Timestamp,
    /// Who at the desk has typed the digits.
    pub vouched_by: Option<StaffId>,
    /// Whether somebody there would not, or typed others.
    pub refused: bool,
}

const ASK: &str = "
INSERT INTO unlock_asks (practice_id, kiosk_id, id, token_sha256, staff_id, digits, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (practice_id, kiosk_id) DO UPDATE SET id = excluded.id, token_sha256 = excluded.token_sha256,
    staff_id = excluded.staff_id, digits = excluded.digits, created_at = excluded.created_at, vouched_by = NULL,
    refused_at = NULL";

macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.kiosk_id, k.name AS kiosk_name, a.staff_id, m.initials, m.name, m.role, a.digits, a.created_at,
                a.vouched_by, a.refused_at
             FROM unlock_asks a
             JOIN kiosks k ON k.practice_id = a.practice_id AND k.id = a.kiosk_id
             JOIN staff_members m ON m.practice_id = a.practice_id AND m.id = a.staff_id
             WHERE a.practice_id = $1 AND m.removed_at IS NULL AND k.revoked_at IS NULL ",
            $which
        )
    };
}
const WAITING: &str =
    select!("AND a.created_at > $2 AND a.vouched_by IS NULL AND a.refused_at IS NULL ORDER BY a.created_at");
const ONE: &str = select!("AND a.id = $2");
const AT_KIOSK: &str = select!("AND a.kiosk_id = $2 AND a.token_sha256 = $3");

/// Of two at the desk one is first, and nobody has a second try.
const VOUCH: &str = "
UPDATE unlock_asks SET vouched_by = $3
WHERE practice_id = $1 AND id = $2 AND digits = $4 AND created_at > $5 AND vouched_by IS NULL AND refused_at IS NULL";

const REFUSE: &str = "
UPDATE unlock_asks SET refused_at = $3
WHERE practice_id = $1 AND id = $2 AND created_at > $4 AND vouched_by IS NULL AND refused_at IS NULL";

const USE: &str = "
DELETE FROM unlock_asks WHERE practice_id = $1 AND id = $2 AND vouched_by IS NOT NULL AND refused_at IS NULL";

const END: &str = "DELETE FROM unlock_asks WHERE practice_id = $1 AND kiosk_id = $2";

impl Store {
    /// Those that nobody has answered and that were made after `since`, longest waiting first.
    pub async fn unlock_asks_waiting(
        &self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<UnlockAskRow>, StoreError> {
        let rows = query(WAITING).bind(practice.0).bind(At(since)).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read).collect()
    }

    /// One of them, answered or not.
    pub async fn unlock_ask(
        &self,
        practice: PracticeId,
        id: Uuid,
    ) -> Result<Option<UnlockAskRow>, StoreError> {
        let row = query(ONE).bind(practice.0).bind(id).fetch_optional(self.reading(practice)).await?;
        row.as_ref().map(read).transpose()
    }

    /// The one that this kiosk holds the token of.
    pub async fn unlock_ask_of_kiosk(
        &self,
        practice: PracticeId,
        kiosk: KioskId,
        token: &LinkTokenHash,
    ) -> Result<Option<UnlockAskRow>, StoreError> {
        let row = query(AT_KIOSK)
            .bind(practice.0)
            .bind(kiosk.0)
            .bind(&token.as_bytes()[..])
            .fetch_optional(self.reading(practice))
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Whoever asked at this kiosk does not any more.
    pub async fn end_unlock_asks_at(&self, practice: PracticeId, kiosk: KioskId) -> Result<(), StoreError> {
        query(END).bind(practice.0).bind(kiosk.0).execute(self.writing(practice)).await?;
        Ok(())
    }

    /// Somebody at a kiosk asks; whoever asked there before does not any more.
    pub async fn add_unlock_ask(
        &self,
        practice: PracticeId,
        (kiosk, id, token): (KioskId, Uuid, &LinkTokenHash),
        (staff, digits): (StaffId, &Digits),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(ASK)
            .bind(practice.0)
            .bind(kiosk.0)
            .bind(id)
            .bind(&token.as_bytes()[..])
            .bind(staff.0)
            .bind(digits.as_str())
            .bind(At(now))
            .execute(self.writing(practice))
            .await?;
        Ok(())
    }
}

impl Tx {
    /// A colleague has typed the digits. A [`StoreError::Conflict`] where they are others, somebody was first, or the ask was not made after
    /// `since`.
    pub async fn vouch_for_unlock(
        &mut self,
        practice: PracticeId,
        id: Uuid,
        by: StaffId,
        typed: &Digits,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let vouched = query(VOUCH).bind(practice.0).bind(id).bind(by.0).bind(typed.as_str()).bind(At(since));
        one_row(vouched.execute(self.connection()).await?)
    }

    /// Somebody at the desk would not, or typed other digits. A [`StoreError::Conflict`] where the ask was answered, or was not made after
    /// `since`.
    pub async fn refuse_unlock(
        &mut self,
        practice: PracticeId,
        id: Uuid,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let refused = query(REFUSE).bind(practice.0).bind(id).bind(At(now)).bind(At(since));
        one_row(refused.execute(self.connection()).await?)
    }

    /// Uses one up that somebody vouched for. A [`StoreError::Conflict`] where it was.
    pub async fn use_unlock_ask(&mut self, practice: PracticeId, id: Uuid) -> Result<(), StoreError> {
        one_row(query(USE).bind(practice.0).bind(id).execute(self.connection()).await?)
    }
}

fn read(row: &Row) -> Result<UnlockAskRow, StoreError> {
    let fields = Fields::of(row, "unlock_asks", "id");
    Ok(UnlockAskRow {
        id: fields.get("id")?,
        kiosk: KioskId(fields.get("kiosk_id")?),
        kiosk_name: fields.get("kiosk_name")?,
        staff: StaffId(fields.get("staff_id")?),
        initials: fields.read("initials", Initials::parse)?,
        name: fields.get("name")?,
        role: fields.read("role", Role::parse)?,
        digits: fields.read("digits", Digits::parse)?,
        at: fields.at("created_at")?,
        vouched_by: fields.opt::<Uuid>("vouched_by")?.map(StaffId),
        refused: fields.opt_at("refused_at")?.is_some(),
    })
}
