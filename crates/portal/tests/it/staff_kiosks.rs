//! The practice's kiosks: whether they are there, and what staff do to them.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::Desk,
    staff::{Browser, RECEPTIONISTS, ask_at_glass, invited, logged, unlock, with_receptionist},
};

/// The kiosk says that it is there, and hears what is wanted of it.
async fn says(desk: &Desk, running_s: u32, in_use: bool) -> Value {
    let said = json!({ "version": "1.2.3", "running_s": running_s, "in_use": in_use, "kept": 0 });
    desk.post("/presence", &said).await.ok()
}

async fn only_kiosk(desk: &Desk, browser: &mut Browser) -> Value {
    let shown = browser.ask(desk, json!({ "ask": "kiosks", "by_itself": false })).await.ok();
    let [kiosk] = shown["rows"].as_array().expect("kiosks").as_slice() else { panic!("{shown}") };
    kiosk.clone()
}

async fn run(desk: &Desk, browser: &mut Browser, kiosk: &Value, act: &str) -> Value {
    browser.ask(desk, json!({ "ask": "run_kiosk", "id": kiosk["id"], "act": act })).await.ok()
}

#[tokio::test]
async fn a_kiosk_that_is_heard_of_is_online_and_half_a_minute_later_it_is_not() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    assert_eq!((&kiosk["name"], &kiosk["online"]), (&json!("Front desk"), &json!(false)));
    assert_eq!((&kiosk["seen_at"], &kiosk["version"]), (&Value::Null, &Value::Null));
    let orders = says(&desk, 60, true).await;
    assert_eq!(orders, json!({ "standing": { "standing": "open" }, "restart": false }));
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    assert_eq!((&kiosk["online"], &kiosk["in_use"]), (&json!(true), &json!(true)));
    assert_eq!(kiosk["version"], "1.2.3");
    desk.pass(TimeDelta::seconds(3));
    says(&desk, 63, false).await;
    assert_eq!(only_kiosk(&desk, &mut receptionist).await["in_use"], false, "news is kept at once");
    desk.pass(TimeDelta::seconds(30));
    assert_eq!(only_kiosk(&desk, &mut receptionist).await["online"], false);
}

#[tokio::test]
async fn a_paused_kiosk_hears_so_until_it_is_opened_again() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    let shown = run(&desk, &mut receptionist, &kiosk, "pause").await;
    assert_eq!(shown["rows"][0]["standing"], json!({ "standing": "paused" }));
    assert_eq!(says(&desk, 1, false).await["standing"], json!({ "standing": "paused" }));
    desk.pass(TimeDelta::minutes(29));
    assert_eq!(says(&desk, 1, false).await["standing"], json!({ "standing": "paused" }));
    run(&desk, &mut receptionist, &kiosk, "resume").await;
    assert_eq!(says(&desk, 1, false).await["standing"], json!({ "standing": "open" }));
    assert!(logged(&desk, Act::KioskPaused).await && logged(&desk, Act::KioskResumed).await);
}

#[tokio::test]
async fn a_glass_is_cleaned_for_two_minutes_and_the_kiosk_is_then_as_it_was() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    run(&desk, &mut receptionist, &kiosk, "pause").await;
    run(&desk, &mut receptionist, &kiosk, "clean").await;
    let cleaning = |left_s: u32| json!({ "standing": "cleaning", "left_s": left_s });
    assert_eq!(says(&desk, 1, false).await["standing"], cleaning(120));
    desk.pass(TimeDelta::seconds(119));
    assert_eq!(says(&desk, 1, false).await["standing"], cleaning(1));
    desk.pass(TimeDelta::seconds(1));
    assert_eq!(says(&desk, 1, false).await["standing"], json!({ "standing": "paused" }));
    run(&desk, &mut receptionist, &kiosk, "clean").await;
    run(&desk, &mut receptionist, &kiosk, "stop_cleaning").await;
    assert_eq!(says(&desk, 1, false).await["standing"], json!({ "standing": "paused" }));
    assert!(logged(&desk, Act::KioskCleaned).await && logged(&desk, Act::KioskCleaningStopped).await);
}

#[tokio::test]
async fn a_kiosk_begins_anew_once() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    says(&desk, 600, false).await;
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    assert_eq!(kiosk["restarts"], false);
    let shown = run(&desk, &mut receptionist, &kiosk, "restart").await;
    assert_eq!(shown["rows"][0]["restarts"], true);
    desk.pass(TimeDelta::seconds(3));
    assert_eq!(says(&desk, 603, true).await["restart"], true, "once nobody is at the glass");
    desk.pass(TimeDelta::seconds(12));
    assert_eq!(says(&desk, 2, false).await["restart"], false, "it has begun anew");
    assert_eq!(only_kiosk(&desk, &mut receptionist).await["restarts"], false);
    run(&desk, &mut receptionist, &kiosk, "restart").await;
    desk.pass(TimeDelta::minutes(10));
    assert_eq!(says(&desk, 700, false).await["restart"], false, "nobody wants it any more");
    assert!(logged(&desk, Act::KioskRestarted).await);
}

#[tokio::test]
async fn whoever_stands_at_a_glass_has_that_kiosk_in_hand_and_no_other() {
    let (mut desk, mut manager, _) = with_receptionist().await;
    let unlocked = unlock(&desk, "RH", RECEPTIONISTS).await.ok();
    let session = unlocked["session"].as_str().expect("a session").to_owned();
    let kiosks = json!({ "ask": "kiosks", "by_itself": false });
    let shown = ask_at_glass(&desk, &session, "/staff/ask", kiosks).await.ok();
    assert_eq!(shown["here"], shown["rows"][0]["id"]);
    let credential = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled");
    let shown = manager.ask(&desk, json!({ "ask": "kiosks", "by_itself": false })).await.ok();
    assert_eq!(shown["here"], Value::Null);
    let rows = shown["rows"].as_array().expect("kiosks");
    let id = |name: &str| rows.iter().find(|row| row["name"] == name).expect("there")["id"].clone();
    let clean = |name: &str| json!({ "ask": "run_kiosk", "id": id(name), "act": "clean" });
    let refused = ask_at_glass(&desk, &session, "/staff/ask", clean("Side desk")).await;
    assert_eq!(refused.problem(), "not_found");
    ask_at_glass(&desk, &session, "/staff/ask", clean("Front desk")).await.ok();
    assert_eq!(says(&desk, 1, true).await["standing"]["standing"], "cleaning");
    desk.credential = credential.expose().to_owned();
    assert_eq!(says(&desk, 1, true).await["standing"]["standing"], "open");
}

#[tokio::test]
async fn it_runs_kiosks_and_one_that_was_revoked_is_nobodys() {
    let (desk, mut manager, _) = with_receptionist().await;
    let mut it = invited(&desk, &mut manager, "TO", "it").await;
    let kiosk = only_kiosk(&desk, &mut it).await;
    run(&desk, &mut it, &kiosk, "pause").await;
    assert!(desk.portal.revoke_kiosk("Front desk").await.expect("revoked"));
    let shown = it.ask(&desk, json!({ "ask": "kiosks", "by_itself": false })).await.ok();
    assert_eq!(shown["rows"], json!([]));
    let refused = it.ask(&desk, json!({ "ask": "run_kiosk", "id": kiosk["id"], "act": "clean" })).await;
    assert_eq!(refused.problem(), "not_found");
    let said = json!({ "version": "1.2.3", "running_s": 1, "in_use": false, "kept": 0 });
    assert_eq!(desk.post("/presence", &said).await.problem(), "kiosk_not_accepted");
}

#[tokio::test]
async fn what_a_kiosk_says_of_itself_is_kept_short() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let said = json!({ "version": "9".repeat(4000), "running_s": u32::MAX, "in_use": false, "kept": 3 });
    desk.post("/presence", &said).await.ok();
    let kiosk = only_kiosk(&desk, &mut receptionist).await;
    assert_eq!(kiosk["version"].as_str().expect("a version").len(), 40);
    assert_eq!(kiosk["kept"], 3);
    let unknown = desk.post("/presence", &json!({ "version": "1" })).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}
