//! A server that goes away and comes back.

use futures::future::join_all;
use test_support::{
    people,
    postgres::{Cluster, OWNER, RUN_TIME},
};

use super::{
    database::superuser,
    fixture::{Database, KIOSK, OURS, PEPPER, Postgres, at, confirmed, enrol, jo},
};
use crate::{PostgresLogin, Stamp, Store, StoreError, migrate_postgres};

/// In a new database.
async fn opened(cluster: &Cluster) -> Store {
    let database = cluster.new_database(None);
    let login = |role| PostgresLogin::parse(&cluster.address(role, &database), None).expect("an address");
    migrate_postgres(&login(OWNER), RUN_TIME, Stamp::Sandbox).await.expect("migrated");
    Store::open_postgres(&login(RUN_TIME), PEPPER, 4, Stamp::Sandbox).await.expect("opened")
}

#[tokio::test]
async fn a_server_that_crashed_is_away_until_it_has_started_again_and_then_serves_by_itself() {
    let cluster = Cluster::of_ones_own();
    let store = opened(&cluster).await;
    enrol(&store, OURS, KIOSK, "Front desk", 1, at(0)).await;

    let mut interrupted = store.begin(OURS).await.expect("begun");
    let unfinished = store.begin(OURS).await.expect("begun");
    cluster.crash();
    let broken_off = interrupted.add_registration(&jo(1, at(0)), KIOSK).await;
    assert!(matches!(broken_off, Err(StoreError::Away(_))), "{broken_off:?}");
    let not_kept = unfinished.commit().await;
    assert!(matches!(not_kept, Err(StoreError::Away(_))), "{not_kept:?}");
    let looked = store.patient_count(OURS).await;
    assert!(matches!(looked, Err(StoreError::Away(_))), "{looked:?}");

    cluster.start_again();
    assert_eq!(store.patient_count(OURS).await.expect("it answers"), 0);
    let mut tx = store.begin(OURS).await.expect("begun");
    tx.add_registration(&jo(1, at(0)), KIOSK).await.expect("added");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_connection_that_the_server_ended_is_away_and_what_a_statement_did_wrong_is_not() {
    let database = Database::new(Postgres).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'vestibule' AND datname = current_database()";
    sqlx::query(end).fetch_all(&mut superuser(database.name()).await).await.expect("ended");
    let ended = tx.add_registration(&jo(1, at(0)), KIOSK).await;
    assert!(matches!(ended, Err(StoreError::Away(_))), "{ended:?}");

    let unknown = registration::ids::KioskId(uuid::Uuid::from_u128(0xDEAD));
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let wrong = tx.add_registration(&confirmed(2, people::jo(), at(0)), unknown).await;
    assert!(matches!(wrong, Err(StoreError::Failed(_))), "{wrong:?}");
}

#[tokio::test]
async fn what_a_restarted_server_has_and_its_standby_not_yet_is_told_to_nobody() {
    let cluster = Cluster::of_ones_own();
    let store = opened(&cluster).await;
    cluster.make_standby();
    let mut tx = store.begin(OURS).await.expect("begun");
    tx.enrol_kiosk(OURS, "High Street Dental", KIOSK, "Front desk", &[1; 32], at(0)).await.expect("enrolled");
    cluster.stop_standby();
    let committing = tokio::spawn(tx.commit());
    while cluster.waiting_for_standby() == 0 {
        tokio::task::yield_now().await;
    }
    cluster.crash();
    let kept = committing.await.expect("no panic");
    assert!(matches!(kept, Err(StoreError::Away(_))), "nobody was told that it was kept: {kept:?}");

    // The server takes what it had not yet confirmed for kept, and shows it.
    cluster.start_again();
    let looking = tokio::spawn({
        let store = store.clone();
        async move { join_all((0..12).map(|_| store.kiosks(OURS))).await }
    });
    while cluster.waiting_for_standby() == 0 {
        assert!(
            !looking.is_finished(),
            "were the standby to take its place now, what was told would be lost"
        );
        tokio::task::yield_now().await;
    }
    let told = looking.await.expect("no panic");
    assert!(told.iter().all(|told| matches!(told, Err(StoreError::Away(_)))), "{told:?}");
    assert_eq!(
        cluster.waiting_for_standby(),
        1,
        "those who gave up have left no connection that waits for ever"
    );
    cluster.start_standby();
    let mut told = store.kiosks(OURS).await;
    while let Err(StoreError::Away(_)) = told {
        told = store.kiosks(OURS).await;
    }
    assert_eq!(told.expect("told").len(), 1);
}
