//! Practices and their kiosks.

use registration::{
    ids::{KioskId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// A kiosk that proved its credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kiosk {
    /// Whose.
    pub practice: PracticeId,
    /// Which.
    pub id: KioskId,
    /// As staff call it.
    pub name: String,
}

const PUT_PRACTICE: &str = "
INSERT INTO practices (id, name, created_at) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name";

const ENROL: &str = "
INSERT INTO kiosks (practice_id, id, name, credential_sha256, created_at, credential_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (practice_id, name) DO UPDATE SET
    credential_sha256 = excluded.credential_sha256, credential_at = excluded.credential_at
RETURNING id";

/// A kiosk that starts anew has nobody at the glass: who was typing a password there is overdue now, and goes on on their
/// own phone.
const SEE_OFF: &str = "
UPDATE registrations SET deadline = $3 WHERE practice_id = $1 AND kiosk_id = $2 AND state = 'awaiting_password'";

impl Store {
    /// The practice's kiosk whose credential has this SHA-256.
    pub async fn kiosk_by_credential(
        &self,
        practice: PracticeId,
        sha256: &[u8; 32],
    ) -> Result<Option<Kiosk>, StoreError> {
        let row = query(
            "SELECT practice_id, id, name FROM kiosks WHERE practice_id = $1 AND credential_sha256 = $2",
        )
        .bind(practice.0)
        .bind(&sha256[..])
        .fetch_optional(self.reading(practice))
        .await?;
        row.as_ref().map(read_kiosk).transpose()
    }
}

impl Tx {
    /// Enrols a kiosk, or gives the one of this name a new credential; the earlier one is dead. `new` is the id of a kiosk
    /// whose name is new. Adds the practice, or gives it its present name; whoever stood at the kiosk is seen off. Returns the
    /// kiosk's id.
    pub async fn enrol_kiosk(
        &mut self,
        practice: PracticeId,
        practice_name: &str,
        new: KioskId,
        name: &str,
        credential_sha256: &[u8; 32],
        now: Timestamp,
    ) -> Result<KioskId, StoreError> {
        query(PUT_PRACTICE)
            .bind(practice.0)
            .bind(practice_name)
            .bind(At(now))
            .execute(self.connection())
            .await?;
        let row = query(ENROL)
            .bind(practice.0)
            .bind(new.0)
            .bind(name)
            .bind(&credential_sha256[..])
            .bind(At(now))
            .fetch_one(self.connection())
            .await?;
        let id = Fields::of(&row, "kiosks", "id").get("id").map(KioskId)?;
        query(SEE_OFF).bind(practice.0).bind(id.0).bind(At(now)).execute(self.connection()).await?;
        Ok(id)
    }
}

fn read_kiosk(row: &Row) -> Result<Kiosk, StoreError> {
    let fields = Fields::of(row, "kiosks", "id");
    Ok(Kiosk {
        practice: PracticeId(fields.get("practice_id")?),
        id: KioskId(fields.get("id")?),
        name: fields.get("name")?,
    })
}
