//! Tries are counted before anything is compared, and never too few.

use std::collections::BTreeSet;

use futures::future::join_all;
use registration::{
    flow::{SentCode, State},
    ids::RegistrationId,
    limits::{Limit, LimitReached},
    secrets::code::CodePurpose,
};
use rstest::rstest;

use super::fixture::{
    Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, jo, linked, mac, proven, registration_id,
};
use crate::{LimitSubject, NumberTries, StoreError};

async fn with_fresh_code(database: &Database, purpose: CodePurpose) -> RegistrationId {
    let registration = jo(1, at(0));
    database.add(&registration).await;
    put(database, &registration, purpose, "111111", 1).await;
    registration.id
}

async fn put(
    database: &Database,
    registration: &registration::flow::Registration,
    purpose: CodePurpose,
    digits: &str,
    sends: u8,
) {
    let mac = mac(digits, registration.id, &registration.details);
    let code = SentCode { mac, sent_at: at(5), tries_used: 0, sends };
    let seen = database.store.fresh_code(OURS, registration.id, purpose).await.expect("read");
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let seen = seen.as_ref().map(|code| &code.mac);
    tx.put_fresh_code(OURS, registration.id, purpose, seen, &code).await.expect("put");
    tx.commit().await.expect("committed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tries_at_once_are_a_hundred(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registration = jo(1, at(0));
    database.add(&registration).await;
    let tries = (0..100).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move {
            let counted = store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
            counted.expect("counted").expect("a code").tries_used()
        })
    });
    let counts: BTreeSet<u8> =
        join_all(tries).await.into_iter().map(|count| count.expect("joined")).collect();
    assert_eq!(counts, (1..=100).collect());
    let kept = database.store.registration(OURS, registration.id).await.expect("read").expect("it");
    let State::AwaitingCode { code } = kept.state else { panic!("another state") };
    assert_eq!(code.tries_used, 100);
}

#[rstest]
#[tokio::test]
async fn a_try_is_kept_even_if_everything_stops_right_after_it(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    for expected in 1..=7 {
        let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
        assert_eq!(counted.expect("counted").expect("a code").tries_used(), expected);
    }
    let database = database.reopened().await;
    let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
    assert_eq!(counted.expect("counted").expect("a code").tries_used(), 8);
}

#[rstest]
#[tokio::test]
async fn a_count_that_runs_over_stays_at_its_most(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    database.tamper("UPDATE codes SET tries_used = 254").await;
    for _ in 0..3 {
        let counted = database.store.count_code_try(OURS, registration_id(1), CodePurpose::Register).await;
        assert_eq!(counted.expect("counted").expect("a code").tries_used(), 255);
    }
}

#[rstest]
#[tokio::test]
async fn where_no_code_or_link_was_sent_nothing_is_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    let store = &database.store;
    let id = registration_id(1);
    assert!(store.count_code_try(OURS, id, CodePurpose::Resume).await.expect("asked").is_none());
    assert!(
        store.count_code_try(OURS, registration_id(2), CodePurpose::Register).await.expect("asked").is_none()
    );
    assert!(store.count_code_try(THEIRS, id, CodePurpose::Register).await.expect("asked").is_none());
    assert!(store.count_link_try(OURS, id).await.expect("asked").is_none());
    assert!(store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("asked").is_none());
}

#[rstest]
#[tokio::test]
async fn tries_on_the_live_link_are_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    database.save(&linked(&confirmed, None, 1, at(1)), &proven).await;
    for expected in 1..=6 {
        let counted = database.store.count_link_try(OURS, confirmed.id).await.expect("counted");
        assert_eq!(counted.expect("a link").tries_used(), expected);
    }
    assert!(database.store.count_link_try(THEIRS, confirmed.id).await.expect("asked").is_none());
}

#[rstest]
#[tokio::test]
async fn a_fresh_code_is_read_back_and_a_newer_one_takes_its_place_with_all_tries(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let id = with_fresh_code(&database, CodePurpose::Resume).await;
    let registration = jo(1, at(0));
    database.store.count_code_try(OURS, id, CodePurpose::Resume).await.expect("counted");
    let first =
        database.store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("read").expect("a code");
    assert_eq!((first.tries_used, first.sends, first.sent_at), (1, 1, at(5)));
    assert!(first.mac.matches(&mac("111111", id, &registration.details)));
    put(&database, &registration, CodePurpose::Resume, "222222", 2).await;
    let second =
        database.store.fresh_code(OURS, id, CodePurpose::Resume).await.expect("read").expect("a code");
    assert_eq!((second.tries_used, second.sends), (0, 2));
    assert!(!second.mac.matches(&mac("111111", id, &registration.details)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_use_a_fresh_code_one_wins(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let id = with_fresh_code(&database, CodePurpose::SetPasswordByLink).await;
    let uses = (0..16).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move {
            let mut tx = store.begin(OURS).await.expect("begun");
            let compared = mac("111111", id, &jo(1, at(0)).details);
            let purpose = CodePurpose::SetPasswordByLink;
            let won = tx.delete_fresh_code(OURS, id, purpose, &compared).await.expect("asked");
            tx.commit().await.expect("committed");
            won
        })
    });
    let winners = join_all(uses).await.into_iter().filter(|won| *won.as_ref().expect("joined")).count();
    assert_eq!(winners, 1);
    let kept = database.store.fresh_code(OURS, id, CodePurpose::SetPasswordByLink).await.expect("read");
    assert_eq!(kept, None);
}

#[rstest]
#[tokio::test]
async fn of_two_who_saw_the_same_code_one_is_sent_another(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registration = jo(1, at(0));
    database.add(&registration).await;
    let purpose = CodePurpose::Resume;
    let code = |digits| SentCode {
        mac: mac(digits, registration.id, &registration.details),
        sent_at: at(5),
        tries_used: 0,
        sends: 1,
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.put_fresh_code(OURS, registration.id, purpose, None, &code("111111")).await.expect("the first");
    let second = tx.put_fresh_code(OURS, registration.id, purpose, None, &code("222222")).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "both saw none");
    let seen = code("111111").mac;
    tx.put_fresh_code(OURS, registration.id, purpose, Some(&seen), &code("333333")).await.expect("the next");
    let late = tx.put_fresh_code(OURS, registration.id, purpose, Some(&seen), &code("444444")).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "both saw the first");
    assert!(!tx.delete_fresh_code(OURS, registration.id, purpose, &seen).await.expect("asked"), "a dead one");
    let live = code("333333").mac;
    assert!(tx.delete_fresh_code(OURS, registration.id, purpose, &live).await.expect("asked"));
}

const ASKED: Limit = Limit::new("test_asked", 5, 86_400);
const COMPARED: Limit = Limit::new("test_compared", 4, 86_400);

/// Counts on Jo's number and gives the registrations whose codes will be compared.
async fn count_on_number(database: &Database, second: i64) -> Result<Vec<RegistrationId>, LimitReached> {
    let subject = LimitSubject("a".to_owned());
    let mobile = jo(1, at(0)).details.mobile;
    let tries = NumberTries {
        practice: OURS,
        mobile_e164: mobile.e164(),
        asked: &(ASKED, subject.clone()),
        compared: &[(COMPARED, subject)],
        left_on_code: 1,
    };
    let counted = database.store.count_number_tries(tries, at(second)).await.expect("answered");
    counted.map(|counted| counted.into_iter().map(|tried| tried.registration).collect())
}

#[rstest]
#[tokio::test]
async fn a_try_on_a_number_counts_on_each_live_code_of_it_newest_first_and_spares_the_last_try(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    for (n, second) in [(1, 0), (2, 10)] {
        database.add(&jo(n, at(second))).await;
    }
    let both = vec![registration_id(2), registration_id(1)];
    assert_eq!(count_on_number(&database, 20).await, Ok(both.clone()));
    assert_eq!(count_on_number(&database, 21).await, Ok(both), "four are compared by now");
    assert_eq!(count_on_number(&database, 22).await, Ok(vec![]), "no more comparing, and nothing shows it");
    assert_eq!(database.number("SELECT max(tries_used) FROM codes").await, 2);

    database.tamper("DELETE FROM limits").await;
    database.tamper("UPDATE codes SET tries_used = 4").await;
    assert_eq!(count_on_number(&database, 23).await, Ok(vec![]), "the last try is for the kiosk");
    database.tamper("UPDATE codes SET tries_used = 0").await;
    assert_eq!(
        count_on_number(&database, 600).await,
        Ok(vec![registration_id(2)]),
        "the first has died of age"
    );
}

#[rstest]
#[tokio::test]
async fn a_number_is_refused_alike_whether_it_waits_for_a_code_or_not(#[values(Sqlite, Postgres)] on: Kind) {
    let (known, unknown) = (Database::new(on).await, Database::new(on).await);
    known.add(&jo(1, at(0))).await;
    for second in 1..=5 {
        count_on_number(&known, second).await.expect("counted");
        count_on_number(&unknown, second).await.expect("counted");
    }
    let refused = Err(LimitReached { retry_at: at(86_401) });
    assert_eq!(count_on_number(&known, 6).await, refused);
    assert_eq!(count_on_number(&unknown, 6).await, refused);
}
