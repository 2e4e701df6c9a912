//! `decide` over folded names: one line for each rule and reason, and the invariant.

use chrono::NaiveDate;
use proptest::prelude::*;
use registration::ids::PatientId;
use uuid::Uuid;

use crate::{Candidate, Decision, Registrant, ReviewReason, decide};

const MOBILE: &str = "+447700900123";
const EMAIL: &str = "jo@example.com";

fn born(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 3, 7).expect("a date")
}

/// Jo Smith, born 1985, with a proven mobile and address.
fn jo() -> Registrant {
    Registrant {
        folded_given: "jo".to_owned(),
        folded_family: "smith".to_owned(),
        date_of_birth: born(1985),
        mobile_e164: MOBILE.to_owned(),
        email: EMAIL.to_owned(),
    }
}

fn id(number: u128) -> PatientId {
    PatientId(Uuid::from_u128(number))
}

/// A record of version 7; its contacts are what is given.
fn record(number: u128, given: &str, family: &str, year: i32, phones: &[&str], emails: &[&str]) -> Candidate {
    Candidate {
        patient: id(number),
        version: 7,
        folded_given: given.to_owned(),
        folded_family: family.to_owned(),
        date_of_birth: Some(born(year)),
        phones: phones.iter().map(|&phone| phone.to_owned()).collect(),
        emails: emails.iter().map(|&email| email.to_owned()).collect(),
    }
}

#[track_caller]
fn check_linked(records: &[Candidate], patient: u128) {
    assert_eq!(decide(&jo(), records), Decision::Linked { patient: id(patient), version: 7 });
}

#[track_caller]
fn check_review(records: &[Candidate], reason: ReviewReason, candidates: &[u128]) {
    let candidates = candidates.iter().map(|&number| id(number)).collect();
    assert_eq!(decide(&jo(), records), Decision::Review { reason, candidates });
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
    check_review(&twins, ReviewReason::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn a_parent_of_the_same_name_on_the_same_mobile_is_for_staff() {
    let juniors =
        [record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "jo", "smith", 1955, &[MOBILE], &[])];
    check_review(&juniors, ReviewReason::ContactOnAnotherRecord, &[1, 2]);
    let nicknames =
        [record(1, "jo", "smith", 1985, &[MOBILE], &[]), record(2, "jo", "jones", 1955, &[], &[EMAIL])];
    check_review(&nicknames, ReviewReason::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn a_record_without_date_of_birth_on_the_same_mobile_could_be_this_person() {
    let mut unknown = record(2, "max", "smith", 1985, &[MOBILE], &[]);
    unknown.date_of_birth = None;
    let records = [record(1, "jo", "smith", 1985, &[MOBILE], &[]), unknown];
    check_review(&records, ReviewReason::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn two_records_that_agree_are_for_staff() {
    let records = [
        record(1, "jo", "smith", 1985, &[MOBILE], &[EMAIL]),
        record(2, "jo", "smith", 1985, &[], &[]),
        record(3, "daisy", "smith", 2015, &[MOBILE], &[]),
        record(4, "al", "jones", 1985, &[], &[]),
    ];
    check_review(&records, ReviewReason::SeveralRecordsAgree, &[1, 2, 3]);
}

#[test]
fn a_new_mobile_never_captures_an_old_record() {
    let old = record(1, "jo", "smith", 1985, &["+447700900999"], &["other@example.com"]);
    check_review(std::slice::from_ref(&old), ReviewReason::NameAndDateAgreeContactDiffers, &[1]);
    check_review(
        &[record(1, "jo", "smith", 1985, &[], &[])],
        ReviewReason::NameAndDateAgreeContactDiffers,
        &[1],
    );
    // Not even with the contact on a stranger's record, which staff are shown too: one number stands on two records now.
    let stranger = record(2, "al", "jones", 1950, &[MOBILE], &[]);
    check_review(&[old, stranger], ReviewReason::NameAndDateAgreeContactDiffers, &[1, 2]);
}

#[test]
fn the_contact_on_another_record_that_could_be_this_person_is_for_staff() {
    let records = [record(1, "jo", "smith", 1985, &[], &[]), record(2, "jo", "smyth", 1985, &[MOBILE], &[])];
    check_review(&records, ReviewReason::ContactOnAnotherRecord, &[1, 2]);
}

#[test]
fn the_contact_with_another_name_or_date_is_for_staff() {
    let reason = ReviewReason::ContactAgreesNameOrDateDiffers;
    check_review(&[record(1, "jo", "smith", 1958, &[MOBILE], &[])], reason, &[1]);
    check_review(&[record(1, "joe", "smith", 1985, &[MOBILE], &[])], reason, &[1]);
    check_review(&[record(1, "al", "jones", 1950, &[], &[EMAIL])], reason, &[1]);
    let swapped = record(1, "smith", "jo", 1985, &[MOBILE], &[]);
    // Who shares the date and half the name is shown too: the mobile may be a recycled one.
    check_review(&[swapped, record(2, "al", "smith", 1985, &[], &[])], reason, &[1, 2]);
}

#[test]
fn the_date_with_a_similar_name_is_for_staff() {
    let reason = ReviewReason::DateAgreesNameSimilar;
    for (given, family) in
        [("jo", "smyth"), ("smith", "jo"), ("max", "smith"), ("jo", "jones"), ("", "smith")]
    {
        let records = [record(1, given, family, 1985, &[], &[]), record(2, "al", "brown", 1985, &[], &[])];
        check_review(&records, reason, &[1]);
    }
}

#[test]
fn who_shares_neither_contact_nor_date_with_a_similar_name_is_new() {
    assert_eq!(decide(&jo(), &[]), Decision::New);
    let strangers = [record(1, "al", "brown", 1985, &[], &[]), record(2, "jo", "smith", 1950, &[], &[])];
    assert_eq!(decide(&jo(), &strangers), Decision::New);
}

#[test]
fn a_single_name_agrees_only_with_a_single_name() {
    let single = Registrant { folded_given: String::new(), folded_family: "suharto".to_owned(), ..jo() };
    let linked = Decision::Linked { patient: id(1), version: 7 };
    assert_eq!(decide(&single, &[record(1, "", "suharto", 1985, &[MOBILE], &[])]), linked);
    let review =
        Decision::Review { reason: ReviewReason::ContactAgreesNameOrDateDiffers, candidates: vec![id(1)] };
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

prop_compose! {
    /// Few values, so that they meet often.
    fn any_record()(
        given in prop::sample::select(vec!["jo", "jon", "max", "smith", ""]),
        family in prop::sample::select(vec!["smith", "smyth", "jones", "jo"]),
        year in prop::option::of(1984..1986_i32),
        phones in prop::collection::vec(prop::sample::select(vec![MOBILE, "+447700900999", "+441614960018"]), 0..3),
        emails in prop::collection::vec(prop::sample::select(vec![EMAIL, "other@example.com"]), 0..2),
    ) -> Candidate {
        let mut record = record(0, given, family, 1985, &phones, &emails);
        record.date_of_birth = year.map(born);
        record
    }
}

prop_compose! {
    fn any_records()(mut records in prop::collection::vec(any_record(), 0..6)) -> Vec<Candidate> {
        for (number, record) in (1..).zip(&mut records) {
            record.patient = id(number);
        }
        records
    }
}

proptest! {
    #[test]
    fn linked_means_one_record_agrees_and_holds_a_verified_contact(records in any_records()) {
        if let Decision::Linked { patient, .. } = decide(&jo(), &records) {
            let agreeing: Vec<_> = records
                .iter()
                .filter(|record| {
                    record.folded_given == "jo"
                        && record.folded_family == "smith"
                        && record.date_of_birth == Some(born(1985))
                })
                .collect();
            prop_assert_eq!(agreeing.len(), 1);
            prop_assert_eq!(agreeing[0].patient, patient);
            prop_assert!(agreeing[0].phones.iter().any(|phone| phone == MOBILE) || agreeing[0].emails.iter().any(|email| email == EMAIL));
        }
    }

    #[test]
    fn with_neither_verified_contact_on_file_nothing_links(records in any_records()) {
        let elsewhere = Registrant {
            mobile_e164: "+447700900555".to_owned(),
            email: "new@example.com".to_owned(),
            ..jo()
        };
        let linked = matches!(decide(&elsewhere, &records), Decision::Linked { .. });
        prop_assert!(!linked);
    }

    #[test]
    fn the_order_of_records_changes_no_verdict(records in any_records()) {
        let reversed: Vec<_> = records.iter().rev().cloned().collect();
        match (decide(&jo(), &records), decide(&jo(), &reversed)) {
            (Decision::Review { reason, mut candidates }, Decision::Review { reason: other, candidates: backward }) => {
                candidates.reverse();
                prop_assert_eq!((reason, candidates), (other, backward));
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn a_record_more_never_turns_a_review_into_a_link_or_a_newcomer(records in any_records(), more in any_record()) {
        if let Decision::Review { .. } = decide(&jo(), &records) {
            let more = Candidate { patient: id(99), ..more };
            // The one exception is the record that does agree and hold the contact.
            if more.folded_given != "jo" || more.folded_family != "smith" || more.date_of_birth != Some(born(1985)) {
                let records: Vec<_> = records.into_iter().chain([more]).collect();
                let review = matches!(decide(&jo(), &records), Decision::Review { .. });
                prop_assert!(review);
            }
        }
    }
}
