//! Whom a registration belongs to, from the first touch to the record, and what staff have to say about it.

use std::sync::Arc;

use portal::{PracticeSettings, SayRefused};
use registration::ids::{PatientId, RegistrationId};
use store::{Act, ByStaff, ContactField, Mark, NewContact, NewPatient, Policy};
use test_support::people;
use uuid::Uuid;

use crate::{
    desk::{Desk, MASTER, jo, practice, settings},
    journeys::{home, record},
};

const RECEPTIONIST: ByStaff = ByStaff::command(Uuid::from_u128(0xEE));

fn patient(n: u128) -> PatientId {
    PatientId(Uuid::from_u128(n))
}

async fn desk_with(records: &[NewPatient]) -> Desk {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), records, desk.now()).await.expect("imported");
    desk
}

async fn version(desk: &Desk, n: u128) -> i64 {
    desk.store.patient(practice(), patient(n)).await.expect("readable").expect("there").version
}

fn mobile(number: &str) -> NewContact {
    NewContact::phone(ContactField::Mobile, number, &people::policy())
}

/// Jo as the practice knows her.
fn joanna(family: &str) -> NewPatient {
    record(1, "Joanna", family, (1985, 3, 7), vec![mobile("07700 900123")])
}

/// Records of people who are nothing like Jo, so that her name is rare here.
fn others() -> Vec<NewPatient> {
    (100..160).map(|n| record(n, "Ferdinand", "Quist", (1950, 11, 30), vec![])).collect()
}

#[tokio::test]
async fn a_mother_is_linked_to_her_record_and_nothing_of_it_reaches_her_childrens() {
    let family = [
        record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![home("07700 900123")]),
        record(2, "Ada", "O'Brien-Smith", (2015, 9, 21), vec![mobile("07700 900123")]),
        record(3, "Ben", "O'Brien-Smith", (2018, 12, 2), vec![mobile("07700 900123")]),
    ];
    let desk = desk_with(&family).await;
    let mother = desk.registered(&jo()).await;
    assert_eq!(desk.patient_of(mother.id).await, Some(patient(1)));
    assert_eq!((version(&desk, 1).await, version(&desk, 2).await, version(&desk, 3).await), (2, 1, 1));
    let child = desk.store.patient(practice(), patient(2)).await.expect("readable").expect("there");
    assert!(child.contacts.iter().all(|contact| contact.verified.is_none()), "proven for its owner only");
}

#[tokio::test]
async fn a_short_name_is_for_staff_under_strict_and_links_under_balanced() {
    let mut records = others();
    records.push(joanna("O'Brien-Smith"));
    let strict = desk_with(&records).await;
    let registration = strict.registered(&jo()).await;
    assert_eq!(strict.patient_of(registration.id).await, None);
    assert_eq!(strict.reviews().await, ["contact_agrees_name_or_date_differs"]);

    let mut balanced = desk_with(&records).await;
    let settings = PracticeSettings { match_policy: Policy::Balanced, ..settings() };
    balanced.portal = balanced.beside(&MASTER, settings, Arc::new(balanced.email.clone()));
    let registration = balanced.registered(&jo()).await;
    assert_eq!(balanced.patient_of(registration.id).await, Some(patient(1)));
    assert_eq!(
        balanced.store.match_decisions(practice(), registration.id).await.expect("read")[0].policy,
        Policy::Balanced
    );
}

#[tokio::test]
async fn who_has_married_is_for_staff_and_the_record_keeps_its_name_and_number() {
    let desk = desk_with(&[record(1, "Jo", "Kowalska", (1985, 3, 7), vec![mobile("07700 900123")])]).await;
    let registration = desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["contact_agrees_name_or_date_differs"]);
    assert_eq!((desk.patient_of(registration.id).await, version(&desk, 1).await), (None, 1));
}

#[tokio::test]
async fn a_recycled_mobile_is_for_staff_and_its_former_owner_hears_nothing() {
    let former = record(
        1,
        "Olaf",
        "Lindqvist",
        (1962, 8, 30),
        vec![mobile("07700 900123"), NewContact::email("olaf@example.com")],
    );
    let desk = desk_with(&[former]).await;
    let registration = desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["contact_agrees_name_or_date_differs"]);
    assert_eq!((desk.patient_of(registration.id).await, version(&desk, 1).await), (None, 1));
    assert!(
        desk.email.sent().iter().all(|email| email.to.as_str() != "olaf@example.com"),
        "no notice was sent"
    );
}

#[tokio::test]
async fn a_protected_record_is_never_linked_and_the_patient_sees_the_same_words() {
    let desk =
        desk_with(&[record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![mobile("07700 900123")])]).await;
    let mut tx = desk.store.begin(practice()).await.expect("begun");
    tx.mark_patient(practice(), patient(1), Mark::Sensitive, desk.now()).await.expect("marked");
    tx.commit().await.expect("committed");
    let registration = desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["record_marked"]);
    assert_eq!((desk.patient_of(registration.id).await, version(&desk, 1).await), (None, 1));
    assert_eq!(desk.state(&registration.id.to_string()).await, "registered");
}

#[tokio::test]
async fn what_staff_have_said_is_another_person_is_not_held_to_be_theirs_again() {
    let desk = desk_with(&[joanna("O'Brien-Smith")]).await;
    let registration = desk.registered(&jo()).await;
    let review = desk.store.reviews_waiting(practice(), 1).await.expect("read").remove(0);
    assert_eq!(review.candidates, [patient(1)]);
    desk.portal.say_not_the_same(registration.id, patient(1), RECEPTIONIST).await.expect("said");

    desk.pass(chrono::TimeDelta::hours(1));
    desk.registered(&jo()).await;
    let again = desk.store.reviews_waiting(practice(), 10).await.expect("read");
    assert!(again.iter().filter(|it| it.id != review.id).all(|it| it.candidates.is_empty()), "{again:?}");
    assert_eq!(version(&desk, 1).await, 1);
    let acts = desk.store.acts_of(practice(), registration.id).await.expect("readable");
    assert!(acts.iter().any(|(act, _)| *act == Act::SaidNotTheSame), "{acts:?}");
}

#[tokio::test]
async fn nobody_says_it_of_a_registration_or_a_record_that_is_not_there() {
    let desk = desk_with(&[joanna("O'Brien-Smith")]).await;
    let registration = desk.registered(&jo()).await.id;
    let nowhere = RegistrationId(Uuid::from_u128(9));
    for (registration, patient) in [(nowhere, patient(1)), (registration, patient(9))] {
        let refused = desk.portal.say_not_the_same(registration, patient, RECEPTIONIST).await;
        assert!(
            matches!(refused, Err(SayRefused::NoSuchRegistration | SayRefused::NoSuchRecord)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_decision_is_kept_in_words_that_staff_can_read() {
    let desk =
        desk_with(&[record(1, "Jo", "O'Brien-Smith", (1985, 7, 3), vec![mobile("07700 900123")])]).await;
    let registration = desk.registered(&jo()).await;
    let kept = desk.store.match_decisions(practice(), registration.id).await.expect("read");
    assert_eq!(kept.len(), 1);
    let (compared, levels) = kept[0].comparisons[0];
    assert_eq!(compared, patient(1));
    assert_eq!(levels.explain(), "Same name, day and month swapped, same mobile, no email to compare.");
    assert_eq!(
        kept[0].doubt.map(matching::Doubt::sentence),
        Some("A record has this mobile or email, and another name or date of birth.")
    );
}
