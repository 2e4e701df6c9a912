//! The strict rule with nothing else to go by: one line for each rule and doubt, and the invariant.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use registration::ids::PatientId;
use uuid::Uuid;

use crate::{
    BirthDate, Circumstances, Doubt, Frequencies, Known, Mailbox, NameField, Person, Phone, Policy,
    ReviewReason, Verdict, judge,
};

const MOBILE: &str = "+447700900123";
const EMAIL: &str = "jo@example.com";

fn born(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 3, 7).expect("a date")
}

/// Jo Smith, born 1985, with a proven mobile and address.
fn jo() -> Person {
    Person::of("jo", "smith", Some(born(1985)), [MOBILE], [EMAIL])
}

/// Nobody counts as an adult here, and nothing was counted.
fn decide(registrant: &Person, records: &[Known]) -> Verdict {
    let circumstances = Circumstances {
        policy: Policy::Strict,
        frequencies: Frequencies::TYPICAL,
        not_the_same: &BTreeSet::new(),
        today: born(1985),
    };
    match judge(registrant, records, &circumstances).verdict {
        Verdict::Review { doubt, mut candidates } => {
            candidates.sort();
            Verdict::Review { doubt, candidates }
        }
        decided @ (Verdict::Linked { .. } | Verdict::New) => decided,
    }
}

fn id(number: u128) -> PatientId {
    PatientId(Uuid::from_u128(number))
}

/// A record of version 7; its contacts are what is given.
fn record(number: u128, given: &str, family: &str, year: i32, phones: &[&str], emails: &[&str]) -> Known {
    Known {
        patient: id(number),
        version: 7,
        person: Person::of(given, family, Some(born(year)), phones.iter().copied(), emails.iter().copied()),
        marks: BTreeSet::new(),
    }
}

#[track_caller]
fn check_linked(records: &[Known], patient: u128) {
    assert_eq!(decide(&jo(), records), Verdict::Linked { patient: id(patient), version: 7 });
}

#[track_caller]
fn check_review(records: &[Known], doubt: Doubt, candidates: &[u128]) {
    let candidates = candidates.iter().map(|&number| id(number)).collect();
    assert_eq!(decide(&jo(), records), Verdict::Review { doubt, candidates });
}

#[test]
fn name_date_and_a_contact_on_the_record_link() {
    check_linked(&[record(1, "jo", "smith", 1985, &[MOBILE], &[])], 1);
    check_linked(&[record(1, "jo", "smith", 1985, &[], &[EMAIL])], 1);
    check_linked(&[record(1, "jo", "smith", 1985, &[MOBILE], &[EMAIL])], 1);
}

#[test]
fn the_corrected_number_links_whatever_field_it_stands_in() {
    // The store gives numbers of every telephone field alike; this one stood in "home", beside a work number.
    check_linked(&[record(1, "jo", "smith", 1985, &["+441614960018", MOBILE], &[])], 1);
}

#[test]
fn a_family_that_shares_a_mobile_does_not_prevent_a_link() {
    let family = [
        record(1, "jo", "smith", 1985, &[MOBILE], &[]),
        record(2, "peter", "smith", 1983, &[MOBILE], &[]),
        record(3, "daisy", "smith", 2015, &[MOBILE], &[EMAIL]),
    ];
    check_linked(&family, 1);
}

#[test]
fn a_namesake_born_on_another_day_without_the_contact_does_not_prevent_a_link() {
    check_linked(
        &[record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "jo", "smith", 1950, &[], &[])],
        1,
    );
}

#[test]
fn twins_who_share_a_mobile_are_for_staff() {
    let twins =
        [record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "max", "smith", 1985, &[MOBILE], &[])];
    check_review(&twins, Doubt::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn a_parent_of_the_same_name_on_the_same_mobile_is_for_staff() {
    let juniors =
        [record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "jo", "smith", 1955, &[MOBILE], &[])];
    check_review(&juniors, Doubt::ContactOnAnotherRecord, &[1, 2]);
    let nicknames =
        [record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "jo", "jones", 1955, &[], &[EMAIL])];
    check_review(&nicknames, Doubt::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn a_record_without_date_of_birth_on_the_same_mobile_could_be_this_person() {
    let mut unknown = record(2, "max", "smith", 1985, &[MOBILE], &[]);
    unknown.person.born = BirthDate::Missing;
    let records = [record(1, "jo", "smith", 1985, &[MOBILE], &[]), unknown];
    check_review(&records, Doubt::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn two_records_that_agree_are_for_staff() {
    let records = [
        record(1, "jo", "smith", 1985, &[MOBILE], &[EMAIL]),
        record(2, "jo", "smith", 1985, &[], &[]),
        record(3, "daisy", "smith", 2015, &[MOBILE], &[]),
        record(4, "al", "jones", 1985, &[], &[]),
    ];
    check_review(&records, Doubt::SeveralRecordsAgree, &[1, 2, 3]);
}

#[test]
fn a_new_mobile_never_captures_an_old_record() {
    let old = record(1, "jo", "smith", 1985, &["+447700900999"], &["other@example.com"]);
    check_review(std::slice::from_ref(&old), Doubt::NameAndDateAgreeContactDiffers, &[1]);
    check_review(&[record(1, "jo", "smith", 1985, &[], &[])], Doubt::NameAndDateAgreeContactDiffers, &[1]);
    // Not even with the contact on a stranger's record, which staff are shown too: one number stands on two records now.
    let stranger = record(2, "al", "jones", 1950, &[MOBILE], &[]);
    check_review(&[old, stranger], Doubt::NameAndDateAgreeContactDiffers, &[1, 2]);
}

#[test]
fn the_contact_on_another_record_that_could_be_this_person_is_for_staff() {
    let records = [record(1, "jo", "smith", 1985, &[], &[]), record(2, "jo", "smyth", 1985, &[MOBILE], &[])];
    check_review(&records, Doubt::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn the_contact_with_another_name_or_date_is_for_staff() {
    let doubt = Doubt::ContactAgreesNameOrDateDiffers;
    check_review(&[record(1, "jo", "smith", 1958, &[MOBILE], &[])], doubt, &[1]);
    check_review(&[record(1, "joe", "smith", 1985, &[MOBILE], &[])], doubt, &[1]);
    check_review(&[record(1, "al", "jones", 1950, &[], &[EMAIL])], doubt, &[1]);
    let swapped = record(1, "smith", "jo", 1985, &[MOBILE], &[]);
    // Who shares the date and half the name is shown too: the mobile may be a recycled one.
    check_review(&[swapped, record(2, "al", "smith", 1985, &[], &[])], doubt, &[1, 2]);
}

#[test]
fn the_date_with_a_similar_name_is_for_staff() {
    let doubt = Doubt::DateAgreesNameSimilar;
    for (given, family) in
        [("jo", "smyth"), ("smith", "jo"), ("max", "smith"), ("jo", "jones"), ("", "smith")]
    {
        let records = [record(1, given, family, 1985, &[], &[]), record(2, "al", "brown", 1985, &[], &[])];
        check_review(&records, doubt, &[1]);
    }
}

#[test]
fn who_shares_neither_contact_nor_date_with_a_similar_name_is_new() {
    assert_eq!(decide(&jo(), &[]), Verdict::New);
    let mut namesake = record(2, "jo", "smith", 1950, &[], &[]);
    namesake.person.born = BirthDate::of(NaiveDate::from_ymd_opt(1950, 8, 21));
    assert_eq!(decide(&jo(), &[record(1, "al", "brown", 1985, &[], &[]), namesake]), Verdict::New);
}

#[test]
fn a_single_name_agrees_only_with_a_single_name() {
    let single = Person { given: NameField::of(""), family: NameField::of("suharto"), ..jo() };
    let linked = Verdict::Linked { patient: id(1), version: 7 };
    assert_eq!(decide(&single, &[record(1, "", "suharto", 1985, &[MOBILE], &[])]), linked);
    let review = Verdict::Review { doubt: Doubt::ContactAgreesNameOrDateDiffers, candidates: vec![id(1)] };
    assert_eq!(decide(&single, &[record(1, "haji", "suharto", 1985, &[MOBILE], &[])]), review);
}

#[test]
fn reasons_are_read_back() {
    for reason in ReviewReason::ALL {
        assert_eq!(ReviewReason::parse(reason.as_str()), Some(reason));
    }
    assert_eq!(ReviewReason::parse("nothing"), None);
}

#[test]
fn debug_shows_nobody() {
    let shown = format!("{:?} {:?}", jo(), record(1, "jo", "smith", 1985, &[MOBILE], &[EMAIL]));
    for personal in ["jo", "smith", "1985", "7700900123", "example"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}

fn is_jo(record: &Known) -> bool {
    let Person { given, family, born, .. } = &record.person;
    let jo = jo();
    (given, family, born) == (&jo.given, &jo.family, &jo.born)
}

prop_compose! {
    /// Few values, so that they meet often.
    fn any_record()(
        given in prop::sample::select(vec!["jo", "jon", "max", "smith", ""]),
        family in prop::sample::select(vec!["smith", "smyth", "jones", "jo"]),
        year in prop::option::of(1984..1986_i32),
        phones in prop::collection::vec(prop::sample::select(vec![MOBILE, "+447700900999", "+441614960018"]), 0..3),
        emails in prop::collection::vec(prop::sample::select(vec![EMAIL, "other@example.com"]), 0..2),
    ) -> Known {
        let mut record = record(0, given, family, 1985, &phones, &emails);
        record.person.born = BirthDate::of(year.map(born));
        record
    }
}

prop_compose! {
    fn any_records()(mut records in prop::collection::vec(any_record(), 0..6)) -> Vec<Known> {
        for (number, record) in (1..).zip(&mut records) {
            record.patient = id(number);
        }
        records
    }
}

proptest! {
    #[test]
    fn linked_means_one_record_agrees_and_holds_a_verified_contact(records in any_records()) {
        if let Verdict::Linked { patient, .. } = decide(&jo(), &records) {
            let agreeing: Vec<_> = records
                .iter()
                .filter(|record| is_jo(record))
                .collect();
            prop_assert_eq!(agreeing.len(), 1);
            prop_assert_eq!(agreeing[0].patient, patient);
            prop_assert!(agreeing[0].person.phones.iter().any(|phone| phone.as_str() == MOBILE) || agreeing[0].person.emails.iter().any(|email| email.as_str() == EMAIL));
        }
    }

    #[test]
    fn with_neither_verified_contact_on_file_nothing_links(records in any_records()) {
        let elsewhere = Person {
            phones: Phone::of_e164("+447700900555").into_iter().collect(),
            emails: Mailbox::of_address("new@example.com").into_iter().collect(),
            ..jo()
        };
        let linked = matches!(decide(&elsewhere, &records), Verdict::Linked { .. });
        prop_assert!(!linked);
    }

    #[test]
    fn the_order_of_records_changes_no_verdict(records in any_records()) {
        let reversed: Vec<_> = records.iter().rev().cloned().collect();
        prop_assert_eq!(decide(&jo(), &records), decide(&jo(), &reversed));
    }

    #[test]
    fn a_record_more_never_turns_a_review_into_a_link_or_a_newcomer(records in any_records(), more in any_record()) {
        if let Verdict::Review { .. } = decide(&jo(), &records) {
            let more = Known { patient: id(99), ..more };
            // The one exception is the record that does agree and hold the contact.
            if !is_jo(&more) {
                let records: Vec<_> = records.into_iter().chain([more]).collect();
                let review = matches!(decide(&jo(), &records), Verdict::Review { .. });
                prop_assert!(review);
            }
        }
    }
}
