//! Who might it be: every record that shares a key or the day of birth, and how often the registrant's own values stand here.

use std::collections::{BTreeSet, HashMap};

use matching::{
    CountedKeys, Frequencies, Known, MOST_RECORDS_UNDER_A_KEY, Mark, MatchKey, Person, Reach, counted_keys,
    keys,
};
use registration::ids::{PatientId, PracticeId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    match_keys::record::{MatchRecord, born, numbers_of},
    sql::{differing_query, query},
    tx::Tx,
};

/// What [`matching::judge`] must be shown.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// Each record once, in no order.
    pub records: Vec<Known>,
    /// Of the registrant's values.
    pub frequencies: Frequencies,
}

/// For each key the records under it as a list, one more than are read showing that a key is crowded; and the counts. A subquery
/// for each key is read by index, whatever the planner knows of the tables. All of it is one row: of a file's rows, each wakes
/// whoever waits for it, which costs more than reading it.
macro_rules! under_keys {
    ($all:literal, $pair:literal, $keys:literal) => {
        concat!(
            "
SELECT (SELECT CAST(",
            $all,
            "(",
            $pair,
            "(w.value, (SELECT string_agg(CAST(few.match_record AS TEXT), ',') FROM
    (SELECT match_record FROM match_keys WHERE match_index = $1 AND match_key = w.value LIMIT $3) AS few))) AS TEXT)
    FROM ",
            $keys,
            ") AS under,
(SELECT CAST(",
            $all,
            "(",
            $pair,
            "(c.match_key, c.records)) AS TEXT)
    FROM match_counts c WHERE c.match_index = $1 AND c.match_key IN ($4, $5, $6)) AS counts"
        )
    };
}

pub(crate) const UNDER_KEYS: [&str; 2] = [
    under_keys!("json_group_array", "json_array", "json_each($2) AS w"),
    under_keys!("json_agg", "json_build_array", "unnest($2) AS w (value)"),
];

/// As one [`Line`] each, those of a day and those of a list of numbers.
macro_rules! compared {
    ($all:literal, $line:literal, $id:literal, $of_list:literal) => {
        concat!(
            "
SELECT CAST(",
            $all,
            "(",
            $line,
            "(r.match_record, ",
            $id,
            ", r.version, r.given_name, r.family_name, r.contacts,
    (SELECT string_agg(m.mark, '\n') FROM patient_marks m WHERE m.practice_id = $5 AND m.patient_id = r.patient_id))) AS TEXT)
    AS lines
FROM match_records r WHERE r.match_index = $1 AND r.match_record BETWEEN $2 AND $3
UNION ALL
SELECT CAST(",
            $all,
            "(",
            $line,
            "(r.match_record, ",
            $id,
            ", r.version, r.given_name, r.family_name, r.contacts,
    (SELECT string_agg(m.mark, '\n') FROM patient_marks m WHERE m.practice_id = $5 AND m.patient_id = r.patient_id))) AS TEXT)
FROM match_records r WHERE r.match_index = $1 AND ",
            $of_list
        )
    };
}

pub(crate) const COMPARED: [&str; 2] = [
    compared!(
        "json_group_array",
        "json_array",
        "hex(r.patient_id)",
        "r.match_record IN (SELECT value FROM json_each($4))"
    ),
    compared!("json_agg", "json_build_array", "r.patient_id", "r.match_record = ANY($4)"),
];

/// Number, id, version, given name, family name, contacts, marks.
type Line = (i64, Uuid, i64, Option<String>, String, Option<String>, Option<String>);

pub(crate) const VERSION: &str = "SELECT version FROM patients WHERE practice_id = $1 AND id = $2";

/// Record numbers by key.
#[derive(Default)]
struct Under {
    records: BTreeSet<i64>,
    crowded: BTreeSet<MatchKey>,
    counts: HashMap<MatchKey, u64>,
}

impl Under {
    fn count(&self, key: Option<MatchKey>) -> u64 {
        key.and_then(|key| self.counts.get(&key).copied()).unwrap_or_default()
    }

    fn has_crowd(&self, keys: &[MatchKey]) -> bool {
        keys.iter().any(|key| self.crowded.contains(key))
    }
}

impl Tx {
    /// Every record that shares a key or the day of birth with the registrant. [`StoreError::KeysNotMade`] where the keys are not
    /// this program's.
    pub async fn look_up(
        &mut self,
        practice: PracticeId,
        registrant: &Person,
    ) -> Result<LookedUp, StoreError> {
        let Some(index) = self.match_index(practice).await? else {
            if self.has_records(practice).await? {
                return Err(StoreError::KeysNotMade);
            }
            let frequencies = frequencies(registrant, &[], 0, &Under::default(), &CountedKeys::default());
            return Ok(LookedUp { records: Vec::new(), frequencies });
        };
        let keys = keys(registrant, &self.pepper, Reach::of(index.records));
        let counted = counted_keys(registrant, &self.pepper);
        let under = self.under(index.number, &keys, &counted).await?;
        let day = registrant.born.known().map(|_| numbers_of(registrant.born));
        let day = day.filter(|_| under.count(counted.born) <= MOST_RECORDS_UNDER_A_KEY as u64);
        let mut records = self.compared(practice, index.number, day, &under.records).await?;
        self.refresh(practice, registrant, &mut records).await?;
        let frequencies = frequencies(registrant, &records, index.records, &under, &counted);
        Ok(LookedUp { records, frequencies })
    }

    async fn under(
        &mut self,
        index: i64,
        keys: &BTreeSet<MatchKey>,
        counted: &CountedKeys,
    ) -> Result<Under, StoreError> {
        let most = MOST_RECORDS_UNDER_A_KEY;
        let [sqlite, postgres] = UNDER_KEYS;
        let row = differing_query(sqlite, postgres)
            .bind(index)
            .bind(keys.iter().map(|key| key.0).collect::<Vec<i64>>())
            .bind(i64::try_from(most + 1).unwrap_or(i64::MAX))
            .bind(counted.given.map(|key| key.0))
            .bind(counted.family.map(|key| key.0))
            .bind(counted.born.map(|key| key.0))
            .fetch_one(self.connection())
            .await?;
        let fields = Fields::of(&row, "match_keys", "under");
        let mut under = Under::default();
        for (key, list) in json::<(i64, Option<String>)>(&fields, "under")? {
            let numbers = list.iter().flat_map(|list| list.split(',')).map(str::parse::<i64>);
            let numbers = numbers.collect::<Result<Vec<i64>, _>>().map_err(|_| fields.corrupt("under"))?;
            if numbers.len() > most {
                under.crowded.insert(MatchKey(key));
            } else {
                under.records.extend(numbers);
            }
        }
        for (key, count) in json::<(i64, u64)>(&fields, "counts")? {
            under.counts.insert(MatchKey(key), count);
        }
        Ok(under)
    }

    /// Those between the first and the last number of a day, and those of these numbers.
    async fn compared(
        &mut self,
        practice: PracticeId,
        index: i64,
        day: Option<(i64, i64)>,
        numbers: &BTreeSet<i64>,
    ) -> Result<Vec<Known>, StoreError> {
        // No number is above the last and below the first.
        let (first, last) = day.unwrap_or((1, 0));
        let others = numbers.iter().copied().filter(|number| !(first..=last).contains(number));
        let [sqlite, postgres] = COMPARED;
        let rows = differing_query(sqlite, postgres)
            .bind(index)
            .bind(first)
            .bind(last)
            .bind(others.collect::<Vec<i64>>())
            .bind(practice.0)
            .fetch_all(self.connection())
            .await?;
        let mut known = Vec::new();
        for row in &rows {
            let fields = Fields::of(row, "match_records", "lines");
            for line in json(&fields, "lines")? {
                known.push(read_known(&fields, line)?);
            }
        }
        Ok(known)
    }

    /// A program of another version may have changed a record and not what lies in the index. Nobody is linked by what a record
    /// once said: those that could be are as they are now.
    async fn refresh(
        &mut self,
        practice: PracticeId,
        registrant: &Person,
        records: &mut [Known],
    ) -> Result<(), StoreError> {
        for record in records.iter_mut().filter(|record| could_be_linked(registrant, &record.person)) {
            let version = query(VERSION)
                .bind(practice.0)
                .bind(record.patient.0)
                .fetch_one(self.connection())
                .await?
                .opt::<i64>("version")?;
            if version == Some(record.version) {
                continue;
            }
            self.move_keys(practice, record.patient).await?;
            if let Some(now) = self.record(practice, record.patient).await? {
                (record.version, record.person) = (now.version, now.person());
            }
        }
        Ok(())
    }
}

/// Nobody is without the date and a contact.
fn could_be_linked(registrant: &Person, record: &Person) -> bool {
    let same_day = registrant.born.known().is_some() && registrant.born == record.born;
    same_day && (shares_phone(registrant, record) || shares_email(registrant, record))
}

fn shares_phone(registrant: &Person, record: &Person) -> bool {
    record.phones.iter().any(|phone| registrant.phones.contains(phone))
}

fn shares_email(registrant: &Person, record: &Person) -> bool {
    record.emails.iter().any(|email| registrant.emails.contains(email))
}

fn read_known(fields: &Fields<'_>, line: Line) -> Result<Known, StoreError> {
    let (number, id, version, given, family, contacts, marks) = line;
    let born = born(number).ok_or_else(|| fields.corrupt("match_record"))?;
    let marks = marks.iter().flat_map(|text| text.lines());
    let marks = marks.map(|mark| Mark::parse(mark).ok_or_else(|| fields.corrupt("marks")));
    let marks = marks.collect::<Result<BTreeSet<Mark>, StoreError>>()?;
    let record = MatchRecord { patient: PatientId(id), version, born, given, family, contacts };
    Ok(Known { patient: record.patient, version, person: record.person(), marks })
}

/// A list that the database wrote as JSON; nothing where it found nothing.
fn json<T: DeserializeOwned>(fields: &Fields<'_>, column: &'static str) -> Result<Vec<T>, StoreError> {
    let text: Option<String> = fields.opt(column)?;
    text.map_or_else(
        || Ok(Vec::new()),
        |text| serde_json::from_str(&text).map_err(|_| fields.corrupt(column)),
    )
}

/// Names and dates have counts of their own. Whoever shares a contact point is among those found, unless too many do.
fn frequencies(
    registrant: &Person,
    found: &[Known],
    records: u64,
    under: &Under,
    counted: &CountedKeys,
) -> Frequencies {
    let crowd = MOST_RECORDS_UNDER_A_KEY as u64 + 1;
    let with = |shares: fn(&Person, &Person) -> bool| {
        found.iter().filter(|it| shares(registrant, &it.person)).count() as u64
    };
    Frequencies {
        records,
        given: under.count(counted.given),
        family: under.count(counted.family),
        born: under.count(counted.born),
        phone: if under.has_crowd(&counted.phones) { crowd } else { with(shares_phone) },
        email: if under.has_crowd(&counted.emails) { crowd } else { with(shares_email) },
        postcode: 0,
    }
}
