//! What the machine would not decide, as staff settle it where a practice system holds the records.

use chrono::TimeDelta;
use matching::Unsettled;
use portal::{NotSettled, Word};
use registration::ids::{PatientId, ReviewId};
use serde_json::json;
use store::{ContactField, RecordUpdateState, UpdateTrouble};
use test_support::practice_systems::{Failure, Fake, FakeDentally};

use crate::{
    desk::{Desk, MOBILE, jo_with, practice, registration_id},
    elsewhere::{accepted, at_dentally, at_fhir, contact, look_again_after, state},
    reviews::{RECEPTIONIST, same, waiting},
};

/// Jo's name and date of birth, and contacts that she no longer has.
fn out_of_date(fake: &Fake<FakeDentally>) -> u64 {
    fake.with(|dentally| {
        dentally.add(&json!({
            "first_name": "Jo", "last_name": "O’Brien-Smith", "date_of_birth": "1985-03-07",
            "mobile_phone": "07700 900998", "email_address": "somebody@example.org",
        }))
    })
}

async fn settled(desk: &Desk, review: ReviewId, word: Word) {
    desk.portal.settle_review(review, word, RECEPTIONIST).await.expect("settled");
    desk.portal.settle().await;
}

/// The one record in question as staff are shown it.
async fn shown(desk: &Desk, review: ReviewId) -> (PatientId, i64, String, bool) {
    let shown = desk.portal.show_review(review, RECEPTIONIST).await.expect("shown");
    let [only] = shown.in_question.as_slice() else { panic!("{:?}", shown.in_question) };
    let mobile = only.record.contact(ContactField::Mobile).expect("a mobile").value.clone();
    (only.record.id, only.record.version, mobile, only.may_be_outdated)
}

#[tokio::test]
async fn the_same_persons_record_is_written_in_the_practice_system() {
    let (desk, fake) = at_dentally().await;
    let id = out_of_date(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    let (patient, version, ..) = shown(&desk, review).await;
    settled(&desk, review, same(patient, version)).await;
    assert_eq!(contact(&fake, id), (json!("07700900123"), json!("Jo.OBrien@Example.com")));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: version + 1 });
    assert_eq!(desk.patient_of(jo.id).await, Some(patient));
    assert!(desk.reviews().await.is_empty());
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test]
async fn staff_are_shown_the_record_as_it_is_now_and_what_reception_changed_meanwhile_is_known() {
    let (desk, fake) = at_dentally().await;
    let id = out_of_date(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    let (patient, before, ..) = shown(&desk, review).await;
    desk.pass(TimeDelta::minutes(1));
    fake.with(|dentally| dentally.change(id, &json!({"mobile_phone": "07700 900555"})));
    let (_, version, mobile, outdated) = shown(&desk, review).await;
    assert_eq!((version, &*mobile, outdated), (before + 1, "07700 900555", false));
    let stale = desk.portal.settle_review(review, same(patient, before), RECEPTIONIST).await;
    assert!(matches!(stale, Err(NotSettled::Unsettled(Unsettled::RecordChanged))), "{stale:?}");
    settled(&desk, review, same(patient, version)).await;
    assert_eq!(contact(&fake, id).0, json!("07700900123"));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: version + 1 });
}

#[tokio::test]
async fn what_changes_after_staff_have_looked_is_not_overwritten_and_is_shown_to_them_again() {
    let (desk, fake) = at_dentally().await;
    let id = out_of_date(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    let (patient, version, ..) = shown(&desk, review).await;
    desk.pass(TimeDelta::minutes(1));
    fake.with(|dentally| dentally.change(id, &json!({"mobile_phone": "07700 900555"})));
    settled(&desk, review, same(patient, version)).await;
    assert_eq!(contact(&fake, id).0, json!("07700 900555"));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged));
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
    let again = waiting(&desk).await;
    let (_, version, ..) = shown(&desk, again).await;
    settled(&desk, again, same(patient, version)).await;
    assert_eq!(contact(&fake, id).0, json!("07700900123"));
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn while_the_system_is_down_staff_are_told_that_they_see_an_earlier_day() {
    let (desk, fake) = at_dentally().await;
    out_of_date(&fake);
    accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    fake.fail_next_read(Failure::Status(503));
    let (_, _, mobile, outdated) = shown(&desk, review).await;
    assert_eq!((&*mobile, outdated), ("07700 900998", true));
}

#[tokio::test]
async fn whom_the_machine_could_not_tell_to_be_new_gets_a_record_when_staff_say_so() {
    let (desk, fake) = at_dentally().await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::NewCannotBeTold));
    let review = waiting(&desk).await;
    settled(&desk, review, Word::DifferentPerson).await;
    assert_eq!(fake.with(|dentally| dentally.patients.len()), 1);
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 1 });
    assert!(desk.patient_of(jo.id).await.is_some());
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn a_namesake_with_the_same_number_is_not_met_again_once_staff_have_said_they_are_two() {
    let (desk, fake) = at_dentally().await;
    let twin = fake.with(|dentally| {
        dentally.add(&json!({
            "first_name": "Joan", "last_name": "O’Brien-Smith", "date_of_birth": "1985-03-07",
            "mobile_phone": "07700 900123",
        }))
    });
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    settled(&desk, review, Word::DifferentPerson).await;
    assert_eq!(fake.with(|dentally| dentally.patients.len()), 2);
    assert_eq!(contact(&fake, twin), (json!("07700 900123"), json!("")));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 1 });
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn somebody_whom_staff_were_not_shown_is_shown_to_them_before_a_record_is_made() {
    let (desk, fake) = at_dentally().await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    // Reception has made her record meanwhile.
    crate::elsewhere::add_jo(&fake);
    settled(&desk, review, Word::DifferentPerson).await;
    assert_eq!(fake.with(|dentally| dentally.patients.len()), 1);
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged));
    let again = waiting(&desk).await;
    let (patient, version, ..) = shown(&desk, again).await;
    settled(&desk, again, same(patient, version)).await;
    assert_eq!(desk.patient_of(jo.id).await, Some(patient));
}

#[tokio::test]
async fn whoever_has_no_email_gets_their_number_into_the_system_and_an_undo_leaves_the_address() {
    let (desk, fake) = at_fhir().await;
    let id = fake.with(|server| {
        server.add(&json!({
            "active": true, "birthDate": "1985-03-07",
            "name": [{"use": "official", "family": "O’Brien-Smith", "given": ["Jo"]}],
            "telecom": [
                {"system": "phone", "use": "mobile", "value": "07700 900555"},
                {"system": "email", "use": "home", "value": "old@example.org"},
            ],
        }))
    });
    let registration = registration_id(&desk.proven(&jo_with(&json!({ "email": null }))).await);
    let review = waiting(&desk).await;
    fake.fail_next_read(Failure::Status(503));
    assert!(desk.portal.show_review(review, RECEPTIONIST).await.expect("shown").not_searched);
    desk.pass(TimeDelta::minutes(5));
    let (patient, version, ..) = shown(&desk, review).await;
    assert_eq!(shown(&desk, review).await.0, patient, "searched for once");
    settled(&desk, review, same(patient, version)).await;
    let telecom = || fake.with(|server| server.patients[&id]["telecom"].clone());
    let values = |telecom: &serde_json::Value| {
        let present = telecom.as_array().expect("a list").iter().filter(|point| point["use"] != "old");
        present.map(|point| point["value"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(&telecom()), [MOBILE, "old@example.org"]);
    assert_eq!(state(&desk, registration).await, RecordUpdateState::Confirmed { version: version + 1 });
    let copy = desk.store.patient(practice(), patient).await.expect("readable").expect("a copy");
    let address = copy.contact(ContactField::Email).expect("an address");
    assert_eq!((&*address.value, address.verified), ("old@example.org", None));
    look_again_after(&desk, TimeDelta::hours(1)).await;
    desk.portal.undo_record_update(registration, RECEPTIONIST).await.expect("undone");
    assert_eq!(values(&telecom()), ["07700 900555", "old@example.org"]);
}

#[tokio::test]
async fn who_settles_while_the_system_is_down_need_not_do_it_again() {
    let (desk, fake) = at_dentally().await;
    let id = out_of_date(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let review = waiting(&desk).await;
    let (patient, version, ..) = shown(&desk, review).await;
    fake.fail_next_read(Failure::Status(503));
    settled(&desk, review, same(patient, version)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    look_again_after(&desk, TimeDelta::minutes(5)).await;
    assert_eq!(contact(&fake, id).0, json!("07700900123"));
    assert!(desk.reviews().await.is_empty());
}
