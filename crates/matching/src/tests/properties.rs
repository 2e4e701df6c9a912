//! What must hold for any people whatever.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::select};
use registration::ids::PatientId;

use super::{EMAIL, MOBILE, date, id, known, person};
use crate::{
    BirthDate, Circumstances, DateLevel, Frequencies, Known, Mark, NameLevel, Person, Policy, Verdict,
    compare, judge,
};

/// Few values, each near another, so that they meet often.
const GIVEN: &[&str] = &[
    "Jo",
    "Joanna",
    "Jon",
    "Ron",
    "Jonathan",
    "María",
    "Maria",
    "Μαρία",
    "Mohammed Ali",
    "Mohammed",
    "Muhammad",
    "佳怡",
    "家怡",
    "Baby",
    "",
];
const FAMILY: &[&str] = &["Smith", "Smyth", "Smith-Jones", "Jones", "Müller", "Mueller", "Jo", "王", "x"];

prop_compose! {
    fn any_person()(
        given in select(GIVEN), family in select(FAMILY),
        born in prop::option::of((1984..1986_i32, select(vec![3_u32, 7]), select(vec![3_u32, 7]))),
        phones in vec(select(vec![MOBILE, "+447700900999"]), 0..2),
        emails in vec(select(vec![EMAIL, "other@example.com"]), 0..2),
    ) -> Person {
        let born = BirthDate::of(born.map(|(year, month, day)| date(year, month, day)));
        Person { born, ..person(given, family, &phones, &emails) }
    }
}

prop_compose! {
    fn any_known()(
        person in any_person(),
        marks in vec(select(vec![Mark::Deceased, Mark::Merged, Mark::Sensitive, Mark::Twin]), 0..2),
        unmarked in prop::bool::weighted(0.9),
    ) -> Known {
        let marks = if unmarked { BTreeSet::new() } else { marks.into_iter().collect() };
        Known { marks, ..known(0, person) }
    }
}

prop_compose! {
    fn any_records()(mut records in vec(any_known(), 0..6)) -> Vec<Known> {
        for (number, record) in (1..).zip(&mut records) {
            record.patient = id(number);
        }
        records
    }
}

/// A registrant, and often a record that is theirs.
fn any_case() -> impl Strategy<Value = Case> {
    let policy = select(vec![Policy::Strict, Policy::Balanced]);
    let another = prop::option::of(1..7_u128);
    let counts = (0..2_000_000_u64, 0..30_u64);
    (any_person(), any_records(), policy, another, counts, any::<bool>()).prop_map(
        |(registrant, mut records, policy, another, (all, count), own)| {
            if own && let Some(first) = records.first_mut() {
                first.person = registrant.clone();
            }
            let not_the_same = another.into_iter().map(id).collect();
            Case { registrant, records, policy, not_the_same, all, count }
        },
    )
}

#[derive(Clone, Debug)]
struct Case {
    registrant: Person,
    records: Vec<Known>,
    policy: Policy,
    not_the_same: BTreeSet<PatientId>,
    all: u64,
    count: u64,
}

impl Case {
    fn verdict_on(&self, records: &[Known]) -> Verdict {
        let count = self.count.min(self.all);
        let frequencies = Frequencies {
            records: self.all,
            given: count,
            family: count,
            born: count,
            phone: count,
            email: count,
            postcode: count,
        };
        let circumstances = Circumstances {
            policy: self.policy,
            frequencies,
            not_the_same: &self.not_the_same,
            today: date(2026, 11, 24),
        };
        judge(&self.registrant, records, &circumstances).verdict
    }

    fn verdict(&self) -> Verdict {
        self.verdict_on(&self.records)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn nothing_is_linked_without_the_exact_date_and_a_verified_contact_on_that_one_record(case in any_case()) {
        if let Verdict::Linked { patient, .. } = case.verdict() {
            let record = case.records.iter().find(|record| record.patient == patient).expect("a record given");
            let levels = compare(&case.registrant, &record.person);
            prop_assert_eq!(levels.date, DateLevel::Exact);
            prop_assert!(case.registrant.born.known().is_some());
            let phone = case.registrant.phones.iter().any(|phone| record.person.phones.contains(phone));
            let email = case.registrant.emails.iter().any(|email| record.person.emails.contains(email));
            prop_assert!(phone || email);
            prop_assert!(record.marks.is_empty() && !case.not_the_same.contains(&patient));
        }
    }

    #[test]
    fn strictly_both_names_are_the_same_but_for_a_middle_name(case in any_case()) {
        let case = Case { policy: Policy::Strict, ..case };
        if let Verdict::Linked { patient, .. } = case.verdict() {
            let record = case.records.iter().find(|record| record.patient == patient).expect("a record given");
            let levels = compare(&case.registrant, &record.person);
            let same = [NameLevel::Same, NameLevel::Folded, NameLevel::Transliterated];
            let given = [NameLevel::BothAbsent, NameLevel::MiddleName];
            prop_assert!(same.contains(&levels.given) || given.contains(&levels.given), "{}", levels.code());
            prop_assert!(same.contains(&levels.family), "{}", levels.code());
        }
    }

    #[test]
    fn no_other_record_of_the_same_name_and_date_stands_beside_a_linked_one(case in any_case()) {
        if let Verdict::Linked { patient, .. } = case.verdict() {
            let others = case.records.iter().filter(|it| it.patient != patient && !case.not_the_same.contains(&it.patient));
            for other in others {
                let levels = compare(&case.registrant, &other.person);
                let same = levels.date == DateLevel::Exact && levels.given == NameLevel::Same && levels.family == NameLevel::Same;
                prop_assert!(!same);
            }
        }
    }

    #[test]
    fn a_record_more_links_no_record_that_was_not_linked_before(case in any_case(), more in any_known()) {
        let more = Known { patient: id(99), ..more };
        let before = case.verdict();
        let records: Vec<Known> = case.records.iter().cloned().chain([more]).collect();
        match (before, case.verdict_on(&records)) {
            (Verdict::Linked { patient, .. }, Verdict::Linked { patient: after, .. }) => prop_assert_eq!(patient, after),
            (Verdict::Linked { .. }, Verdict::New) => prop_assert!(false, "a record more made the linked one new"),
            (Verdict::Review { .. }, Verdict::New) => prop_assert!(false, "a record more made the doubt go away"),
            (Verdict::New | Verdict::Review { .. }, Verdict::Linked { patient, .. }) => prop_assert_eq!(patient, id(99)),
            (Verdict::New, Verdict::New | Verdict::Review { .. })
            | (Verdict::Linked { .. } | Verdict::Review { .. }, Verdict::Review { .. }) => {}
        }
    }

    #[test]
    fn the_order_of_records_changes_nothing(case in any_case(), turns in 0..6_usize) {
        let mut turned = case.records.clone();
        turned.rotate_left(turns.min(case.records.len()));
        prop_assert_eq!(case.verdict(), case.verdict_on(&turned));
        turned.reverse();
        prop_assert_eq!(case.verdict(), case.verdict_on(&turned));
    }

    #[test]
    fn other_ids_change_nothing_but_themselves(case in any_case()) {
        let relabel = |patient: PatientId| PatientId(uuid::Uuid::from_u128(1_000 - patient.0.as_u128()));
        let relabelled = Case {
            records: case.records.iter().map(|it| Known { patient: relabel(it.patient), ..it.clone() }).collect(),
            not_the_same: case.not_the_same.iter().copied().map(relabel).collect(),
            ..case.clone()
        };
        match (case.verdict(), relabelled.verdict()) {
            (Verdict::Linked { patient, .. }, Verdict::Linked { patient: other, .. }) => {
                prop_assert_eq!(relabel(patient), other);
            }
            (Verdict::Review { doubt, candidates }, Verdict::Review { doubt: other, candidates: others }) => {
                let candidates: BTreeSet<PatientId> = candidates.into_iter().map(relabel).collect();
                prop_assert_eq!((doubt, candidates), (other, others.into_iter().collect()));
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn what_is_linked_strictly_is_never_linked_elsewhere_by_the_other_policy(case in any_case()) {
        let with = |policy| Case { policy, ..case.clone() }.verdict();
        if let Verdict::Linked { patient, .. } = with(Policy::Strict) {
            match with(Policy::Balanced) {
                Verdict::Linked { patient: other, .. } => prop_assert_eq!(patient, other),
                Verdict::Review { .. } => {}
                Verdict::New => prop_assert!(false, "known to one policy and new to the other"),
            }
        }
    }
}
