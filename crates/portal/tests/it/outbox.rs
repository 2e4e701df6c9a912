//! Promised is done: retried, never twice, never too late, never to the wrong person.

use std::{collections::HashSet, sync::Arc};

use chrono::TimeDelta;
use messaging::SendFailure;
use portal::PracticeSettings;
use registration::{flow::StateName, ids::PracticeId};
use store::{OutboxKind, PromiseState};
use uuid::Uuid;

use crate::{
    desk::{Desk, EMAIL, PASSWORD, jo, practice, registration_id, settings},
    journeys::jos_record,
};

pub(crate) async fn fate(desk: &Desk, id: &str, kind: OutboxKind) -> PromiseState {
    let fates = desk.store.promises_of(practice(), registration_id(id)).await.expect("readable");
    fates.iter().find(|fate| fate.kind == kind).expect("promised").state
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again_after_pauses_that_grow() {
    let desk = Desk::open().await;
    desk.sms.fail_next([SendFailure::Unavailable, SendFailure::Unavailable]);
    let id = desk.confirmed(&jo()).await;
    assert!(desk.sms.sent().is_empty());
    desk.pass(TimeDelta::seconds(2));
    desk.portal.settle().await;
    desk.pass(TimeDelta::seconds(4));
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty(), "the second pause is longer");
    desk.pass(TimeDelta::seconds(1));
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
    assert_eq!(fate(&desk, &id, OutboxKind::CodeSms).await, PromiseState::Sent);
}

#[tokio::test]
async fn a_message_the_provider_refuses_is_not_tried_again() {
    let desk = Desk::open().await;
    for failure in [SendFailure::Rejected, SendFailure::SuspectedFraud] {
        desk.sms.fail_next([failure]);
        let id = desk.confirmed(&jo()).await;
        desk.pass(TimeDelta::minutes(5));
        desk.portal.settle().await;
        assert!(desk.sms.sent().is_empty());
        assert_eq!(fate(&desk, &id, OutboxKind::CodeSms).await, PromiseState::Failed);
    }
}

#[tokio::test]
async fn a_code_that_could_not_be_sent_in_its_ten_minutes_is_erased_unsent() {
    let desk = Desk::open().await;
    desk.sms.fail_next([SendFailure::Unavailable]);
    let id = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::minutes(10));
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty());
    assert_eq!(fate(&desk, &id, OutboxKind::CodeSms).await, PromiseState::Expired);
}

#[tokio::test]
async fn a_code_replaced_before_it_went_is_not_sent() {
    let desk = Desk::open().await;
    let view = desk.confirm(&jo()).await.ok();
    desk.pass(TimeDelta::minutes(1));
    desk.act(view["id"].as_str().expect("id"), "code/send").await.ok();
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1, "only the live one");
}

#[tokio::test]
async fn a_portal_killed_after_each_acknowledged_step_sends_each_message_once() {
    let mut desk = Desk::open().await;
    let view = desk.confirm(&jo()).await.ok();
    let id = view["id"].as_str().expect("id");
    desk.restart().await;
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    desk.check(id, &code).await.ok();
    desk.restart().await;
    assert_eq!(desk.state(id).await, "awaiting_password");
    desk.set_password(id, PASSWORD).await.ok();
    desk.restart().await;
    desk.portal.settle().await;
    let token = desk.email.newest_token_to(EMAIL);
    desk.restart().await;
    let opened = desk.portal.open_link(&token, PASSWORD).await.expect("right");
    desk.restart().await;
    desk.portal.accept_terms(opened.id, portal::documents::TERMS.version).await.expect("accepted");
    desk.restart().await;
    desk.portal.settle().await;
    assert_eq!(desk.state(id).await, "registered");
    assert!(desk.patient_of(opened.id).await.is_some());
    assert_eq!((desk.sms.sent().len(), desk.email.sent().len()), (1, 1));
}

#[tokio::test]
async fn a_worker_that_dies_between_sending_and_saying_so_hands_over_the_same_message_id() {
    let mut desk = Desk::open().await;
    desk.confirm(&jo()).await.ok();
    let leased =
        desk.store.claim_outbox(practice(), desk.now(), TimeDelta::seconds(60), 10).await.expect("leased");
    desk.restart().await;
    desk.pass(TimeDelta::seconds(60));
    desk.portal.settle().await;
    let sent: HashSet<_> = desk.sms.sent().iter().map(|sms| sms.id).collect();
    assert_eq!(
        sent,
        leased.iter().map(|row| row.id).collect(),
        "a provider can tell the second from the first"
    );
}

#[tokio::test]
async fn one_reminder_comes_after_a_day_while_the_link_is_the_live_one() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    let emails = desk.email.sent();
    assert_eq!(emails.len(), 2);
    assert!(emails[1].subject.contains("is waiting"), "{}", emails[1].subject);
    assert_eq!(desk.email.newest_token_to(EMAIL), token_in(&emails[0].text), "the same link");
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 2);
}

#[tokio::test]
async fn a_reminder_counts_as_one_email_however_often_it_is_tried() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.email.fail_next([SendFailure::Unavailable; 3]);
    for pause in [0, 2, 5, 15] {
        assert_eq!(desk.email.sent().len(), 1);
        desk.pass(TimeDelta::seconds(pause));
        desk.portal.settle().await;
    }
    assert_eq!(desk.email.sent().len(), 2, "three an hour may be sent, and none was");
}

#[tokio::test]
async fn nobody_who_is_done_is_reminded() {
    let desk = Desk::open().await;
    desk.registered(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1);
}

#[tokio::test]
async fn a_reminder_due_at_night_waits_for_the_morning() {
    let desk = Desk::open().await;
    desk.pass(TimeDelta::hours(11));
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1, "23:00");
    desk.pass(TimeDelta::hours(9));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 2, "08:00");
}

#[tokio::test]
async fn a_reminder_due_by_day_and_only_looked_at_by_night_waits_for_the_morning() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(35));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1, "23:00, though it was due at noon");
    desk.pass(TimeDelta::hours(9));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 2, "08:00");
}

#[tokio::test]
async fn a_reminder_tried_again_after_nine_waits_for_the_morning() {
    let desk = Desk::open().await;
    desk.pass(TimeDelta::seconds(9 * 3600 - 1));
    desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.email.fail_next([SendFailure::Unavailable]);
    desk.portal.settle().await;
    desk.pass(TimeDelta::seconds(2));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1, "21:00:01");
    desk.pass(TimeDelta::hours(11));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 2, "08:00:01");
}

#[tokio::test]
async fn a_notice_to_an_old_contact_keeps_quiet_hours_and_one_to_an_accounts_holder_does_not() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, portal::documents::TERMS.version).await.expect("accepted");
    let to_old = || desk.email.sent().iter().filter(|email| email.to.as_str() == "old@example.org").count();
    // The record is written at noon; the provider is down until the evening.
    desk.email.fail_next([SendFailure::Unavailable]);
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(11));
    desk.portal.settle().await;
    assert_eq!(to_old(), 0, "23:00");

    desk.registered(&jo()).await;
    let again = desk.email.sent().iter().filter(|email| email.subject.contains("set up again")).count();
    assert_eq!((again, to_old()), (1, 0), "still 23:00");
    desk.pass(TimeDelta::hours(9));
    desk.portal.settle().await;
    assert_eq!(to_old(), 1, "08:00");
}

#[tokio::test]
async fn time_ends_what_is_not_finished_and_the_details_go_a_week_later() {
    let desk = Desk::open().await;
    let waiting = desk.confirmed(&jo()).await;
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert_eq!(desk.state(&waiting).await, "expired");
    let linked = desk.linked(&jo()).await;
    desk.pass(TimeDelta::hours(72));
    desk.portal.settle().await;
    assert_eq!(desk.stored(&linked).await.state.name(), StateName::Expired);
    desk.pass(TimeDelta::days(7));
    desk.portal.settle().await;
    assert_eq!(desk.get(&format!("/registrations/{waiting}")).await.problem(), "not_found");
    assert_eq!(desk.get(&format!("/registrations/{linked}")).await.problem(), "not_found");
}

#[tokio::test]
async fn a_portal_leaves_alone_what_another_practice_promised_and_what_is_due_there() {
    let desk = Desk::open().await;
    let elsewhere = PracticeSettings { practice: PracticeId(Uuid::from_u128(8)), ..settings() };
    let other = desk.beside(&[43; 32], elsewhere, Arc::new(desk.email.clone()));
    let id = desk.confirm(&jo()).await.ok()["id"].as_str().expect("an id").to_owned();
    other.settle().await;
    assert_eq!(fate(&desk, &id, OutboxKind::CodeSms).await, PromiseState::Promised);
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
    desk.pass(TimeDelta::hours(24));
    other.settle().await;
    assert_eq!(desk.state(&id).await, "awaiting_code");
    desk.portal.settle().await;
    assert_eq!(desk.state(&id).await, "expired");
}

fn token_in(text: &str) -> String {
    let (_, rest) = text.split_once("/l/").expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}
