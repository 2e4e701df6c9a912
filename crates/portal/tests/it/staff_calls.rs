//! A patient at a kiosk asks for help: who hears it, and what the patient is told.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::Act;

use crate::{
    desk::{Desk, jo},
    staff::{invited, logged, manager, with_receptionist},
};

#[tokio::test]
async fn a_call_for_help_rings_until_somebody_comes() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let id = desk.confirmed(&jo()).await;
    let help = json!({ "reason": "asked_for_help", "registration": id });
    let reference = desk.post("/desk-references", &help).await.ok()["reference"].clone();
    desk.pass(TimeDelta::seconds(7));
    // Pressed again: it is the same call.
    desk.post("/desk-references", &help).await.ok();
    let told = receptionist.ask(&desk, json!({ "ask": "attention" })).await.ok();
    let calls = told["attention"]["help_calls"].as_array().expect("calls").clone();
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(
        (&call["kiosk"], &call["reference"], &call["state"]),
        (&json!("Front desk"), &reference, &json!("awaiting_code"))
    );
    assert_eq!(call["waiting_s"], 7);
    let text = told.to_string();
    assert!(!text.contains("Brien") && !text.contains("7700"), "never what was typed: {text}");
    assert_eq!(stands(&desk, &reference).await, "ringing");
    let answer = json!({ "ask": "answer_help_call", "id": call["id"] });
    let told = receptionist.ask(&desk, answer.clone()).await.ok();
    assert_eq!(told["attention"]["help_calls"], json!([]));
    assert_eq!(receptionist.ask(&desk, answer).await.problem(), "changed_meanwhile", "once");
    assert_eq!(stands(&desk, &reference).await, "coming");
    assert!(logged(&desk, Act::HelpCallAnswered).await);
}

async fn stands(desk: &Desk, reference: &Value) -> String {
    let path = format!("/desk-references/{}/help", reference.as_str().expect("a reference"));
    desk.get(&path).await.ok()["stands"].as_str().expect("a word").to_owned()
}

#[tokio::test]
async fn a_patient_whom_nobody_hears_takes_the_reference_to_the_desk() {
    let (desk, _, mut receptionist) = with_receptionist().await;
    let help = json!({ "reason": "asked_for_help", "registration": null });
    let reference = desk.post("/desk-references", &help).await.ok()["reference"].clone();
    assert_eq!(stands(&desk, &reference).await, "take_reference", "no screen is open");
    receptionist.ask(&desk, json!({ "ask": "attention" })).await.ok();
    assert_eq!(stands(&desk, &reference).await, "ringing");
    for _ in 0..2 {
        desk.pass(TimeDelta::seconds(9));
        receptionist.ask(&desk, json!({ "ask": "attention" })).await.ok();
        assert_eq!(stands(&desk, &reference).await, "ringing");
    }
    desk.pass(TimeDelta::seconds(2));
    assert_eq!(stands(&desk, &reference).await, "take_reference", "twenty seconds are over");
    let nobodys = desk.get("/desk-references/KT4-9QF/help").await;
    assert_eq!(nobodys.problem(), "not_found");
}

#[tokio::test]
async fn it_hears_no_patient_and_counts_for_no_listener() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    let mut it = invited(&desk, &mut manager, "TO", "it").await;
    let help = json!({ "reason": "asked_for_help", "registration": null });
    let reference = desk.post("/desk-references", &help).await.ok()["reference"].clone();
    let told = it.ask(&desk, json!({ "ask": "attention" })).await.ok();
    let nothing = json!({ "help_calls": [], "unlocks": [], "reviews": 0, "changes": 0, "locked": [] });
    assert_eq!(told["attention"], nothing);
    assert_eq!(stands(&desk, &reference).await, "take_reference");
}
