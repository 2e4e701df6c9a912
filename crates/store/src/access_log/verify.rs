//! Walking the chain from its base to its head.

use registration::{ids::PracticeId, time::Timestamp};

use crate::{
    access_log::chain::{LoggedRow, MAC_BYTES, base_tag, read_mac},
    error::StoreError,
    fields::Fields,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// Rows read at once.
const PAGE: i64 = 1000;

/// The newest link. Exported to where the database's writers cannot reach: a head that is no longer in the chain says that
/// the end was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Place of the newest sealed row.
    pub seq: i64,
    /// Its MAC.
    pub mac: [u8; MAC_BYTES],
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

/// What is wrong with the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row at this place is not the one that was sealed there: it was altered, or put in.
    Altered {
        /// Its place.
        seq: i64,
    },
    /// The row at this place is gone.
    Missing {
        /// Its place.
        seq: i64,
    },
    /// The last row is not the head: rows were cut off, or put on.
    HeadDiffers,
    /// Old rows were taken away by somebody without the key.
    BaseForged,
}

/// What a walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// Sealed rows that were walked.
    pub sealed: u64,
    /// Rows that wait for the sealer.
    pub waiting: u64,
    /// The head; `None` before the first sealing.
    pub head: Option<Head>,
    /// The first faults in the order of the chain; an altered row spoils nothing after it. Empty: the log is whole.
    pub faults: Vec<Fault>,
}

const HEAD: &str = "
SELECT practice_id, sealed_seq, chain_mac, sealed_at, base_seq, base_mac, base_tag FROM access_log_heads
WHERE practice_id = $1";

pub(crate) const SEALED_AFTER: &str = "
SELECT id, at, actor, actor_id, act, registration_id, patient_id, account_id, kiosk_id, purpose, about_staff_id, sealed_seq, chain_mac FROM access_log
WHERE practice_id = $1 AND sealed_seq > $2 ORDER BY sealed_seq LIMIT $3";

const WAITING: &str = "
SELECT count(*) AS waiting FROM access_log WHERE practice_id = $1 AND sealed_seq IS NULL";

/// A walk under way.
struct Walk<'k> {
    key: &'k [u8; 32],
    practice: PracticeId,
    seq: i64,
    mac: [u8; MAC_BYTES],
    walked: u64,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn step(&mut self, row: &Row) -> Result<(), StoreError> {
        let fields = Fields::of(row, "access_log", "id");
        let seq: i64 = fields.get("sealed_seq")?;
        let stored = read_mac(&fields, "chain_mac")?;
        let expected = self.seq + 1;
        if seq == expected {
            // A row that cannot even be read was altered.
            let whole = LoggedRow::read(row)
                .is_ok_and(|row| row.link(self.key, self.practice, seq, &self.mac) == stored);
            if !whole {
                self.faults.push(Fault::Altered { seq });
            }
        } else {
            self.faults.push(Fault::Missing { seq: expected });
        }
        self.seq = seq;
        self.mac = stored;
        self.walked += 1;
        Ok(())
    }
}

impl Store {
    /// Walks the practice's chain.
    pub async fn verify_access_log(
        &self,
        practice: PracticeId,
        key: &[u8; 32],
    ) -> Result<VerifyReport, StoreError> {
        // One transaction, so that a sealer at work is seen before or after, never half-way.
        let mut tx = self.begin_reading(practice).await?;
        let waiting = query(WAITING).bind(practice.0).fetch_one(tx.connection()).await?;
        let waiting = Fields::of(&waiting, "access_log", "id").number("waiting")?;
        let head = query(HEAD).bind(practice.0).fetch_optional(tx.connection()).await?;
        let Some(head) = head else { return headless(&mut tx, practice, waiting).await };
        let fields = Fields::of(&head, "access_log_heads", "practice_id");
        let (seq, mac) = (fields.get("base_seq")?, read_mac(&fields, "base_mac")?);
        let mut walk = Walk { key, practice, seq, mac, walked: 0, faults: Vec::new() };
        if base_tag(key, practice, seq, &mac) != read_mac(&fields, "base_tag")? {
            walk.faults.push(Fault::BaseForged);
        }
        loop {
            let rows = query(SEALED_AFTER)
                .bind(practice.0)
                .bind(walk.seq)
                .bind(PAGE)
                .fetch_all(tx.connection())
                .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                walk.step(row)?;
            }
        }
        let head = Head {
            seq: fields.get("sealed_seq")?,
            mac: read_mac(&fields, "chain_mac")?,
            sealed_at: fields.at("sealed_at")?,
        };
        if (walk.seq, walk.mac) != (head.seq, head.mac) {
            walk.faults.push(Fault::HeadDiffers);
        }
        Ok(VerifyReport { sealed: walk.walked, waiting, head: Some(head), faults: walk.faults })
    }
}

/// Without a head nothing was ever sealed, or the head was taken away.
async fn headless(tx: &mut Tx, practice: PracticeId, waiting: u64) -> Result<VerifyReport, StoreError> {
    let rows =
        query(SEALED_AFTER).bind(practice.0).bind(0_i64).bind(1_i64).fetch_all(tx.connection()).await?;
    let faults = if rows.is_empty() { Vec::new() } else { vec![Fault::HeadDiffers] };
    Ok(VerifyReport { sealed: 0, waiting, head: None, faults })
}
