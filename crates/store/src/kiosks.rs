//! Practices and their kiosks.

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

/// In place of a kiosk where a registration begins at the desk. It has no name, and nobody knows its credential.
pub const DESK: KioskId = KioskId(Uuid::nil());

const PUT_DESK: &str = "
INSERT INTO kiosks (practice_id, id, name, credential_sha256, created_at, credential_at, revoked_at)
VALUES ($1, $2, '', $3, $4, $4, $4) ON CONFLICT DO NOTHING";

const PUT_PRACTICE: &str = "
INSERT INTO practices (id, name, created_at) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name";

const ENROL: &str = "
INSERT INTO kiosks (practice_id, id, name, credential_sha256, created_at, credential_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (practice_id, name) DO UPDATE SET
    credential_sha256 = excluded.credential_sha256, credential_at = excluded.credential_at, revoked_at = NULL,
    last_upload_at = NULL
RETURNING id";

const OPEN_ENROLMENT: &str = "
INSERT INTO kiosk_enrolments (practice_id, kiosk_name, code_mac, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id, kiosk_name) DO UPDATE SET
    code_mac = excluded.code_mac, created_at = excluded.created_at, expires_at = excluded.expires_at";

/// The row goes with its use: of two machines that type the same code, one finds it.
const USE_ENROLMENT: &str = "
DELETE FROM kiosk_enrolments WHERE practice_id = $1 AND code_mac = $2 AND expires_at > $3
RETURNING practice_id, kiosk_name";

const CLOSE_ENROLMENT: &str = "DELETE FROM kiosk_enrolments WHERE practice_id = $1 AND kiosk_name = $2";

const REVOKE: &str = "
UPDATE kiosks SET revoked_at = $3 WHERE practice_id = $1 AND name = $2 AND revoked_at IS NULL
RETURNING id";

const ALL: &str = "
SELECT id, name, created_at, credential_at, revoked_at FROM kiosks
WHERE practice_id = $1 AND name <> '' ORDER BY name";

/// A kiosk as the practice sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolledKiosk {
    /// Which.
    pub id: KioskId,
    /// As staff call it.
    pub name: String,
    /// When it was first enrolled.
    pub enrolled_at: Timestamp,
    /// When it was given the present credential.
    pub credential_at: Timestamp,
    /// When that was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A kiosk that starts anew has nobody at the glass: who was typing a password there is overdue now, and goes on on their
/// own phone.
const SEE_OFF: &str = "
UPDATE registrations SET deadline = $3 WHERE practice_id = $1 AND kiosk_id = $2 AND state = 'awaiting_password'";

impl Store {
    /// The practice's kiosk whose credential has this SHA-256 and was not revoked.
    pub async fn kiosk_by_credential(
        &self,
        practice: PracticeId,
        sha256: &[u8; 32],
    ) -> Result<Option<Kiosk>, StoreError> {
        let row = query(
            "SELECT practice_id, id, name FROM kiosks
             WHERE practice_id = $1 AND credential_sha256 = $2 AND revoked_at IS NULL",
        )
        .bind(practice.0)
        .bind(&sha256[..])
        .fetch_optional(self.reading(practice))
        .await?;
        row.as_ref().map(read_kiosk).transpose()
    }

    /// The practice's kiosks, those that were revoked too, by name.
    pub async fn kiosks(&self, practice: PracticeId) -> Result<Vec<EnrolledKiosk>, StoreError> {
        let rows = query(ALL).bind(practice.0).fetch_all(self.reading(practice)).await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "kiosks", "id");
            Ok(EnrolledKiosk {
                id: KioskId(fields.get("id")?),
                name: fields.get("name")?,
                enrolled_at: fields.at("created_at")?,
                credential_at: fields.at("credential_at")?,
                revoked_at: fields.opt_at("revoked_at")?,
            })
        };
        rows.iter().map(read).collect()
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
        self.put_practice(practice, practice_name, now).await?;
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

impl Tx {
    /// Adds the practice, or gives it its present name.
    pub async fn put_practice(
        &mut self,
        practice: PracticeId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(PUT_PRACTICE).bind(practice.0).bind(name).bind(At(now)).execute(self.connection()).await?;
        Ok(())
    }

    /// Adds the [desk](DESK), unless it is there. `nobodys` is random: whoever knew of what it is the hash could be that kiosk.
    pub async fn put_desk(
        &mut self,
        practice: PracticeId,
        nobodys: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        query(PUT_DESK)
            .bind(practice.0)
            .bind(DESK.0)
            .bind(&nobodys[..])
            .bind(At(now))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Lets whoever has the code of this MAC become the kiosk of this name until `expires_at`; an earlier code for the name
    /// is dead. Adds the practice, or gives it its present name.
    pub async fn open_enrolment(
        &mut self,
        practice: PracticeId,
        practice_name: &str,
        kiosk_name: &str,
        code_mac: &[u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_practice(practice, practice_name, now).await?;
        query(OPEN_ENROLMENT)
            .bind(practice.0)
            .bind(kiosk_name)
            .bind(&code_mac[..])
            .bind(At(now))
            .bind(At(expires_at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Uses the code up, if it is there and lives, and says what the kiosk is to be called.
    pub async fn use_enrolment(
        &mut self,
        practice: PracticeId,
        code_mac: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let row = query(USE_ENROLMENT)
            .bind(practice.0)
            .bind(&code_mac[..])
            .bind(At(now))
            .fetch_optional(self.connection())
            .await?;
        let name = |row: &Row| Fields::of(row, "kiosk_enrolments", "practice_id").get("kiosk_name");
        row.as_ref().map(name).transpose()
    }

    /// Ends what this kiosk may do and a code that waits for its name; whoever stood there is seen off. Says whether there
    /// was such a kiosk.
    pub async fn revoke_kiosk(
        &mut self,
        practice: PracticeId,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        query(CLOSE_ENROLMENT).bind(practice.0).bind(name).execute(self.connection()).await?;
        let row =
            query(REVOKE).bind(practice.0).bind(name).bind(At(now)).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(false) };
        let id: Uuid = Fields::of(&row, "kiosks", "id").get("id")?;
        query(SEE_OFF).bind(practice.0).bind(id).bind(At(now)).execute(self.connection()).await?;
        Ok(true)
    }
}

pub(crate) fn read_kiosk(row: &Row) -> Result<Kiosk, StoreError> {
    let fields = Fields::of(row, "kiosks", "id");
    Ok(Kiosk {
        practice: PracticeId(fields.get("practice_id")?),
        id: KioskId(fields.get("id")?),
        name: fields.get("name")?,
    })
}
