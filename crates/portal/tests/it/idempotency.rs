//! The same request again, its answer lost on the way.

use axum::http::StatusCode;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;

use crate::{
    desk::{Desk, PASSWORD, Reply, fresh_key, jo, jo_with, other_than, send},
    kills::killed_after,
};

#[tokio::test]
async fn a_confirmation_sent_again_is_the_same_registration_and_one_text() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let first = desk.post_with("/registrations", "one", &body).await;
    desk.pass(TimeDelta::seconds(30));
    let again = desk.post_with("/registrations", "one", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes), "byte for byte");
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
}

#[tokio::test]
async fn a_check_sent_again_spends_no_try_whatever_code_it_brings() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let path = format!("/registrations/{id}/code/check");
    let first = desk.post_with(&path, "one", &json!({ "code": other_than(&code) })).await;
    assert_eq!(first.json()["tries_left"], 4);
    for _ in 0..10 {
        let again = desk.post_with(&path, "one", &json!({ "code": code })).await;
        assert_eq!((first.status, &first.bytes), (again.status, &again.bytes));
    }
    assert_eq!(desk.get(&format!("/registrations/{id}")).await.ok()["next"]["tries_left"], 4);
    desk.check(&id, &code).await.ok();
}

#[tokio::test]
async fn a_right_check_and_a_password_sent_again_have_the_answer_they_had() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let check = format!("/registrations/{id}/code/check");
    let code = json!({ "code": desk.code_of(&jo()) });
    let password = format!("/registrations/{id}/password");
    let first = [
        desk.post_with(&check, "one", &code).await,
        desk.post_with(&password, "one", &json!({ "password": PASSWORD })).await,
    ];
    let again = [
        desk.post_with(&check, "one", &code).await,
        desk.post_with(&password, "one", &json!({ "password": PASSWORD })).await,
    ];
    for (first, again) in first.iter().zip(&again) {
        first.ok();
        assert_eq!(first.bytes, again.bytes);
    }
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused_and_does_nothing() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    desk.post_with("/registrations", "one", &body).await.ok();
    let other = json!({ "details": jo_with(&json!({ "mobile": "07700 900456" })), "language": "en-GB" });
    let refused = desk.post_with("/registrations", "one", &other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.problem(), "idempotency_key_reused");
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
}

#[tokio::test]
async fn a_key_counts_with_its_kiosk_and_its_route_only() {
    let mut desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let first = desk.post_with("/registrations", "one", &body).await.ok();
    let id = first["id"].as_str().expect("an id");
    desk.portal.settle().await;
    let code = json!({ "code": desk.code_of(&jo()) });
    desk.post_with(&format!("/registrations/{id}/code/check"), "one", &code).await.ok();

    desk.credential = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
    let second = desk.post_with("/registrations", "one", &body).await.ok();
    assert_ne!(first["id"], second["id"], "another kiosk's key tells nothing");
}

#[tokio::test]
async fn a_key_is_forgotten_when_no_journal_can_hold_its_request_any_more() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let first = desk.post_with("/registrations", "one", &body).await.ok();
    desk.pass(TimeDelta::hours(120));
    desk.portal.settle().await;
    let again = desk.post_with("/registrations", "one", &body).await.ok();
    assert_eq!(first["id"], again["id"], "three days on a kiosk and two in the portal");
    desk.pass(TimeDelta::hours(1));
    desk.portal.settle().await;
    let second = desk.post_with("/registrations", "one", &body).await.ok();
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn a_restart_keeps_the_answers() {
    let mut desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let first = desk.post_with("/registrations", "one", &body).await;
    desk.restart().await;
    let again = desk.post_with("/registrations", "one", &body).await;
    assert_eq!(first.bytes, again.bytes);
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
}

/// As a kiosk asks while its request is under way; no time passes.
async fn until_answered(desk: &Desk, key: &str, body: &serde_json::Value) -> Reply {
    for _ in 0..1000 {
        let reply = desk.post_with("/registrations", key, body).await;
        if reply.status != StatusCode::CONFLICT {
            return reply;
        }
    }
    panic!("busy, though nobody is at it");
}

#[tokio::test]
async fn a_request_whose_client_gave_up_anywhere_is_answered_when_it_comes_again() {
    for polls in 0.. {
        let desk = Desk::open().await;
        let body = json!({ "details": jo(), "language": "en-GB" });
        let finished = killed_after(polls, desk.post_with("/registrations", "one", &body)).await.is_some();
        let again = until_answered(&desk, "one", &body).await;
        assert_eq!(again.status, StatusCode::CREATED, "dropped after {polls} polls");
        desk.portal.settle().await;
        assert_eq!(desk.sms.sent().len(), 1, "dropped after {polls} polls");
        if finished {
            return;
        }
    }
}

#[tokio::test]
async fn every_post_needs_a_key() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    for key in ["", "with space", &"k".repeat(129)] {
        let refused = desk.post_with("/registrations", key, &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{key}");
        assert_eq!(refused.problem(), "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_request_many_times_at_once_is_done_once() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let key = fresh_key();
    let clients =
        (0..16).map(|_| tokio::spawn(send(desk.router(), desk.posting("/registrations", &key, &body))));
    let replies: Vec<_> = join_all(clients).await.into_iter().map(|reply| reply.expect("no panic")).collect();
    let answer = desk.post_with("/registrations", &key, &body).await;
    for reply in replies {
        if reply.status == StatusCode::CONFLICT {
            assert_eq!(reply.problem(), "busy", "under way");
            assert_eq!(reply.json()["retry_after_s"], 1);
        } else {
            assert_eq!(reply.bytes, answer.bytes);
        }
    }
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
}

#[tokio::test]
async fn a_stored_answer_names_nobody() {
    let desk = Desk::open().await;
    let reply = desk.confirm(&jo()).await;
    let text = String::from_utf8(reply.bytes.to_vec()).expect("text").to_lowercase();
    desk.portal.settle().await;
    for marker in ["brien", "1985", "900123", "example", &desk.code_of(&jo())] {
        assert!(!text.contains(marker), "{marker}");
    }
}
