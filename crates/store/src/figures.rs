//! How far registrations came, for counts. Read out of the access log, which keeps that after the details of those that ended are gone.

use registration::{
    ids::{KioskId, PracticeId},
    time::Timestamp,
};
use staff::figures::{Call, Pass};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
};

/// Acts are named as in [`Act`](crate::Act); the list of those joined is the index's own.
pub(crate) const PASSES: &str = "
SELECT b.id, b.at, b.kiosk_id,
    min(CASE WHEN s.act = 'code_right' THEN s.at END) AS code_at,
    min(CASE WHEN s.act = 'password_set' OR s.act = 'left_for_phone' THEN s.at END) AS password_at,
    min(CASE WHEN s.act = 'link_opened' THEN s.at END) AS opened_at,
    min(CASE WHEN s.act = 'terms_accepted' THEN s.at END) AS accepted_at,
    count(CASE WHEN s.act = 'review_opened' THEN 1 END) AS reviews
FROM access_log b LEFT JOIN access_log s ON s.practice_id = b.practice_id AND s.registration_id = b.registration_id
    AND s.act IN ('code_right', 'password_set', 'left_for_phone', 'link_opened', 'terms_accepted', 'review_opened')
WHERE b.practice_id = $1 AND b.act = 'details_confirmed' AND b.at >= $2
GROUP BY b.at, b.id, b.kiosk_id";

pub(crate) const CALLS: &str = "
SELECT id, at, kiosk_id FROM access_log WHERE practice_id = $1 AND act = 'help_called' AND at >= $2";

impl Store {
    /// How far the registrations came that began since then.
    pub async fn passes_since(
        &self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<Pass>, StoreError> {
        let rows = query(PASSES).bind(practice.0).bind(At(since)).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_pass).collect()
    }

    /// Calls for help since then.
    pub async fn help_calls_since(
        &self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<Call>, StoreError> {
        let rows = query(CALLS).bind(practice.0).bind(At(since)).fetch_all(self.reading(practice)).await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "access_log", "id");
            Ok(Call { at: fields.at("at")?, kiosk: fields.opt("kiosk_id")?.map(KioskId) })
        };
        rows.iter().map(read).collect()
    }
}

fn read_pass(row: &Row) -> Result<Pass, StoreError> {
    let fields = Fields::of(row, "access_log", "id");
    Ok(Pass {
        began_at: fields.at("at")?,
        kiosk: fields.opt("kiosk_id")?.map(KioskId),
        code_at: fields.opt_at("code_at")?,
        password_at: fields.opt_at("password_at")?,
        opened_at: fields.opt_at("opened_at")?,
        accepted_at: fields.opt_at("accepted_at")?,
        reviewed: fields.get::<i64>("reviews")? > 0,
    })
}
