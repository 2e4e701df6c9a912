//! People as they come to a reception desk: one test for each case that has gone wrong somewhere.

use std::collections::BTreeSet;

use super::{EMAIL, MOBILE, born, date, id, judged, judged_besides, known, person, registrant};
use crate::{Circumstances, Doubt, Frequencies, Known, Mark, Person, Policy, Verdict, judge};

const BOTH: [Policy; 2] = [Policy::Strict, Policy::Balanced];

#[track_caller]
fn check_linked(registrant: &Person, records: &[Known], policy: Policy, patient: u128) {
    let judgement = judged(registrant, records, policy);
    assert_eq!(
        judgement.verdict,
        Verdict::Linked { patient: id(patient), version: 7 },
        "{policy:?} {}",
        judgement.explain()
    );
}

#[track_caller]
fn check_review(registrant: &Person, records: &[Known], policy: Policy, doubt: Doubt, patients: &[u128]) {
    let judgement = judged(registrant, records, policy);
    let candidates = patients.iter().map(|number| id(*number)).collect();
    assert_eq!(
        judgement.verdict,
        Verdict::Review { doubt, candidates },
        "{policy:?} {}",
        judgement.explain()
    );
}

#[test]
fn a_mother_is_linked_though_her_children_are_reached_on_her_mobile_and_email() {
    let mother = registrant("Anna", "Kowalska");
    let family = [
        known(1, mother.clone()),
        known(2, born(person("Piotr", "Kowalski", &[MOBILE], &[EMAIL]), 2015, 5, 1)),
        known(3, born(person("Zofia", "Kowalska", &[MOBILE], &[EMAIL]), 2017, 9, 9)),
    ];
    for policy in BOTH {
        check_linked(&mother, &family, policy, 1);
    }
}

#[test]
fn a_twin_of_the_same_initial_is_for_staff_whichever_of_the_two_is_on_file() {
    let jack = registrant("Jack", "Miller");
    let james = person("James", "Miller", &[MOBILE], &[EMAIL]);
    for policy in BOTH {
        check_review(
            &jack,
            &[known(1, jack.clone()), known(2, james.clone())],
            policy,
            Doubt::ContactOnAnotherRecord,
            &[1, 2],
        );
        check_review(&jack, &[known(2, james.clone())], policy, Doubt::ContactAgreesNameOrDateDiffers, &[2]);
    }
}

#[test]
fn a_twin_whose_name_is_one_letter_away_or_a_nickname_is_for_staff() {
    for (one, two) in
        [("Jon", "Ron"), ("Jayden", "Hayden"), ("Hassan", "Hussain"), ("Mohammed Ali", "Mohammed Amin")]
    {
        let twin = person(two, "Cox", &[MOBILE], &[EMAIL]);
        let doubt = Doubt::ContactAgreesNameOrDateDiffers;
        for policy in BOTH {
            check_review(&registrant(one, "Cox"), &[known(1, twin.clone())], policy, doubt, &[1]);
        }
    }
    let child = |given| born(registrant(given, "Cox"), 2012, 3, 7);
    let doubt = Doubt::ShortNameOfSomebodyElse;
    check_review(&child("Cindy"), &[known(1, child("Cynthia"))], Policy::Balanced, doubt, &[1]);
    check_review(&child("Mohammed"), &[known(1, child("Mohammed Ali"))], Policy::Strict, doubt, &[1]);
}

#[test]
fn children_called_maria_with_and_without_an_accent_are_for_staff_and_an_adult_is_linked() {
    let child = |given| born(registrant(given, "Hernandez"), 2012, 3, 7);
    let father = born(person("Hector", "Hernandez", &[MOBILE], &[]), 1980, 1, 2);
    let family = [known(1, child("María")), known(2, father)];
    for policy in BOTH {
        check_review(&child("Maria"), &family, policy, Doubt::ShortNameOfSomebodyElse, &[1, 2]);
        check_review(&child("Maria"), &family[..1], policy, Doubt::ShortNameOfSomebodyElse, &[1]);
        check_linked(
            &registrant("Maria", "Hernandez"),
            &[known(1, registrant("María", "Hernández"))],
            policy,
            1,
        );
    }
}

#[test]
fn children_called_maria_in_two_alphabets_are_for_staff_and_an_adult_is_linked() {
    let child = |given| born(registrant(given, "Иванов"), 2012, 3, 7);
    for policy in BOTH {
        check_review(
            &child("María"),
            &[known(1, child("Μαρία"))],
            policy,
            Doubt::ShortNameOfSomebodyElse,
            &[1],
        );
        check_linked(&registrant("Maria", "Ivanov"), &[known(1, registrant("Μαρία", "Иванов"))], policy, 1);
    }
}

#[test]
fn a_short_name_is_for_staff_where_a_twin_is_on_file_even_without_the_contact() {
    let twin = known(2, person("Max", "Stone", &["+447700900999"], &[]));
    let records = [known(1, registrant("William", "Stone")), twin];
    check_linked(&registrant("William", "Stone"), &records, Policy::Balanced, 1);
    let doubt = Doubt::ShortNameOfSomebodyElse;
    check_review(&registrant("Bill", "Stone"), &records, Policy::Balanced, doubt, &[1, 2]);
}

#[test]
fn a_father_and_a_son_of_one_name_on_one_telephone_are_for_staff() {
    let son = registrant("John", "Baker");
    let father = born(person("John", "Baker", &[MOBILE], &[]), 1955, 6, 6);
    for policy in BOTH {
        let both = [known(1, son.clone()), known(2, father.clone())];
        check_review(&son, &both, policy, Doubt::ContactOnAnotherRecord, &[1, 2]);
        check_review(&son, &[known(2, father.clone())], policy, Doubt::ContactAgreesNameOrDateDiffers, &[2]);
    }
}

#[test]
fn who_has_married_is_for_staff_and_where_the_practice_allows_former_names_is_linked() {
    let now = registrant("Anna", "O'Brien");
    let before = [known(1, person("Anna", "Kowalska", &[MOBILE], &[]))];
    check_review(&now, &before, Policy::Strict, Doubt::ContactAgreesNameOrDateDiffers, &[1]);
    check_linked(&now, &before, Policy::Balanced, 1);
    let without_contact = [known(1, person("Anna", "Kowalska", &["+447700900999"], &[]))];
    for policy in BOTH {
        check_review(&now, &without_contact, policy, Doubt::DateAgreesNameSimilar, &[1]);
    }
}

#[test]
fn a_new_or_recycled_mobile_never_captures_a_record() {
    let registrant = registrant("Anna", "Kowalska");
    let hers = known(1, person("Anna", "Kowalska", &["+447700900999"], &["other@example.com"]));
    let strangers = known(2, born(person("Max", "Brown", &[MOBILE], &[]), 1950, 1, 2));
    for policy in BOTH {
        let alone = std::slice::from_ref(&hers);
        check_review(&registrant, alone, policy, Doubt::NameAndDateAgreeContactDiffers, &[1]);
        let both = [hers.clone(), strangers.clone()];
        check_review(&registrant, &both, policy, Doubt::NameAndDateAgreeContactDiffers, &[1, 2]);
        let stranger = std::slice::from_ref(&strangers);
        check_review(&registrant, stranger, policy, Doubt::ContactAgreesNameOrDateDiffers, &[2]);
    }
}

#[test]
fn names_are_linked_however_they_are_written() {
    for (typed, on_file) in [
        (("sean", "o’neill"), ("Seán", "ONEILL")),
        (("Minh", "Nguyen"), ("Minh", "Nguyễn")),
        (("小明", "王"), ("小明", "王")),
        (("", "Suharto"), ("", "SUHARTO ")),
        (("Jan", "van der Berg"), ("Jan", "Vanderberg")),
        (("Mary-Ann", "Smith-Jones"), ("Mary Ann", "Smith Jones")),
        (("Jürgen", "Müller"), ("Juergen", "Mueller")),
        (("Иван", "Иванов"), ("Ivan", "Ivanov")),
        (("Mary Jane", "Lee"), ("Mary", "Lee")),
    ] {
        for policy in BOTH {
            let record = known(1, person(on_file.0, on_file.1, &[MOBILE], &[]));
            check_linked(&registrant(typed.0, typed.1), &[record], policy, 1);
        }
    }
}

#[test]
fn names_that_only_sound_the_same_in_latin_letters_are_for_staff() {
    let doubt = Doubt::ContactAgreesNameOrDateDiffers;
    for (typed, on_file) in [("家怡", "佳怡"), ("Jiayi", "佳怡"), ("Hưng", "Hùng")] {
        for policy in BOTH {
            let record = known(1, person(on_file, "Wang", &[MOBILE], &[]));
            check_review(&registrant(typed, "Wang"), &[record], policy, doubt, &[1]);
        }
    }
}

#[test]
fn a_duplicate_in_the_practices_own_records_is_for_staff() {
    let anna = registrant("Anna", "Kowalska");
    let same = known(2, person("Anna", "Kowalska", &[], &[]));
    let mistyped = known(3, person("Anna", "Kowalsak", &[], &[]));
    for policy in BOTH {
        let doubt = Doubt::SeveralRecordsAgree;
        check_review(&anna, &[known(1, anna.clone()), same.clone()], policy, doubt, &[1, 2]);
        let doubt = Doubt::AnotherRecordIsNear;
        check_review(&anna, &[known(1, anna.clone()), mistyped.clone()], policy, doubt, &[1, 3]);
    }
}

#[test]
fn a_marked_record_is_never_linked_and_still_stands_in_the_way_of_another() {
    let anna = registrant("Anna", "Kowalska");
    for mark in [Mark::Deceased, Mark::Merged, Mark::Sensitive, Mark::Twin] {
        let marked = Known { marks: BTreeSet::from([mark]), ..known(1, anna.clone()) };
        for policy in BOTH {
            check_review(&anna, std::slice::from_ref(&marked), policy, Doubt::RecordMarked, &[1]);
            let both = [marked.clone(), known(2, anna.clone())];
            check_review(&anna, &both, policy, Doubt::SeveralRecordsAgree, &[1, 2]);
        }
    }
}

#[test]
fn what_staff_have_said_is_another_person_is_never_linked_nor_shown_again() {
    let anna = registrant("Anna", "Kowalska");
    let not_the_same = BTreeSet::from([id(1)]);
    for policy in BOTH {
        let alone = judged_besides(&anna, &[known(1, anna.clone())], policy, &not_the_same);
        assert_eq!(alone.verdict, Verdict::New);
        // Their contact is this one's too, so the other record is not linked without staff either.
        let both = [known(1, anna.clone()), known(2, anna.clone())];
        let verdict = judged_besides(&anna, &both, policy, &not_the_same).verdict;
        assert_eq!(
            verdict,
            Verdict::Review { doubt: Doubt::ContactOnAnotherRecord, candidates: vec![id(2)] }
        );
    }
}

#[test]
fn a_slip_in_the_date_of_birth_is_for_staff_whatever_else_agrees() {
    let anna = registrant("Anna", "Kowalska");
    for (year, month, day) in [(1985, 7, 3), (1986, 3, 7), (1985, 3, 17), (1985, 3, 28)] {
        for policy in BOTH {
            let record = known(1, born(anna.clone(), year, month, day));
            check_review(&anna, &[record], policy, Doubt::ContactAgreesNameOrDateDiffers, &[1]);
            let moved = born(person("Anna", "Kowalska", &["+447700900999"], &[]), year, month, day);
            check_review(&anna, &[known(1, moved)], policy, Doubt::NameAgreesDateSimilar, &[1]);
        }
    }
}

#[test]
fn a_placeholder_for_a_date_or_a_name_proves_nothing() {
    let nobody = born(registrant("Anna", "Kowalska"), 1900, 1, 1);
    let baby = registrant("Baby", "Kowalska");
    for policy in BOTH {
        for person in [&nobody, &baby] {
            let doubt = Doubt::ContactAgreesNameOrDateDiffers;
            check_review(person, &[known(1, person.clone())], policy, doubt, &[1]);
        }
    }
}

#[test]
fn a_date_that_hundreds_share_here_proves_nothing() {
    let anna = registrant("Anna", "Kowalska");
    let frequencies = |born| Frequencies { records: 10_000, born, ..Frequencies::TYPICAL };
    let verdict = |born| {
        let circumstances = Circumstances {
            policy: Policy::Strict,
            frequencies: frequencies(born),
            not_the_same: &BTreeSet::new(),
            today: date(2026, 11, 24),
        };
        judge(&anna, &[known(1, anna.clone())], &circumstances).verdict
    };
    assert_eq!(verdict(3), Verdict::Linked { patient: id(1), version: 7 });
    let doubt = Doubt::ContactAgreesNameOrDateDiffers;
    assert_eq!(verdict(400), Verdict::Review { doubt, candidates: vec![id(1)] });
}

#[test]
fn where_everybody_shares_name_and_contact_nobody_is_linked() {
    let anna = registrant("Anna", "Kowalska");
    let frequencies = Frequencies {
        records: 1_000_000,
        given: 900_000,
        family: 900_000,
        born: 60,
        phone: 900_000,
        email: 900_000,
        postcode: 0,
    };
    let circumstances = Circumstances {
        policy: Policy::Strict,
        frequencies,
        not_the_same: &BTreeSet::new(),
        today: date(2026, 11, 24),
    };
    let verdict = judge(&anna, &[known(1, anna.clone())], &circumstances).verdict;
    assert_eq!(verdict, Verdict::Review { doubt: Doubt::TooCommonToTell, candidates: vec![id(1)] });
}

#[test]
fn a_stranger_who_shares_a_birthday_is_new() {
    let anna = registrant("Anna", "Kowalska");
    let strangers = [
        known(1, person("Max", "Brown", &["+447700900999"], &[])),
        known(2, person("Lea", "Stone", &[], &[])),
    ];
    for policy in BOTH {
        assert_eq!(judged(&anna, &strangers, policy).verdict, Verdict::New);
    }
}

#[test]
fn a_decision_is_explained_in_words_and_kept_in_letters() {
    let anna = registrant("Anna", "Kowalska");
    let record = known(1, born(person("Anna", "Kowalska", &[MOBILE], &[]), 1985, 7, 3));
    let judgement = judged(&anna, &[record], Policy::Strict);
    assert_eq!(
        judgement.explain(),
        "For staff. A record has this mobile or email, and another name or date of birth. \
         Same name, day and month swapped, same mobile, no email to compare."
    );
    assert_eq!(judgement.comparisons[0].levels.code(), "SSSXS----");
    let linked = judged(&anna, &[known(1, anna.clone())], Policy::Strict);
    assert_eq!(linked.explain(), "Linked. Same name, same date of birth, same mobile, same email.");
    assert_eq!(
        judged(&anna, &[], Policy::Strict).explain(),
        "New. No record has this mobile or email, nor a like name with a like date of birth."
    );
}
