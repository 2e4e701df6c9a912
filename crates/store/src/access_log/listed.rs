//! The log as a manager reads it: chosen lines, newest first.

use registration::{
    ids::{KioskId, PatientId, PracticeId},
    secrets::reference::Reference,
    time::Timestamp,
};
use staff::{StaffId, initials::Initials};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, Value, query},
};

/// Which lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinesSought {
    /// All of them.
    Everything,
    /// What a staff member did, and what was done about them.
    Staff(StaffId),
    /// What was done with the registrations of this reference, and with the records that they belong to.
    Patient(Reference),
    /// What a kiosk did, and what was done at it.
    Kiosk(KioskId),
}

/// Which of those: from an instant on, and before a line, or before another instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinesWithin {
    /// The oldest instant.
    pub from: Timestamp,
    /// The instant before which.
    pub until: Timestamp,
    /// At that instant, lines with a lower id are before it, too; nil for none.
    pub until_id: Uuid,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedBy {
    /// The registrant.
    Patient,
    /// A kiosk by itself; its name, where the practice knows it.
    Kiosk(Option<String>),
    /// The portal by itself.
    Portal,
    /// A staff member, where the practice knows them.
    Staff(Option<Initials>),
}

/// One line, with what its identifiers stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedLine {
    /// Which.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: LoggedBy,
    /// What, by its name in the log: a later program may have done what this one has no words for.
    pub act: String,
    /// At which kiosk a patient or a staff member did it.
    pub at_kiosk: Option<String>,
    /// The registration's, as long as that is kept.
    pub reference: Option<Reference>,
    /// On which record.
    pub patient: Option<PatientId>,
    /// What for, by its name in the log, where the act does not say it.
    pub purpose: Option<String>,
    /// Whom of the staff it concerned.
    pub about: Option<Initials>,
}

macro_rules! list_lines {
    ($from:expr, $range:literal) => {
        concat!(
            "SELECT l.id, l.at, l.actor, l.act, l.patient_id, l.purpose, m.initials, a.initials AS about, ",
            "k.name AS kiosk, p.name AS at_kiosk, r.reference FROM ",
            $from,
            " LEFT JOIN staff_members m ON m.practice_id = l.practice_id AND m.id = l.actor_id ",
            "LEFT JOIN staff_members a ON a.practice_id = l.practice_id AND a.id = l.about_staff_id ",
            "LEFT JOIN kiosks k ON k.practice_id = l.practice_id AND k.id = l.actor_id ",
            "LEFT JOIN kiosks p ON p.practice_id = l.practice_id AND p.id = l.kiosk_id ",
            "LEFT JOIN registrations r ON r.practice_id = l.practice_id AND r.id = l.registration_id ",
            "WHERE l.practice_id = $1 ",
            $range,
            "ORDER BY l.at DESC, l.id DESC LIMIT $5"
        )
    };
}

/// Of each index the newest lines only: a busy kiosk's log is not read to its end for one page.
macro_rules! list_newest {
    ($one:literal, $other:literal) => {
        list_lines!(
            concat!(
                "(",
                newest!($one),
                " UNION ",
                newest!($other),
                ") found JOIN access_log l ON l.practice_id = $1 AND l.id = found.id"
            ),
            ""
        )
    };
}

macro_rules! newest {
    ($column:literal) => {
        concat!(
            "SELECT id FROM (SELECT id FROM access_log WHERE practice_id = $1 AND ",
            $column,
            " = $6 AND at >= $2 AND at <= $3 AND (at, id) < ($3, $4) ",
            "ORDER BY at DESC, id DESC LIMIT $5) AS newest"
        )
    };
}

pub(crate) const EVERYTHING: &str =
    list_lines!("access_log l", "AND l.at >= $2 AND (l.at, l.id) < ($3, $4) ");
pub(crate) const OF_STAFF: &str = list_newest!("actor_id", "about_staff_id");
pub(crate) const OF_KIOSK: &str = list_newest!("actor_id", "kiosk_id");
/// No registration has the id of a record.
pub(crate) const ABOUT: &str = list_newest!("registration_id", "patient_id");

const REGISTRATIONS: &str = "SELECT id FROM registrations WHERE practice_id = $1 AND reference = $2";

/// A record belongs to a registration whose account shows it, or of which staff said so, before or after.
pub(crate) const RECORDS: &str = "
SELECT patient_id FROM profiles WHERE practice_id = $1 AND ended_at IS NULL AND account_id IN (
    SELECT account_id FROM access_log
    WHERE practice_id = $1 AND registration_id = $2 AND account_id IS NOT NULL)
UNION SELECT settled_patient_id FROM reviews
WHERE practice_id = $1 AND registration_id = $2 AND settled_patient_id IS NOT NULL
UNION SELECT patient_id FROM identities_seen
WHERE practice_id = $1 AND registration_id = $2 AND patient_id IS NOT NULL";

impl Store {
    /// Those sought, newest first, at most `most`.
    pub async fn lines_listed(
        &self,
        practice: PracticeId,
        sought: &LinesSought,
        within: LinesWithin,
        most: u32,
    ) -> Result<Vec<LoggedLine>, StoreError> {
        let list = async |text, id| self.lines(practice, text, id, within, most).await;
        match sought {
            LinesSought::Everything => list(EVERYTHING, None).await,
            LinesSought::Staff(staff) => list(OF_STAFF, Some(staff.0)).await,
            LinesSought::Kiosk(kiosk) => list(OF_KIOSK, Some(kiosk.0)).await,
            LinesSought::Patient(reference) => {
                let mut lines = Vec::new();
                for registration in self.ids(practice, REGISTRATIONS, reference.as_str(), "id").await? {
                    lines.extend(list(ABOUT, Some(registration)).await?);
                    for record in self.ids(practice, RECORDS, registration, "patient_id").await? {
                        lines.extend(list(ABOUT, Some(record)).await?);
                    }
                }
                // A line can be about both.
                lines.sort_by_key(|line| std::cmp::Reverse((line.at, line.id)));
                lines.dedup_by_key(|line| line.id);
                lines.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                Ok(lines)
            }
        }
    }

    async fn lines(
        &self,
        practice: PracticeId,
        text: &'static str,
        id: Option<Uuid>,
        within: LinesWithin,
        most: u32,
    ) -> Result<Vec<LoggedLine>, StoreError> {
        let list = query(text)
            .bind(practice.0)
            .bind(At(within.from))
            .bind(At(within.until))
            .bind(within.until_id)
            .bind(i64::from(most));
        let list = match id {
            Some(id) => list.bind(id),
            None => list,
        };
        let rows = list.fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_line).collect()
    }

    async fn ids<'q>(
        &self,
        practice: PracticeId,
        text: &'static str,
        of: impl Into<Value<'q>>,
        column: &'static str,
    ) -> Result<Vec<Uuid>, StoreError> {
        let rows = query(text).bind(practice.0).bind(of).fetch_all(self.reading(practice)).await?;
        rows.iter().map(|row| Fields::of(row, "registrations", column).get(column)).collect()
    }

    /// When the line of this id was written.
    pub async fn line_at(&self, practice: PracticeId, id: Uuid) -> Result<Option<Timestamp>, StoreError> {
        let row = query("SELECT id, at FROM access_log WHERE practice_id = $1 AND id = $2")
            .bind(practice.0)
            .bind(id)
            .fetch_optional(self.reading(practice))
            .await?;
        row.as_ref().map(|row| Fields::of(row, "access_log", "id").at("at")).transpose()
    }
}

fn read_line(row: &Row) -> Result<LoggedLine, StoreError> {
    let fields = Fields::of(row, "access_log", "id");
    let by = match fields.get::<&str>("actor")? {
        "patient" => LoggedBy::Patient,
        "kiosk" => LoggedBy::Kiosk(fields.opt("kiosk")?),
        "portal" => LoggedBy::Portal,
        "staff" => LoggedBy::Staff(fields.read_opt("initials", Initials::parse)?),
        _ => return Err(fields.corrupt("actor")),
    };
    Ok(LoggedLine {
        id: fields.get("id")?,
        at: fields.at("at")?,
        by,
        act: fields.get("act")?,
        at_kiosk: fields.opt("at_kiosk")?,
        reference: fields.read_opt("reference", Reference::parse)?,
        patient: fields.opt("patient_id")?.map(PatientId),
        purpose: fields.opt("purpose")?,
        about: fields.read_opt("about", Initials::parse)?,
    })
}
