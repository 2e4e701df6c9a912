//! What staff do for a patient who registers, and for those whom the machine would not decide about.

use axum::http::StatusCode;
use chrono::TimeDelta;
use portal::{LinkPage, PageRefused};
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::{Desk, EMAIL, PASSWORD, jo, jo_with, registration_id},
    reviews::{account, acts, reviewed},
    staff::{Browser, RECEPTIONISTS, invited, manager, with_receptionist},
};

pub(crate) const OTHER_EMAIL: &str = "jo@otters.example";

pub(crate) async fn shown(desk: &Desk, staff: &mut Browser, id: &str) -> Value {
    staff.ask(desk, json!({ "ask": "registration", "id": id })).await.ok()["registration"].clone()
}

pub(crate) async fn help(desk: &Desk, staff: &mut Browser, id: &str, help: Value) -> crate::desk::Reply {
    let version = shown(desk, staff, id).await["version"].clone();
    staff.ask(desk, json!({ "ask": "help", "id": id, "version": version, "help": help })).await
}

fn correct_email(to: &str) -> Value {
    json!({ "kind": "correct_email", "email": to, "id_seen": null })
}

fn new_link() -> Value {
    json!({ "kind": "send_new_link" })
}

#[tokio::test]
async fn staff_find_a_patient_by_reference_name_or_date_of_birth_and_see_masked_contacts() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let reference = desk.stored(&id).await.reference.as_str().to_owned();
    let today = async |staff: &mut Browser, search: &str| {
        let ask = json!({ "ask": "today", "search": search, "by_itself": false });
        staff.ask(&desk, ask).await.ok()["rows"].as_array().expect("rows").clone()
    };
    let full = ["jo o'brien-smith", "O’Brien-Smith Jo"];
    let parts = ["", &reference, &reference.to_lowercase(), "o brien", "JO", "7/3/1985", "1985-03-07"];
    for search in parts.into_iter().chain(full) {
        let rows = today(&mut receptionist, search).await;
        assert_eq!(rows.len(), 1, "{search}");
        let row = &rows[0];
        assert_eq!((&row["id"], &row["state"]), (&json!(id), &json!("awaiting_code")));
        assert_eq!(row["name"], "Jo O’Brien-Smith");
        assert_eq!(row["mobile"], "•••• 123");
        assert!(!row.to_string().contains("7700900123") && !row.to_string().contains(EMAIL), "{row}");
    }
    for search in ["Zofia", "KT4-9QF", "8/3/1985", "%", "_", "'; DROP TABLE registrations"] {
        assert_eq!(today(&mut receptionist, search).await, Vec::<Value>::new(), "{search}");
    }
    let seen = acts(&desk, registration_id(&id)).await;
    assert!(seen.contains(&Act::RegistrationsSearched), "the log says whom a search showed");
}

#[tokio::test]
async fn a_mistyped_address_gets_nothing_and_the_corrected_one_a_link_in_a_step_of_its_own() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    let old = desk.token_of(&jo());
    let corrected = help(&desk, &mut receptionist, &id, correct_email(OTHER_EMAIL)).await.ok();
    desk.portal.settle().await;
    assert_eq!(corrected["registration"]["state"], Value::Null);
    assert_eq!(corrected["registration"]["row"]["state"], "awaiting_link");
    assert_eq!(corrected["registration"]["row"]["email"], "j•••@o•••.example");
    assert!(!desk.email.wrote_to(OTHER_EMAIL), "nothing goes to an address typed in the same step");
    let dead = desk.portal.link_page(&old).await.expect("readable");
    assert!(matches!(dead, LinkPage::Superseded), "{dead:?}");
    let refused = desk.portal.open_link(&old, PASSWORD).await;
    assert!(matches!(refused, Err(PageRefused::LinkDead(_))), "{refused:?}");
    desk.pass(TimeDelta::hours(30));
    desk.portal.settle().await;
    assert!(!desk.email.wrote_to(OTHER_EMAIL), "no reminder of a link that nobody has");
    receptionist.sign_in(&desk, "RH", RECEPTIONISTS).await.ok();
    help(&desk, &mut receptionist, &id, new_link()).await.ok();
    desk.portal.settle().await;
    let token = desk.email.newest_token_to(OTHER_EMAIL);
    let opened = desk.portal.open_link(&token, PASSWORD).await.expect("the password set at the kiosk");
    assert_eq!(opened.details.email.map(|email| email.as_str().to_owned()).as_deref(), Some(OTHER_EMAIL));
    let acts = acts(&desk, registration_id(&id)).await;
    assert!(acts.contains(&Act::EmailCorrected) && acts.contains(&Act::LinkSent));
}

#[tokio::test]
async fn a_new_link_goes_to_the_registrations_own_address_and_older_ones_die() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    let old = desk.token_of(&jo());
    // An address in the same step is not looked at.
    let to_another = json!({ "kind": "send_new_link", "email": OTHER_EMAIL });
    let reply = help(&desk, &mut receptionist, &id, to_another).await;
    let text = String::from_utf8(reply.bytes.to_vec()).expect("text");
    desk.portal.settle().await;
    assert!(!desk.email.wrote_to(OTHER_EMAIL));
    let new = desk.token_of(&jo());
    assert_ne!(old, new);
    assert!(!text.contains(&new), "never shown");
    assert!(matches!(desk.portal.link_page(&old).await.expect("readable"), LinkPage::Superseded));
    desk.portal.open_link(&new, PASSWORD).await.expect("opened");
}

#[tokio::test]
async fn an_address_corrected_before_the_code_changes_neither_the_code_nor_its_tries() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        desk.check(&id, wrong).await;
    }
    help(&desk, &mut receptionist, &id, correct_email(OTHER_EMAIL)).await.ok();
    assert_eq!(desk.check(&id, wrong).await.json()["tries_left"], 1, "four are used");
    desk.check(&id, &code).await.ok();
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    assert!(!desk.email.wrote_to(EMAIL));
    assert!(desk.email.wrote_to(OTHER_EMAIL));
}

#[tokio::test]
async fn a_corrected_mobile_is_another_registration_with_a_code_of_its_own() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let correct = json!({ "kind": "correct_mobile", "mobile": "07700 900777", "id_seen": null });
    let reply = help(&desk, &mut receptionist, &id, correct.clone()).await.ok();
    desk.portal.settle().await;
    let other = reply["registration"]["row"]["id"].as_str().expect("an id").to_owned();
    assert_ne!(other, id);
    assert_eq!(desk.state(&id).await, "abandoned");
    let code = desk.sms.newest_code_to("+447700900777");
    desk.check(&other, &code).await.ok();
    assert_eq!(desk.state(&other).await, "awaiting_password");
    let refused = help(&desk, &mut receptionist, &other, correct).await;
    assert_eq!(refused.problem(), "changed_meanwhile", "a proven mobile is not given up without ID");
    let landline = json!({ "kind": "correct_mobile", "mobile": "020 7946 0018", "id_seen": null });
    let third = desk.confirmed(&jo_with(&json!({ "mobile": "07700 900555" }))).await;
    let refused = help(&desk, &mut receptionist, &third, landline).await;
    assert_eq!(refused.json()["fields"], json!([{ "field": "mobile", "code": "mobile_is_landline" }]));
}

#[tokio::test]
async fn a_code_is_sent_again_within_its_gap_and_a_registration_ends_once() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let first = desk.code_of(&jo());
    let resend = json!({ "kind": "resend_code" });
    let soon = help(&desk, &mut receptionist, &id, resend.clone()).await;
    assert_eq!((soon.problem().as_str(), &soon.json()["retry_after_s"]), ("limit_reached", &json!(60)));
    desk.pass(TimeDelta::seconds(60));
    help(&desk, &mut receptionist, &id, resend).await.ok();
    desk.portal.settle().await;
    assert_ne!(desk.code_of(&jo()), first);
    let cancel = json!({ "kind": "cancel" });
    let ended = help(&desk, &mut receptionist, &id, cancel.clone()).await.ok();
    assert_eq!(
        (&ended["registration"]["row"]["state"], &ended["registration"]["may"]),
        (&json!("abandoned"), &json!(["restart"]))
    );
    assert_eq!(help(&desk, &mut receptionist, &id, cancel).await.problem(), "changed_meanwhile");
}

#[tokio::test]
async fn what_may_be_done_is_what_the_flow_allows_where_the_patient_stands() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let may = async |staff: &mut Browser| shown(&desk, staff, &id).await["may"].clone();
    let at_code = json!(["resend_code", "correct_mobile", "correct_email", "restart", "cancel"]);
    assert_eq!(may(&mut receptionist).await, at_code);
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    assert_eq!(
        may(&mut receptionist).await,
        json!(["correct_mobile", "correct_email", "restart", "finish", "cancel"])
    );
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    assert_eq!(
        may(&mut receptionist).await,
        json!(["send_new_link", "correct_mobile", "correct_email", "restart", "finish", "cancel"])
    );
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("opened");
    assert_eq!(may(&mut receptionist).await, json!(["correct_mobile", "correct_email", "restart", "cancel"]));
    desk.portal.accept_terms(opened.id, portal::documents::TERMS.version).await.expect("accepted");
    assert_eq!(may(&mut receptionist).await, json!([]));
}

#[tokio::test]
async fn what_moved_on_meanwhile_is_looked_at_again() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let version = shown(&desk, &mut receptionist, &id).await["version"].clone();
    let code = desk.code_of(&jo());
    desk.check(&id, &code).await.ok();
    let ask = json!({ "ask": "help", "id": id, "version": version, "help": { "kind": "cancel" } });
    assert_eq!(receptionist.ask(&desk, ask).await.problem(), "changed_meanwhile");
    assert_eq!(desk.state(&id).await, "awaiting_password");
}

#[tokio::test]
async fn the_history_says_what_was_done_and_which_colleague_did_it() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    help(&desk, &mut receptionist, &id, new_link()).await.ok();
    let history = shown(&desk, &mut receptionist, &id).await["history"].as_array().expect("lines").clone();
    let lines: Vec<_> = history.iter().map(|line| (line["act"].as_str(), line["by"].as_str())).collect();
    assert_eq!(lines.first(), Some(&(Some("details_confirmed"), None)));
    assert!(lines.contains(&(Some("link_sent"), Some("RH"))), "{lines:?}");
}

#[tokio::test]
async fn a_review_is_settled_in_the_console_once_and_by_one_of_two() {
    let (desk, registration, review) = reviewed().await;
    let mut meera = manager(&desk).await;
    let mut robin = invited(&desk, &mut meera, "RH", "receptionist").await;
    let listed = robin.ask(&desk, json!({ "ask": "reviews" })).await.ok();
    assert_eq!((&listed["in_all"], &listed["waiting"][0]["id"]), (&json!(1), &json!(review.0)));
    let view = robin.ask(&desk, json!({ "ask": "review", "id": review.0 })).await.ok()["review"].clone();
    assert_eq!(view["row"]["reason"], "name_and_date_agree_contact_differs");
    assert_eq!(
        (&view["registered"]["mobile_proven"], &view["registered"]["email_proven"]),
        (&json!(true), &json!(true))
    );
    let record = &view["in_question"][0];
    let agreement = |field: &str| record[field]["agreement"].clone();
    assert_eq!(
        [agreement("given_name"), agreement("date_of_birth"), agreement("email")],
        ["same", "same", "different"]
    );
    assert_eq!(record["phones"], json!([{ "value": "07700 900555", "agreement": "different" }]));
    let word = json!({ "word": "same_person", "patient": record["patient"], "version": record["version"] });
    let settle = json!({ "ask": "settle_review", "id": review.0, "word": word });
    let (one, other) = tokio::join!(robin.ask(&desk, settle.clone()), meera.ask(&desk, settle.clone()));
    let (won, lost) = if one.status.is_success() { (one, other) } else { (other, one) };
    assert_eq!(won.ok()["in_all"], 0);
    assert_eq!((lost.problem().as_str(), lost.status), ("already_settled", StatusCode::CONFLICT));
    desk.portal.settle().await;
    assert_eq!(
        desk.patient_of(registration.id).await.map(|patient| json!(patient.0)),
        Some(record["patient"].clone())
    );
    let again = json!({ "ask": "open_review_again", "id": review.0 });
    assert_eq!(robin.ask(&desk, again).await.ok()["in_all"], 1);
    assert_eq!(account(&desk).await.expect("an account").linked, None);
}

#[tokio::test]
async fn a_record_changed_under_an_open_review_is_looked_at_again() {
    let (desk, _, review) = reviewed().await;
    let mut meera = manager(&desk).await;
    let view = meera.ask(&desk, json!({ "ask": "review", "id": review.0 })).await.ok()["review"].clone();
    crate::records::staff_change_the_record(&desk, 1).await;
    let record = &view["in_question"][0];
    let word = json!({ "word": "same_person", "patient": record["patient"], "version": record["version"] });
    let settle = json!({ "ask": "settle_review", "id": review.0, "word": word });
    assert_eq!(meera.ask(&desk, settle).await.problem(), "changed_meanwhile");
    assert_eq!(desk.reviews().await.len(), 1, "it waits");
}

#[tokio::test]
async fn names_of_every_kind_travel_as_they_were_typed() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let long = "a".repeat(100);
    for refused in ["<script>alert(1)</script>", "\u{202E}evil", "Jo 🦦"] {
        let details = jo_with(&json!({ "family_name": refused }));
        assert_eq!(desk.confirm(&details).await.problem(), "fields_refused", "{refused}");
    }
    for (n, name) in ["محمد", "Nguyễn", "van der Berg-Łuczak", long.as_str()].into_iter().enumerate() {
        let details = jo_with(&json!({ "mobile": format!("07700 90020{n}"), "family_name": name }));
        let reply = desk.confirm(&details).await;
        assert!(reply.status.is_success(), "{name}");
        let id = reply.json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(shown(&desk, &mut receptionist, &id).await["row"]["name"], format!("Jo {name}"));
    }
}
