//! One line of the file: a patient record as text, and back.

use chrono::NaiveDate;
use registration::{
    ids::{PatientId, PracticeId},
    values::{
        mobile::MobilePolicy,
        name::{NamePart, NameRefused, PersonName},
    },
};
use sha2::{Digest as _, Sha256};
use store::{ContactField, NewContact, NewPatient, PatientRecord};
use uuid::Uuid;

/// The columns, as the first line names them, in the order in which they are written.
pub(super) const COLUMNS: [&str; 8] =
    ["id", "given_name", "family_name", "date_of_birth", "home", "mobile", "work", "email"];

/// Without these a record is nobody's.
pub(super) const REQUIRED: [&str; 2] = ["id", "family_name"];

/// Characters of the longest id or contact; RFC 5321 allows an address 254.
const MOST_CHARACTERS: usize = 254;

/// What is wrong with a line: the column, and what to do. The value itself is somebody's and is never repeated.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) column: &'static str,
    pub(super) why: &'static str,
}

const fn refused(column: &'static str, why: &'static str) -> Refused {
    Refused { column, why }
}

/// Reads a line; `value_of` gives a column's text, empty where the file has no such column.
pub(super) fn read<'l>(
    practice: PracticeId,
    policy: &MobilePolicy,
    value_of: impl Fn(&str) -> &'l str,
) -> Result<NewPatient, Refused> {
    let value_of = |column| value_of(column).trim();
    let mut contacts = Vec::new();
    for (column, field) in [
        ("home", ContactField::Home),
        ("mobile", ContactField::Mobile),
        ("work", ContactField::Work),
        ("email", ContactField::Email),
    ] {
        let value = fitting(column, value_of(column))?;
        if value.is_empty() {
            continue;
        }
        match field {
            ContactField::Home | ContactField::Mobile | ContactField::Work => {
                contacts.push(NewContact::phone(field, value, policy));
            }
            ContactField::Email => contacts.push(NewContact::email(value)),
        }
    }
    Ok(NewPatient {
        id: id(practice, fitting("id", value_of("id"))?)?,
        name: PersonName {
            given: name("given_name", value_of("given_name"))?,
            family: name("family_name", value_of("family_name"))?
                .ok_or(refused("family_name", "is missing; who has one name has it here"))?,
        },
        date_of_birth: date(value_of("date_of_birth"))?,
        contacts,
    })
}

/// A record as the columns say it.
pub(super) fn written(record: &PatientRecord) -> [String; COLUMNS.len()] {
    let contact = |field| record.contact(field).map(|contact| contact.value.clone()).unwrap_or_default();
    [
        record.id.to_string(),
        record.name.given.as_ref().map(|name| name.as_typed().to_owned()).unwrap_or_default(),
        record.name.family.as_typed().to_owned(),
        record.date_of_birth.map(|date| date.to_string()).unwrap_or_default(),
        contact(ContactField::Home),
        contact(ContactField::Mobile),
        contact(ContactField::Work),
        contact(ContactField::Email),
    ]
}

/// A UUID is taken as it is; the practice's own number always leads to the same one, so that a file can be read again.
fn id(practice: PracticeId, typed: &str) -> Result<PatientId, Refused> {
    if typed.is_empty() {
        return Err(refused("id", "is missing; it is the practice's own number of the record"));
    }
    match Uuid::try_parse(typed) {
        Ok(id) if id.is_nil() => return Err(refused("id", "is nobody's: it has only zeros")),
        Ok(id) => return Ok(PatientId(id)),
        Err(_) => {}
    }
    let mut digest = Sha256::new();
    digest.update(practice.0.as_bytes());
    digest.update(typed.as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    let half = digest.first_chunk().copied().unwrap_or_default();
    // RFC 9562, 5.8: a UUID of the vendor's own making.
    Ok(PatientId(uuid::Builder::from_custom_bytes(half).into_uuid()))
}

fn name(column: &'static str, typed: &str) -> Result<Option<NamePart>, Refused> {
    match NamePart::parse(typed) {
        Ok(name) => Ok(Some(name)),
        Err(NameRefused::Missing) => Ok(None),
        Err(NameRefused::TooLong) => Err(refused(column, "is too long")),
        Err(NameRefused::CharacterRefused) => Err(refused(column, "has a character that no name has")),
        Err(NameRefused::WithoutLetter) => Err(refused(column, "has no letter")),
    }
}

fn date(typed: &str) -> Result<Option<NaiveDate>, Refused> {
    const WHY: &str = "is not a date of the calendar written as 1985-03-07";
    if typed.is_empty() {
        return Ok(None);
    }
    // chrono reads other writings too, such as "+01985-3-7".
    let date = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok().filter(|date| date.to_string() == typed);
    date.map(Some).ok_or(refused("date_of_birth", WHY))
}

fn fitting<'v>(column: &'static str, value: &'v str) -> Result<&'v str, Refused> {
    if value.chars().count() > MOST_CHARACTERS {
        return Err(refused(column, "is longer than 254 characters"));
    }
    if value.chars().any(char::is_control) {
        return Err(refused(column, "has a line break or another character that is not shown"));
    }
    Ok(value)
}
