//! Two practices in one database never meet, even where everything they hold is the same.

use registration::{ids::OutboxId, secrets::code::CodePurpose};
use test_support::people;
use uuid::Uuid;

use super::fixture::{
    Database, KIOSK, OURS, THEIRS, at, confirmed_in, hash_of, linked, password, proven, registration_id,
};
use crate::{OutboxKind, OutboxRow, StoreError};

/// The same registration, of the same ids, in both; ours went on.
async fn twice() -> Database {
    let database = Database::new().await;
    for practice in [OURS, THEIRS] {
        database.add(&confirmed_in(practice, 1, people::jo(), at(0))).await;
    }
    let ours = confirmed_in(OURS, 1, people::jo(), at(0));
    let proven = proven(&ours, at(1));
    database.save(&proven, &ours).await;
    database.save(&linked(&ours, Some(password()), 1, at(2)), &proven).await;
    database
}

#[tokio::test]
async fn a_move_of_one_moves_nothing_of_the_other() {
    let database = twice().await;
    let theirs =
        database.store.registration(THEIRS, registration_id(1)).await.expect("read").expect("theirs");
    assert_eq!(theirs.version, 1);
    assert_eq!(database.store.open_registrations_of(THEIRS, "+447700900123").await.expect("read").len(), 1);
    assert!(database.store.registration_by_link(THEIRS, &hash_of(1)).await.expect("read").is_none());
    assert!(database.store.registration_of_kiosk(THEIRS, KIOSK, theirs.id).await.expect("read").is_some());
}

#[tokio::test]
async fn a_save_under_another_practice_is_a_conflict() {
    let database = Database::new().await;
    let ours = confirmed_in(OURS, 1, people::jo(), at(0));
    database.add(&ours).await;
    let mut moved = proven(&ours, at(1));
    moved.practice = THEIRS;
    let mut tx = database.store.begin().await.expect("begun");
    assert!(matches!(tx.save(&moved, ours.state.name()).await, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn tries_and_codes_of_one_are_not_the_others() {
    let database = twice().await;
    let id = registration_id(1);
    let store = &database.store;
    assert!(store.count_code_try(OURS, id, CodePurpose::Register).await.expect("asked").is_none());
    let theirs = store.count_code_try(THEIRS, id, CodePurpose::Register).await.expect("counted");
    assert_eq!(theirs.expect("a code").tries_used(), 1);
    assert!(store.count_link_try(THEIRS, id).await.expect("asked").is_none());
    let mut tx = store.begin().await.expect("begun");
    assert!(!tx.delete_fresh_code(OURS, id, CodePurpose::Register).await.expect("asked"));
    assert!(tx.delete_fresh_code(THEIRS, id, CodePurpose::Register).await.expect("asked"));
}

#[tokio::test]
async fn the_same_person_is_looked_for_in_one_practice() {
    let database = Database::new().await;
    database.add(&confirmed_in(THEIRS, 1, people::jo(), at(0))).await;
    let ours = confirmed_in(OURS, 2, people::jo(), at(1));
    database.add(&ours).await;
    let mut tx = database.store.begin().await.expect("begun");
    assert!(tx.same_person_open(&ours).await.expect("read").is_empty());
}

#[tokio::test]
async fn promises_of_one_are_neither_shown_to_nor_cancelled_by_the_other() {
    let database = twice().await;
    let promise = |practice, n| OutboxRow {
        id: OutboxId(Uuid::from_u128(n)),
        practice,
        registration: Some(registration_id(1)),
        kind: OutboxKind::LinkEmail,
        not_before: at(0),
        expires_at: at(100),
        sealed: vec![1],
        attempts: 0,
        created_at: at(0),
    };
    let mut tx = database.store.begin().await.expect("begun");
    // The same id in both: neither hides the other.
    tx.promise(&promise(OURS, 1)).await.expect("promised");
    tx.promise(&promise(THEIRS, 1)).await.expect("promised");
    tx.cancel_outbox(OURS, registration_id(1), &[OutboxKind::LinkEmail], at(1)).await.expect("cancelled");
    tx.commit().await.expect("committed");
    let claimed =
        database.store.claim_outbox(at(1), chrono::TimeDelta::seconds(9), 9).await.expect("claimed");
    assert_eq!(claimed.iter().map(|row| row.practice).collect::<Vec<_>>(), [THEIRS]);
    assert_eq!(database.store.promises_of(OURS, registration_id(1)).await.expect("read").len(), 1);
}
