//! Who may ask what, at the desk and at the glass.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, HOST},
    staff::{Browser, RECEPTIONISTS, ask_at_glass, invited, manager, unlock, with_receptionist},
};

/// Every ask there is, by its tag, with arguments that mean nobody.
fn every_ask() -> Vec<Value> {
    let id = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d99";
    let days = json!({ "from": "2026-10-01", "to": "2026-10-02" });
    vec![
        json!({ "ask": "who_am_i" }),
        json!({ "ask": "attention" }),
        json!({ "ask": "answer_help_call", "id": id }),
        json!({ "ask": "answer_unlock", "id": id, "digits": "07" }),
        json!({ "ask": "today", "search": "", "by_itself": false }),
        json!({ "ask": "registration", "id": id }),
        json!({ "ask": "help", "id": id, "version": 1, "help": { "kind": "cancel" } }),
        json!({ "ask": "find_records", "search": "Nobody" }),
        json!({ "ask": "record", "id": id }),
        json!({
            "ask": "register_patient", "id": id, "version": 1,
            "mobile": "", "email": "", "id_seen": "passport",
        }),
        json!({ "ask": "reviews" }),
        json!({ "ask": "review", "id": id }),
        json!({ "ask": "settle_review", "id": id, "word": { "word": "rejected" } }),
        json!({ "ask": "open_review_again", "id": id }),
        json!({ "ask": "staff" }),
        json!({ "ask": "invite_staff", "name": "N", "initials": "NN", "role": "it" }),
        json!({ "ask": "invite_staff_again", "id": id }),
        json!({ "ask": "remove_staff", "id": id }),
        json!({ "ask": "kiosks", "by_itself": false }),
        json!({ "ask": "run_kiosk", "id": id, "act": "pause" }),
        json!({ "ask": "sync" }),
        json!({ "ask": "see_to_change", "registration": id, "act": "retry" }),
        json!({ "ask": "by_hand" }),
        json!({ "ask": "entered_by_hand", "registration": id, "purpose": "update" }),
        json!({ "ask": "know_of_lost", "journal": id, "lost": 1 }),
        json!({ "ask": "figures", "over": "week" }),
        json!({ "ask": "figures_file", "over": "week" }),
        json!({ "ask": "access_log", "by": { "by": "everything" }, "days": days, "before": null }),
        json!({ "ask": "access_log_file", "by": { "by": "everything" }, "days": days }),
        json!({ "ask": "verify_access_log" }),
    ]
}

/// What each role is refused, by name. Whoever changes the policy must come here.
const REFUSED: [(&str, &[&str]); 3] = [
    (
        "receptionist",
        &[
            "staff",
            "invite_staff",
            "invite_staff_again",
            "remove_staff",
            "figures",
            "figures_file",
            "access_log",
            "access_log_file",
            "verify_access_log",
        ],
    ),
    ("manager", &[]),
    (
        "it",
        &[
            "answer_help_call",
            "today",
            "registration",
            "help",
            "find_records",
            "record",
            "register_patient",
            "reviews",
            "review",
            "settle_review",
            "open_review_again",
            "staff",
            "invite_staff",
            "invite_staff_again",
            "remove_staff",
            "sync",
            "see_to_change",
            "by_hand",
            "entered_by_hand",
            "know_of_lost",
            "access_log",
            "access_log_file",
            "verify_access_log",
        ],
    ),
];

/// What nobody may before visitors, whatever their role.
const NEVER_AT_THE_GLASS: [&str; 7] = [
    "answer_unlock",
    "invite_staff",
    "invite_staff_again",
    "remove_staff",
    "access_log",
    "access_log_file",
    "verify_access_log",
];

#[tokio::test]
async fn the_table_of_asks_has_every_ask_there_is() {
    let desk = Desk::open().await;
    let request = Request::get("/api/openapi.json").header(header::HOST, HOST).body(Body::empty());
    let document = desk.send(request.expect("a request")).await.ok();
    let known = document["components"]["schemas"]["StaffAsk"]["oneOf"].as_array().expect("a list").len();
    assert_eq!(every_ask().len(), known);
}

#[tokio::test]
async fn every_role_is_given_what_its_policy_says_and_refused_the_rest() {
    let desk = Desk::open().await;
    let mut manager = manager(&desk).await;
    for (n, (role, refused)) in REFUSED.into_iter().enumerate() {
        let mut somebody = invited(&desk, &mut manager, &format!("A{n}"), role).await;
        for ask in every_ask() {
            let name = ask["ask"].as_str().expect("a tag").to_owned();
            let reply = somebody.ask(&desk, ask).await;
            let is_refused = !reply.status.is_success() && reply.problem() == "not_permitted";
            assert_eq!(is_refused, refused.contains(&name.as_str()), "{role} {name} {}", reply.status);
        }
        let unlocked = unlock(&desk, &format!("A{n}"), RECEPTIONISTS).await.ok();
        let session = unlocked["session"].as_str().expect("a session");
        for ask in every_ask() {
            let name = ask["ask"].as_str().expect("a tag").to_owned();
            let reply = ask_at_glass(&desk, session, "/staff/ask", ask).await;
            let is_refused = !reply.status.is_success() && reply.problem() == "not_permitted";
            let expected = refused.contains(&name.as_str()) || NEVER_AT_THE_GLASS.contains(&name.as_str());
            assert_eq!(is_refused, expected, "{role} {name} at the glass {}", reply.status);
        }
    }
}

#[tokio::test]
async fn nobody_who_is_not_let_in_is_answered_anything() {
    let (desk, ..) = with_receptionist().await;
    for ask in every_ask() {
        assert_eq!(Browser::default().ask(&desk, ask.clone()).await.problem(), "not_signed_in");
        let forged = ask_at_glass(&desk, &"A".repeat(43), "/staff/ask", ask).await;
        assert_eq!(forged.problem(), "not_signed_in");
    }
    let unknown = Browser::default().ask(&desk, json!({ "ask": "everything" })).await;
    assert_eq!(unknown.problem(), "malformed_request");
}
