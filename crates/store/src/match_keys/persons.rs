//! Records as they are compared: read whole, with what may be found of each in one row.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use matching::{Known, Mark, Person};
use registration::{
    ids::{PatientId, PracticeId},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    patients::ContactField,
    sql::{Row, differing_query, query},
    tx::Tx,
};

/// A record with its number in the match keys, where it has one.
pub(crate) struct Numbered {
    pub(crate) record: Option<i64>,
    pub(crate) known: Known,
}

/// What is read of a record. Contact points and marks come as lines of one text: a subquery for each record is read by index,
/// whatever the planner knows of the tables. A contact that is neither number nor address makes no line, being NULL.
macro_rules! persons {
    ($rest:literal) => {
        concat!(
            "
SELECT p.id, p.version, CAST(p.match_record AS BIGINT) AS match_record, p.given_name, p.family_name, p.date_of_birth,
    (SELECT string_agg(c.field || ' ' || c.comparable, '\n') FROM patient_contact_points c
        WHERE c.practice_id = p.practice_id AND c.patient_id = p.id AND c.replaced_at IS NULL) AS contacts,
    (SELECT string_agg(m.mark, '\n') FROM patient_marks m WHERE m.practice_id = p.practice_id AND m.patient_id = p.id) AS marks
FROM patients p WHERE p.practice_id = $1 AND ",
            $rest
        )
    };
}

pub(crate) const BY_ID: &str = persons!("p.id = $2");

pub(crate) const BY_RECORDS: [&str; 2] =
    [persons!("p.match_record IN (SELECT value FROM json_each($2))"), persons!("p.match_record = ANY($2)")];

pub(crate) const AFTER: &str = persons!("p.match_record > $2 ORDER BY p.match_record LIMIT $3");

const CHANGED_SINCE: &str = persons!("p.changed_at >= $2 AND p.match_record IS NOT NULL");

impl Tx {
    pub(crate) async fn numbered(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
    ) -> Result<Option<Numbered>, StoreError> {
        let row = query(BY_ID).bind(practice.0).bind(patient.0).fetch_optional(self.connection()).await?;
        row.as_ref().map(read).transpose()
    }

    pub(crate) async fn of_records(
        &mut self,
        practice: PracticeId,
        records: &BTreeSet<i64>,
    ) -> Result<Vec<Known>, StoreError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let [sqlite, postgres] = BY_RECORDS;
        let rows = differing_query(sqlite, postgres)
            .bind(practice.0)
            .bind(records.iter().copied().collect::<Vec<i64>>())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Ok(read(row)?.known)).collect()
    }

    pub(crate) async fn records_after(
        &mut self,
        practice: PracticeId,
        after: i64,
        most: i64,
    ) -> Result<Vec<Numbered>, StoreError> {
        let rows = query(AFTER).bind(practice.0).bind(after).bind(most).fetch_all(self.connection()).await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn records_changed_since(
        &mut self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<Numbered>, StoreError> {
        let rows = query(CHANGED_SINCE).bind(practice.0).bind(At(since)).fetch_all(self.connection()).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Numbered, StoreError> {
    let fields = Fields::of(row, "patients", "id");
    let contacts: Option<String> = fields.opt("contacts")?;
    let (mut phones, mut emails) = (Vec::new(), Vec::new());
    for line in contacts.iter().flat_map(|text| text.lines()) {
        let (field, comparable) = line.split_once(' ').ok_or_else(|| fields.corrupt("contacts"))?;
        match ContactField::parse(field).ok_or_else(|| fields.corrupt("contacts"))? {
            ContactField::Home | ContactField::Mobile | ContactField::Work => phones.push(comparable),
            ContactField::Email => emails.push(comparable),
        }
    }
    let marks: Option<String> = fields.opt("marks")?;
    let marks = marks.iter().flat_map(|text| text.lines());
    let marks = marks.map(|mark| Mark::parse(mark).ok_or_else(|| fields.corrupt("marks")));
    let (given, family): (Option<String>, String) = (fields.opt("given_name")?, fields.get("family_name")?);
    let born = fields.opt::<NaiveDate>("date_of_birth")?;
    Ok(Numbered {
        record: fields.opt("match_record")?,
        known: Known {
            patient: PatientId(fields.get("id")?),
            version: fields.get("version")?,
            person: Person::of(given.as_deref().unwrap_or_default(), &family, born, phones, emails),
            marks: marks.collect::<Result<BTreeSet<Mark>, StoreError>>()?,
        },
    })
}
