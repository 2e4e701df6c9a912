//! The log tells when it was altered, and cannot be altered by mistake.

use registration::ids::{AccountId, PatientId, PracticeId};
use rstest::rstest;
use uuid::Uuid;

use super::fixture::{
    Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, patient_id, registration_id,
};
use crate::{AccessEntry, Act, Actor, ByStaff, Fault, Purpose, VerifyReport};

const KEY: [u8; 32] = [0x11; 32];

fn entry(practice: PracticeId, n: u128, second: i64) -> AccessEntry {
    AccessEntry {
        id: Uuid::from_u128(n),
        practice,
        at: at(second),
        actor: Actor::Kiosk(KIOSK),
        act: Act::DetailsConfirmed,
        registration: Some(registration_id(1)),
        patient: None,
        account: None,
        purpose: None,
        about_staff: None,
    }
}

async fn log(database: &Database, entries: &[AccessEntry]) {
    for of_one in entries.chunk_by(|one, other| one.practice == other.practice) {
        let mut tx = database.store.begin(of_one[0].practice).await.expect("begun");
        for entry in of_one {
            tx.log(*entry).await.expect("logged");
        }
        tx.commit().await.expect("committed");
    }
}

async fn seal(database: &Database) -> usize {
    database.store.seal_access_log(OURS, &KEY, at(100)).await.expect("sealed")
}

async fn verify(database: &Database) -> VerifyReport {
    database.store.verify_access_log(OURS, &KEY).await.expect("verified")
}

/// Five sealed rows; what protects them against accidents is taken away, as whoever can write the file could.
async fn five_sealed(on: Kind) -> Database {
    let database = Database::new(on).await;
    let mut entries: Vec<_> = (1..=5).map(|n| entry(OURS, n, i64::try_from(n).unwrap())).collect();
    if let Some(by_staff) = entries.get_mut(3) {
        by_staff.actor = Actor::Staff(ByStaff { id: Uuid::from_u128(9), kiosk: Some(KIOSK) });
        by_staff.purpose = Some(Purpose::HelpPatient);
    }
    log(&database, &entries).await;
    assert_eq!(seal(&database).await, 5);
    assert_eq!(verify(&database).await.faults, []);
    for sql in [
        "DROP TRIGGER access_log_content_never_changes",
        "DROP TRIGGER access_log_origin_never_changes",
        "DROP TRIGGER access_log_is_sealed_once",
        "DROP TRIGGER access_log_goes_only_by_age",
        "DROP TRIGGER access_log_heads_stay",
    ] {
        database.tamper(sql).await;
    }
    database
}

#[rstest]
#[tokio::test]
async fn a_log_that_nobody_touched_is_whole(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    assert_eq!(verify(&database).await.head, None);
    let staff = Actor::Staff(ByStaff { id: Uuid::from_u128(9), kiosk: Some(KIOSK) });
    let actors = [Actor::Patient, Actor::Kiosk(KIOSK), Actor::Portal, staff];
    for (n, actor) in (1..).zip(actors) {
        let patient: Option<PatientId> = (n == 2).then(|| patient_id(4));
        let account = (n == 3).then(|| AccountId(Uuid::from_u128(5)));
        let second = i64::try_from(n).unwrap();
        let purpose = (n == 4).then_some(Purpose::HelpPatient);
        log(&database, &[AccessEntry { actor, patient, account, purpose, ..entry(OURS, n, second) }]).await;
        assert_eq!(verify(&database).await.waiting, 1);
        assert_eq!(seal(&database).await, 1);
        assert_eq!(seal(&database).await, 0);
    }
    let database = database.reopened().await;
    let report = verify(&database).await;
    assert_eq!((report.sealed, report.waiting, report.faults.as_slice()), (4, 0, &[][..]));
    let head = report.head.expect("a head");
    assert_eq!((head.seq, head.sealed_at), (4, at(100)));
}

#[rstest]
#[tokio::test]
async fn many_rows_are_sealed_in_turns_and_walked_in_pages(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let entries: Vec<_> = (1..=1200).map(|n| entry(OURS, n, i64::try_from(n).unwrap())).collect();
    log(&database, &entries).await;
    assert_eq!([seal(&database).await, seal(&database).await, seal(&database).await], [500, 500, 200]);
    let report = verify(&database).await;
    assert_eq!((report.sealed, report.faults.as_slice()), (1200, &[][..]));
}

#[rstest]
#[tokio::test]
async fn a_row_is_there_exactly_if_its_act_is(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.log(entry(OURS, 1, 1)).await.expect("logged");
    drop(tx);
    assert_eq!(verify(&database).await.waiting, 0);
}

#[rstest]
#[tokio::test]
async fn an_altered_row_is_found_whatever_was_altered(#[values(Sqlite, Postgres)] on: Kind) {
    for sql in [
        "UPDATE access_log SET act = 'record_shown' WHERE sealed_seq = 3",
        "UPDATE access_log SET at = '2020-01-01T00:00:00.000000Z' WHERE sealed_seq = 3",
        "UPDATE access_log SET actor = 'portal', actor_id = NULL WHERE sealed_seq = 3",
        "UPDATE access_log SET actor_id = zeroblob(16) WHERE sealed_seq = 3",
        "UPDATE access_log SET registration_id = NULL WHERE sealed_seq = 3",
        "UPDATE access_log SET patient_id = registration_id, registration_id = NULL WHERE sealed_seq = 3",
        "UPDATE access_log SET account_id = zeroblob(16) WHERE sealed_seq = 3",
        "UPDATE access_log SET id = zeroblob(16) WHERE sealed_seq = 3",
        "UPDATE access_log SET kiosk_id = zeroblob(16) WHERE sealed_seq = 3",
        "UPDATE access_log SET purpose = 'settle_review' WHERE sealed_seq = 3",
        "UPDATE access_log SET about_staff_id = zeroblob(16) WHERE sealed_seq = 3",
    ] {
        let database = five_sealed(on).await;
        database.tamper(sql).await;
        assert_eq!(verify(&database).await.faults, [Fault::Altered { seq: 3 }], "{sql}");
    }
}

#[rstest]
#[tokio::test]
async fn a_portal_of_an_earlier_version_leaves_rows_that_say_more_to_one_that_knows_them(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let by_staff = Actor::Staff(ByStaff { id: Uuid::from_u128(9), kiosk: Some(KIOSK) });
    log(&database, &[entry(OURS, 1, 1), AccessEntry { actor: by_staff, ..entry(OURS, 2, 2) }]).await;
    let as_before =
        "UPDATE access_log SET sealed_seq = 2, chain_mac = zeroblob(32) WHERE kiosk_id IS NOT NULL";
    assert!(database.refuses(as_before).await);
    assert_eq!(seal(&database).await, 2);
    assert_eq!(verify(&database).await.faults, []);
}

#[rstest]
#[tokio::test]
async fn where_and_what_for_staff_did_it_cannot_be_taken_away(#[values(Sqlite, Postgres)] on: Kind) {
    for sql in [
        "UPDATE access_log SET kiosk_id = NULL WHERE sealed_seq = 4",
        "UPDATE access_log SET purpose = NULL WHERE sealed_seq = 4",
        "UPDATE access_log SET kiosk_id = NULL, purpose = NULL WHERE sealed_seq = 4",
        "UPDATE access_log SET purpose = 'settle_review' WHERE sealed_seq = 4",
    ] {
        let database = five_sealed(on).await;
        database.tamper(sql).await;
        assert_eq!(verify(&database).await.faults, [Fault::Altered { seq: 4 }], "{sql}");
    }
}

#[tokio::test]
async fn a_row_of_a_file_that_can_no_longer_be_read_was_altered() {
    let database = five_sealed(Sqlite).await;
    database.tamper("UPDATE access_log SET at = 'never' WHERE sealed_seq = 3").await;
    assert_eq!(verify(&database).await.faults, [Fault::Altered { seq: 3 }]);
}

#[rstest]
#[tokio::test]
async fn a_removed_row_is_found(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    database.tamper("DELETE FROM access_log WHERE sealed_seq = 3").await;
    assert_eq!(verify(&database).await.faults, [Fault::Missing { seq: 3 }]);
}

#[rstest]
#[tokio::test]
async fn a_removed_row_is_found_when_the_others_move_up(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    database.tamper("DELETE FROM access_log WHERE sealed_seq = 3").await;
    database.tamper("UPDATE access_log SET sealed_seq = sealed_seq - 1 WHERE sealed_seq > 3").await;
    let faults = verify(&database).await.faults;
    assert!(
        faults.contains(&Fault::Altered { seq: 3 }) && faults.contains(&Fault::HeadDiffers),
        "{faults:?}"
    );
}

#[rstest]
#[tokio::test]
async fn rows_cut_off_at_either_end_are_found(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    database.tamper("DELETE FROM access_log WHERE sealed_seq = 5").await;
    assert_eq!(verify(&database).await.faults, [Fault::HeadDiffers]);
    let database = five_sealed(on).await;
    database.tamper("DELETE FROM access_log WHERE sealed_seq = 1").await;
    assert_eq!(verify(&database).await.faults, [Fault::Missing { seq: 1 }]);
    let database = five_sealed(on).await;
    database.tamper("DELETE FROM access_log_heads").await;
    assert_eq!(verify(&database).await.faults, [Fault::HeadDiffers]);
}

#[rstest]
#[tokio::test]
async fn an_end_cut_off_together_with_the_head_is_found_by_an_exported_head(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = five_sealed(on).await;
    let exported = verify(&database).await.head.expect("a head");
    database.tamper("DELETE FROM access_log WHERE sealed_seq = 5").await;
    database
        .tamper("UPDATE access_log_heads SET sealed_seq = 4, chain_mac = (SELECT chain_mac FROM access_log WHERE sealed_seq = 4)")
        .await;
    let report = verify(&database).await;
    assert_eq!(report.faults, []);
    assert_ne!(report.head, Some(exported));
}

#[rstest]
#[tokio::test]
async fn an_inserted_row_is_found(#[values(Sqlite, Postgres)] on: Kind) {
    const INSERT: &str = "
        INSERT INTO access_log (practice_id, id, at, actor, act, sealed_seq, chain_mac)
        SELECT practice_id, zeroblob(16), at, 'portal', 'record_shown', 6, chain_mac FROM access_log WHERE sealed_seq = 5";
    let database = five_sealed(on).await;
    database.tamper(INSERT).await;
    assert_eq!(verify(&database).await.faults, [Fault::Altered { seq: 6 }, Fault::HeadDiffers]);

    let database = five_sealed(on).await;
    database.tamper("UPDATE access_log SET sealed_seq = 7 WHERE sealed_seq = 5").await;
    assert!(!verify(&database).await.faults.is_empty());
}

#[rstest]
#[tokio::test]
async fn two_rows_that_changed_places_are_found(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    for sql in [
        "UPDATE access_log SET sealed_seq = 99 WHERE sealed_seq = 2",
        "UPDATE access_log SET sealed_seq = 2 WHERE sealed_seq = 3",
        "UPDATE access_log SET sealed_seq = 3 WHERE sealed_seq = 99",
    ] {
        database.tamper(sql).await;
    }
    let faults = verify(&database).await.faults;
    assert!(
        faults.contains(&Fault::Altered { seq: 2 }) && faults.contains(&Fault::Altered { seq: 3 }),
        "{faults:?}"
    );
}

#[rstest]
#[tokio::test]
async fn another_key_sees_nothing_but_faults(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    let report = database.store.verify_access_log(OURS, &[0x12; 32]).await.expect("verified");
    assert_eq!(report.faults.len(), 6);
    assert!(report.faults.contains(&Fault::BaseForged));
}

#[rstest]
#[tokio::test]
async fn the_schema_refuses_to_alter_remove_or_reseal_a_row(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    log(&database, &[entry(OURS, 1, 1), entry(OURS, 2, 2)]).await;
    let refused = async |sql: &'static str| database.refuses(sql).await;
    assert!(refused("DELETE FROM access_log").await);
    assert!(refused("UPDATE access_log SET act = 'record_shown'").await);
    seal(&database).await;
    for sql in [
        "DELETE FROM access_log WHERE sealed_seq = 1",
        "DELETE FROM access_log_heads",
        "UPDATE access_log SET act = 'record_shown' WHERE sealed_seq = 1",
        "UPDATE access_log SET at = at WHERE sealed_seq = 1",
        "UPDATE access_log SET purpose = 'help_patient' WHERE sealed_seq = 1",
        "UPDATE access_log SET chain_mac = zeroblob(32) WHERE sealed_seq = 1",
        "UPDATE access_log SET sealed_seq = NULL, chain_mac = NULL WHERE sealed_seq = 2",
    ] {
        assert!(refused(sql).await, "{sql}");
    }
    assert_eq!(verify(&database).await.faults, []);
}

#[rstest]
#[tokio::test]
async fn old_rows_go_by_age_from_the_old_end_only_and_the_rest_stays_whole(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    // The clock was stepped back between the third row and the fourth.
    for (n, second) in [(1, 10), (2, 20), (3, 30), (4, 15), (5, 40), (6, 50)] {
        log(&database, &[entry(OURS, n, second)]).await;
        seal(&database).await;
    }
    let purge = async |second| database.store.purge_access_log(OURS, &KEY, at(second)).await.expect("purged");
    assert_eq!(purge(5).await, 0);
    assert_eq!(purge(25).await, 2);
    let report = verify(&database).await;
    assert_eq!((report.sealed, report.faults.as_slice()), (4, &[][..]));
    assert_eq!(purge(25).await, 0);
    assert_eq!(purge(1000).await, 4);
    assert_eq!(verify(&database).await.faults, []);
    log(&database, &[entry(OURS, 7, 60)]).await;
    seal(&database).await;
    let report = verify(&database).await;
    assert_eq!((report.sealed, report.head.expect("a head").seq), (1, 7));
    assert_eq!(report.faults, []);
}

#[rstest]
#[tokio::test]
async fn a_purge_without_the_key_is_found(#[values(Sqlite, Postgres)] on: Kind) {
    let database = five_sealed(on).await;
    database
        .tamper("UPDATE access_log_heads SET base_seq = 2, base_mac = (SELECT chain_mac FROM access_log WHERE sealed_seq = 2)")
        .await;
    database.tamper("DELETE FROM access_log WHERE sealed_seq <= 2").await;
    assert_eq!(verify(&database).await.faults, [Fault::BaseForged]);
}

#[rstest]
#[tokio::test]
async fn each_practice_has_a_chain_of_its_own(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    log(&database, &[entry(OURS, 1, 1), entry(THEIRS, 1, 1), entry(THEIRS, 2, 2)]).await;
    assert_eq!(seal(&database).await, 1);
    assert_eq!(database.store.seal_access_log(THEIRS, &[0x22; 32], at(9)).await.expect("sealed"), 2);
    assert_eq!(verify(&database).await.faults, []);
    let theirs = database.store.verify_access_log(THEIRS, &[0x22; 32]).await.expect("verified");
    assert_eq!((theirs.sealed, theirs.faults.as_slice()), (2, &[][..]));
}
