//! A machine becomes a kiosk with a code that works once, and stops being one.

use axum::http::StatusCode;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;

use crate::{
    desk::{Desk, Reply, jo, send},
    kills::killed_after,
};

async fn redeem(desk: &Desk, code: &str) -> Reply {
    desk.post("/enrolment", &json!({ "code": code, "mode": "sandbox" })).await
}

async fn opened(desk: &Desk, name: &str) -> String {
    let (code, _) = desk.portal.open_enrolment(name).await.expect("opened");
    code.grouped().to_string()
}

#[tokio::test]
async fn a_code_is_dead_after_an_hour() {
    let desk = Desk::open().await;
    let (late, in_time) = (opened(&desk, "Side desk").await, opened(&desk, "Back desk").await);
    desk.pass(TimeDelta::minutes(59));
    redeem(&desk, &in_time).await.ok();
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(redeem(&desk, &late).await.problem(), "kiosk_not_accepted");
}

#[tokio::test]
async fn a_code_of_another_master_key_is_none() {
    let desk = Desk::open().await;
    let code = opened(&desk, "Side desk").await;
    let other =
        desk.beside(&[9; 32], desk.portal.settings().clone(), std::sync::Arc::new(desk.email.clone()));
    let request = desk.posting("/enrolment", "key", &json!({ "code": code, "mode": "sandbox" }));
    let reply = send(other.router(), request).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    redeem(&desk, &code).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_machines_with_one_code_one_becomes_the_kiosk() {
    let desk = Desk::open().await;
    let code = opened(&desk, "Side desk").await;
    let replies = join_all((0..16).map(|_| redeem(&desk, &code))).await;
    let enrolled: Vec<_> = replies.iter().filter(|reply| reply.status == StatusCode::OK).collect();
    assert_eq!(enrolled.len(), 1);
    assert!(
        replies.iter().all(|reply| reply.status == StatusCode::OK || reply.problem() == "kiosk_not_accepted")
    );
    assert_eq!(desk.portal.kiosks().await.expect("listed").len(), 2);
}

#[tokio::test]
async fn a_use_killed_anywhere_leaves_a_kiosk_or_a_code_that_still_works() {
    for polls in 1.. {
        let mut desk = Desk::open().await;
        let code = opened(&desk, "Side desk").await;
        let router = desk.router();
        let request = desk.posting("/enrolment", "key", &json!({ "code": code, "mode": "sandbox" }));
        let finished = killed_after(polls, send(router, request)).await.is_some();
        desk.restart().await;
        let is_kiosk = desk.portal.kiosks().await.expect("listed").len() == 2;
        let still_works = redeem(&desk, &code).await.status == StatusCode::OK;
        assert_ne!(is_kiosk, still_works, "killed after {polls} polls");
        if finished {
            assert!(is_kiosk);
            return;
        }
    }
}

#[tokio::test]
async fn a_revoked_kiosk_is_a_stranger_on_every_route() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    assert!(desk.portal.revoke_kiosk("Front desk").await.expect("revoked"));
    assert_eq!(desk.get("/practice").await.problem(), "kiosk_not_accepted");
    assert_eq!(desk.check(&id, &code).await.problem(), "kiosk_not_accepted");
    assert!(!desk.portal.revoke_kiosk("Front desk").await.expect("looked"), "it is none any more");
}

#[tokio::test]
async fn a_body_of_another_form_is_malformed_and_uses_nothing_up() {
    let desk = Desk::open().await;
    let code = opened(&desk, "Side desk").await;
    for body in [
        json!({}),
        json!({ "code": code }),
        json!({ "code": 1, "mode": "sandbox" }),
        json!({ "code": code, "mode": "other" }),
        json!({ "code": code, "mode": "sandbox", "name": "Mine" }),
        json!(null),
    ] {
        assert_eq!(desk.post("/enrolment", &body).await.problem(), "malformed_request", "{body}");
    }
    let enrolled = redeem(&desk, &code).await.ok();
    assert_eq!(enrolled["name"], "Side desk");
}

#[tokio::test]
async fn a_machine_of_another_mode_is_told_so_and_its_code_stays_unused() {
    let desk = Desk::open().await;
    let code = opened(&desk, "Side desk").await;
    for mode in ["trial", "live"] {
        let asked = json!({ "code": code, "mode": mode });
        let reply = desk.post("/enrolment", &asked).await;
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (StatusCode::CONFLICT, "portal_of_another_mode")
        );
        let stranger = json!({ "code": "KT49-QFMD-7CXW", "mode": mode });
        assert_eq!(desk.post("/enrolment", &stranger).await.problem(), "kiosk_not_accepted");
    }
    assert_eq!(desk.portal.kiosks().await.expect("listed").len(), 1, "only the desk's own");
    redeem(&desk, &code).await.ok();
}
