//! Promises: with the change or not at all, to one worker at a time, erased once over.

use chrono::TimeDelta;
use registration::{ids::OutboxId, time::Timestamp};
use rstest::rstest;
use uuid::Uuid;

use super::fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, jo, registration_id};
use crate::{OutboxKind, OutboxOutcome, OutboxRow, PromiseState, StoreError};

fn lease() -> TimeDelta {
    TimeDelta::seconds(30)
}

pub(super) fn promise(n: u128, now: Timestamp) -> OutboxRow {
    OutboxRow {
        id: OutboxId(Uuid::from_u128(n)),
        practice: OURS,
        registration: Some(registration_id(1)),
        kind: OutboxKind::CodeSms,
        not_before: now,
        expires_at: now + TimeDelta::minutes(10),
        sealed: vec![1, 2, 3],
        attempts: 0,
        created_at: now,
    }
}

async fn keep(database: &Database, promises: &[OutboxRow]) {
    for of_one in promises.chunk_by(|one, other| one.practice == other.practice) {
        let mut tx = database.store.begin(of_one[0].practice).await.expect("begun");
        for promise in of_one {
            tx.promise(promise).await.expect("promised");
        }
        tx.commit().await.expect("committed");
    }
}

async fn claim(database: &Database, second: i64) -> Vec<OutboxRow> {
    database.store.claim_outbox(OURS, at(second), lease(), 10).await.expect("claimed")
}

async fn fates(database: &Database) -> Vec<(PromiseState, u32)> {
    let fates = database.store.promises_of(OURS, registration_id(1)).await.expect("read");
    fates.iter().map(|fate| (fate.state, fate.attempts)).collect()
}

#[rstest]
#[tokio::test]
async fn a_promise_is_there_exactly_if_its_change_is(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registration = jo(1, at(0));
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_registration(&registration, super::fixture::KIOSK).await.expect("added");
    tx.promise(&promise(1, at(0))).await.expect("promised");
    drop(tx);
    assert!(claim(&database, 0).await.is_empty());

    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_registration(&registration, super::fixture::KIOSK).await.expect("added");
    tx.promise(&promise(1, at(0))).await.expect("promised");
    tx.commit().await.expect("committed");
    let database = database.reopened().await;
    assert_eq!(claim(&database, 0).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn every_kind_is_read_back_as_it_was_promised(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    for (n, kind) in (1..).zip(OutboxKind::ALL) {
        let registration = (kind != OutboxKind::NoticeOldContact).then(|| registration_id(1));
        keep(&database, &[OutboxRow { registration, kind, ..promise(n, at(0)) }]).await;
    }
    let claimed = claim(&database, 0).await;
    assert_eq!(claimed.len(), OutboxKind::ALL.len());
    for ((n, kind), found) in (1..).zip(OutboxKind::ALL).zip(claimed) {
        let registration = (kind != OutboxKind::NoticeOldContact).then(|| registration_id(1));
        assert!(found == OutboxRow { registration, kind, attempts: 1, ..promise(n, at(0)) }, "{found:?}");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_not_due_waits_and_the_oldest_comes_first(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(20)), promise(2, at(10)), promise(3, at(10))]).await;
    assert!(claim(&database, 9).await.is_empty());
    let ids: Vec<_> = claim(&database, 20).await.iter().map(|row| row.id.0.as_u128()).collect();
    assert_eq!(ids, [2, 3, 1]);
}

#[rstest]
#[tokio::test]
async fn no_more_are_leased_than_asked_for(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0)), promise(2, at(0)), promise(3, at(0))]).await;
    let first = database.store.claim_outbox(OURS, at(0), lease(), 2).await.expect("claimed");
    let second = database.store.claim_outbox(OURS, at(0), lease(), 2).await.expect("claimed");
    assert_eq!((first.len(), second.len()), (2, 1));
}

#[rstest]
#[tokio::test]
async fn a_leased_promise_comes_again_only_when_its_worker_must_be_dead(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    assert_eq!(claim(&database, 0).await.len(), 1);
    assert!(claim(&database, 29).await.is_empty());
    let database = database.reopened().await;
    let again = claim(&database, 30).await;
    assert_eq!(again.first().map(|row| row.attempts), Some(2));
}

#[rstest]
#[tokio::test]
async fn what_was_sent_is_erased_and_never_comes_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let row = claim(&database, 0).await.remove(0);
    database.store.finish_outbox(&row, at(1), OutboxOutcome::Sent).await.expect("kept");
    assert!(claim(&database, 100).await.is_empty());
    assert_eq!(fates(&database).await, [(PromiseState::Sent, 1)]);
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
    let twice = database.store.finish_outbox(&row, at(2), OutboxOutcome::Sent).await;
    assert!(matches!(twice, Err(StoreError::Conflict)));
}

#[rstest]
#[tokio::test]
async fn what_failed_for_good_is_erased_and_what_failed_for_now_comes_at_its_time(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let row = claim(&database, 0).await.remove(0);
    database.store.finish_outbox(&row, at(1), OutboxOutcome::RetryAt(at(60))).await.expect("kept");
    assert!(claim(&database, 59).await.is_empty());
    let row = claim(&database, 60).await.remove(0);
    assert_eq!((row.attempts, row.sealed.as_slice()), (2, &[1, 2, 3][..]));
    database.store.finish_outbox(&row, at(61), OutboxOutcome::Failed).await.expect("kept");
    assert_eq!(fates(&database).await, [(PromiseState::Failed, 2)]);
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_worker_that_lost_its_lease_may_only_say_that_it_did_deliver(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let slow = claim(&database, 0).await.remove(0);
    let quick = claim(&database, 30).await.remove(0);
    for outcome in [OutboxOutcome::Failed, OutboxOutcome::RetryAt(at(99))] {
        let late = database.store.finish_outbox(&slow, at(31), outcome).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{outcome:?}");
    }
    database.store.finish_outbox(&slow, at(31), OutboxOutcome::Sent).await.expect("kept");
    let second = database.store.finish_outbox(&quick, at(32), OutboxOutcome::Failed).await;
    assert!(matches!(second, Err(StoreError::Conflict)));
    assert_eq!(fates(&database).await, [(PromiseState::Sent, 2)]);
}

#[rstest]
#[tokio::test]
async fn what_is_too_late_is_erased_and_not_delivered(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    assert!(claim(&database, 600).await.is_empty());
    assert_eq!(fates(&database).await, [(PromiseState::Expired, 0)]);
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_retry_that_would_come_too_late_does_not_keep_the_contents_past_their_time(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let row = claim(&database, 598).await.remove(0);
    database.store.finish_outbox(&row, at(599), OutboxOutcome::RetryAt(at(1499))).await.expect("kept");
    assert!(claim(&database, 600).await.is_empty());
    assert_eq!(fates(&database).await, [(PromiseState::Expired, 1)]);
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_promise_made_for_after_its_own_time_is_erased_when_that_comes(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[OutboxRow { not_before: at(1499), ..promise(1, at(0)) }]).await;
    assert!(claim(&database, 600).await.is_empty());
    assert_eq!(fates(&database).await, [(PromiseState::Expired, 0)]);
}

#[rstest]
#[tokio::test]
async fn what_is_being_delivered_does_not_expire_under_the_workers_hands(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let row = claim(&database, 599).await.remove(0);
    assert!(claim(&database, 601).await.is_empty());
    assert_eq!(fates(&database).await, [(PromiseState::Promised, 1)]);
    database.store.finish_outbox(&row, at(602), OutboxOutcome::Sent).await.expect("kept");
    assert_eq!(fates(&database).await, [(PromiseState::Sent, 1)]);
}

#[rstest]
#[tokio::test]
async fn what_a_promise_carries_is_changed_by_whoever_holds_it_and_by_nobody_else(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    keep(&database, &[promise(1, at(0))]).await;
    let slow = claim(&database, 0).await.remove(0);
    let quick = claim(&database, 30).await.remove(0);
    let late = database.store.reseal_outbox(&slow, &[9]).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "its lease ran out");
    database.store.reseal_outbox(&quick, &[4, 5]).await.expect("kept");
    let again = claim(&database, 60).await.remove(0);
    assert_eq!(again.sealed, [4, 5]);
    database.store.finish_outbox(&again, at(61), OutboxOutcome::Sent).await.expect("kept");
    let over = database.store.reseal_outbox(&again, &[6]).await;
    assert!(matches!(over, Err(StoreError::Conflict)), "what is over carries nothing");
}

#[rstest]
#[tokio::test]
async fn only_the_named_kinds_of_that_registration_are_cancelled(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let reminder = OutboxRow { kind: OutboxKind::LinkReminder, ..promise(1, at(50)) };
    let code = promise(2, at(0));
    let other = OutboxRow {
        registration: Some(registration_id(2)),
        kind: OutboxKind::LinkReminder,
        ..promise(3, at(50))
    };
    let theirs = OutboxRow { practice: THEIRS, kind: OutboxKind::LinkReminder, ..promise(4, at(50)) };
    keep(&database, &[reminder, code, other, theirs]).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.cancel_outbox(OURS, registration_id(1), &[OutboxKind::LinkReminder, OutboxKind::LinkEmail], at(5))
        .await
        .expect("cancelled");
    tx.commit().await.expect("committed");
    let ids: Vec<_> = claim(&database, 50).await.iter().map(|row| row.id.0.as_u128()).collect();
    assert_eq!(ids, [2, 3]);
    let theirs = database.store.claim_outbox(THEIRS, at(50), lease(), 10).await.expect("claimed");
    assert_eq!(theirs.len(), 1, "nor another practice's");
    assert!(fates(&database).await.contains(&(PromiseState::Cancelled, 0)));
}

#[test]
fn debug_shows_no_payload() {
    assert!(!format!("{:?}", promise(1, at(0))).contains("[1, 2, 3]"));
}

#[rstest]
#[tokio::test]
async fn a_worker_that_was_paused_for_too_long_finds_that_the_row_is_anothers(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    keep(&database, &[promise(1, at(0))]).await;
    let paused = claim(&database, 0).await.remove(0);
    let other = claim(&database, 30).await.remove(0);
    let holds = async |row: &OutboxRow| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let holds = tx.hold_outbox(row).await.expect("answered");
        tx.commit().await.expect("committed");
        holds
    };
    assert!(!holds(&paused).await);
    assert!(holds(&other).await);
    database.store.finish_outbox(&other, at(31), OutboxOutcome::Sent).await.expect("finished");
    assert!(!holds(&other).await, "what is done is not done again");
}
