//! Damage names its table, column and row, and is never read as something harmless.

use chrono::TimeDelta;
use registration::secrets::code::CodePurpose;
use rstest::rstest;
use test_support::people;

use super::fixture::{
    Database, Kind, OURS, Postgres, Sqlite, at, confirmed, jo, linked, password, proven, registration_id,
};
use crate::{OutboxOutcome, StoreError};

#[track_caller]
fn check<T: std::fmt::Debug>(read: Result<T, StoreError>, expected: (&str, &str), row: &str, sql: &str) {
    match read {
        Err(StoreError::Corrupt { table, column, row: found }) => {
            assert_eq!((table, column), expected, "{sql}");
            assert_eq!(found, row, "{sql}");
        }
        other => panic!("{other:?} after {sql}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_damaged_registration_says_where(#[values(Sqlite, Postgres)] on: Kind) {
    let id = registration_id(1);
    for (sql, expected) in [
        ("UPDATE registrations SET state = 'done'", ("registrations", "state")),
        ("UPDATE registrations SET family_name = ''", ("registrations", "family_name")),
        ("UPDATE registrations SET given_name = char(7)", ("registrations", "given_name")),
        ("UPDATE registrations SET mobile = '07700 900123'", ("registrations", "mobile")),
        ("UPDATE registrations SET email = 'other@example.com'", ("registrations", "email")),
        ("UPDATE registrations SET email_typed = 'no address'", ("registrations", "email_typed")),
        ("UPDATE registrations SET email_typed = NULL", ("registrations", "email")),
        ("UPDATE registrations SET language = '../en-GB'", ("registrations", "language")),
        ("UPDATE registrations SET reference = ''", ("registrations", "reference")),
        ("UPDATE registrations SET password_phc = 'hunter2'", ("registrations", "password_phc")),
        ("UPDATE registrations SET mobile_verified_at = NULL", ("registrations", "mobile_verified_at")),
        ("UPDATE registrations SET state = 'expired'", ("registrations", "ended_at")),
        ("UPDATE registrations SET state = 'awaiting_code'", ("codes", "mac")),
        ("UPDATE links SET token_sha256 = x'00'", ("links", "token_sha256")),
        ("UPDATE links SET tries_used = -1", ("links", "tries_used")),
        ("UPDATE links SET tries_used = 300", ("links", "tries_used")),
        ("DELETE FROM links", ("links", "token_sha256")),
    ] {
        let database = linked_one(on).await;
        database.tamper(sql).await;
        check(database.store.registration(OURS, id).await, expected, &id.to_string(), sql);
    }
}

/// PostgreSQL's columns take nothing that is no date or instant.
#[tokio::test]
async fn a_date_or_instant_in_another_spelling_is_damage_in_a_file() {
    let id = registration_id(1);
    for (sql, expected) in [
        ("UPDATE registrations SET date_of_birth = '7 March 1985'", ("registrations", "date_of_birth")),
        ("UPDATE registrations SET confirmed_at = '2027-01-15T08:00:00Z'", ("registrations", "confirmed_at")),
        ("UPDATE links SET expires_at = ''", ("links", "expires_at")),
    ] {
        let database = linked_one(Sqlite).await;
        database.tamper(sql).await;
        check(database.store.registration(OURS, id).await, expected, &id.to_string(), sql);
    }
}

async fn linked_one(on: Kind) -> Database {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    database.save(&linked(&confirmed, Some(password()), 1, at(1)), &proven).await;
    database
}

#[rstest]
#[tokio::test]
async fn a_damaged_counter_of_tries_is_not_zero(#[values(Sqlite, Postgres)] on: Kind) {
    let id = registration_id(1);
    for sql in ["UPDATE codes SET tries_used = -9", "UPDATE codes SET tries_used = -1000000"] {
        let database = Database::new(on).await;
        database.add(&jo(1, at(0))).await;
        database.tamper(sql).await;
        let row = id.to_string();
        assert!(database.store.count_code_try(OURS, id, CodePurpose::Register).await.is_err(), "{sql}");
        let code = database.store.fresh_code(OURS, id, CodePurpose::Register).await;
        check(code, ("codes", "tries_used"), &row, sql);
        check(database.store.registration(OURS, id).await, ("codes", "tries_used"), &row, sql);
    }
}

#[rstest]
#[tokio::test]
async fn a_counter_cannot_even_become_nothing_or_text(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    for sql in ["UPDATE codes SET tries_used = NULL", "UPDATE codes SET tries_used = 'none'"] {
        assert!(database.refuses(sql).await, "{sql}");
    }
}

#[rstest]
#[tokio::test]
async fn a_damaged_promise_says_where_and_stops_no_other(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let (damaged, whole) = (super::outbox::promise(1, at(0)), super::outbox::promise(2, at(1)));
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for promise in [&damaged, &whole] {
        tx.promise(promise).await.expect("promised");
    }
    tx.commit().await.expect("committed");
    database
        .tamper("UPDATE outbox SET kind = 'carrier_pigeon' WHERE not_before < '2027-01-15T08:00:01'")
        .await;
    let lease = TimeDelta::seconds(30);
    let claimed = database.store.claim_outbox(OURS, at(1), lease, 10).await.expect("claimed");
    assert_eq!(claimed.iter().map(|row| row.id).collect::<Vec<_>>(), [whole.id]);
    database.store.finish_outbox(&claimed[0], at(2), OutboxOutcome::Sent).await.expect("kept");
    assert!(database.store.claim_outbox(OURS, at(2), lease, 10).await.expect("claimed").is_empty());
    let claimed = database.store.claim_outbox(OURS, at(31), lease, 10).await;
    check(claimed, ("outbox", "kind"), &damaged.id.to_string(), "kind");
}

#[rstest]
#[tokio::test]
async fn a_damaged_registration_that_is_due_stops_no_other(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    for n in 1..=2 {
        database.add(&confirmed(n, people::numbered(u16::try_from(n).unwrap()), at(0))).await;
    }
    database.tamper("UPDATE registrations SET language = '' WHERE mobile = '+447700900001'").await;
    let later = at(0) + TimeDelta::days(2);
    let due = database.store.due_registrations(OURS, later, 10).await.expect("read");
    assert_eq!(due.iter().map(|due| due.id).collect::<Vec<_>>(), [registration_id(2)]);
    database.tamper("DELETE FROM registrations WHERE mobile = '+447700900002'").await;
    let due = database.store.due_registrations(OURS, later, 10).await;
    check(due, ("registrations", "language"), &registration_id(1).to_string(), "language");
}

#[rstest]
#[tokio::test]
async fn the_checks_of_the_schema_refuse_what_no_state_has(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&confirmed(1, people::numbered(1), at(0))).await;
    for sql in [
        "UPDATE registrations SET state = 'done'",
        "UPDATE registrations SET mobile_verified_at = confirmed_at",
        "UPDATE registrations SET email_verified_at = confirmed_at",
        "UPDATE registrations SET password_phc = '$argon2id$'",
        "UPDATE registrations SET ended_at = confirmed_at",
        "UPDATE registrations SET state = 'expired'",
        "UPDATE registrations SET state = 'superseded', ended_at = confirmed_at",
        "UPDATE registrations SET state = 'awaiting_terms', mobile_verified_at = confirmed_at, email_verified_at = confirmed_at",
        "UPDATE registrations SET version = 0",
        "UPDATE codes SET tries_used = -1",
        "UPDATE codes SET purpose = 'other'",
        "UPDATE codes SET mac = x'00'",
    ] {
        assert!(database.refuses(sql).await, "{sql}");
    }
}
