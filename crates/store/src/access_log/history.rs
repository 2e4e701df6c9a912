//! The log as the screens of staff read it.

use std::collections::BTreeSet;

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};
use staff::initials::Initials;

use crate::{
    access_log::{act::Act, entry::ByStaff},
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Query, Row, query},
};

impl Store {
    /// What was done for a registration, and to which record, oldest first.
    pub async fn acts_of(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<(Act, Option<PatientId>)>, StoreError> {
        let rows = query(
            "SELECT id, act, patient_id FROM access_log
             WHERE practice_id = $1 AND registration_id = $2 ORDER BY at, id",
        )
        .bind(practice.0)
        .bind(registration.0)
        .fetch_all(self.reading(practice))
        .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "access_log", "id");
            Ok((fields.read("act", Act::parse)?, fields.opt("patient_id")?.map(PatientId)))
        };
        rows.iter().map(read).collect()
    }
}

/// One line of what was done for a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Act,
    /// Which staff member did it, where the practice knows them.
    pub by: Option<Initials>,
}

const HISTORY: &str = "
SELECT l.id, l.at, l.act, m.initials FROM access_log l
LEFT JOIN staff_members m ON m.practice_id = l.practice_id AND m.id = l.actor_id AND l.actor = 'staff'
WHERE l.practice_id = $1 AND l.registration_id = $2
    AND l.act NOT IN ('registration_shown', 'registrations_searched', 'review_shown', 'record_task_shown', 'access_log_read',
        'access_log_exported')
ORDER BY l.at, l.id";

const ACTED_AT_DESK: &str = "
SELECT id FROM access_log
WHERE practice_id = $1 AND actor_id = $2 AND act = $3 AND at >= $4 AND kiosk_id IS NULL
    AND registration_id IS NULL AND about_staff_id IS NULL LIMIT 1";

const ACTED_AT_KIOSK: &str = "
SELECT id FROM access_log
WHERE practice_id = $1 AND actor_id = $2 AND act = $3 AND at >= $4 AND kiosk_id = $5
    AND registration_id IS NULL AND about_staff_id IS NULL LIMIT 1";

const ACTED_ON_AT_DESK: &str = "
SELECT DISTINCT registration_id FROM access_log
WHERE practice_id = $1 AND actor_id = $2 AND act = $3 AND at >= $4 AND kiosk_id IS NULL AND registration_id IS NOT NULL";

const ACTED_ON_AT_KIOSK: &str = "
SELECT DISTINCT registration_id FROM access_log
WHERE practice_id = $1 AND actor_id = $2 AND act = $3 AND at >= $4 AND kiosk_id = $5 AND registration_id IS NOT NULL";

impl Store {
    /// What was done for a registration and by whom of the staff, oldest first; who only looked, the log itself says. What a later program did and this one has no name for is
    /// left out.
    pub async fn history_of(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<HistoryLine>, StoreError> {
        let rows =
            query(HISTORY).bind(practice.0).bind(registration.0).fetch_all(self.reading(practice)).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let fields = Fields::of(row, "access_log", "id");
            let Some(act) = Act::parse(fields.get("act")?) else { continue };
            lines.push(HistoryLine {
                at: fields.at("at")?,
                act,
                by: fields.read_opt("initials", Initials::parse)?,
            });
        }
        Ok(lines)
    }

    /// Whether anybody ever did it.
    pub async fn acted(&self, practice: PracticeId, act: Act) -> Result<bool, StoreError> {
        let row = query("SELECT id FROM access_log WHERE practice_id = $1 AND act = $2 LIMIT 1")
            .bind(practice.0)
            .bind(act.as_str())
            .fetch_optional(self.reading(practice))
            .await?;
        Ok(row.is_some())
    }

    /// Whether this staff member did it there since then, to nobody in particular: a line about one person is none about all.
    pub async fn staff_acted_since(
        &self,
        practice: PracticeId,
        staff: ByStaff,
        act: Act,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = if staff.kiosk.is_some() { ACTED_AT_KIOSK } else { ACTED_AT_DESK };
        let acted = of_staff(sql, practice, staff, act, since);
        Ok(acted.fetch_optional(self.reading(practice)).await?.is_some())
    }

    /// About which registrations this staff member did it there since then.
    pub async fn staff_acted_on_since(
        &self,
        practice: PracticeId,
        staff: ByStaff,
        act: Act,
        since: Timestamp,
    ) -> Result<BTreeSet<RegistrationId>, StoreError> {
        let sql = if staff.kiosk.is_some() { ACTED_ON_AT_KIOSK } else { ACTED_ON_AT_DESK };
        let rows = of_staff(sql, practice, staff, act, since).fetch_all(self.reading(practice)).await?;
        let id =
            |row| Fields::of(row, "access_log", "registration_id").get("registration_id").map(RegistrationId);
        rows.iter().map(id).collect()
    }
}

fn of_staff(
    sql: &'static str,
    practice: PracticeId,
    staff: ByStaff,
    act: Act,
    since: Timestamp,
) -> Query<'static> {
    let acts = query(sql).bind(practice.0).bind(staff.id).bind(act.as_str()).bind(At(since));
    match staff.kiosk {
        Some(kiosk) => acts.bind(kiosk.0),
        None => acts,
    }
}
