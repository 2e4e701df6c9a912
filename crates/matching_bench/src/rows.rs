//! The three files: people, queries and truth, with the columns of FEBRL or of the synthetic generator.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use csv::StringRecord;
use matching::{BirthDate, Identifier, Mailbox, NameField, Person, Phone, Place, Postcode};

/// Which columns are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Fields {
    /// What the kiosk asks for: names, date of birth, mobile, email
    Kiosk,
    /// And the postcode
    #[value(name = "kiosk+postcode")]
    KioskAndPostcode,
    /// And address and number, where the files have them
    All,
}

/// A line of people or queries.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) person: Person,
    /// Given name and family name.
    pub(crate) names: [String; 2],
    pub(crate) traits: Traits,
}

/// What the groups of people are told by, whose figures stand beside the rest.
#[derive(Clone, Copy)]
pub(crate) struct Traits {
    pub(crate) beyond_ascii: bool,
    pub(crate) first_of_january: bool,
}

/// A line of truth.
pub(crate) struct Truth {
    pub(crate) kind: String,
    pub(crate) records: Vec<String>,
}

const ADDRESS: [&str; 5] = ["street_number", "address_1", "address_2", "suburb", "state"];

pub(crate) fn read_rows(path: &Path, id_column: &str, fields: Fields) -> Result<Vec<Row>> {
    let mut reader = open(path)?;
    let columns = Columns::of(reader.headers()?);
    if !columns.has(id_column) || !columns.has("surname") || !columns.has("date_of_birth") {
        bail!("{} has no {id_column}, surname and date_of_birth", path.display());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("cannot read {}", path.display()))?;
        let cell = |column: &str| columns.cell(&record, column);
        rows.push(Row {
            id: cell(id_column).to_owned(),
            person: person(&cell, fields),
            names: [cell("given_name").to_owned(), cell("surname").to_owned()],
            traits: traits(&cell),
        });
    }
    Ok(rows)
}

pub(crate) fn read_truth(path: &Path) -> Result<HashMap<String, Truth>> {
    let mut reader = open(path)?;
    let columns = Columns::of(reader.headers()?);
    if !columns.has("q_id") || !columns.has("kind") || !columns.has("rec_ids") {
        bail!("{} has no q_id, kind and rec_ids", path.display());
    }
    let mut truths = HashMap::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("cannot read {}", path.display()))?;
        let ids = columns.cell(&record, "rec_ids");
        let records = ids.split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        let truth = Truth { kind: columns.cell(&record, "kind").to_owned(), records };
        truths.insert(columns.cell(&record, "q_id").to_owned(), truth);
    }
    Ok(truths)
}

fn open(path: &Path) -> Result<csv::Reader<std::fs::File>> {
    csv::Reader::from_path(path).with_context(|| format!("cannot open {}", path.display()))
}

struct Columns(HashMap<String, usize>);

impl Columns {
    fn of(headers: &StringRecord) -> Self {
        Self(headers.iter().enumerate().map(|(at, name)| (name.trim().to_owned(), at)).collect())
    }

    fn has(&self, column: &str) -> bool {
        self.0.contains_key(column)
    }

    /// Empty where the file has no such column.
    fn cell<'r>(&self, record: &'r StringRecord, column: &str) -> &'r str {
        self.0.get(column).and_then(|at| record.get(*at)).unwrap_or_default()
    }
}

fn person<'r>(cell: &impl Fn(&str) -> &'r str, fields: Fields) -> Person {
    let postcode = || Postcode::of(cell("postcode"));
    let (postcode, place, identifier) = match fields {
        Fields::Kiosk => (None, None, None),
        Fields::KioskAndPostcode => (postcode(), None, None),
        Fields::All => (postcode(), Place::of(ADDRESS.map(cell)), Identifier::of(cell("soc_sec_id"))),
    };
    Person {
        given: NameField::of(cell("given_name")),
        family: NameField::of(cell("surname")),
        born: BirthDate::of(date(cell("date_of_birth"))),
        phones: phone(cell("mobile")).into_iter().collect(),
        emails: Mailbox::of_address(cell("email")).into_iter().collect(),
        postcode,
        place,
        identifier,
    }
}

fn traits<'r>(cell: &impl Fn(&str) -> &'r str) -> Traits {
    Traits {
        beyond_ascii: !cell("given_name").is_ascii() || !cell("surname").is_ascii(),
        first_of_january: date(cell("date_of_birth"))
            .is_some_and(|date| date.format("%m%d").to_string() == "0101"),
    }
}

/// "1985-03-07" or "19850307"; `None` for a date that is none.
fn date(typed: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(typed, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(typed, "%Y%m%d")).ok()
}

/// The generator draws nine digits after 07, among them numbers no operator gives out, which the product's own parser would
/// rightly refuse; here every one of them is a mobile.
fn phone(typed: &str) -> Option<Phone> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("44").or_else(|| digits.strip_prefix('0'))?;
    Phone::of_e164(&format!("+44{national}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_is_one_number_however_it_is_typed() {
        for typed in ["07700900123", "+447700900123", "07700 900123"] {
            assert_eq!(phone(typed), Phone::of_e164("+447700900123"), "{typed}");
        }
        assert_eq!(phone(""), None);
    }

    #[test]
    fn dates_of_both_sources_are_read() {
        assert_eq!(date("1985-03-07"), date("19850307"));
        assert_eq!(date("19850231"), None);
    }
}
