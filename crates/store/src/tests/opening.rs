//! Opening, refusing to open, and what can be found on the disk.

use std::{fs, path::Path};

use tempfile::tempdir;
use test_support::people;

use super::fixture::{Database, KEY, OURS, PEPPER, Sqlite, at, file, jo, linked, password, registration_id};
use crate::{DatabaseKey, OpenError, Stamp, Store};

async fn open(path: &Path, key: [u8; 32], stamp: Stamp) -> Result<Store, OpenError> {
    Store::open_sqlite(path, &DatabaseKey::new(key, PEPPER), stamp).await
}

#[tokio::test]
async fn a_database_keeps_its_stamp() {
    let folder = tempdir().expect("a folder");
    for _ in 0..2 {
        let store = open(&file(&folder), KEY, Stamp::Trial).await.expect("opened");
        assert_eq!(store.stamp(), Stamp::Trial);
        store.ping().await.expect("answers");
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_of_another_mode_is_refused() {
    let database = Database::new(Sqlite).await;
    for stamp in [Stamp::Trial, Stamp::Live] {
        let refused = open(&database.file(), KEY, stamp).await;
        assert!(matches!(refused, Err(OpenError::OtherMode { found: Stamp::Sandbox })), "{refused:?}");
    }
}

#[tokio::test]
async fn the_stamp_can_neither_be_changed_nor_removed() {
    let database = Database::new(Sqlite).await;
    for sql in ["UPDATE database_stamp SET stamp = 'live'", "DELETE FROM database_stamp"] {
        assert!(database.refuses(sql).await, "{sql}");
    }
}

#[tokio::test]
async fn a_database_that_was_killed_before_it_was_stamped_is_stamped_at_the_next_opening() {
    let database = Database::new(Sqlite).await;
    database.tamper("DROP TRIGGER database_stamp_never_goes").await;
    database.tamper("DELETE FROM database_stamp").await;
    let store = open(&database.file(), KEY, Stamp::Trial).await.expect("opened");
    store.close().await;
    let refused = open(&database.file(), KEY, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::OtherMode { found: Stamp::Trial })), "{refused:?}");
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_as_it_is() {
    let database = Database::new(Sqlite).await;
    database
        .tamper(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', TRUE, x'00', 0)",
        )
        .await;
    let known =
        i64::try_from(fs::read_dir("../../migrations/sqlite").expect("a folder").count()).expect("few");
    let refused = open(&database.file(), KEY, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::TooNew { found: 9999, known: k }) if k == known), "{refused:?}");
    // Also with another stamp: the version is looked at first.
    let refused = open(&database.file(), KEY, Stamp::Live).await;
    assert!(matches!(refused, Err(OpenError::TooNew { .. })), "{refused:?}");
    assert_eq!(database.number("SELECT count(*) FROM _sqlx_migrations").await, known + 1);
}

#[tokio::test]
async fn what_is_not_a_database_of_this_key_is_unreadable() {
    let database = Database::new(Sqlite).await;
    let refused = open(&database.file(), [1; 32], Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::Unreadable(_))), "{refused:?}");

    let folder = tempdir().expect("a folder");
    fs::write(file(&folder), vec![b'x'; 8192]).expect("written");
    let refused = open(&file(&folder), KEY, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::Unreadable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_place_where_nothing_can_be_made_is_unavailable() {
    let folder = tempdir().expect("a folder");
    let refused = open(&folder.path().join("missing").join("store.db"), KEY, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn what_was_committed_survives_a_crash_and_what_was_not_does_not() {
    let database = Database::new(Sqlite).await;
    database.add(&jo(1, at(0))).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_registration(&jo(2, at(0)), super::fixture::KIOSK).await.expect("added");
    drop(tx);
    let database = database.reopened().await;
    assert!(database.store.registration(OURS, registration_id(1)).await.expect("read").is_some());
    assert!(database.store.registration(OURS, registration_id(2)).await.expect("read").is_none());
}

#[tokio::test]
async fn nothing_on_the_disk_can_be_read_without_the_key() {
    let database = Database::new(Sqlite).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = super::fixture::proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    let linked = linked(&confirmed, Some(password()), 1, at(2));
    database.save(&linked, &proven).await;

    let header = fs::read(database.file()).expect("the file");
    assert!(!header.starts_with(b"SQLite format 3"), "the header is not ciphertext");
    let details = people::jo();
    let token = super::fixture::token(1).encoded();
    let markers = [
        "O’Brien",
        "7700900123",
        "07700 900123",
        "jo.obrien@example.com",
        "1985-03-07",
        "awaiting_link",
        "$argon2id$",
        "CREATE TABLE",
        "High Street Dental",
        details.name.family.as_typed(),
        &token,
    ];
    let mut files = 0;
    for entry in fs::read_dir(database.folder().path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let contents = fs::read(&path).expect("a file");
        files += 1;
        for marker in markers {
            let found = contents.windows(marker.len()).any(|bytes| bytes == marker.as_bytes());
            assert!(!found, "{marker} in {}", path.display());
        }
    }
    assert!(files >= 2, "the write-ahead log was looked at too");
}

#[tokio::test]
async fn every_connection_is_as_strict_as_the_first() {
    let database = Database::new(Sqlite).await;
    for (pragma, expected) in [
        ("SELECT foreign_keys FROM pragma_foreign_keys", 1),
        ("SELECT secure_delete FROM pragma_secure_delete", 1),
        ("SELECT temp_store FROM pragma_temp_store", 2),
        // FULL
        ("SELECT synchronous FROM pragma_synchronous", 2),
    ] {
        for pool in [database.pools()[0], database.pools()[1]] {
            let found: i64 = sqlx::query_scalar(pragma).fetch_one(pool).await.expect("a pragma");
            assert_eq!(found, expected, "{pragma}");
        }
    }
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(database.pools()[1]).await.expect("a pragma");
    assert_eq!(mode, "wal");
}

#[test]
fn neither_key_nor_store_shows_anything_in_debug() {
    assert_eq!(format!("{:?}", DatabaseKey::new([0x5A; 32], PEPPER)), "DatabaseKey");
}
