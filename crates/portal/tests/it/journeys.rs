//! The whole way in, as three patients go it.

use chrono::TimeDelta;
use portal::LinkPage;
use registration::{
    ids::PatientId,
    values::name::{NamePart, PersonName},
};
use serde_json::json;
use store::{ContactField, NewContact, NewPatient};
use test_support::people;
use uuid::Uuid;

use crate::desk::{Desk, EMAIL, MOBILE, PASSWORD, jo, jo_with, practice};

pub(crate) fn record(
    n: u128,
    given: &str,
    family: &str,
    born: (i32, u32, u32),
    contacts: Vec<NewContact>,
) -> NewPatient {
    NewPatient {
        id: PatientId(Uuid::from_u128(n)),
        name: PersonName {
            given: Some(NamePart::parse(given).expect("a name")),
            family: NamePart::parse(family).expect("a name"),
        },
        date_of_birth: chrono::NaiveDate::from_ymd_opt(born.0, born.1, born.2),
        contacts,
    }
}

pub(crate) fn home(number: &str) -> NewContact {
    NewContact::phone(ContactField::Home, number, &people::policy())
}

/// Jo's record: the mobile wrongly in the home field, an old email address.
pub(crate) fn jos_record() -> NewPatient {
    record(
        1,
        "JO",
        "o'brien smith",
        (1985, 3, 7),
        vec![home("07700900123"), NewContact::email("old@example.org")],
    )
}

#[tokio::test]
async fn the_corrected_number_ends_in_the_mobile_field_and_is_verified() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");

    let view = desk.confirm(&jo()).await.ok();
    assert_eq!(view["state"], "awaiting_code");
    assert_eq!(view["next"], json!({ "may_resend_in_s": 60, "may_check_in_s": 0, "tries_left": 5 }));
    desk.portal.settle().await;
    let text = desk.sms.newest_to(MOBILE).expect("a text");
    assert!(text.ends_with("http://portal.test/c"), "{text}");
    assert!(messaging::gsm7::is_one_segment(&text));

    let id = view["id"].as_str().expect("an id");
    desk.pass(TimeDelta::minutes(1));
    let view = desk.check(id, &desk.code_of(&jo())).await.ok();
    assert_eq!(view["state"], "awaiting_password");
    let view = desk.set_password(id, PASSWORD).await.ok();
    assert_eq!(view["state"], "awaiting_link");
    desk.portal.settle().await;

    let patient = PatientId(Uuid::from_u128(1));
    let before = desk.store.patient(practice(), patient).await.expect("readable").expect("there");
    assert_eq!(before.contact(ContactField::Mobile), None, "nothing changes before both are proven");

    desk.pass(TimeDelta::minutes(3));
    let token = desk.email.newest_token_to(EMAIL);
    let opened = desk.portal.open_link(&token, PASSWORD).await.expect("the right password");
    desk.portal.accept_terms(opened.id, portal::documents::TERMS.version).await.expect("accepted");
    assert_eq!(desk.state(id).await, "registered");
    desk.portal.settle().await;

    let after = desk.store.patient(practice(), patient).await.expect("readable").expect("there");
    let mobile = after.contact(ContactField::Mobile).expect("written");
    assert_eq!(mobile.value, MOBILE);
    let (verified_at, by) = mobile.verified.expect("verified");
    assert_eq!(verified_at, desk.now() - TimeDelta::minutes(3));
    assert_eq!(by, opened.id);
    let email = after.contact(ContactField::Email).expect("written");
    assert_eq!(email.comparable.as_deref(), Some(EMAIL));
    assert_eq!(after.version, before.version + 1);
    let history = desk.store.patient_contact_history(practice(), patient).await.expect("readable");
    assert!(history.iter().any(|point| point.value == "old@example.org" && point.replaced_at.is_some()));
    assert_eq!(desk.patient_of(opened.id).await, Some(patient));
    assert!(desk.reviews().await.is_empty());

    let notices: Vec<_> =
        desk.email.sent().into_iter().filter(|email| email.to.as_str() == "old@example.org").collect();
    assert_eq!(notices.len(), 1, "the address that was replaced is told so");
    assert!(!notices[0].text.contains("jo.obrien"));
    let page = desk.portal.link_page(&token).await.expect("readable");
    assert!(matches!(page, LinkPage::Used), "{page:?}");
}

#[tokio::test]
async fn somebody_new_gets_a_record_with_both_contact_points_verified() {
    let desk = Desk::open().await;
    let registration = desk.registered(&jo()).await;
    let patient = desk.patient_of(registration.id).await.expect("made");
    let record = desk.store.patient(practice(), patient).await.expect("readable").expect("there");
    assert_eq!(record.name.family.as_typed(), "O’Brien-Smith");
    assert!(record.contacts.iter().all(|contact| contact.verified.is_some()));
    assert_eq!(record.contacts.len(), 2);
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn twins_with_one_telephone_go_to_staff_and_no_record_changes() {
    let desk = Desk::open().await;
    let twins = [
        record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![home("07700 900123")]),
        record(2, "Flo", "O'Brien-Smith", (1985, 3, 7), vec![home("07700 900123")]),
    ];
    desk.store.import_patients(practice(), &twins, desk.now()).await.expect("imported");
    let registration = desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["contact_on_another_record"]);
    assert_eq!(desk.patient_of(registration.id).await, None);
    for n in [1, 2] {
        let twin = desk.store.patient(practice(), PatientId(Uuid::from_u128(n))).await.expect("readable");
        assert_eq!(twin.expect("there").version, 1);
    }
}

#[tokio::test]
async fn a_walk_away_after_the_code_is_finished_on_the_phone() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    desk.pass(TimeDelta::minutes(10));
    desk.portal.settle().await;
    assert_eq!(desk.state(&id).await, "awaiting_link");

    let token = desk.email.newest_token_to(EMAIL);
    let page = desk.portal.link_page(&token).await.expect("readable");
    assert!(matches!(page, LinkPage::AskFreshCode(_)), "{page:?}");
    desk.portal.send_link_code(&token).await.expect("sent");
    desk.portal.settle().await;
    let proof = desk.portal.check_link_code(&token, &desk.code_of(&jo())).await.expect("right");
    let set = desk.portal.set_password_by_link(&token, &proof.fresh, PASSWORD).await.expect("set");
    desk.portal.accept_terms(set.id, portal::documents::TERMS.version).await.expect("accepted");
    assert_eq!(desk.state(&id).await, "registered");
}

#[tokio::test]
async fn who_leaves_before_the_code_types_it_on_the_phone_and_sets_the_password_there() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    assert_eq!(desk.act(&id, "leave").await.ok()["state"], "awaiting_code");
    let proof =
        desk.portal.check_code_from_phone("+44 7700 900 123", &desk.code_of(&jo())).await.expect("right");
    assert_eq!(desk.state(&id).await, "awaiting_password");
    desk.portal.set_password_from_phone(&proof.fresh, proof.registration.id, PASSWORD).await.expect("set");
    desk.portal.settle().await;
    let token = desk.email.newest_token_to(EMAIL);
    desk.portal.open_link(&token, PASSWORD).await.expect("right");
    assert_eq!(desk.state(&id).await, "awaiting_terms");
}

#[tokio::test]
async fn leaving_at_the_password_sends_the_link_at_once() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    assert_eq!(desk.act(&id, "leave").await.ok()["state"], "awaiting_link");
    assert_eq!(desk.act(&id, "leave").await.ok()["state"], "awaiting_link", "leaving twice is leaving");
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1);
}

#[tokio::test]
async fn without_an_email_address_the_proven_mobile_is_handed_to_the_desk() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo_with(&json!({ "email": null }))).await;
    assert_eq!(desk.state(&id).await, "handed_to_desk");
    assert_eq!(desk.reviews().await, ["no_email"]);
    desk.portal.settle().await;
    assert!(desk.email.sent().is_empty());
}

#[tokio::test]
async fn a_changed_number_is_a_new_registration_and_the_old_code_is_dead() {
    let desk = Desk::open().await;
    let old = desk.confirmed(&jo()).await;
    let old_code = desk.code_of(&jo());
    assert_eq!(desk.act(&old, "abandon").await.ok()["state"], "abandoned");
    let changed = jo_with(&json!({ "mobile": "07700 900456" }));
    let new = desk.confirmed(&changed).await;
    assert_eq!(desk.check(&old, &old_code).await.problem(), "not_in_this_state");
    assert_eq!(desk.check(&new, &old_code).await.problem(), "code_wrong");
    desk.check(&new, &desk.code_of(&changed)).await.ok();
}

#[tokio::test]
async fn a_later_proof_by_the_same_person_ends_the_earlier_registration_and_typing_alone_does_not() {
    let desk = Desk::open().await;
    let first = desk.linked(&jo()).await;
    let token = desk.email.newest_token_to(EMAIL);
    desk.pass(TimeDelta::minutes(1));
    let second = desk.confirmed(&jo()).await;
    assert_eq!(desk.state(&first).await, "awaiting_link", "typing somebody's details does nothing to them");
    desk.check(&second, &desk.code_of(&jo())).await.ok();
    assert_eq!(desk.state(&first).await, "superseded");
    let page = desk.portal.link_page(&token).await.expect("readable");
    assert!(matches!(page, LinkPage::Superseded), "{page:?}");
}

#[tokio::test]
async fn a_late_proof_of_an_earlier_registration_does_not_end_the_one_on_the_glass() {
    let desk = Desk::open().await;
    let first = desk.confirmed(&jo_with(&json!({ "email": "mistyped@example.com" }))).await;
    let first_code = desk.code_of(&jo());
    desk.pass(TimeDelta::minutes(2));
    let second = desk.confirmed(&jo()).await;
    let second_code = desk.code_of(&jo());
    desk.check(&first, &first_code).await.ok();
    assert_eq!(desk.state(&second).await, "awaiting_code", "the patient began again since");
    desk.check(&second, &second_code).await.ok();
    assert_eq!(desk.state(&first).await, "superseded", "its own proof ends the earlier one");
}
