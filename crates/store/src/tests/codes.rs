//! Tries are counted before anything is compared, and never too few.

use std::collections::BTreeSet;

use futures::future::join_all;
use registration::{
    flow::{SentCode, State},
    ids::RegistrationId,
    secrets::code::CodePurpose,
};

use super::fixture::{Database, OURS, THEIRS, at, jo, linked, mac, proven, registration_id};

async fn with_fresh_code(database: &Database, purpose: CodePurpose) -> RegistrationId {
    let registration = jo(1, at(0));
    database.add(&registration).await;
    put(database, &registration, purpose, "111111", 1).await;
    registration.id
}

async fn put(
    database: &Database,
    registration: &registration::flow::Registration,
    purpose: CodePurpose,
    digits: &str,
    sends: u8,
) {
    let mac = mac(digits, registration.id, &registration.details);
    let code = SentCode { mac, sent_at: at(5), tries_used: 0, sends };
    let mut tx = database.store.begin().await.expect("begun");
    tx.put_fresh_code(OURS, registration.id, purpose, &code).await.expect("put");
    tx.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tries_at_once_are_a_hundred() {
    let database = Database::new().await;
    let registration = jo(1, at(0));
    database.add(&registration).await;
    let tries = (0..100).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move {
            let counted = store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
            counted.expect("counted").expect("a code").tries_used()
        })
    });
    let counts: BTreeSet<u8> =
        join_all(tries).await.into_iter().map(|count| count.expect("joined")).collect();
    assert_eq!(counts, (1..=100).collect());
    let kept = database.store.registration(OURS, registration.id).await.expect("read").expect("it");
    let State::AwaitingCode { code } = kept.state else { panic!("another state") };
    assert_eq!(code.tries_used, 100);
}

#[tokio::test]
async fn a_try_is_kept_even_if_everything_stops_right_after_it() {
    let database = Database::new().await;
    database.add(&jo(1, at(0))).await;
    for expected in 1..=7 {
        let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
        assert_eq!(counted.expect("counted").expect("a code").tries_used(), expected);
    }
    let database = database.reopened().await;
    let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
    assert_eq!(counted.expect("counted").expect("a code").tries_used(), 8);
}

#[tokio::test]
async fn a_count_that_runs_over_stays_at_its_most() {
    let database = Database::new().await;
    database.add(&jo(1, at(0))).await;
    database.tamper("UPDATE codes SET tries_used = 254").await;
    for _ in 0..3 {
        let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
        assert_eq!(counted.expect("counted").expect("a code").tries_used(), 255);
    }
}

#[tokio::test]
async fn where_no_code_or_link_was_sent_nothing_is_counted() {
    let database = Database::new().await;
    database.add(&jo(1, at(0))).await;
    let store = &database.store;
    let id = registration_id(1);
    assert!(store.count_code_try(OURS, id, CodePurpose::Resume).await.expect("asked").is_none());
    assert!(
        store.count_code_try(OURS, registration_id(2), CodePurpose::Register).await.expect("asked").is_none()
    );
    assert!(store.count_code_try(THEIRS, id, CodePurpose::Register).await.expect("asked").is_none());
    assert!(store.count_link_try(OURS, id).await.expect("asked").is_none());
    assert!(store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("asked").is_none());
}

#[tokio::test]
async fn tries_on_the_live_link_are_counted() {
    let database = Database::new().await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    database.save(&linked(&confirmed, None, 1, at(1)), &proven).await;
    for expected in 1..=6 {
        let counted = database.store.count_link_try(OURS, confirmed.id).await.expect("counted");
        assert_eq!(counted.expect("a link").tries_used(), expected);
    }
    assert!(database.store.count_link_try(THEIRS, confirmed.id).await.expect("asked").is_none());
}

#[tokio::test]
async fn a_fresh_code_is_read_back_and_a_newer_one_takes_its_place_with_all_tries() {
    let database = Database::new().await;
    let id = with_fresh_code(&database, CodePurpose::Resume).await;
    let registration = jo(1, at(0));
    database.store.count_code_try(OURS, id, CodePurpose::Resume).await.expect("counted");
    let first =
        database.store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("read").expect("a code");
    assert_eq!((first.tries_used, first.sends, first.sent_at), (1, 1, at(5)));
    assert!(first.mac.matches(&mac("111111", id, &registration.details)));
    put(&database, &registration, CodePurpose::Resume, "222222", 2).await;
    let second =
        database.store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("read").expect("a code");
    assert_eq!((second.tries_used, second.sends), (0, 2));
    assert!(!second.mac.matches(&mac("111111", id, &registration.details)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_use_a_fresh_code_one_wins() {
    let database = Database::new().await;
    let id = with_fresh_code(&database, CodePurpose::SetPasswordByLink).await;
    let uses = (0..16).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move {
            let mut tx = store.begin().await.expect("begun");
            let won = tx.delete_fresh_code(OURS, id, CodePurpose::SetPasswordByLink).await.expect("asked");
            tx.commit().await.expect("committed");
            won
        })
    });
    let winners = join_all(uses).await.into_iter().filter(|won| *won.as_ref().expect("joined")).count();
    assert_eq!(winners, 1);
    let kept = database.store.fresh_code(OURS, id, CodePurpose::SetPasswordByLink).await.expect("read");
    assert_eq!(kept, None);
}
