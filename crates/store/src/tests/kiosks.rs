//! Codes with which a machine becomes a kiosk, and kiosks that are one no longer.

use chrono::TimeDelta;
use registration::ids::KioskId;
use rstest::rstest;
use uuid::Uuid;

use super::fixture::{Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, enrol};

const MAC: [u8; 32] = [7; 32];

async fn opened(database: &Database, mac: [u8; 32], name: &str) {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.open_enrolment(OURS, "High Street Dental", name, &mac, at(0), at(0) + TimeDelta::hours(1))
        .await
        .expect("opened");
    tx.commit().await.expect("committed");
}

async fn used(database: &Database, mac: [u8; 32], second: i64) -> Option<String> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let name = tx.use_enrolment(OURS, &mac, at(second)).await.expect("looked");
    tx.commit().await.expect("committed");
    name
}

#[rstest]
#[tokio::test]
async fn a_code_works_once_and_only_in_its_hour(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Side desk").await;
    assert_eq!(used(&database, [8; 32], 1).await, None, "another code");
    assert_eq!(used(&database, MAC, 3_600).await, None, "too late");
    assert_eq!(used(&database, MAC, 3_599).await.as_deref(), Some("Side desk"));
    assert_eq!(used(&database, MAC, 3_599).await, None, "again");
}

#[rstest]
#[tokio::test]
async fn a_code_that_was_used_in_vain_can_be_used_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Side desk").await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.use_enrolment(OURS, &MAC, at(1)).await.expect("looked").is_some());
    drop(tx);
    assert!(used(&database, MAC, 2).await.is_some(), "nothing was committed");
}

#[rstest]
#[tokio::test]
async fn a_newer_code_for_the_same_name_takes_the_place_of_the_older(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Side desk").await;
    opened(&database, [8; 32], "Side desk").await;
    assert_eq!(used(&database, MAC, 1).await, None);
    assert_eq!(used(&database, [8; 32], 1).await.as_deref(), Some("Side desk"));
}

#[rstest]
#[tokio::test]
async fn another_practice_cannot_use_a_code(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Side desk").await;
    let mut tx = database.store.begin(THEIRS).await.expect("begun");
    assert_eq!(tx.use_enrolment(THEIRS, &MAC, at(1)).await.expect("looked"), None);
    tx.commit().await.expect("committed");
    assert!(used(&database, MAC, 1).await.is_some());
}

#[rstest]
#[tokio::test]
async fn a_code_that_nobody_used_goes_with_the_purge_after_its_hour(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Side desk").await;
    assert_eq!(database.store.purge(OURS, at(3_599)).await.expect("purged").enrolments, 0);
    assert_eq!(database.store.purge(OURS, at(3_600)).await.expect("purged").enrolments, 1);
}

#[rstest]
#[tokio::test]
async fn a_revoked_kiosk_is_none_until_it_is_enrolled_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    opened(&database, MAC, "Front desk").await;
    let revoke = async |second| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let revoked = tx.revoke_kiosk(OURS, "Front desk", at(second)).await.expect("revoked");
        tx.commit().await.expect("committed");
        revoked
    };
    let by_credential =
        async |practice, n: u8| database.store.kiosk_by_credential(practice, &[n; 32]).await.expect("looked");
    assert!(by_credential(OURS, 1).await.is_some());
    assert!(revoke(5).await);
    assert!(by_credential(OURS, 1).await.is_none());
    assert!(by_credential(THEIRS, 2).await.is_some(), "another practice's kiosk of the same name");
    assert!(!revoke(6).await, "it was none");
    assert_eq!(used(&database, MAC, 7).await, None, "a code that waited for its name is dead");
    let listed = database.store.kiosks(OURS).await.expect("listed");
    assert_eq!((listed.len(), listed[0].revoked_at), (1, Some(at(5))));

    let same = enrol(&database.store, OURS, KioskId(Uuid::from_u128(99)), "Front desk", 3, at(8)).await;
    assert_eq!(same, KIOSK);
    assert!(by_credential(OURS, 1).await.is_none(), "the old credential stays dead");
    assert!(by_credential(OURS, 3).await.is_some());
    let listed = database.store.kiosks(OURS).await.expect("listed");
    assert_eq!((listed[0].revoked_at, listed[0].enrolled_at, listed[0].credential_at), (None, at(0), at(8)));
}
