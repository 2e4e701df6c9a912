//! The sealer gives waiting rows their place in the chain; the purge takes the oldest away.

use registration::{ids::PracticeId, time::Timestamp};

use crate::{
    access_log::chain::{GENESIS, LoggedRow, MAC_BYTES, base_tag, read_mac},
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::query,
    tx::{Tx, one_row},
};

/// What the database asks of whoever seals a row that says more than the first ones could.
const FORM_OF_STAFF: i64 = 2;

/// Rows sealed in one transaction, so that nobody waits long for their turn to write.
const SEALED_AT_ONCE: i64 = 500;

pub(crate) const UNSEALED: &str = "
SELECT id, at, actor, actor_id, act, registration_id, patient_id, account_id, kiosk_id, purpose,
    about_staff_id FROM access_log
WHERE practice_id = $1 AND sealed_seq IS NULL ORDER BY at, id LIMIT $2";

const ANY_UNSEALED: &str = "SELECT id FROM access_log WHERE practice_id = $1 AND sealed_seq IS NULL LIMIT 1";

const SEAL: &str = "
UPDATE access_log SET sealed_seq = $3, chain_mac = $4, chain_form = $5 WHERE practice_id = $1 AND id = $2 AND sealed_seq IS NULL";

const NEW_HEAD: &str = "
INSERT INTO access_log_heads (practice_id, sealed_seq, chain_mac, sealed_at, base_seq, base_mac, base_tag)
VALUES ($1, 0, $2, $3, 0, $2, $4) ON CONFLICT (practice_id) DO NOTHING";

/// Written before it is read, so that two sealers on PostgreSQL come one after the other.
const LOCK_HEAD: &str = "
UPDATE access_log_heads SET sealed_at = $2 WHERE practice_id = $1 RETURNING practice_id, sealed_seq, chain_mac";

const MOVE_HEAD: &str = "
UPDATE access_log_heads SET sealed_seq = $2, chain_mac = $3, sealed_at = $4 WHERE practice_id = $1";

const OLDEST_TO_KEEP: &str = "
SELECT coalesce(min(sealed_seq), 0) AS seq FROM access_log
WHERE practice_id = $1 AND sealed_seq IS NOT NULL AND at >= $2";

const MOVE_BASE: &str = "
UPDATE access_log_heads SET base_seq = $2, base_mac = $3, base_tag = $4 WHERE practice_id = $1 AND base_seq < $2";

impl Store {
    /// Chains the practice's waiting rows, oldest first. Returns how many; there may be more where it was 500.
    pub async fn seal_access_log(
        &self,
        practice: PracticeId,
        key: &[u8; 32],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        // Looked at before a transaction is begun: most of the time there is nothing to seal.
        if query(ANY_UNSEALED).bind(practice.0).fetch_optional(self.reading(practice)).await?.is_none() {
            return Ok(0);
        }
        let mut tx = self.begin(practice).await?;
        let (mut seq, mut mac) = tx.head(practice, key, now).await?;
        let rows = query(UNSEALED).bind(practice.0).bind(SEALED_AT_ONCE).fetch_all(tx.connection()).await?;
        for row in &rows {
            let row = LoggedRow::read(row)?;
            seq += 1;
            mac = row.link(key, practice, seq, &mac);
            tx.seal(practice, &row, seq, &mac).await?;
        }
        query(MOVE_HEAD)
            .bind(practice.0)
            .bind(seq)
            .bind(&mac[..])
            .bind(At(now))
            .execute(tx.connection())
            .await?;
        tx.commit().await?;
        Ok(rows.len())
    }

    /// Takes away the rows at the old end of the chain that were written before `before`. Returns how many.
    ///
    /// The key says afterwards that it was this, and not somebody else, who took them away.
    pub async fn purge_access_log(
        &self,
        practice: PracticeId,
        key: &[u8; 32],
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin(practice).await?;
        let Some((base_seq, base_mac)) = tx.new_base(practice, before).await? else { return Ok(0) };
        let tag = base_tag(key, practice, base_seq, &base_mac);
        let moved = query(MOVE_BASE)
            .bind(practice.0)
            .bind(base_seq)
            .bind(&base_mac[..])
            .bind(&tag[..])
            .execute(tx.connection())
            .await?;
        one_row(moved)?;
        let purged = query("DELETE FROM access_log WHERE practice_id = $1 AND sealed_seq <= $2")
            .bind(practice.0)
            .bind(base_seq)
            .execute(tx.connection())
            .await?;
        tx.commit().await?;
        Ok(purged)
    }
}

impl Tx {
    /// Place and MAC of the newest sealed row.
    async fn head(
        &mut self,
        practice: PracticeId,
        key: &[u8; 32],
        now: Timestamp,
    ) -> Result<(i64, [u8; MAC_BYTES]), StoreError> {
        query(NEW_HEAD)
            .bind(practice.0)
            .bind(&GENESIS[..])
            .bind(At(now))
            .bind(&base_tag(key, practice, 0, &GENESIS)[..])
            .execute(self.connection())
            .await?;
        let row = query(LOCK_HEAD).bind(practice.0).bind(At(now)).fetch_one(self.connection()).await?;
        let fields = Fields::of(&row, "access_log_heads", "practice_id");
        Ok((fields.get("sealed_seq")?, read_mac(&fields, "chain_mac")?))
    }

    async fn seal(
        &mut self,
        practice: PracticeId,
        row: &LoggedRow,
        seq: i64,
        mac: &[u8; MAC_BYTES],
    ) -> Result<(), StoreError> {
        let form: Option<i64> = row.says_more().then_some(FORM_OF_STAFF);
        let sealed = query(SEAL)
            .bind(practice.0)
            .bind(row.id)
            .bind(seq)
            .bind(&mac[..])
            .bind(form)
            .execute(self.connection())
            .await?;
        one_row(sealed)
    }

    /// Place and MAC of the newest row that is followed by none to keep; `None` where nothing is to go.
    async fn new_base(
        &mut self,
        practice: PracticeId,
        before: Timestamp,
    ) -> Result<Option<(i64, [u8; MAC_BYTES])>, StoreError> {
        let kept =
            query(OLDEST_TO_KEEP).bind(practice.0).bind(At(before)).fetch_one(self.connection()).await?;
        let oldest_to_keep: i64 = Fields::of(&kept, "access_log", "id").get("seq")?;
        let row = query(
            "SELECT id, sealed_seq, chain_mac FROM access_log
             WHERE practice_id = $1 AND sealed_seq IS NOT NULL AND (sealed_seq < $2 OR $2 = 0)
             ORDER BY sealed_seq DESC LIMIT 1",
        )
        .bind(practice.0)
        .bind(oldest_to_keep)
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of(&row, "access_log", "id");
        Ok(Some((fields.get("sealed_seq")?, read_mac(&fields, "chain_mac")?)))
    }
}
