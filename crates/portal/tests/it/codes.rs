//! The code: wrong, old, short, stolen, and many at once.

use std::collections::HashMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;

use crate::desk::{Desk, fresh_key, jo, jo_with, other_than, person, send};

#[tokio::test]
async fn a_wrong_code_counts_down_and_the_right_one_still_works() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    for left in [4, 3, 2, 1] {
        let wrong = desk.check(&id, &other_than(&code)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.problem(), "code_wrong");
        assert_eq!(wrong.json()["tries_left"], left);
    }
    let (first, last) = code.split_at(3);
    desk.check(&id, &format!(" {first} {last} ")).await.ok();
}

#[tokio::test]
async fn after_five_tries_the_right_code_is_refused_too() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    for _ in 0..5 {
        desk.check(&id, &other_than(&code)).await.problem();
    }
    let refused = desk.check(&id, &code).await;
    assert_eq!(refused.problem(), "code_tries_used_up");
    assert_eq!(refused.json()["retry_after_s"], 60);
    assert_eq!(refused.headers["retry-after"], "60");
    let view = desk.get(&format!("/registrations/{id}")).await.ok();
    assert_eq!(view["next"]["may_check_in_s"], json!(null));
}

#[tokio::test]
async fn what_is_no_code_is_refused_by_the_field_and_counts() {
    let desk = Desk::open().await;
    for (n, typed) in
        ["", "      ", "12345", "1234567", "12345x", "１２３", "🔑🔑🔑🔑🔑🔑"].into_iter().enumerate()
    {
        let details = person(u16::try_from(n).expect("small"));
        let id = desk.confirmed(&details).await;
        let refused = desk.check(&id, typed).await;
        assert_eq!(refused.problem(), "fields_refused", "{typed}");
        let field = &refused.json()["fields"][0];
        assert_eq!(field["field"], "code");
        let code = if typed.trim().is_empty() { "missing" } else { "code_not_six_digits" };
        assert_eq!(field["code"], code, "{typed}");
        assert_eq!(refused.json()["tries_left"], 4);
        let view = desk.get(&format!("/registrations/{id}")).await.ok();
        assert_eq!(view["next"]["tries_left"], 4, "{typed}");
    }
}

#[tokio::test]
async fn an_old_code_is_expired_whatever_is_typed() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    desk.pass(TimeDelta::minutes(10));
    assert_eq!(desk.check(&id, &other_than(&code)).await.problem(), "code_expired");
    assert_eq!(desk.check(&id, &code).await.problem(), "code_expired");
    desk.act(&id, "code/send").await.ok();
    desk.portal.settle().await;
    assert_eq!(desk.check(&id, &code).await.problem(), "code_wrong", "a new code kills the old one");
    desk.check(&id, &desk.code_of(&jo())).await.ok();
}

#[tokio::test]
async fn a_code_is_good_for_its_own_registration_only() {
    let desk = Desk::open().await;
    let first = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let same_number = desk.confirmed(&jo_with(&json!({ "given_name": "Pat" }))).await;
    let other_number = desk.confirmed(&person(5)).await;
    assert_eq!(desk.check(&same_number, &code).await.problem(), "code_wrong");
    assert_eq!(desk.check(&other_number, &code).await.problem(), "code_wrong");
    desk.check(&first, &code).await.ok();
}

#[tokio::test]
async fn a_right_code_works_once() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    assert_eq!(desk.check(&id, &desk.code_of(&jo())).await.problem(), "not_in_this_state");
}

#[tokio::test]
async fn another_kiosk_and_a_stranger_find_nothing() {
    let mut desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let first = desk.credential.clone();
    desk.credential = desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
    assert_eq!(desk.check(&id, &code).await.problem(), "not_found");
    assert_eq!(desk.get(&format!("/registrations/{id}")).await.problem(), "not_found");
    desk.credential = "nobody".to_owned();
    assert_eq!(desk.check(&id, &code).await.problem(), "kiosk_not_accepted");
    desk.credential = first;
    desk.check(&id, &code).await.ok();
}

#[tokio::test]
async fn a_kiosks_old_credential_is_dead_once_it_has_a_new_one() {
    let mut desk = Desk::open().await;
    let new = desk.portal.enrol_kiosk("Front desk").await.expect("enrolled").expose().to_owned();
    assert_eq!(desk.get("/practice").await.problem(), "kiosk_not_accepted");
    desk.credential = new;
    desk.get("/practice").await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_right_codes_at_once_have_one_winner() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let clients = (0..16).map(|_| {
        let path = format!("/registrations/{id}/code/check");
        let request = desk.posting(&path, &fresh_key(), &json!({ "code": code }));
        tokio::spawn(send(desk.router(), request))
    });
    let replies = join_all(clients).await.into_iter().map(|reply| reply.expect("no panic"));
    let mut answers: HashMap<String, usize> = HashMap::new();
    for reply in replies {
        let answer = if reply.status.is_success() { "ok".to_owned() } else { reply.problem() };
        *answers.entry(answer).or_default() += 1;
    }
    assert_eq!(answers.get("ok"), Some(&1), "{answers:?}");
    assert_eq!(desk.stored(&id).await.version, 2, "one move was made");
    assert_eq!(desk.state(&id).await, "awaiting_password");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_wrong_codes_at_once_five_are_compared() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    let clients = (0..100).map(|_| {
        let path = format!("/registrations/{id}/code/check");
        let request = desk.posting(&path, &fresh_key(), &json!({ "code": other_than(&code) }));
        tokio::spawn(send(desk.router(), request))
    });
    let replies = join_all(clients).await.into_iter().map(|reply| reply.expect("no panic").problem());
    let compared = replies.filter(|answer| answer == "code_wrong").count();
    assert_eq!(compared, 5);
    assert_eq!(desk.check(&id, &code).await.problem(), "code_tries_used_up");
}
