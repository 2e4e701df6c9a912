use std::collections::BTreeMap;

use registration::{
    ids::PracticeId,
    values::mobile::{Fictional, MobilePolicy},
};
use store::NewPatient;
use uuid::Uuid;

use super::line::{Refused, read};

const OURS: PracticeId = PracticeId(Uuid::from_u128(1));

fn line(fields: &[(&'static str, &'static str)]) -> Result<NewPatient, Refused> {
    line_of(OURS, fields)
}

fn line_of(practice: PracticeId, fields: &[(&'static str, &'static str)]) -> Result<NewPatient, Refused> {
    let usual = BTreeMap::from([("id", "17"), ("family_name", "Obi"), ("date_of_birth", "1985-03-07")]);
    let fields: BTreeMap<_, _> = usual.into_iter().chain(fields.iter().copied()).collect();
    let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
    read(practice, &policy, |column| fields.get(column).copied().unwrap_or_default())
}

#[test]
fn a_line_with_a_number_a_name_and_nothing_else_is_a_record() {
    let patient = line(&[("date_of_birth", "")]).expect("a record");
    assert!(patient.name.given.is_none() && patient.date_of_birth.is_none() && patient.contacts.is_empty());
}

#[test]
fn the_same_number_is_always_the_same_record_and_another_practices_is_another() {
    let id = |typed| line(&[("id", typed)]).expect("a record").id;
    assert_eq!(id("17"), id(" 17 "));
    assert_ne!(id("17"), id("18"));
    let uuid = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d20";
    assert_eq!(id(uuid).to_string(), uuid);
    let elsewhere = line_of(PracticeId(Uuid::from_u128(2)), &[]).expect("a record");
    assert_ne!(elsewhere.id, id("17"));
}

#[test]
fn a_line_that_is_no_record_is_refused_by_its_column_and_never_repeats_the_value() {
    let long: &'static str = "x".repeat(255).leak();
    for (column, value) in [
        ("id", ""),
        ("id", long),
        ("id", "00000000-0000-0000-0000-000000000000"),
        ("family_name", " "),
        ("family_name", "12"),
        ("given_name", "<b>"),
        ("date_of_birth", "07/03/1985"),
        ("date_of_birth", "1985-02-30"),
        ("date_of_birth", "+01985-3-7"),
        ("mobile", "07700\n900123"),
        ("email", long),
    ] {
        let refused = line(&[(column, value)]).expect_err(value);
        assert_eq!(refused.column, column, "{value}");
        assert!(value.trim().is_empty() || !refused.why.contains(value));
    }
}
