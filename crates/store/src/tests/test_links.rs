//! Whether a phone has opened a test link on a public origin.

use chrono::TimeDelta;
use registration::secrets::link_token::LinkTokenHash;
use rstest::rstest;

use super::fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at};

const ORIGIN: &str = "https://register.example";

fn token(byte: u8) -> LinkTokenHash {
    LinkTokenHash::from_row(&[byte; 32]).expect("32 bytes")
}

async fn made(database: &Database, origin: &str, byte: u8, second: i64) {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let until = at(second) + TimeDelta::hours(24);
    let made = tx.make_test_link(OURS, "High Street Dental", origin, &token(byte), at(second), until).await;
    made.expect("made");
    tx.commit().await.expect("committed");
}

async fn opened(database: &Database, origin: &str, byte: u8, second: i64) -> bool {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let opened = tx.open_test_link(OURS, origin, &token(byte), at(second)).await.expect("looked");
    tx.commit().await.expect("committed");
    opened
}

#[rstest]
#[tokio::test]
async fn the_newest_link_of_the_day_counts_and_only_on_its_origin(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let opened_at = async |origin| database.store.test_link_opened_at(OURS, origin).await.expect("looked");
    let lives = async |byte, second| {
        database.store.test_link_lives(OURS, ORIGIN, &token(byte), at(second)).await.expect("looked")
    };
    assert_eq!(opened_at(ORIGIN).await, None);
    made(&database, ORIGIN, 1, 0).await;
    made(&database, ORIGIN, 2, 0).await;
    assert!(!lives(1, 5).await && lives(2, 5).await && !lives(2, 86_400).await);
    assert!(!opened(&database, ORIGIN, 1, 5).await, "a newer one took its place");
    assert!(!opened(&database, "https://other.example", 2, 5).await, "another origin");
    assert!(!opened(&database, ORIGIN, 2, 86_400).await, "too late");
    assert_eq!(opened_at(ORIGIN).await, None, "nothing of that counts");
    assert!(opened(&database, ORIGIN, 2, 5).await);
    assert!(opened(&database, ORIGIN, 2, 9).await, "pressed twice");
    assert_eq!(opened_at(ORIGIN).await, Some(at(5)), "the first time is kept");
    assert_eq!(opened_at("https://other.example").await, None);
    let theirs = database.store.test_link_opened_at(THEIRS, ORIGIN).await;
    assert_eq!(theirs.expect("looked"), None, "another practice");
}

#[rstest]
#[tokio::test]
async fn another_link_for_the_origin_forgets_nothing_and_one_for_another_origin_everything(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    made(&database, ORIGIN, 1, 0).await;
    assert!(opened(&database, ORIGIN, 1, 5).await);
    made(&database, ORIGIN, 2, 10).await;
    let opened_at = async |origin| database.store.test_link_opened_at(OURS, origin).await.expect("looked");
    assert_eq!(opened_at(ORIGIN).await, Some(at(5)));
    made(&database, "https://moved.example", 3, 20).await;
    assert_eq!(opened_at("https://moved.example").await, None);
    assert_eq!(opened_at(ORIGIN).await, None);
}
