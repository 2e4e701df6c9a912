//! A colleague at the desk lets somebody in at a kiosk, by the two digits that it shows.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::{Desk, Reply},
    staff::{Browser, ask_at_glass, invited, logged, with_receptionist},
};

async fn asks(desk: &Desk, initials: &str) -> Reply {
    desk.post("/staff/unlock/asks", &json!({ "initials": initials })).await
}

async fn stands(desk: &Desk, asked: &Value) -> Value {
    desk.post("/staff/unlock/asks/answer", &json!({ "token": asked["token"] })).await.ok()
}

async fn rings(desk: &Desk, browser: &mut Browser) -> Vec<Value> {
    let told = browser.ask(desk, json!({ "ask": "attention" })).await.ok();
    told["attention"]["unlocks"].as_array().expect("a list").clone()
}

async fn answers(desk: &Desk, browser: &mut Browser, call: &Value, digits: &Value) -> Reply {
    browser.ask(desk, json!({ "ask": "answer_unlock", "id": call["id"], "digits": digits })).await
}

/// Others than these.
fn wrong(digits: &Value) -> Value {
    json!(if digits == "00" { "01" } else { "00" })
}

#[tokio::test]
async fn whoever_stands_before_the_digits_is_let_in_by_a_colleague_who_types_them() {
    let (desk, mut manager, _) = with_receptionist().await;
    let asked = asks(&desk, "r.h.").await.ok();
    assert_eq!(asked["lives_s"], 60);
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }));
    desk.pass(TimeDelta::seconds(5));
    let calls = rings(&desk, &mut manager).await;
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((&call["kiosk"], &call["initials"]), (&json!("Front desk"), &json!("RH")));
    assert_eq!((&call["name"], &call["waiting_s"]), (&json!("Robin Hale"), &json!(5)));
    assert!(!call.to_string().contains(&format!("\"{}\"", asked["digits"].as_str().expect("digits"))));
    let told = answers(&desk, &mut manager, call, &asked["digits"]).await.ok();
    assert_eq!(told["attention"]["unlocks"], json!([]));
    let let_in = stands(&desk, &asked).await;
    assert_eq!(let_in["stands"], "let_in");
    let session = let_in["unlocked"]["session"].as_str().expect("a session");
    let you = ask_at_glass(&desk, session, "/staff/ask", json!({ "ask": "who_am_i" })).await.ok();
    assert_eq!(you["you"]["initials"], "RH", "as themselves, and not as whoever let them in");
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }), "an ask is used once");
    assert!(logged(&desk, Act::StaffVouchedFor).await && logged(&desk, Act::StaffLetIn).await);
}

#[tokio::test]
async fn wrong_digits_let_nobody_in_and_there_is_no_second_guess() {
    let (desk, mut manager, _) = with_receptionist().await;
    let asked = asks(&desk, "RH").await.ok();
    let call = rings(&desk, &mut manager).await.remove(0);
    let guess = answers(&desk, &mut manager, &call, &wrong(&asked["digits"])).await;
    assert_eq!(guess.problem(), "digits_wrong");
    let right = answers(&desk, &mut manager, &call, &asked["digits"]).await;
    assert_eq!(right.problem(), "changed_meanwhile");
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "not_let_in" }));
    assert!(rings(&desk, &mut manager).await.is_empty());
    assert!(!logged(&desk, Act::StaffVouchedFor).await);
    assert!(logged(&desk, Act::StaffNotVouchedFor).await, "the log keeps the guess");
    let again = asks(&desk, "RH").await.ok();
    assert_eq!(stands(&desk, &again).await, json!({ "stands": "waiting" }), "they may ask again");
}

#[tokio::test]
async fn a_colleague_who_would_not_is_heard_at_once_and_one_who_is_not_there_within_a_minute() {
    let (desk, mut manager, _) = with_receptionist().await;
    let asked = asks(&desk, "RH").await.ok();
    let call = rings(&desk, &mut manager).await.remove(0);
    answers(&desk, &mut manager, &call, &Value::Null).await.ok();
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "not_let_in" }));
    let asked = asks(&desk, "RH").await.ok();
    let call = rings(&desk, &mut manager).await.remove(0);
    desk.pass(TimeDelta::minutes(1));
    assert!(rings(&desk, &mut manager).await.is_empty());
    assert_eq!(answers(&desk, &mut manager, &call, &asked["digits"]).await.problem(), "not_found");
}

#[tokio::test]
async fn nobody_opens_a_kiosk_to_more_than_they_have_themselves() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let mut it = invited(&desk, &mut manager, "TO", "it").await;
    let asked = asks(&desk, "MP").await.ok();
    assert!(rings(&desk, &mut receptionist).await.is_empty() && rings(&desk, &mut it).await.is_empty());
    let call = rings(&desk, &mut manager).await.remove(0);
    for browser in [&mut receptionist, &mut it] {
        assert_eq!(answers(&desk, browser, &call, &asked["digits"]).await.problem(), "not_permitted");
    }
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }));
    asks(&desk, "TO").await.ok();
    assert!(rings(&desk, &mut manager).await.is_empty(), "a newer ask takes the place of the older");
    assert_eq!(rings(&desk, &mut it).await.len(), 1);
}

#[tokio::test]
async fn initials_that_nobody_has_are_answered_alike_and_ring_nowhere() {
    let (desk, mut manager, mut receptionist) = with_receptionist().await;
    let asked = asks(&desk, "ZZ").await.ok();
    assert_eq!(asked["digits"].as_str().map(str::len), Some(2));
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }));
    assert!(rings(&desk, &mut manager).await.is_empty() && rings(&desk, &mut receptionist).await.is_empty());
    let invited =
        json!({ "ask": "invite_staff", "name": "New Comer", "initials": "NC", "role": "receptionist" });
    manager.ask(&desk, invited).await.ok();
    asks(&desk, "RH").await.ok();
    assert_eq!(rings(&desk, &mut manager).await.len(), 1);
    asks(&desk, "NC").await.ok();
    assert!(
        rings(&desk, &mut manager).await.is_empty(),
        "nor does one who has chosen no password yet, and whoever asked before does no more"
    );
}

#[tokio::test]
async fn a_child_at_the_button_does_not_ring_all_day() {
    let (desk, ..) = with_receptionist().await;
    for _ in 0..6 {
        asks(&desk, "RH").await.ok();
    }
    assert_eq!(asks(&desk, "RH").await.problem(), "limit_reached");
    desk.pass(TimeDelta::minutes(10));
    asks(&desk, "RH").await.ok();
}

#[tokio::test]
async fn whoever_was_removed_meanwhile_is_not_let_in_and_another_kiosk_learns_nothing() {
    let (mut desk, mut manager, _) = with_receptionist().await;
    let asked = asks(&desk, "RH").await.ok();
    let call = rings(&desk, &mut manager).await.remove(0);
    answers(&desk, &mut manager, &call, &asked["digits"]).await.ok();
    let own = desk.credential.clone();
    desk.credential = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }), "it is another kiosk's");
    desk.credential = own;
    let members = manager.ask(&desk, json!({ "ask": "staff" })).await.ok();
    let members = members["members"].as_array().expect("members").clone();
    let robin = members.iter().find(|member| member["initials"] == "RH").expect("there");
    manager.ask(&desk, json!({ "ask": "remove_staff", "id": robin["id"] })).await.ok();
    assert_eq!(stands(&desk, &asked).await, json!({ "stands": "waiting" }));
    assert!(logged(&desk, Act::StaffVouchedFor).await);
}
