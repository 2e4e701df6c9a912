//! People and records for the tests, and the tests by subject.

mod fitness;
mod folded;
mod hard_cases;
mod keys;
mod properties;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use registration::ids::PatientId;
use uuid::Uuid;

use crate::{
    BirthDate, Circumstances, Frequencies, Judgement, Known, Mailbox, NameField, Person, Phone, Policy, judge,
};

pub(crate) const MOBILE: &str = "+447700900123";
pub(crate) const EMAIL: &str = "jo@example.com";

pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

pub(crate) fn id(number: u128) -> PatientId {
    PatientId(Uuid::from_u128(number))
}

/// Born 7 March 1985, with these contacts.
pub(crate) fn person(given: &str, family: &str, phones: &[&str], emails: &[&str]) -> Person {
    Person {
        given: NameField::of(given),
        family: NameField::of(family),
        born: BirthDate::of(Some(date(1985, 3, 7))),
        phones: phones.iter().map(|it| Phone::of_e164(it).expect("a number")).collect(),
        emails: emails.iter().map(|it| Mailbox::of_address(it).expect("an address")).collect(),
        postcode: None,
        place: None,
        identifier: None,
    }
}

pub(crate) fn born(person: Person, year: i32, month: u32, day: u32) -> Person {
    Person { born: BirthDate::of(Some(date(year, month, day))), ..person }
}

/// Who proved both contact points.
pub(crate) fn registrant(given: &str, family: &str) -> Person {
    person(given, family, &[MOBILE], &[EMAIL])
}

/// A record of version 7.
pub(crate) fn known(number: u128, person: Person) -> Known {
    Known { patient: id(number), version: 7, person, marks: BTreeSet::new() }
}

/// In a practice of ten thousand.
pub(crate) fn judged(registrant: &Person, records: &[Known], policy: Policy) -> Judgement {
    judged_besides(registrant, records, policy, &BTreeSet::new())
}

pub(crate) fn judged_besides(
    registrant: &Person,
    records: &[Known],
    policy: Policy,
    not_the_same: &BTreeSet<PatientId>,
) -> Judgement {
    let frequencies =
        Frequencies { records: 10_000, given: 40, family: 60, born: 1, phone: 1, email: 1, postcode: 40 };
    let circumstances = Circumstances { policy, frequencies, not_the_same, today: date(2026, 11, 24) };
    judge(registrant, records, &circumstances)
}
