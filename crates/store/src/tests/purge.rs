//! What is no longer needed goes, and nothing else.

use chrono::TimeDelta;
use registration::{
    flow::{SentCode, StateName},
    secrets::{code::CodePurpose, reference::Reference},
};
use rstest::rstest;
use test_support::{people, rng::seeded};

use super::fixture::{
    Database, KIOSK, Kind, OURS, Postgres, Sqlite, at, confirmed, days, hash_of, linked, mac, proven,
    registered,
};
use crate::{Claim, DeskReason, DeskReferenceRow, OutboxOutcome, Purged};

#[rstest]
#[tokio::test]
async fn the_details_of_an_ended_registration_go_after_seven_days_with_code_and_link(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let person = |n: u128| people::numbered(u16::try_from(n).unwrap());
    let first = confirmed(1, person(1), at(0));
    database.add(&first).await;
    let proven = proven(&first, at(1));
    database.save(&proven, &first).await;
    let linked = linked(&first, None, 1, at(1));
    database.save(&linked, &proven).await;
    let ended = linked.clone().expire(at(1) + TimeDelta::hours(72)).expect("a move").registration;
    database.save(&ended, &linked).await;
    for n in 2..=4 {
        database.add(&confirmed(n, person(n), at(0))).await;
    }
    let abandoned = confirmed(2, person(2), at(0));
    database.save(&abandoned.clone().abandon(at(9)).expect("a move").registration, &abandoned).await;
    let superseded = confirmed(3, person(3), at(0));
    database
        .save(&superseded.clone().supersede(first.id, at(9)).expect("a move").registration, &superseded)
        .await;
    let done = registered(&database, 5, person(5), at(0)).await;

    let count = async || database.number("SELECT count(*) FROM registrations").await;
    database.store.purge(OURS, at(8) + days(7)).await.expect("purged");
    assert_eq!(count().await, 5);
    let purged = database.store.purge(OURS, at(9) + days(7)).await.expect("purged");
    assert_eq!((purged.registrations, count().await), (2, 3));
    let purged = database.store.purge(OURS, at(1) + days(10)).await.expect("purged");
    assert_eq!((purged.registrations, count().await), (1, 2));
    assert!(database.store.registration_by_link(OURS, &hash_of(1)).await.expect("read").is_none());
    assert_eq!(database.number("SELECT count(*) FROM links").await, 1);

    // Open or registered ones stay, however old.
    let purged = database.store.purge(OURS, at(0) + days(4000)).await.expect("purged");
    assert_eq!((purged.registrations, count().await), (0, 2));
    let kept = database.store.registration(OURS, done.id).await.expect("read").expect("kept");
    assert_eq!(kept.state.name(), StateName::Registered);
}

#[rstest]
#[tokio::test]
async fn answers_go_when_no_journal_can_hold_their_request_any_more(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let request = Claim { practice: OURS, kiosk: KIOSK, route: "POST /registrations", key: "key" };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.claim_answer(request, b"one", at(0)).await.expect("claimed");
    tx.keep_answer(request, 201, "{}").await.expect("kept");
    tx.commit().await.expect("committed");
    let before = database.store.purge(OURS, at(121 * 3_600 - 1)).await.expect("purged");
    assert_eq!(before.answers, 0);
    let after = database.store.purge(OURS, at(121 * 3_600)).await.expect("purged");
    assert_eq!(after, Purged { answers: 1, ..Purged::default() });
    assert!(database.store.answered(OURS, KIOSK, request.route, request.key).await.expect("read").is_none());
}

#[rstest]
#[tokio::test]
async fn fates_of_promises_go_after_thirty_days_and_promises_stay(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut waiting = super::outbox::promise(2, at(0) + days(40));
    waiting.expires_at = at(0) + days(50);
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for promise in [&super::outbox::promise(1, at(0)), &waiting] {
        tx.promise(promise).await.expect("promised");
    }
    tx.commit().await.expect("committed");
    let row =
        database.store.claim_outbox(OURS, at(0), TimeDelta::seconds(30), 9).await.expect("claimed").remove(0);
    database.store.finish_outbox(&row, at(0), OutboxOutcome::Sent).await.expect("kept");
    assert_eq!(database.store.purge(OURS, at(-1) + days(30)).await.expect("purged").fates, 0);
    assert_eq!(database.store.purge(OURS, at(0) + days(30)).await.expect("purged").fates, 1);
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 1);
}

#[rstest]
#[tokio::test]
async fn promises_that_anybody_can_cause_are_gone_in_an_hour(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut decoy = super::outbox::promise(1, at(0));
    decoy.registration = None;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.promise(&decoy).await.expect("promised");
    tx.commit().await.expect("committed");
    database.store.purge(OURS, decoy.expires_at).await.expect("purged");
    let hour = TimeDelta::hours(1);
    let soon = decoy.expires_at + hour - TimeDelta::seconds(1);
    assert_eq!(database.store.purge(OURS, soon).await.expect("purged").fates, 0);
    assert_eq!(database.store.purge(OURS, decoy.expires_at + hour).await.expect("purged").fates, 1);
}

#[rstest]
#[tokio::test]
async fn the_contents_of_what_is_too_late_go_even_where_no_worker_runs(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.promise(&super::outbox::promise(1, at(0))).await.expect("promised");
    tx.commit().await.expect("committed");
    database.store.purge(OURS, at(599)).await.expect("purged");
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 1);
    database.store.purge(OURS, at(600)).await.expect("purged");
    assert_eq!(database.number("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn codes_asked_for_on_a_phone_and_desk_references_go(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registration = confirmed(1, people::jo(), at(0));
    database.add(&registration).await;
    let mac = mac("111111", registration.id, &registration.details);
    let code = SentCode { mac, sent_at: at(0), tries_used: 5, sends: 1 };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.put_fresh_code(OURS, registration.id, CodePurpose::Resume, None, &code).await.expect("put");
    tx.add_desk_reference(&DeskReferenceRow {
        practice: OURS,
        reference: Reference::draw(&mut seeded(1)),
        kiosk: KIOSK,
        reason: DeskReason::Under16,
        registration: None,
        at: at(0),
    })
    .await
    .expect("kept");
    tx.commit().await.expect("committed");
    assert_eq!(database.store.purge(OURS, at(599)).await.expect("purged"), Purged::default());
    assert_eq!(
        database.store.purge(OURS, at(600)).await.expect("purged"),
        Purged { dead_macs: 2, ..Purged::default() }
    );
    assert_eq!(database.number("SELECT count(*) FROM codes WHERE mac = zeroblob(32)").await, 2);
    assert_eq!(database.store.purge(OURS, at(86_399)).await.expect("purged"), Purged::default(), "once");
    assert_eq!(database.store.purge(OURS, at(86_400)).await.expect("purged").codes, 1);
    assert_eq!(database.store.purge(OURS, at(0) + days(30)).await.expect("purged").desk_references, 1);
    // The first code belongs to the registration and goes with it.
    assert_eq!(database.number("SELECT count(*) FROM codes").await, 1);
}
