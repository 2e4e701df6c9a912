//! What is written down of each way through: which acts, and on which record.

use chrono::TimeDelta;
use portal::documents::TERMS;
use registration::ids::{PatientId, RegistrationId};
use serde_json::json;
use store::Act;
use uuid::Uuid;

use crate::{
    desk::{Desk, PASSWORD, jo, jo_with, practice, registration_id},
    journeys::{home, jos_record, record},
};

const FIRST: PatientId = PatientId(Uuid::from_u128(1));
const SECOND: PatientId = PatientId(Uuid::from_u128(2));

/// The acts of a registration are these and no others, and everything is sealed. Acts of one instant have no order.
async fn check_log(desk: &Desk, id: RegistrationId, expected: &[(Act, Option<PatientId>)]) {
    desk.portal.settle().await;
    let mut found = desk.store.acts_of(practice(), id).await.expect("readable");
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let report = desk.portal.verify_access_log().await.expect("readable");
    assert!(report.faults.is_empty() && report.waiting == 0, "{report:?}");
}

/// What every patient does who sets the password at the kiosk.
fn the_way(then: &[(Act, Option<PatientId>)]) -> Vec<(Act, Option<PatientId>)> {
    let way = [
        Act::DetailsConfirmed,
        Act::CodeSent,
        Act::CodeRight,
        Act::PasswordSet,
        Act::LinkOpened,
        Act::TermsAccepted,
    ];
    way.into_iter().map(|act| (act, None)).chain(then.iter().copied()).collect()
}

#[tokio::test]
async fn a_link_names_the_record_that_was_matched() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    let registration = desk.registered(&jo()).await;
    let then = [
        (Act::RecordsMatched, Some(FIRST)),
        (Act::AccountMade, None),
        (Act::RecordLinked, Some(FIRST)),
        (Act::RecordUpdated, Some(FIRST)),
    ];
    check_log(&desk, registration.id, &the_way(&then)).await;
}

#[tokio::test]
async fn the_second_look_before_a_record_is_made_is_written_down_too() {
    let desk = Desk::open().await;
    let registration = desk.registered(&jo()).await;
    let made = desk.patient_of(registration.id).await.expect("made");
    let then = [
        (Act::RecordsMatched, None),
        (Act::AccountMade, None),
        (Act::RecordsMatched, None),
        (Act::RecordCreated, Some(made)),
        (Act::RecordLinked, Some(made)),
    ];
    check_log(&desk, registration.id, &the_way(&then)).await;
}

#[tokio::test]
async fn a_record_that_came_between_the_two_looks_is_named() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    let then = [
        (Act::RecordsMatched, None),
        (Act::AccountMade, None),
        (Act::RecordsMatched, Some(FIRST)),
        (Act::ReviewOpened, Some(FIRST)),
    ];
    check_log(&desk, opened.id, &the_way(&then)).await;
}

#[tokio::test]
async fn a_review_names_every_record_in_question() {
    let desk = Desk::open().await;
    let twins = [
        record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![home("07700 900123")]),
        record(2, "Flo", "O'Brien-Smith", (1985, 3, 7), vec![home("07700 900123")]),
    ];
    desk.store.import_patients(practice(), &twins, desk.now()).await.expect("imported");
    let registration = desk.registered(&jo()).await;
    let then = [
        (Act::RecordsMatched, None),
        (Act::AccountMade, None),
        (Act::ReviewOpened, Some(FIRST)),
        (Act::ReviewOpened, Some(SECOND)),
    ];
    check_log(&desk, registration.id, &the_way(&then)).await;
}

#[tokio::test]
async fn a_review_about_no_record_is_written_down_once() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo_with(&json!({ "email": null }))).await;
    let expected = [
        (Act::DetailsConfirmed, None),
        (Act::CodeSent, None),
        (Act::CodeRight, None),
        (Act::RecordsMatched, None),
        (Act::ReviewOpened, None),
    ];
    check_log(&desk, registration_id(&id), &expected).await;
}

#[tokio::test]
async fn every_code_and_the_first_password_of_a_patient_who_left_are_written_down() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::minutes(2));
    desk.act(&id, "code/send").await.ok();
    desk.portal.settle().await;
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    desk.act(&id, "leave").await.ok();
    desk.portal.settle().await;
    let token = desk.token_of(&jo());
    desk.portal.send_link_code(&token).await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_link_code(&token, &desk.code_of(&jo())).await.expect("right");
    desk.portal.set_password_by_link(&token, &proof.fresh, PASSWORD).await.expect("set");
    desk.portal.open_link(&token, PASSWORD).await.expect("the patient comes back to the terms");
    let acts = [
        Act::DetailsConfirmed,
        Act::CodeSent,
        Act::CodeSent,
        Act::CodeRight,
        Act::LeftForPhone,
        Act::CodeSent,
        Act::LinkOpened,
        Act::PasswordSet,
        Act::LinkOpened,
    ];
    check_log(&desk, registration_id(&id), &acts.map(|act| (act, None))).await;
}
