//! Patients whom staff register from their record, and links to a record that staff end.

use chrono::{DateTime, TimeDelta, Timelike as _};
use portal::{NotOpenedAgain, Word};
use registration::{ids::PatientId, time::Timestamp};
use serde_json::{Value, json};
use store::{Act, ContactField, LinesSought, LinesWithin, Mark, NewContact, NewPatient, RecordUpdateState};
use test_support::people;
use uuid::Uuid;

use crate::{
    desk::{Desk, EMAIL, MOBILE, PASSWORD, Reply, jo, practice, registration_id},
    journeys::record,
    records::{accepted, jos, staff_change_the_record},
    reviews::{HERS, RECEPTIONIST, account, acts, held, hers, reviewed, same, settled, state},
    staff::{Browser, MANAGERS, RECEPTIONISTS, ask_at_glass, manager, unlock, with_receptionist},
    staff_helps::{help, shown},
};

const OLD_MOBILE: &str = "07700 900555";

fn patient(n: u128) -> PatientId {
    PatientId(Uuid::from_u128(n))
}

/// Jo as the practice knows her: by contacts that she no longer has.
fn outdated() -> NewPatient {
    let mobile = NewContact::phone(ContactField::Mobile, OLD_MOBILE, &people::policy());
    record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![mobile, NewContact::email("old@example.org")])
}

async fn with_records(records: &[NewPatient]) -> (Desk, Browser) {
    let (desk, _, receptionist) = with_receptionist().await;
    desk.store.import_patients(practice(), records, desk.now()).await.expect("imported");
    (desk, receptionist)
}

async fn found(desk: &Desk, staff: &mut Browser, search: &str) -> Vec<Value> {
    let reply = staff.ask(desk, json!({ "ask": "find_records", "search": search })).await.ok();
    reply["rows"].as_array().expect("rows").clone()
}

async fn record_shown(desk: &Desk, staff: &mut Browser, id: PatientId) -> Value {
    staff.ask(desk, json!({ "ask": "record", "id": id.0 })).await.ok()["record"].clone()
}

fn register(id: PatientId, version: i64) -> Value {
    json!({
        "ask": "register_patient", "id": id.0, "version": version,
        "mobile": "07700 900123", "email": EMAIL, "id_seen": "passport",
    })
}

/// The patient goes on on their own phone, up to the accepted terms.
async fn goes_on(desk: &Desk, begun: &Reply) -> String {
    let id = begun.ok()["registration"]["row"]["id"].as_str().expect("an id").to_owned();
    desk.portal.settle().await;
    let code = desk.sms.newest_code_to(MOBILE);
    let registration = registration_id(&id);
    let proof = desk.portal.check_code_from_phone(MOBILE, &code).await.expect("the right code");
    desk.portal.set_password_from_phone(&proof.fresh, registration, PASSWORD).await.expect("a good one");
    desk.portal.settle().await;
    desk.portal.open_link(&desk.email.newest_token_to(EMAIL), PASSWORD).await.expect("opened");
    desk.portal.accept_terms(registration, portal::documents::TERMS.version).await.expect("accepted");
    desk.portal.settle().await;
    id
}

#[tokio::test]
async fn staff_find_a_record_by_name_or_date_of_birth_and_see_masked_contacts() {
    let olaf = record(2, "Olaf", "Lindqvist", (1962, 8, 30), vec![]);
    let (desk, mut receptionist) = with_records(&[outdated(), olaf]).await;
    for search in ["o'brien", "Jo", "7/3/1985", "1985-03-07"] {
        let rows = found(&desk, &mut receptionist, search).await;
        assert_eq!(rows.len(), 1, "{search}");
        assert_eq!(rows[0]["name"], "Jo O'Brien-Smith");
        assert_eq!((&rows[0]["mobile"], &rows[0]["email"]), (&json!("•••• 555"), &json!("o•••@e•••.org")));
    }
    for search in ["", "  ", "Zofia", "8/3/1985", "%", "'; DROP TABLE patients"] {
        assert_eq!(found(&desk, &mut receptionist, search).await, Vec::<Value>::new(), "{search}");
    }
    let log = LinesWithin {
        from: Timestamp::new(DateTime::UNIX_EPOCH),
        until: desk.now() + TimeDelta::hours(1),
        until_id: Uuid::nil(),
    };
    let lines =
        desk.store.lines_listed(practice(), &LinesSought::Everything, log, 100).await.expect("readable");
    let searched = lines.iter().filter(|line| line.act == "records_searched");
    assert_eq!(
        searched.filter(|line| line.patient == Some(patient(1))).count(),
        4,
        "the log says whom a search showed"
    );
}

#[tokio::test]
async fn whoever_is_registered_from_their_record_is_linked_to_it_whatever_contacts_they_prove() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let record = record_shown(&desk, &mut receptionist, patient(1)).await;
    assert_eq!((&record["mobile"], &record["obstacle"]), (&json!(OLD_MOBILE), &Value::Null));
    let begun = receptionist.ask(&desk, register(patient(1), 1)).await;
    assert_eq!(begun.ok()["registration"]["row"]["kiosk"], Value::Null, "at the desk");
    let id = goes_on(&desk, &begun).await;
    assert_eq!(desk.patient_of(registration_id(&id)).await, Some(patient(1)));
    assert_eq!(account(&desk).await.expect("an account").linked, Some(patient(1)));
    assert_eq!(held(&jos(&desk).await), [Some(MOBILE), Some(EMAIL)]);
    assert!(desk.reviews().await.is_empty());
    let seen = shown(&desk, &mut receptionist, &id).await;
    assert_eq!(
        (&seen["ids_seen"][0]["id_seen"], &seen["ids_seen"][0]["by"]),
        (&json!("passport"), &json!("RH"))
    );
    assert_eq!(seen["linked"]["name"], "Jo O'Brien-Smith");
    let acts = acts(&desk, registration_id(&id)).await;
    assert!(
        [Act::IdSeen, Act::RegistrationBegunByStaff, Act::RecordLinked].iter().all(|act| acts.contains(act))
    );
    assert!(desk.portal.verify_access_log().await.expect("readable").faults.is_empty());
}

#[tokio::test]
async fn the_same_at_the_glass_belongs_to_that_kiosk() {
    let (desk, ..) = with_records(&[outdated()]).await;
    let session = unlock(&desk, "RH", RECEPTIONISTS).await.ok()["session"].as_str().expect("one").to_owned();
    let begun = ask_at_glass(&desk, &session, "/staff/ask", register(patient(1), 1)).await.ok();
    assert_eq!(begun["registration"]["row"]["kiosk"], "Front desk");
}

/// Begun from the record with a number that was mistyped.
async fn mistyped(desk: &Desk, staff: &mut Browser) -> String {
    let ask = json!({
        "ask": "register_patient", "id": patient(1).0, "version": 1,
        "mobile": "07700 900777", "email": EMAIL, "id_seen": "passport",
    });
    let begun = staff.ask(desk, ask).await.ok();
    begun["registration"]["row"]["id"].as_str().expect("an id").to_owned()
}

fn corrected(seen: Option<&str>) -> Value {
    json!({ "kind": "correct_mobile", "mobile": "07700 900123", "id_seen": seen })
}

#[tokio::test]
async fn with_another_number_it_is_the_word_of_whoever_corrects_it_and_has_seen_who_it_is() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let id = mistyped(&desk, &mut receptionist).await;
    assert_eq!(shown(&desk, &mut receptionist, &id).await["needs_id"], json!(["correct_mobile"]));
    let begun = help(&desk, &mut receptionist, &id, corrected(Some("photo_card"))).await;
    let id = goes_on(&desk, &begun).await;
    assert_eq!(desk.patient_of(registration_id(&id)).await, Some(patient(1)));
    let seen = shown(&desk, &mut receptionist, &id).await["ids_seen"].clone();
    assert_eq!(seen[0]["id_seen"], "photo_card");
}

#[tokio::test]
async fn nobody_who_says_that_the_number_was_wrong_gets_the_record_unseen() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let id = mistyped(&desk, &mut receptionist).await;
    let begun = help(&desk, &mut receptionist, &id, corrected(None)).await;
    let id = goes_on(&desk, &begun).await;
    assert_eq!(desk.patient_of(registration_id(&id)).await, None);
    assert_eq!(
        desk.reviews().await,
        ["name_and_date_agree_contact_differs"],
        "the machine leaves it to staff"
    );
    assert_eq!(jos(&desk).await.version, 1);
}

#[tokio::test]
async fn begun_anew_with_the_same_contacts_it_stays_the_same_persons_word() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let begun = receptionist.ask(&desk, register(patient(1), 1)).await.ok();
    let id = begun["registration"]["row"]["id"].as_str().expect("an id").to_owned();
    let seen_at = shown(&desk, &mut receptionist, &id).await["ids_seen"][0]["at"].clone();
    desk.pass(TimeDelta::minutes(2));
    let begun = help(&desk, &mut receptionist, &id, json!({ "kind": "restart" })).await;
    let id = goes_on(&desk, &begun).await;
    assert_eq!(desk.patient_of(registration_id(&id)).await, Some(patient(1)));
    assert_eq!(
        shown(&desk, &mut receptionist, &id).await["ids_seen"][0]["at"],
        seen_at,
        "seen then, not now"
    );
}

#[tokio::test]
async fn of_a_record_that_changed_or_was_marked_since_nobody_has_said_so() {
    for is_marked in [false, true] {
        let (desk, mut receptionist) = with_records(&[outdated()]).await;
        let begun = receptionist.ask(&desk, register(patient(1), 1)).await;
        if is_marked {
            let mut tx = desk.store.begin(practice()).await.expect("begun");
            tx.mark_patient(practice(), patient(1), Mark::Sensitive, desk.now()).await.expect("marked");
            tx.commit().await.expect("committed");
        } else {
            staff_change_the_record(&desk, 1).await;
        }
        let id = goes_on(&desk, &begun).await;
        assert_eq!(desk.patient_of(registration_id(&id)).await, None, "marked: {is_marked}");
        assert_eq!(desk.reviews().await.len(), 1);
    }
}

#[tokio::test]
async fn of_a_protected_record_nothing_is_shown_but_its_name() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let mut tx = desk.store.begin(practice()).await.expect("begun");
    tx.mark_patient(practice(), patient(1), Mark::Sensitive, desk.now()).await.expect("marked");
    tx.commit().await.expect("committed");
    let rows = found(&desk, &mut receptionist, "O'Brien").await;
    let nothing = [&rows[0]["date_of_birth"], &rows[0]["mobile"], &rows[0]["email"]];
    assert_eq!(nothing, [&Value::Null; 3]);
    let record = record_shown(&desk, &mut receptionist, patient(1)).await;
    let nothing = [&record["date_of_birth"], &record["mobile"], &record["email"]];
    assert_eq!(nothing, [&Value::Null; 3]);
}

#[tokio::test]
async fn whoever_cannot_be_registered_from_a_record_is_told_why_and_nothing_is_sent() {
    let died = record(2, "Olaf", "Lindqvist", (1962, 8, 30), vec![]);
    let child = record(3, "Ada", "Quist", (2015, 9, 21), vec![]);
    let (desk, mut receptionist) = with_records(&[outdated(), died, child]).await;
    let mut tx = desk.store.begin(practice()).await.expect("begun");
    tx.mark_patient(practice(), patient(2), Mark::Deceased, desk.now()).await.expect("marked");
    tx.mark_patient(practice(), patient(1), Mark::Twin, desk.now()).await.expect("marked");
    tx.commit().await.expect("committed");
    for (n, obstacle) in [(1, Value::Null), (2, json!("marked")), (3, json!("too_young"))] {
        assert_eq!(record_shown(&desk, &mut receptionist, patient(n)).await["obstacle"], obstacle, "{n}");
    }
    for n in [2, 3] {
        let refused = receptionist.ask(&desk, register(patient(n), 1)).await;
        assert_eq!(refused.problem(), "not_possible_now", "{n}");
    }
    assert_eq!(receptionist.ask(&desk, register(patient(9), 1)).await.problem(), "not_found");
    assert_eq!(receptionist.ask(&desk, register(patient(1), 2)).await.problem(), "changed_meanwhile");
    let mut typed = register(patient(1), 1);
    (typed["mobile"], typed["email"]) = (json!("020 7946 0018"), json!("jo at example"));
    let fields = receptionist.ask(&desk, typed).await.json()["fields"].clone();
    assert_eq!((&fields[0]["field"], &fields[1]["field"]), (&json!("email"), &json!("mobile")));
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty(), "no text was sent");
}

#[tokio::test]
async fn a_record_that_an_account_shows_is_nobodys_to_register_again() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let begun = receptionist.ask(&desk, register(patient(1), 1)).await;
    goes_on(&desk, &begun).await;
    assert_eq!(record_shown(&desk, &mut receptionist, patient(1)).await["obstacle"], "has_account");
    let version = jos(&desk).await.version;
    let refused = receptionist.ask(&desk, register(patient(1), version)).await;
    assert_eq!(refused.problem(), "record_of_another_account");
}

#[tokio::test]
async fn a_link_to_somebody_elses_record_is_ended_and_the_record_gets_back_what_it_held() {
    let (desk, mut receptionist) = with_records(&[outdated()]).await;
    let begun = receptionist.ask(&desk, register(patient(1), 1)).await;
    let id = goes_on(&desk, &begun).await;
    desk.pass(TimeDelta::hours(1));
    receptionist.sign_in(&desk, "RH", RECEPTIONISTS).await.ok();
    let other = json!({ "kind": "unlink", "patient": patient(9).0 });
    assert_eq!(help(&desk, &mut receptionist, &id, other).await.problem(), "changed_meanwhile");
    let unlink = json!({ "kind": "unlink", "patient": patient(1).0 });
    let after = help(&desk, &mut receptionist, &id, unlink.clone()).await.ok();
    assert_eq!(after["registration"]["linked"], Value::Null);
    desk.portal.settle().await;
    assert_eq!(held(&jos(&desk).await), [Some("+447700900555"), Some("old@example.org")]);
    let own = account(&desk).await.expect("an account").linked.expect("a record of their own");
    assert_ne!(own, patient(1), "the machine looked again, without that record");
    let acts = acts(&desk, registration_id(&id)).await;
    assert!(
        [Act::RecordUnlinked, Act::SaidNotTheSame, Act::RecordUpdateUndone]
            .iter()
            .all(|act| acts.contains(act))
    );
    let made = json!({ "kind": "unlink", "patient": own.0 });
    assert_eq!(help(&desk, &mut receptionist, &id, made).await.problem(), "record_made");
    assert!(desk.portal.verify_access_log().await.expect("readable").faults.is_empty());
}

#[tokio::test]
async fn a_link_ends_whatever_else_can_no_longer_be_undone() {
    for days in [0, 31] {
        let (desk, mut receptionist) = with_records(&[outdated()]).await;
        let begun = receptionist.ask(&desk, register(patient(1), 1)).await;
        let id = goes_on(&desk, &begun).await;
        if days == 0 {
            staff_change_the_record(&desk, 2).await;
        }
        desk.pass(TimeDelta::days(days));
        receptionist.sign_in(&desk, "RH", RECEPTIONISTS).await.ok();
        let version = jos(&desk).await.version;
        help(&desk, &mut receptionist, &id, json!({ "kind": "unlink", "patient": patient(1).0 })).await.ok();
        desk.portal.settle().await;
        assert_eq!(account(&desk).await.expect("an account").linked, None);
        assert_eq!(jos(&desk).await.version, version, "what was written later stays, and what is too old");
        assert_eq!(desk.reviews().await, ["record_changed_meanwhile"], "staff are told");
        let review = crate::reviews::waiting(&desk).await;
        settled(&desk, review, Word::DifferentPerson).await;
        let own = account(&desk).await.expect("an account").linked;
        assert!(own.is_some_and(|own| own != patient(1)), "{own:?}");
    }
}

#[tokio::test]
async fn while_the_change_is_under_way_no_link_ends() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let jo = accepted(&desk).await;
    let unlink = json!({ "kind": "unlink", "patient": patient(1).0 });
    let early = help(&desk, &mut receptionist, &jo.id.to_string(), unlink).await;
    assert_eq!(early.problem(), "change_under_way");
    desk.portal.settle().await;
    assert_eq!(account(&desk).await.expect("an account").linked, Some(patient(1)));
    assert!(matches!(state(&desk, jo.id).await, Some(RecordUpdateState::Confirmed { .. })));
}

#[tokio::test]
async fn of_two_who_end_a_link_at_once_one_does() {
    let (desk, mut meera, mut robin) = with_receptionist().await;
    desk.store.import_patients(practice(), &[outdated()], desk.now()).await.expect("imported");
    let begun = robin.ask(&desk, register(patient(1), 1)).await;
    let id = goes_on(&desk, &begun).await;
    let unlink = json!({ "kind": "unlink", "patient": patient(1).0 });
    let (one, other) =
        tokio::join!(help(&desk, &mut robin, &id, unlink.clone()), help(&desk, &mut meera, &id, unlink));
    assert_eq!([one, other].iter().filter(|reply| reply.status.is_success()).count(), 1);
    let unlinked = desk.store.acts_of(practice(), registration_id(&id)).await.expect("readable");
    assert_eq!(unlinked.iter().filter(|(act, _)| *act == Act::RecordUnlinked).count(), 1);
}

#[tokio::test]
async fn a_review_whose_link_was_ended_since_is_not_opened_again() {
    let (desk, registration, review) = reviewed().await;
    let mut meera = manager(&desk).await;
    settled(&desk, review, same(HERS, 1)).await;
    desk.pass(TimeDelta::hours(1));
    meera.sign_in(&desk, "MP", MANAGERS).await.ok();
    let id = registration.id.to_string();
    help(&desk, &mut meera, &id, json!({ "kind": "unlink", "patient": HERS.0 })).await.ok();
    desk.portal.settle().await;
    let own = account(&desk).await.expect("an account").linked.expect("a record of their own");
    let again = desk.portal.open_review_again(review, RECEPTIONIST).await;
    assert!(matches!(again, Err(NotOpenedAgain::NotTheLatest)), "{again:?}");
    assert_eq!(account(&desk).await.expect("an account").linked, Some(own));
}

#[tokio::test]
async fn whose_link_ended_before_morning_is_not_told_of_it() {
    let (desk, _, review) = reviewed().await;
    while (6..22).contains(&desk.now().instant().hour()) {
        desk.pass(TimeDelta::hours(1));
    }
    settled(&desk, review, same(HERS, 1)).await;
    desk.pass(TimeDelta::minutes(5));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert!(desk.email.sent().iter().all(|email| !email.subject.contains("connected")));
}

#[tokio::test]
async fn whom_staff_have_linked_is_told_at_the_address_that_they_proved_when_people_are_awake() {
    let (desk, _, review) = reviewed().await;
    let before = desk.email.sent().len();
    settled(&desk, review, same(HERS, 1)).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    let told: Vec<_> =
        desk.email.sent().into_iter().skip(before).filter(|email| email.to.as_str() == EMAIL).collect();
    let [notice] = told.as_slice() else { panic!("{} emails", told.len()) };
    assert_eq!(notice.subject, "Your online account at Elm Street Practice is connected");
    assert!(!notice.text.contains("Jo") && !notice.text.contains("http"), "{}", notice.text);
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some(EMAIL)]);
}

#[tokio::test]
async fn whom_the_machine_linked_is_told_nothing() {
    let desk = Desk::open().await;
    desk.store
        .import_patients(practice(), &[crate::journeys::jos_record()], desk.now())
        .await
        .expect("imported");
    desk.registered(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert!(desk.email.sent().iter().all(|email| !email.subject.contains("connected")));
}
