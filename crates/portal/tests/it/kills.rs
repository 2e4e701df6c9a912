//! Killed at every point at which the program waits for something: nothing acknowledged is lost, nothing is done twice.
//!
//! A future that is dropped after so many polls has done exactly what a process killed there has done: what was committed
//! is committed, everything else is undone. A dropped request also gives its claim back, which a killed process cannot:
//! these tests wait until the claim has aged as well.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use axum::http::StatusCode;
use chrono::TimeDelta;
use portal::documents::TERMS;
use registration::ids::PatientId;
use serde_json::json;
use uuid::Uuid;

use crate::{
    desk::{Desk, PASSWORD, jo, practice},
    journeys::jos_record,
};

/// Longer than any lease.
const A_WHILE: TimeDelta = TimeDelta::seconds(61);

/// Polls so often, then drops; the result if it was ready by then.
pub(crate) async fn killed_after<T>(polls: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_confirmation_killed_anywhere_and_sent_again_is_one_registration_and_one_text() {
    let body = json!({ "details": jo(), "language": "en-GB" });
    let mut finished = false;
    for polls in 0.. {
        let mut desk = Desk::open().await;
        finished = killed_after(polls, desk.post_with("/registrations", "one", &body)).await.is_some();
        desk.restart().await;
        desk.pass(A_WHILE);
        let again = desk.post_with("/registrations", "one", &body).await;
        assert_eq!(again.status, StatusCode::CREATED, "killed after {polls} polls");
        desk.portal.settle().await;
        assert_eq!(desk.sms.sent().len(), 1, "killed after {polls} polls");
        if finished {
            break;
        }
    }
    assert!(finished);
}

#[tokio::test]
async fn a_check_killed_anywhere_and_sent_again_is_right_once() {
    for polls in 0.. {
        let mut desk = Desk::open().await;
        let id = desk.confirmed(&jo()).await;
        let path = format!("/registrations/{id}/code/check");
        let code = json!({ "code": desk.code_of(&jo()) });
        let finished = killed_after(polls, desk.post_with(&path, "one", &code)).await.is_some();
        desk.restart().await;
        desk.pass(A_WHILE);
        let again = desk.post_with(&path, "one", &code).await;
        assert_eq!(again.ok()["state"], "awaiting_password", "killed after {polls} polls");
        assert_eq!(desk.stored(&id).await.version, 2, "killed after {polls} polls");
        if finished {
            return;
        }
    }
}

#[tokio::test]
async fn a_worker_killed_anywhere_is_followed_by_one_that_updates_the_record_once() {
    for polls in 0.. {
        let mut desk = Desk::open().await;
        desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
        desk.linked(&jo()).await;
        let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
        desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");

        let portal = desk.portal.clone();
        let finished = Box::pin(killed_after(polls, portal.settle())).await.is_some();
        drop(portal);
        desk.restart().await;
        desk.pass(A_WHILE);
        desk.portal.settle().await;

        let record = desk.store.patient(practice(), PatientId(Uuid::from_u128(1))).await.expect("readable");
        assert_eq!(record.expect("there").version, 2, "killed after {polls} polls");
        assert!(desk.reviews().await.is_empty(), "killed after {polls} polls");
        let mut notices: Vec<_> =
            desk.email.sent().into_iter().filter(|email| email.to.as_str() == "old@example.org").collect();
        notices.dedup_by_key(|email| email.id);
        assert_eq!(notices.len(), 1, "killed after {polls} polls: a second hand-over has the same id");
        if finished {
            return;
        }
    }
}

#[tokio::test]
async fn an_enrolment_killed_anywhere_is_in_the_log_if_it_was_made_and_only_then() {
    for polls in 1.. {
        let mut desk = Desk::open().await;
        let before = desk.portal.verify_access_log().await.expect("readable").waiting;
        let portal = desk.portal.clone();
        let finished = killed_after(polls, portal.enrol_kiosk("Front desk")).await.is_some();
        drop(portal);
        desk.restart().await;
        let lines = desk.portal.verify_access_log().await.expect("readable").waiting - before;
        let old_credential_is_dead = desk.get("/practice").await.status == StatusCode::UNAUTHORIZED;
        assert_eq!(lines, u64::from(old_credential_is_dead), "killed after {polls} polls");
        if finished {
            return;
        }
    }
}
