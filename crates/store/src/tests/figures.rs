//! How far registrations came, out of the log.

use registration::{
    ids::{KioskId, PracticeId},
    time::Timestamp,
};
use rstest::rstest;
use staff::figures::{Call, Pass};
use uuid::Uuid;

use super::fixture::{Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, days, registration_id};
use crate::{AccessEntry, Act, Actor, ByStaff};

/// A line about a registration, or about none.
async fn log(database: &Database, practice: PracticeId, lines: &[(Actor, Act, Option<u128>, Timestamp)]) {
    let mut tx = database.store.begin(practice).await.expect("begun");
    for (n, (actor, act, registration, at)) in (1..).zip(lines.iter().copied()) {
        let id = Uuid::from_u128(n);
        let registration = registration.map(registration_id);
        let entry = AccessEntry { actor, registration, ..AccessEntry::by_portal(id, practice, act, at) };
        tx.log(entry).await.expect("logged");
    }
    tx.commit().await.expect("committed");
}

async fn passes(database: &Database, since: Timestamp) -> Vec<Pass> {
    let mut passes = database.store.passes_since(OURS, since).await.expect("read");
    passes.sort_by_key(|pass| pass.began_at);
    passes
}

fn began(second: i64, kiosk: Option<KioskId>) -> Pass {
    Pass {
        began_at: at(second),
        kiosk,
        code_at: None,
        password_at: None,
        opened_at: None,
        accepted_at: None,
        reviewed: false,
    }
}

const HERE: Actor = Actor::PatientAt(KIOSK);

#[rstest]
#[tokio::test]
async fn each_step_is_taken_when_it_was_taken_first(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    log(
        &database,
        OURS,
        &[
            (HERE, Act::DetailsConfirmed, Some(1), at(10)),
            (HERE, Act::CodeSent, Some(1), at(10)),
            (Actor::Patient, Act::CodeRight, Some(1), at(30)),
            (Actor::Patient, Act::LeftForPhone, Some(1), at(50)),
            (Actor::Patient, Act::LinkOpened, Some(1), at(90)),
            (Actor::Patient, Act::PasswordSet, Some(1), at(90)),
            (Actor::Patient, Act::LinkOpened, Some(1), at(500)),
            (Actor::Patient, Act::TermsAccepted, Some(1), at(510)),
            (Actor::Portal, Act::ReviewOpened, Some(1), at(510)),
            (HERE, Act::DetailsConfirmed, Some(2), at(20)),
            (Actor::Portal, Act::RegistrationExpired, Some(2), at(20) + days(1)),
        ],
    )
    .await;
    let finished = Pass {
        code_at: Some(at(30)),
        password_at: Some(at(50)),
        opened_at: Some(at(90)),
        accepted_at: Some(at(510)),
        reviewed: true,
        ..began(10, Some(KIOSK))
    };
    assert_eq!(passes(&database, at(10)).await, [finished, began(20, Some(KIOSK))]);
    assert_eq!(passes(&database, at(11)).await, [began(20, Some(KIOSK))]);
}

#[rstest]
#[tokio::test]
async fn what_staff_began_anew_at_the_desk_is_of_no_kiosk(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let by_staff = Actor::Staff(ByStaff { id: Uuid::from_u128(9), kiosk: None });
    log(&database, OURS, &[(by_staff, Act::DetailsConfirmed, Some(1), at(10))]).await;
    assert_eq!(passes(&database, at(0)).await, [began(10, None)]);
}

#[rstest]
#[tokio::test]
async fn another_practices_are_not_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    log(&database, OURS, &[(HERE, Act::DetailsConfirmed, Some(1), at(10))]).await;
    // The same registration's id, in another practice.
    log(
        &database,
        THEIRS,
        &[(Actor::Patient, Act::CodeRight, Some(1), at(20)), (HERE, Act::HelpCalled, None, at(20))],
    )
    .await;
    assert_eq!(passes(&database, at(0)).await, [began(10, Some(KIOSK))]);
    assert_eq!(database.store.help_calls_since(OURS, at(0)).await.expect("read"), []);
    let theirs = database.store.help_calls_since(THEIRS, at(0)).await.expect("read");
    assert_eq!(theirs, [Call { at: at(20), kiosk: Some(KIOSK) }]);
}

#[rstest]
#[tokio::test]
async fn they_are_counted_long_after_their_details_are_gone(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    log(
        &database,
        OURS,
        &[(HERE, Act::DetailsConfirmed, Some(1), at(10)), (HERE, Act::HelpCalled, Some(1), at(15))],
    )
    .await;
    database.store.purge(OURS, at(10) + days(80)).await.expect("purged");
    assert_eq!(passes(&database, at(0)).await, [began(10, Some(KIOSK))]);
    assert_eq!(database.store.help_calls_since(OURS, at(0)).await.expect("read").len(), 1);
}
