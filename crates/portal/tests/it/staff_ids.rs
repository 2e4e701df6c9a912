//! What staff may do who have seen who a patient is, and what is kept of it.

use chrono::TimeDelta;
use portal::{LinkPage, PageRefused};
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::{Desk, EMAIL, MOBILE, PASSWORD, Reply, jo, practice, registration_id},
    reviews::acts,
    staff::{Browser, with_receptionist},
    staff_helps::{OTHER_EMAIL, help, shown},
};

fn corrected_mobile(seen: Option<&str>) -> Value {
    json!({ "kind": "correct_mobile", "mobile": "07700 900777", "id_seen": seen })
}

fn corrected_email(seen: Option<&str>) -> Value {
    json!({ "kind": "correct_email", "email": OTHER_EMAIL, "id_seen": seen })
}

fn id_of(reply: &Reply) -> String {
    reply.ok()["registration"]["row"]["id"].as_str().expect("an id").to_owned()
}

async fn state(desk: &Desk, staff: &mut Browser, id: &str) -> Value {
    shown(desk, staff, id).await["row"]["state"].clone()
}

#[tokio::test]
async fn a_proven_mobile_is_given_up_only_by_staff_who_have_seen_who_it_is() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    let refused = help(&desk, &mut receptionist, &id, corrected_mobile(None)).await;
    assert_eq!(refused.problem(), "changed_meanwhile");
    assert_eq!(desk.state(&id).await, "awaiting_link");
    assert!(desk.sms.newest_to("+447700900777").is_none(), "no text was sent");

    let old_link = desk.token_of(&jo());
    let other = id_of(&help(&desk, &mut receptionist, &id, corrected_mobile(Some("driving_licence"))).await);
    desk.portal.settle().await;
    assert_eq!(state(&desk, &mut receptionist, &id).await, "abandoned");
    let dead = desk.portal.open_link(&old_link, PASSWORD).await;
    assert!(matches!(dead, Err(PageRefused::LinkDead(_))), "{dead:?}");
    let code = desk.sms.newest_code_to("+447700900777");
    desk.check(&other, &code).await.ok();
    let seen = shown(&desk, &mut receptionist, &other).await["ids_seen"].clone();
    assert_eq!((&seen[0]["id_seen"], &seen[0]["by"]), (&json!("driving_licence"), &json!("RH")));
    assert!(acts(&desk, registration_id(&other)).await.contains(&Act::IdSeen));
}

#[tokio::test]
async fn a_proven_address_is_given_up_only_by_staff_who_have_seen_who_it_is_and_is_proven_anew() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    let link = desk.token_of(&jo());
    desk.portal.open_link(&link, PASSWORD).await.expect("opened");
    let refused = help(&desk, &mut receptionist, &id, corrected_email(None)).await;
    assert_eq!(refused.problem(), "changed_meanwhile");

    help(&desk, &mut receptionist, &id, corrected_email(Some("passport"))).await.ok();
    desk.portal.settle().await;
    assert_eq!(state(&desk, &mut receptionist, &id).await, "awaiting_link");
    assert!(!desk.email.wrote_to(OTHER_EMAIL), "nothing goes to an address typed in the same step");
    assert!(matches!(desk.portal.link_page(&link).await.expect("readable"), LinkPage::Superseded));
    let accepted = desk.portal.accept_terms(registration_id(&id), portal::documents::TERMS.version).await;
    assert!(accepted.is_err(), "the page that stood open at the terms accepts nothing");

    help(&desk, &mut receptionist, &id, json!({ "kind": "send_new_link" })).await.ok();
    desk.portal.settle().await;
    let opened = desk.portal.open_link(&desk.email.newest_token_to(OTHER_EMAIL), PASSWORD).await;
    assert_eq!(opened.expect("the same password").details.email.expect("one").as_str(), OTHER_EMAIL);
}

#[tokio::test]
async fn what_may_be_done_says_for_what_staff_must_have_seen_who_it_is() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let needs_id = async |staff: &mut Browser| shown(&desk, staff, &id).await["needs_id"].clone();
    assert_eq!(needs_id(&mut receptionist).await, json!([]));
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    assert_eq!(needs_id(&mut receptionist).await, json!(["correct_mobile", "finish"]));
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    assert_eq!(needs_id(&mut receptionist).await, json!(["correct_mobile", "finish"]));
    desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("opened");
    assert_eq!(needs_id(&mut receptionist).await, json!(["correct_mobile", "correct_email"]));
}

#[tokio::test]
async fn whose_email_never_comes_is_finished_by_staff_without_an_account_and_the_address_goes_nowhere() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    let link = desk.token_of(&jo());
    let without = json!({ "kind": "finish" });
    let version = shown(&desk, &mut receptionist, &id).await["version"].clone();
    let ask = json!({ "ask": "help", "id": id, "version": version, "help": without });
    assert_eq!(receptionist.ask(&desk, ask).await.problem(), "malformed_request", "ID is no option");

    help(&desk, &mut receptionist, &id, json!({ "kind": "finish", "id_seen": "known_to_staff" })).await.ok();
    desk.portal.settle().await;
    assert_eq!(state(&desk, &mut receptionist, &id).await, "handed_to_desk");
    assert_eq!(desk.reviews().await, ["no_email"]);
    let dead = desk.portal.open_link(&link, PASSWORD).await;
    assert!(matches!(dead, Err(PageRefused::LinkDead(_))), "{dead:?}");
    assert!(crate::reviews::account(&desk).await.is_none(), "no account");

    let listed = receptionist.ask(&desk, json!({ "ask": "reviews" })).await.ok();
    let review = listed["waiting"][0]["id"].clone();
    let word = json!({ "word": "different_person" });
    receptionist.ask(&desk, json!({ "ask": "settle_review", "id": review, "word": word })).await.ok();
    desk.portal.settle().await;
    let patient = desk.patient_of(registration_id(&id)).await.expect("a record of their own");
    let record = desk.store.patient(practice(), patient).await.expect("readable").expect("there");
    let held: Vec<_> = record.contacts.iter().map(|contact| contact.comparable.as_deref()).collect();
    assert_eq!(held, [Some(MOBILE)], "what was never proven is not written");
    assert!(desk.portal.verify_access_log().await.expect("readable").faults.is_empty());
}

#[tokio::test]
async fn nobody_is_finished_before_their_mobile_is_proven_or_after_their_address_is() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let finish = json!({ "kind": "finish", "id_seen": "passport" });
    let id = desk.confirmed(&jo()).await;
    let early = help(&desk, &mut receptionist, &id, finish.clone()).await;
    assert_eq!(early.problem(), "changed_meanwhile");
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    desk.set_password(&id, PASSWORD).await.ok();
    desk.portal.settle().await;
    desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("opened");
    let late = help(&desk, &mut receptionist, &id, finish).await;
    assert_eq!(late.problem(), "changed_meanwhile", "staff accept no terms for anybody");
    assert!(!acts(&desk, registration_id(&id)).await.contains(&Act::IdSeen), "a refusal keeps nothing");
}

#[tokio::test]
async fn a_registration_begins_anew_with_the_same_details_wherever_it_stopped() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let restart = json!({ "kind": "restart" });
    let id = desk.linked(&jo()).await;
    let link = desk.token_of(&jo());
    let second = id_of(&help(&desk, &mut receptionist, &id, restart.clone()).await);
    desk.portal.settle().await;
    assert_eq!(state(&desk, &mut receptionist, &id).await, "abandoned");
    assert!(desk.portal.open_link(&link, PASSWORD).await.is_err());
    assert_eq!(desk.stored(&second).await.details, desk.stored(&id).await.details);
    desk.check(&second, &desk.code_of(&jo())).await.ok();

    desk.pass(TimeDelta::minutes(10));
    receptionist.ask(&desk, json!({ "ask": "who_am_i" })).await.ok();
    help(&desk, &mut receptionist, &second, json!({ "kind": "cancel" })).await.ok();
    let third = id_of(&help(&desk, &mut receptionist, &second, restart.clone()).await);
    desk.portal.settle().await;
    assert_eq!(state(&desk, &mut receptionist, &second).await, "abandoned", "it had ended, and stays so");
    desk.check(&third, &desk.code_of(&jo())).await.ok();
    desk.set_password(&third, PASSWORD).await.ok();
    desk.portal.settle().await;
    desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("opened");
    desk.portal.accept_terms(registration_id(&third), portal::documents::TERMS.version).await.expect("done");
    assert_eq!(help(&desk, &mut receptionist, &third, restart).await.problem(), "not_possible_now");
    assert!(desk.email.wrote_to(EMAIL));
}

#[tokio::test]
async fn of_two_who_begin_an_ended_one_anew_at_once_one_does() {
    let (desk, mut meera, mut robin) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    help(&desk, &mut robin, &id, json!({ "kind": "cancel" })).await.ok();
    let restart = json!({ "kind": "restart" });
    let (one, other) = tokio::join!(
        help(&desk, &mut robin, &id, restart.clone()),
        help(&desk, &mut meera, &id, restart.clone())
    );
    assert_eq!([&one, &other].iter().filter(|reply| reply.status.is_success()).count(), 1);
    let third = help(&desk, &mut robin, &id, restart).await;
    assert_eq!(third.problem(), "changed_meanwhile", "there is one open already");
}

#[tokio::test]
async fn a_restart_spends_of_the_numbers_texts_and_past_them_sends_none() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let restart = json!({ "kind": "restart" });
    let mut id = desk.confirmed(&jo()).await;
    for _ in 0..5 {
        id = id_of(&help(&desk, &mut receptionist, &id, restart.clone()).await);
    }
    desk.portal.settle().await;
    let texts = desk.sms.sent().len();
    let refused = help(&desk, &mut receptionist, &id, restart).await;
    assert_eq!(refused.problem(), "limit_reached");
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), texts, "no text was sent");
    assert_eq!(desk.state(&id).await, "awaiting_code", "the one there is stays");
}

#[tokio::test]
async fn every_line_of_it_names_the_staff_member() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.linked(&jo()).await;
    help(&desk, &mut receptionist, &id, json!({ "kind": "finish", "id_seen": "photo_card" })).await.ok();
    let history = shown(&desk, &mut receptionist, &id).await["history"].as_array().expect("lines").clone();
    for act in ["id_seen", "registration_finished_by_staff"] {
        let line = history.iter().find(|line| line["act"] == act).expect(act);
        assert_eq!(line["by"], "RH", "{act}");
    }
}
