//! People as they type at the kiosk, and the records of some.

use chrono::NaiveDate;
use registration::{
    ids::PatientId,
    values::name::{NamePart, PersonName},
};
use serde_json::{Value, json};
use store::{ContactField, NewContact, NewPatient};
use test_support::people;
use uuid::Uuid;

/// Jo O’Brien-Smith, as typed.
pub(crate) fn jo() -> Value {
    json!({
        "given_name": "Jo",
        "family_name": "O’Brien-Smith",
        "date_of_birth": { "day": "7", "month": "March", "year": "1985" },
        "email": "Jo.OBrien@Example.com",
        "mobile": "07700 900123",
    })
}

/// Jo with other answers.
pub(crate) fn jo_with(changes: &Value) -> Value {
    let mut details = jo();
    for (field, answer) in changes.as_object().expect("fields") {
        details[field] = answer.clone();
    }
    details
}

/// Somebody else, with a number and an address of their own.
pub(crate) fn person(n: u16) -> Value {
    let letters: String = n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    json!({
        "given_name": "Sam",
        "family_name": format!("Family{letters}"),
        "date_of_birth": { "day": (1 + n % 28).to_string(), "month": "5", "year": (1940 + n / 28).to_string() },
        "email": format!("person{n}@example.com"),
        "mobile": format!("07700 900{n:03}"),
    })
}

/// The record of [`person`], under an id that [`patient_of_person`] knows.
pub(crate) fn record_of(n: u16) -> NewPatient {
    let details = person(n);
    let typed = |field: &str| details[field].as_str().expect("a text").to_owned();
    let born = (1940 + i32::from(n) / 28, 5, 1 + u32::from(n) % 28);
    NewPatient {
        id: patient_of_person(n),
        name: PersonName {
            given: Some(NamePart::parse(&typed("given_name")).expect("a name")),
            family: NamePart::parse(&typed("family_name")).expect("a name"),
        },
        date_of_birth: NaiveDate::from_ymd_opt(born.0, born.1, born.2),
        contacts: vec![
            NewContact::phone(ContactField::Mobile, &typed("mobile"), &people::policy()),
            NewContact::email(&typed("email")),
        ],
    }
}

pub(crate) fn patient_of_person(n: u16) -> PatientId {
    PatientId(Uuid::from_u128(1_000 + u128::from(n)))
}

pub(crate) fn e164(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    format!("+44{}", digits.trim_start_matches('0'))
}

/// Six digits that are not these.
pub(crate) fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}
