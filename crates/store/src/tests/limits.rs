//! The SQL of a limit and the rule it repeats.

use std::cell::Cell;

use chrono::TimeDelta;
use futures::future::join_all;
use proptest::{prelude::*, test_runner::TestRunner};
use registration::limits::{Counter, Limit, LimitReached};
use rstest::rstest;

use super::fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at};
use crate::LimitSubject;

const THREE: Limit = Limit::new("test_three", 3, 60);
const ONE: Limit = Limit::new("test_one", 1, 3600);

fn subject(name: &str) -> LimitSubject {
    LimitSubject(name.to_owned())
}

async fn take(database: &Database, limits: &[Limit], second: i64) -> Result<(), LimitReached> {
    let takes: Vec<_> = limits.iter().map(|limit| (*limit, subject("a"))).collect();
    database.store.take_limits(OURS, &takes, at(second)).await.expect("taken or refused")
}

#[rstest]
fn the_statement_is_the_rule_whatever_the_clock_does(#[values(Sqlite, Postgres)] on: Kind) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(Database::new(on));
    let case = Cell::new(0);
    let steps = prop::collection::vec(-90..90_i64, 1..40);
    TestRunner::new(ProptestConfig::with_cases(40))
        .run(&(steps, 1..5_u32), |(steps, most)| {
            case.set(case.get() + 1);
            let limit = Limit::new("test_rule", most, 60);
            let (mut second, mut counter) = (0, None);
            for step in steps {
                second += step;
                let takes = [(limit, subject(&case.get().to_string()))];
                let found = runtime.block_on(database.store.take_limits(OURS, &takes, at(second)));
                prop_assert_eq!(found.expect("answered"), Counter::take(&mut counter, &limit, at(second)));
            }
            Ok(())
        })
        .expect("statement and rule agree");
}

#[rstest]
#[tokio::test]
async fn a_clock_that_was_stepped_back_a_year_locks_nobody_out_for_longer_than_a_window(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    for _ in 0..3 {
        take(&database, &[THREE], 31_536_000).await.expect("free");
    }
    assert_eq!(take(&database, &[THREE], 0).await, Err(LimitReached { retry_at: at(60) }));
    assert_eq!(take(&database, &[THREE], 59).await, Err(LimitReached { retry_at: at(60) }));
    assert_eq!(take(&database, &[THREE], 60).await, Ok(()));
}

#[rstest]
#[tokio::test]
async fn all_are_taken_or_none(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    take(&database, &[THREE, ONE], 0).await.expect("free");
    for second in 1..=2 {
        let refused = take(&database, &[THREE, ONE], second).await;
        assert_eq!(refused, Err(LimitReached { retry_at: at(3600) }));
    }
    // Neither refusal used one of the three.
    for second in 3..=4 {
        take(&database, &[THREE], second).await.expect("free");
    }
    assert_eq!(take(&database, &[THREE], 5).await, Err(LimitReached { retry_at: at(60) }));
}

#[rstest]
#[tokio::test]
async fn the_same_limit_twice_in_one_taking_counts_twice(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    assert!(take(&database, &[ONE, ONE], 0).await.is_err());
    take(&database, &[ONE], 0).await.expect("nothing was taken");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_get_no_more_than_there_are(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let takes = (0..50).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move { store.take_limits(OURS, &[(THREE, subject("a"))], at(0)).await })
    });
    let granted = join_all(takes).await.into_iter().filter(|answer| matches!(answer, Ok(Ok(Ok(())))));
    assert_eq!(granted.count(), 3);
}

#[rstest]
#[tokio::test]
async fn a_restart_refills_nothing_and_subjects_and_practices_are_apart(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    take(&database, &[ONE], 0).await.expect("free");
    let database = database.reopened().await;
    assert!(take(&database, &[ONE], 1).await.is_err());
    let takes = [(ONE, subject("b"))];
    assert_eq!(database.store.take_limits(OURS, &takes, at(1)).await.expect("answered"), Ok(()));
    let takes = [(ONE, subject("a"))];
    assert_eq!(database.store.take_limits(THEIRS, &takes, at(1)).await.expect("answered"), Ok(()));
}

#[rstest]
#[tokio::test]
async fn purging_refills_nothing_that_is_still_used(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    take(&database, &[ONE], 0).await.expect("free");
    database.store.purge(OURS, at(3599)).await.expect("purged");
    assert!(take(&database, &[ONE], 3599).await.is_err());
    let purged = database.store.purge(OURS, at(3600) + TimeDelta::hours(24)).await.expect("purged");
    assert_eq!(purged.limits, 1);
}
