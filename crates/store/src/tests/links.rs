//! Links of a registration: one lives, all are known, and nobody else's tries are taken back.

use registration::{
    flow::{FreshCode, State, StateName},
    values::email::EmailAddress,
};
use rstest::rstest;

use super::{
    fixture::{
        Database, Kind, OURS, Postgres, Sqlite, at, hash_of, jo, linked, new_link, opened, password, proven,
    },
    registrations::check_kept,
};
use crate::StoreError;

#[rstest]
#[tokio::test]
async fn only_the_link_sent_last_is_live_and_the_others_are_still_known(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    let first = proven.clone().continue_on_phone(new_link(1), at(1)).expect("a move").registration;
    database.save(&first, &proven).await;
    let fresh = FreshCode::checked(first.id, first.details.mobile.clone(), at(2));
    let corrected = EmailAddress::parse("new@example.org").expect("an address");
    let second = first
        .clone()
        .send_new_link(&fresh, Some(corrected), new_link(2), at(2))
        .expect("a move")
        .registration;
    database.save(&second, &first).await;
    check_kept(&database, &second).await;

    for (n, live) in [(1, false), (2, true)] {
        let found =
            database.store.registration_by_link(OURS, &hash_of(n)).await.expect("read").expect("known");
        assert_eq!((found.registration.id, found.live), (first.id, live));
        assert_eq!(found.registration.version, second.version);
    }
    assert!(database.store.registration_by_link(OURS, &hash_of(3)).await.expect("read").is_none());
}

#[rstest]
#[tokio::test]
async fn a_second_live_link_cannot_be_written_by_any_path(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let linked = linked(&confirmed, None, 1, at(1));
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let proven = proven(&confirmed, at(1));
    tx.save(&proven, StateName::AwaitingCode).await.expect("saved");
    tx.save(&linked, StateName::AwaitingPassword).await.expect("saved");
    tx.commit().await.expect("committed");
    let second = database
        .attempt(
            "INSERT INTO links (practice_id, token_sha256, registration_id, sent_at, expires_at, tries_used)
         SELECT practice_id, zeroblob(32), registration_id, sent_at, expires_at, 0 FROM links",
        )
        .await;
    assert!(matches!(second.map_err(StoreError::from), Err(StoreError::Conflict)));
}

/// A link on which four tries were counted, then saved as a state that says `says`; how many the next try makes.
async fn next_try_after_saving(on: Kind, says: u8) -> u8 {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    let linked = linked(&confirmed, Some(password()), 1, at(1));
    database.save(&linked, &proven).await;
    for _ in 0..4 {
        database.store.count_link_try(OURS, linked.id).await.expect("counted");
    }
    let mut opened = opened(&linked, at(2));
    let State::AwaitingTerms { link, .. } = &mut opened.state else { panic!("opened") };
    link.tries_used = says;
    database.save(&opened, &linked).await;
    database.store.count_link_try(OURS, linked.id).await.expect("counted").expect("a link").tries_used()
}

#[rstest]
#[tokio::test]
async fn saving_a_move_does_not_take_back_tries_that_others_counted_on_the_link(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    assert_eq!(next_try_after_saving(on, 3).await, 5);
}

#[rstest]
#[tokio::test]
async fn a_right_password_puts_the_tries_of_its_link_back_to_none(#[values(Sqlite, Postgres)] on: Kind) {
    assert_eq!(next_try_after_saving(on, 0).await, 1);
}
