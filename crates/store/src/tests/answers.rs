//! Answers by idempotency key.

use futures::future::join_all;
use registration::ids::KioskId;
use rstest::rstest;
use uuid::Uuid;

use super::fixture::{Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, enrol};
use crate::{Answered, Claim, StoreError};

const REQUEST: Claim<'static> =
    Claim { practice: OURS, kiosk: KIOSK, route: "POST /registrations", key: "key-1" };

async fn claim(database: &Database, claim: Claim<'_>, fingerprint: &[u8], second: i64) -> bool {
    let mut tx = database.store.begin(claim.practice).await.expect("begun");
    let claimed = tx.claim_answer(claim, fingerprint, at(second)).await.expect("claimed or not");
    tx.commit().await.expect("committed");
    claimed
}

async fn answered(database: &Database, claim: Claim<'_>) -> Option<Answered> {
    database.store.answered(claim.practice, claim.kiosk, claim.route, claim.key).await.expect("read")
}

#[rstest]
#[tokio::test]
async fn a_request_is_claimed_once_and_its_answer_is_kept(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    assert_eq!(answered(&database, REQUEST).await, None);
    assert!(claim(&database, REQUEST, b"one", 0).await);
    assert!(!claim(&database, REQUEST, b"one", 1).await);
    let in_flight = Answered { fingerprint: b"one".to_vec(), status: 0, body: None };
    assert_eq!(answered(&database, REQUEST).await, Some(in_flight));

    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.keep_answer(REQUEST, 201, "{}").await.expect("kept");
    tx.commit().await.expect("committed");
    let database = database.reopened().await;
    let kept = Answered { fingerprint: b"one".to_vec(), status: 201, body: Some("{}".to_owned()) };
    assert_eq!(answered(&database, REQUEST).await, Some(kept));
    assert!(!claim(&database, REQUEST, b"one", 3600).await);
}

#[rstest]
#[tokio::test]
async fn an_answer_is_kept_once_and_only_to_a_claimed_request(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(matches!(tx.keep_answer(REQUEST, 200, "{}").await, Err(StoreError::Conflict)));
    tx.claim_answer(REQUEST, b"one", at(0)).await.expect("claimed");
    tx.keep_answer(REQUEST, 200, "{}").await.expect("kept");
    assert!(matches!(tx.keep_answer(REQUEST, 200, "[]").await, Err(StoreError::Conflict)));
}

#[rstest]
#[tokio::test]
async fn a_key_counts_only_with_its_kiosk_route_and_practice(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let other = KioskId(Uuid::from_u128(0xDD));
    enrol(&database.store, OURS, other, "Back office", 3, at(0)).await;
    for request in [
        REQUEST,
        Claim { kiosk: other, ..REQUEST },
        Claim { practice: THEIRS, ..REQUEST },
        Claim { route: "POST /desk-references", ..REQUEST },
        Claim { key: "key-2", ..REQUEST },
    ] {
        assert!(claim(&database, request, b"one", 0).await, "{request:?}");
    }
}

#[rstest]
#[tokio::test]
async fn of_sixteen_of_one_request_one_is_done(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let claims = join_all((0..16).map(|_| claim(&database, REQUEST, b"one", 0))).await;
    assert_eq!(claims.into_iter().filter(|claimed| *claimed).count(), 1);
}

#[rstest]
#[tokio::test]
async fn a_request_that_was_lost_may_be_done_again_by_the_same_request_only(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    assert!(claim(&database, REQUEST, b"one", 0).await);
    assert!(!claim(&database, REQUEST, b"one", 24).await);
    assert!(!claim(&database, REQUEST, b"two", 25).await);
    assert!(claim(&database, REQUEST, b"one", 25).await);
    assert!(!claim(&database, REQUEST, b"one", 26).await);
}

#[rstest]
#[tokio::test]
async fn a_claim_that_is_given_back_is_free_at_once_and_only_where_nothing_was_answered(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let give_back =
        async |second| database.store.give_back_claim(REQUEST, at(second)).await.expect("given back or not");
    assert!(claim(&database, REQUEST, b"one", 0).await);
    give_back(0).await;
    assert_eq!(answered(&database, REQUEST).await, None);

    assert!(claim(&database, REQUEST, b"one", 1).await);
    assert!(claim(&database, REQUEST, b"one", 26).await, "lost, and done again");
    give_back(1).await;
    assert!(
        !claim(&database, REQUEST, b"one", 27).await,
        "the one that was lost takes nothing from the other"
    );

    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.keep_answer(REQUEST, 201, "{}").await.expect("kept");
    tx.commit().await.expect("committed");
    give_back(26).await;
    assert_eq!(answered(&database, REQUEST).await.map(|answered| answered.status), Some(201));
}

#[rstest]
#[tokio::test]
async fn a_kiosk_is_known_by_its_newest_credential_only(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let store = &database.store;
    let found = store.kiosk_by_credential(OURS, &[1; 32]).await.expect("read").expect("a kiosk");
    assert_eq!((found.practice, found.id, found.name.as_str()), (OURS, KIOSK, "Front desk"));
    let new = KioskId(Uuid::from_u128(0xDD));
    let id = enrol(store, OURS, new, "Front desk", 4, at(1)).await;
    assert_eq!(id, KIOSK);
    assert_eq!(store.kiosk_by_credential(OURS, &[1; 32]).await.expect("read"), None);
    assert_eq!(
        store.kiosk_by_credential(OURS, &[4; 32]).await.expect("read").map(|kiosk| kiosk.id),
        Some(KIOSK)
    );
    assert_eq!(
        store.kiosk_by_credential(THEIRS, &[2; 32]).await.expect("read").map(|kiosk| kiosk.practice),
        Some(THEIRS)
    );
    assert_eq!(store.kiosk_by_credential(OURS, &[2; 32]).await.expect("read"), None, "another practice's");
}
