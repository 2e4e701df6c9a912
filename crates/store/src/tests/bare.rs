//! A database as its keeper opens it.

use std::fs;

use rstest::rstest;
use test_support::postgres::{Cluster, OWNER};

use super::fixture::{Database, KEY, Kind, OURS, PEPPER, Postgres, Sqlite, at, jo, registration_id};
use crate::{BareDatabase, DatabaseKey, PostgresLogin, Stamp, Store, newest_version};

async fn bare(database: &Database, on: Kind) -> BareDatabase {
    match on {
        Sqlite => BareDatabase::open_sqlite(&database.file(), &DatabaseKey::new(KEY, PEPPER)).await,
        Postgres => BareDatabase::open_postgres(&owner(database.name())).await,
    }
    .expect("opened")
}

fn owner(database: &str) -> PostgresLogin {
    PostgresLogin::parse(&Cluster::shared().address(OWNER, database), None).expect("an address")
}

#[rstest]
#[tokio::test]
async fn the_first_recipient_stays_until_a_new_one_takes_its_place(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut bare = bare(&database, on).await;
    assert_eq!(bare.recovery_recipient().await.expect("read"), None);
    assert!(bare.keep_first_recipient("age1one", at(0)).await.expect("kept"));
    assert!(!bare.keep_first_recipient("age1two", at(1)).await.expect("there is one"));
    assert_eq!(bare.recovery_recipient().await.expect("read").as_deref(), Some("age1one"));
    bare.keep_new_recipient("age1two", at(2)).await.expect("kept");
    assert_eq!(bare.recovery_recipient().await.expect("read").as_deref(), Some("age1two"));
    assert!(bare.keep_new_recipient("AGE-SECRET-KEY-1", at(3)).await.is_err(), "never the key itself");
    assert_eq!(bare.version().await.expect("read"), newest_version());
    assert_eq!(bare.stamp().await.expect("read"), Some(Stamp::Sandbox));
    assert!(!bare.is_empty().await.expect("read"));
}

#[tokio::test]
async fn a_database_of_a_server_without_tables_is_empty_and_of_no_version() {
    let new = Cluster::shared().new_database(None);
    let mut bare = BareDatabase::open_postgres(&owner(&new)).await.expect("opened");
    assert!(bare.is_empty().await.expect("read"));
    assert_eq!(bare.version().await.expect("read"), 0);
    assert_eq!(bare.stamp().await.expect("read"), None);
}

#[tokio::test]
async fn a_copy_is_encrypted_with_the_same_key_and_has_what_was_committed() {
    let database = Database::new(Sqlite).await;
    database.add(&jo(1, at(0))).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_registration(&jo(2, at(0)), super::fixture::KIOSK).await.expect("added");
    // Somebody else is in the middle of writing.
    let copy = database.folder().path().join("copy.db");
    let mut bare = bare(&database, Sqlite).await;
    bare.copy_to(copy.to_str().expect("UTF-8")).await.expect("copied");
    assert!(bare.copy_to(copy.to_str().expect("UTF-8")).await.is_err(), "a file that is there stays");
    bare.close().await.expect("closed");
    tx.commit().await.expect("committed");

    let bytes = fs::read(&copy).expect("the copy");
    for marker in ["SQLite format 3", "CREATE TABLE", "7700900123", "awaiting_code"] {
        assert!(!bytes.windows(marker.len()).any(|part| part == marker.as_bytes()), "{marker}");
    }
    let other = DatabaseKey::new([1; 32], PEPPER);
    assert!(Store::open_sqlite(&copy, &other, Stamp::Sandbox).await.is_err());
    let store =
        Store::open_sqlite(&copy, &DatabaseKey::new(KEY, PEPPER), Stamp::Sandbox).await.expect("opened");
    assert!(store.registration(OURS, registration_id(1)).await.expect("read").is_some());
    assert!(store.registration(OURS, registration_id(2)).await.expect("read").is_none());
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none.db");
    assert!(BareDatabase::open_sqlite(&path, &DatabaseKey::new(KEY, PEPPER)).await.is_err());
    assert!(!path.exists());
}
