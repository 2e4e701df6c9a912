//! Tries of staff members' credentials: [`staff::tries`] decides, and what it decided is kept before anything is compared.

use registration::{ids::PracticeId, time::Timestamp};
use staff::{
    StaffId,
    initials::Initials,
    tries::{Locked, Tries},
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

/// How often a try is counted anew where another was counted meanwhile. Each time one of them is through.
const ROUNDS: u8 = 8;

const TRIES: &str = "
SELECT staff_id, wrong, last_at FROM staff_tries WHERE practice_id = $1 AND staff_id = $2 AND place_id = $3";

const FIRST: &str = "
INSERT INTO staff_tries (practice_id, staff_id, place_id, wrong, last_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT DO NOTHING";

/// Of two who counted from the same number one finds no row.
const NEXT: &str = "
UPDATE staff_tries SET wrong = $4, last_at = $5
WHERE practice_id = $1 AND staff_id = $2 AND place_id = $3 AND wrong = $6 AND last_at = $7";

const FORGET: &str = "DELETE FROM staff_tries WHERE practice_id = $1 AND staff_id = $2 AND place_id = $3";

const TRIED: &str = "
SELECT t.staff_id, t.wrong, t.last_at, m.initials
FROM staff_tries t JOIN staff_members m ON m.practice_id = t.practice_id AND m.id = t.staff_id
WHERE t.practice_id = $1 AND t.wrong >= $2 AND m.removed_at IS NULL ORDER BY m.initials, t.last_at";

impl Store {
    /// Counts a try of this credential at this place, in a transaction of its own.
    pub async fn count_staff_try(
        &self,
        practice: PracticeId,
        staff: StaffId,
        place: Uuid,
        now: Timestamp,
    ) -> Result<Result<Tries, Locked>, StoreError> {
        for _ in 0..ROUNDS {
            let mut tx = self.begin(practice).await?;
            let before = tx.staff_tries(practice, staff, place).await?;
            let counted = Tries::count(before, now);
            let kept = match counted {
                Ok(tries) | Err(Locked { tries, .. }) => tries,
            };
            match tx.keep_staff_tries((practice, staff, place), before, kept).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(counted);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict)
    }

    /// Whose credential was tried at least so often at some place, by initials.
    pub async fn staff_tried(
        &self,
        practice: PracticeId,
        at_least: u32,
    ) -> Result<Vec<(Initials, Tries)>, StoreError> {
        let rows =
            query(TRIED).bind(practice.0).bind(i64::from(at_least)).fetch_all(self.reading(practice)).await?;
        let read = |row: &Row| {
            Ok((
                Fields::of(row, "staff_members", "staff_id").read("initials", Initials::parse)?,
                read_tries(row)?,
            ))
        };
        rows.iter().map(read).collect()
    }
}

impl Tx {
    async fn staff_tries(
        &mut self,
        practice: PracticeId,
        staff: StaffId,
        place: Uuid,
    ) -> Result<Option<Tries>, StoreError> {
        let row =
            query(TRIES).bind(practice.0).bind(staff.0).bind(place).fetch_optional(self.connection()).await?;
        row.as_ref().map(read_tries).transpose()
    }

    async fn keep_staff_tries(
        &mut self,
        (practice, staff, place): (PracticeId, StaffId, Uuid),
        before: Option<Tries>,
        kept: Tries,
    ) -> Result<(), StoreError> {
        let keep = query(if before.is_some() { NEXT } else { FIRST })
            .bind(practice.0)
            .bind(staff.0)
            .bind(place)
            .bind(i64::from(kept.wrong))
            .bind(At(kept.last_at));
        let keep = match before {
            Some(before) => keep.bind(i64::from(before.wrong)).bind(At(before.last_at)),
            None => keep,
        };
        one_row(keep.execute(self.connection()).await?)
    }

    /// The credential was right: nothing is counted any more.
    pub async fn forget_staff_tries(
        &mut self,
        practice: PracticeId,
        staff: StaffId,
        place: Uuid,
    ) -> Result<(), StoreError> {
        query(FORGET).bind(practice.0).bind(staff.0).bind(place).execute(self.connection()).await?;
        Ok(())
    }
}

fn read_tries(row: &Row) -> Result<Tries, StoreError> {
    let fields = Fields::of(row, "staff_tries", "staff_id");
    Ok(Tries { wrong: fields.number("wrong")?, last_at: fields.at("last_at")? })
}
