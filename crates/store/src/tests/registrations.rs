//! Registrations: what is kept is what the flow gave, under its guards.

use chrono::TimeDelta;
use futures::future::join_all;
use registration::{
    flow::{NewCode, Registration, State, StateName},
    ids::KioskId,
    secrets::code::CodePurpose,
};
use rstest::rstest;
use test_support::people;
use uuid::Uuid;

use super::fixture::{
    Database, KIOSK, Kind, OURS, Postgres, Sqlite, at, confirmed, jo, linked, mac, new_link, opened,
    password, proven, registered, registration_id,
};
use crate::StoreError;

/// Reads it back and compares everything there is.
pub(super) async fn check_kept(database: &Database, expected: &Registration) {
    let found =
        database.store.registration(OURS, expected.id).await.expect("read").expect("the registration");
    assert_eq!(found.reference, expected.reference);
    assert_eq!(found.language, expected.language);
    assert_eq!(found.details, expected.details);
    assert_eq!(found.details.mobile.as_typed(), expected.details.mobile.as_typed());
    assert_eq!(found.confirmed_at, expected.confirmed_at);
    assert_eq!(found.version, expected.version);
    assert_eq!(found.deadline(), expected.deadline());
    check_same_state(&found.state, &expected.state);
}

/// `State` holds secrets and has no `PartialEq`.
fn check_same_state(found: &State, expected: &State) {
    assert_eq!(found.name(), expected.name());
    match (found, expected) {
        (State::AwaitingCode { code: found }, State::AwaitingCode { code }) => assert_eq!(found, code),
        (State::AwaitingPassword { mobile: found }, State::AwaitingPassword { mobile })
        | (State::HandedToDesk { mobile: found }, State::HandedToDesk { mobile }) => {
            assert_eq!(found, mobile);
        }
        (
            State::AwaitingLink { mobile: found, password: found_password, link: found_link },
            State::AwaitingLink { mobile, password, link },
        ) => {
            assert_eq!((found, found_link), (mobile, link));
            assert!(found_password == password, "the password differs");
        }
        (
            State::AwaitingTerms {
                mobile: found,
                email: found_email,
                password: found_password,
                link: found_link,
            },
            State::AwaitingTerms { mobile, email, password, link },
        ) => {
            assert_eq!((found, found_email, found_link), (mobile, email, link));
            assert!(found_password == password, "the password differs");
        }
        (
            State::Registered { mobile: found, email: found_email, at: found_at },
            State::Registered { mobile, email, at },
        ) => assert_eq!((found, found_email, found_at), (mobile, email, at)),
        (State::Expired { at: found }, State::Expired { at })
        | (State::Abandoned { at: found }, State::Abandoned { at })
        | (State::Declined { at: found }, State::Declined { at })
        | (State::Locked { at: found }, State::Locked { at }) => assert_eq!(found, at),
        (State::Superseded { by: found, at: found_at }, State::Superseded { by, at }) => {
            assert_eq!((found, found_at), (by, at));
        }
        (found, expected) => panic!("{:?} instead of {:?}", found.name(), expected.name()),
    }
}

#[rstest]
#[tokio::test]
async fn every_step_of_the_whole_way_is_kept(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    check_kept(&database, &confirmed).await;
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    check_kept(&database, &proven).await;
    let linked = linked(&confirmed, Some(password()), 1, at(1));
    database.save(&linked, &proven).await;
    check_kept(&database, &linked).await;
    let opened = opened(&linked, at(2));
    database.save(&opened, &linked).await;
    check_kept(&database, &opened).await;
    let (moved, _) = opened.clone().accept_terms(at(3)).expect("a move");
    database.save(&moved.registration, &opened).await;
    check_kept(&database, &moved.registration).await;
    let database = database.reopened().await;
    check_kept(&database, &moved.registration).await;
}

#[rstest]
#[tokio::test]
async fn every_other_end_is_kept(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed: Vec<_> =
        (1..=4).map(|n| confirmed(n, people::numbered(u16::try_from(n).unwrap()), at(0))).collect();
    let mut ends = Vec::new();
    for confirmed in &confirmed {
        database.add(confirmed).await;
    }
    ends.push((confirmed[0].clone(), confirmed[0].clone().abandon(at(5)).expect("a move").registration));
    let late = at(0) + TimeDelta::hours(24);
    ends.push((confirmed[1].clone(), confirmed[1].clone().expire(late).expect("a move").registration));
    let by = confirmed[3].id;
    ends.push((
        confirmed[2].clone(),
        confirmed[2].clone().supersede(by, at(6)).expect("a move").registration,
    ));
    for (from, ended) in &ends {
        database.save(ended, from).await;
        check_kept(&database, ended).await;
    }

    let proven = proven(&confirmed[3], at(1));
    database.save(&proven, &confirmed[3]).await;
    let linked = proven.clone().set_password(password(), new_link(4), at(1)).expect("a move").registration;
    database.save(&linked, &proven).await;
    let opened = opened(&linked, at(2));
    database.save(&opened, &linked).await;
    let declined = opened.clone().decline_terms(at(3)).expect("a move").registration;
    database.save(&declined, &opened).await;
    check_kept(&database, &declined).await;
}

#[rstest]
#[tokio::test]
async fn who_has_no_email_and_no_given_name_is_kept_so(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let details = people::details(&registration::values::details::TypedDetails {
        given: None,
        family: "Suharto",
        email: None,
        ..people::JO
    });
    let confirmed = confirmed(1, details, at(0));
    database.add(&confirmed).await;
    let handed = proven(&confirmed, at(1));
    assert_eq!(handed.state.name(), StateName::HandedToDesk);
    database.save(&handed, &confirmed).await;
    check_kept(&database, &handed).await;
}

#[rstest]
#[tokio::test]
async fn of_sixteen_who_save_the_same_move_one_wins(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let proven = proven(&confirmed, at(1));
    let saves = (0..16).map(|_| async {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let saved = tx.save(&proven, StateName::AwaitingCode).await;
        tx.commit().await.expect("committed");
        saved
    });
    let outcomes = join_all(saves).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Conflict)));
    assert_eq!(conflicts.count(), 15);
    check_kept(&database, &proven).await;
}

#[rstest]
#[tokio::test]
async fn a_move_from_another_version_or_state_is_a_conflict(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let mut skipped = proven(&confirmed, at(1));
    let wrong_state = tx.save(&skipped, StateName::AwaitingPassword).await;
    assert!(matches!(wrong_state, Err(StoreError::Conflict)));
    skipped.version += 1;
    let wrong_version = tx.save(&skipped, StateName::AwaitingCode).await;
    assert!(matches!(wrong_version, Err(StoreError::Conflict)));
    tx.commit().await.expect("committed");
    check_kept(&database, &confirmed).await;
}

#[rstest]
#[tokio::test]
async fn a_registration_is_added_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(matches!(tx.add_registration(&jo(1, at(0)), KIOSK).await, Err(StoreError::Conflict)));
}

#[rstest]
#[tokio::test]
async fn a_kiosk_sees_its_own_registrations_only(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&jo(1, at(0))).await;
    let id = registration_id(1);
    let own = database.store.registration_of_kiosk(OURS, KIOSK, id).await.expect("read");
    assert!(own.is_some());
    let other = KioskId(Uuid::from_u128(0xDD));
    assert!(database.store.registration_of_kiosk(OURS, other, id).await.expect("read").is_none());
}

#[rstest]
#[tokio::test]
async fn a_resent_code_takes_the_place_of_the_old_and_has_all_tries(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    for _ in 0..3 {
        database.store.count_code_try(OURS, confirmed.id, CodePurpose::Register).await.expect("counted");
    }
    let loaded = database.store.registration(OURS, confirmed.id).await.expect("read").expect("it");
    let new = NewCode { mac: mac("654321", confirmed.id, &confirmed.details) };
    let resent = loaded.clone().resend_code(new, at(60)).expect("a move").registration;
    database.save(&resent, &loaded).await;
    check_kept(&database, &resent).await;
    let State::AwaitingCode { code } = &resent.state else { panic!("another state") };
    assert_eq!((code.tries_used, code.sends), (0, 2));
}

#[rstest]
#[tokio::test]
async fn a_used_code_is_gone_and_an_ended_registration_keeps_none(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let confirmed = jo(1, at(0));
    database.add(&confirmed).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let State::AwaitingCode { code } = &confirmed.state else { panic!("another state") };
    tx.put_fresh_code(OURS, confirmed.id, CodePurpose::Resume, None, code).await.expect("put");
    tx.commit().await.expect("committed");
    let proven = proven(&confirmed, at(1));
    database.save(&proven, &confirmed).await;
    assert_eq!(database.number("SELECT count(*) FROM codes WHERE purpose = 'register'").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM codes WHERE purpose = 'resume'").await, 1);
    let ended = proven.clone().supersede(registration_id(2), at(2)).expect("a move").registration;
    database.save(&ended, &proven).await;
    assert_eq!(database.number("SELECT count(*) FROM codes").await, 0);
}

#[rstest]
#[tokio::test]
async fn open_registrations_of_a_number_come_newest_first(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    for n in 1..=3_i64 {
        database.add(&jo(u128::try_from(n).unwrap(), at(n * 10))).await;
    }
    database.add(&confirmed(4, people::numbered(4), at(50))).await;
    let ended = jo(2, at(20));
    database.save(&ended.clone().abandon(at(60)).expect("a move").registration, &ended).await;
    let found = database.store.open_registrations_of(OURS, "+447700900123").await.expect("read");
    let ids: Vec<_> = found.iter().map(|registration| registration.id).collect();
    assert_eq!(ids, [registration_id(3), registration_id(1)]);
    assert!(database.store.open_registrations_of(OURS, "+447700900999").await.expect("read").is_empty());
}

#[rstest]
#[tokio::test]
async fn the_same_person_is_same_number_name_and_date_and_nobody_else(#[values(Sqlite, Postgres)] on: Kind) {
    use registration::values::details::TypedDetails;
    let database = Database::new(on).await;
    let others = [
        people::JO,
        TypedDetails { given: Some("JO"), family: "Obrien Smith", email: None, ..people::JO },
        TypedDetails { given: Some("Joe"), ..people::JO },
        TypedDetails { day: "8", ..people::JO },
        TypedDetails { mobile: "07700 900124", ..people::JO },
        TypedDetails { given: None, ..people::JO },
    ];
    for (n, typed) in (1..).zip(&others) {
        database.add(&confirmed(n, people::details(typed), at(i64::try_from(n).unwrap()))).await;
    }
    let later = jo(99, at(100));
    database.add(&later).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let found = tx.same_person_open(&later).await.expect("read");
    let ids: Vec<_> = found.iter().map(|registration| registration.id).collect();
    assert_eq!(ids, [registration_id(1), registration_id(2)]);
    assert!(found.iter().all(|earlier| earlier.is_ended_by(&later)));
}

#[rstest]
#[tokio::test]
async fn an_earlier_registration_ends_no_later_one(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let (first, second, same_instant) = (jo(1, at(0)), jo(2, at(10)), jo(3, at(10)));
    for registration in [&first, &second, &same_instant] {
        database.add(registration).await;
    }
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.same_person_open(&first).await.expect("read").is_empty());
    let ends = tx.same_person_open(&same_instant).await.expect("read");
    let ids: Vec<_> = ends.iter().map(|registration| registration.id).collect();
    assert_eq!(ids, [first.id, second.id], "of one instant, the one with the greater id is later");
    assert!(!second.is_ended_by(&first));
}

#[rstest]
#[tokio::test]
async fn what_is_due_is_what_the_flow_says(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let waiting = confirmed(1, people::numbered(1), at(0));
    let left = confirmed(2, people::numbered(2), at(0));
    database.add(&waiting).await;
    database.add(&left).await;
    let proven = proven(&left, at(10));
    database.save(&proven, &left).await;
    let done = registered(&database, 3, people::numbered(3), at(0)).await;
    assert_eq!(done.deadline(), None);

    let due = async |now| {
        let found = database.store.due_registrations(OURS, now, 10).await.expect("read");
        found.iter().map(|registration| registration.id).collect::<Vec<_>>()
    };
    assert!(due(at(609)).await.is_empty());
    assert_eq!(due(at(610)).await, [left.id]);
    assert_eq!(due(at(0) + TimeDelta::hours(24)).await, [left.id, waiting.id]);
    assert_eq!(
        database.store.due_registrations(OURS, at(0) + TimeDelta::days(9), 1).await.expect("read").len(),
        1
    );
}

#[rstest]
#[tokio::test]
async fn a_registration_of_an_unknown_kiosk_is_not_kept(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let unknown = KioskId(Uuid::from_u128(0xEE));
    assert!(matches!(tx.add_registration(&jo(1, at(0)), unknown).await, Err(StoreError::Failed(_))));
}

#[rstest]
#[tokio::test]
async fn who_stood_at_a_kiosk_that_starts_anew_goes_on_on_their_own_phone_at_once(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let other = KioskId(Uuid::from_u128(0xDD));
    let enrol = async |practice, kiosk, name: &str, credential, now| {
        super::fixture::enrol(&database.store, practice, kiosk, name, credential, now).await;
    };
    enrol(OURS, other, "Back office", 3, at(0)).await;
    for n in 1..=3 {
        let waiting = confirmed(n, people::numbered(u16::try_from(n).unwrap()), at(0));
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.add_registration(&waiting, if n == 2 { other } else { KIOSK }).await.expect("added");
        tx.commit().await.expect("committed");
        if n != 3 {
            database.save(&proven(&waiting, at(1)), &waiting).await;
        }
    }
    enrol(super::fixture::THEIRS, KIOSK, "Front desk", 4, at(5)).await;
    assert!(database.store.due_registrations(OURS, at(5), 10).await.expect("read").is_empty());
    enrol(OURS, KIOSK, "Front desk", 5, at(5)).await;
    let due = database.store.due_registrations(OURS, at(5), 10).await.expect("read");
    // Neither who stands at the other kiosk nor who has yet to type the code.
    assert_eq!(due.iter().map(|due| due.id).collect::<Vec<_>>(), [registration_id(1)]);
}
