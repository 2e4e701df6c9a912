//! Match keys that nobody reads any more go, little by little; those of another secret stay.

use rstest::rstest;

use super::{
    fixture::{Database, Kind, OURS, Postgres, Sqlite, at},
    match_keys::{aged as of_a_former_normaliser, look_up, registrant},
    patients::{import, patient},
};
use crate::{
    StoreError,
    match_keys::removing::{Emptied, Which},
};

const RECORDS: i64 = 40;

/// Rows of the tables that an index fills, and indexes.
async fn rows(database: &Database) -> [i64; 4] {
    let mut rows = [0; 4];
    let counts = [
        "SELECT count(*) FROM match_keys",
        "SELECT count(*) FROM match_records",
        "SELECT count(*) FROM match_counts",
        "SELECT count(*) FROM match_indexes",
    ];
    for (rows, sql) in rows.iter_mut().zip(counts) {
        *rows = database.number(sql).await;
    }
    rows
}

/// With keys of a former normaliser.
async fn aged(on: Kind) -> Database {
    let database = Database::new(on).await;
    let people: Vec<_> =
        (1..=u16::try_from(RECORDS).expect("few")).map(|n| patient(u128::from(n), n, Vec::new())).collect();
    import(&database, &people).await;
    database.attempt(of_a_former_normaliser()).await.expect("aged");
    database
}

async fn batch(database: &Database, most: i64, before: Option<Emptied>) -> Option<Emptied> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let emptied = tx.remove_some(OURS, Which::LeftOver, most, before).await.expect("removed");
    tx.commit().await.expect("committed");
    emptied
}

#[rstest]
#[tokio::test]
async fn former_keys_stay_until_they_are_removed_in_batches_however_often_the_program_is_killed_between(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let mut database = aged(on).await;
    let one = rows(&database).await;
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), RECORDS.unsigned_abs());
    assert_eq!(
        rows(&database).await,
        one.map(|rows| 2 * rows),
        "nothing was removed before anybody is served"
    );

    let (mut emptied, mut killed) = (None, 0);
    for batches in 1.. {
        assert!(batches < 1_000, "each batch removes something");
        let before: i64 = rows(&database).await.iter().sum();
        emptied = batch(&database, 16, emptied).await;
        let gone = before - rows(&database).await.iter().sum::<i64>();
        assert!((0..=16).contains(&gone), "{gone} rows in one transaction");
        assert_eq!(
            look_up(&database, OURS, &registrant(1)).await.frequencies.records,
            RECORDS.unsigned_abs()
        );
        if emptied.is_none() {
            break;
        }
        if batches % 3 == 0 {
            (database, emptied, killed) = (database.reopened().await, None, killed + 1);
        }
    }
    assert!(killed > 3, "{killed}");
    assert_eq!(rows(&database).await, one);
    assert_eq!(database.store.remove_old_match_keys(OURS).await.expect("looked"), 0);
}

#[rstest]
#[tokio::test]
async fn former_keys_that_a_killed_program_left_are_removed_by_the_next_that_makes_none(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = aged(on).await;
    let one = rows(&database).await;
    database.store.make_match_keys(OURS, at(9)).await.expect("made");
    let database = database.reopened().await;
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("none"), 0);
    let removed = database.store.remove_old_match_keys(OURS).await.expect("removed");
    assert_eq!(i64::try_from(removed).expect("few"), one[..3].iter().sum::<i64>());
    assert_eq!(rows(&database).await, one);
}

#[rstest]
#[tokio::test]
async fn what_was_left_half_made_goes_before_another_is_begun(#[values(Sqlite, Postgres)] on: Kind) {
    let database = aged(on).await;
    let one = rows(&database).await;
    // Killed just before the new keys took the place of the former ones.
    database.store.make_match_keys(OURS, at(9)).await.expect("made");
    let unmade = "UPDATE match_indexes SET made_at = NULL WHERE normaliser_version <> 1";
    database.attempt(unmade).await.expect("as if killed");
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), RECORDS.unsigned_abs());
    assert_eq!(rows(&database).await, one.map(|rows| 2 * rows), "the former keys and the new ones");
}

#[rstest]
#[tokio::test]
async fn what_was_left_half_made_goes_too_where_none_are_to_be_made(#[values(Sqlite, Postgres)] on: Kind) {
    let database = aged(on).await;
    let one = rows(&database).await;
    database.store.make_match_keys(OURS, at(9)).await.expect("made");
    let unmade = "UPDATE match_indexes SET made_at = NULL WHERE normaliser_version = 1";
    database.attempt(unmade).await.expect("as if killed");
    database.store.remove_old_match_keys(OURS).await.expect("removed");
    assert_eq!(rows(&database).await, one);
    assert_eq!(look_up(&database, OURS, &registrant(1)).await.frequencies.records, RECORDS.unsigned_abs());
}

#[tokio::test]
async fn while_another_portal_makes_keys_nothing_is_removed() {
    let database = aged(Postgres).await;
    database.store.make_match_keys(OURS, at(9)).await.expect("made");
    let both = rows(&database).await;
    let turn = database.store.one_maker(OURS).await.expect("nobody else makes them");
    assert_eq!(database.store.remove_old_match_keys(OURS).await.expect("left"), 0);
    assert_eq!(rows(&database).await, both);
    turn.expect("a lock").commit().await.expect("given back");
    assert_ne!(database.store.remove_old_match_keys(OURS).await.expect("removed"), 0);
}

#[rstest]
#[tokio::test]
async fn keys_of_another_secret_are_refused_and_left_as_they_are(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    let before = rows(&database).await;
    let mut other = database.store.clone();
    other.pepper = matching::Pepper::new([0x99; 32]);
    assert!(matches!(other.check_secret(OURS).await, Err(StoreError::OtherSecret)));
    assert!(matches!(other.make_match_keys(OURS, at(9)).await, Err(StoreError::OtherSecret)));
    assert_eq!(rows(&database).await, before);

    // Those of a former normaliser say whose they are, too: an upgrade is no time to take another secret.
    database.attempt(of_a_former_normaliser()).await.expect("aged");
    assert!(matches!(other.check_secret(OURS).await, Err(StoreError::OtherSecret)));
    assert!(matches!(other.make_match_keys(OURS, at(9)).await, Err(StoreError::OtherSecret)));
    database.store.make_match_keys(OURS, at(9)).await.expect("ours");
    database.store.remove_old_match_keys(OURS).await.expect("removed");

    // The first ones, that a killed program left half-made, say whose they are too.
    database.attempt("UPDATE match_indexes SET made_at = NULL").await.expect("as if killed");
    assert!(matches!(other.check_secret(OURS).await, Err(StoreError::OtherSecret)));
    database.store.check_secret(OURS).await.expect("ours");
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), 1);
}
