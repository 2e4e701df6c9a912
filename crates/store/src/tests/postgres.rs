//! What only the server has: roles, grants, policies, two writers at once.

use chrono::TimeDelta;
use futures::future::join_all;
use registration::ids::PracticeId;
use sqlx::{Connection as _, PgConnection, Row as _};
use test_support::{
    people,
    postgres::{BACK_UP, Cluster, OWNER, RUN_TIME},
};
use uuid::Uuid;

use super::{
    database::{login, migrated, superuser},
    fixture::{Database, OURS, PEPPER, Postgres, Sqlite, THEIRS, at, confirmed_in, registration_id},
    schema::{self, Tables},
};
use crate::{
    AccessEntry, Act, Actor, OpenError, OutboxOutcome, PostgresLogin, Stamp, Store, migrate_postgres,
};

/// Logged in as the portal's own role.
async fn run_time(database: &Database) -> PgConnection {
    PgConnection::connect(&Cluster::shared().address(RUN_TIME, database.name())).await.expect("connected")
}

async fn say(connection: &mut PgConnection, practice: PracticeId) {
    let sql = format!("SET vestibule.practice_id = '{}'", practice.0);
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await.expect("said");
}

/// A registration and a line of the log in each practice.
async fn two_practices() -> Database {
    let database = Database::new(Postgres).await;
    for (n, practice) in [(1, OURS), (2, THEIRS)] {
        database.add(&confirmed_in(practice, n, people::jo(), at(0))).await;
        log(&database, practice, n).await;
    }
    database
}

async fn log(database: &Database, practice: PracticeId, n: u128) {
    let mut tx = database.store.begin(practice).await.expect("begun");
    tx.log(AccessEntry {
        id: Uuid::from_u128(n),
        practice,
        at: at(0),
        actor: Actor::Patient,
        act: Act::DetailsConfirmed,
        registration: None,
        patient: None,
        account: None,
        purpose: None,
        about_staff: None,
    })
    .await
    .expect("logged");
    tx.commit().await.expect("committed");
}

async fn tables(connection: &mut PgConnection) -> Tables {
    let rows = sqlx::query(
        "SELECT table_name::text AS table_name, column_name::text AS column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY table_name, ordinal_position",
    )
    .fetch_all(connection)
    .await
    .expect("the schema");
    let mut tables = Tables::new();
    for row in rows {
        tables.entry(row.get("table_name")).or_default().push(row.get("column_name"));
    }
    tables
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let (server, file) = (Database::new(Postgres).await, Database::new(Sqlite).await);
    assert_eq!(tables(&mut superuser(server.name()).await).await, schema::columns(&file).await);
}

#[tokio::test]
async fn every_table_of_a_practice_is_behind_the_wall_for_its_owner_too() {
    let database = Database::new(Postgres).await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname",
    )
    .fetch_all(&mut superuser(database.name()).await)
    .await
    .expect("the tables");
    assert_eq!(open, ["_sqlx_migrations", "database_stamp", "recovery_key"]);
}

#[tokio::test]
async fn neither_role_can_step_over_the_wall_by_its_rank() {
    let database = Database::new(Postgres).await;
    let ranks: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_roles WHERE rolname IN ($1, $2) AND NOT (rolsuper OR rolbypassrls OR rolcreaterole)",
    )
    .bind(OWNER)
    .bind(RUN_TIME)
    .fetch_one(&mut superuser(database.name()).await)
    .await
    .expect("the roles");
    assert_eq!(ranks, 2);
}

#[tokio::test]
async fn a_portal_does_not_work_as_a_role_that_the_wall_does_not_hold() {
    let database = Database::new(Postgres).await;
    let cluster = Cluster::shared();
    let open = async |role: &str| {
        let login = PostgresLogin::parse(&cluster.address(role, database.name()), None).expect("an address");
        Store::open_postgres(&login, PEPPER, 1, Stamp::Sandbox).await.map(drop)
    };
    open(RUN_TIME).await.expect("what the portal works as");
    for role in ["postgres", OWNER, BACK_UP] {
        let refused = open(role).await;
        assert!(matches!(refused, Err(OpenError::RoleTooPowerful)), "{role}: {refused:?}");
    }
}

#[tokio::test]
async fn a_query_that_forgets_its_practice_sees_and_changes_only_the_one_that_was_said() {
    let database = two_practices().await;
    for role in [RUN_TIME, OWNER] {
        let mut connection = PgConnection::connect(&Cluster::shared().address(role, database.name()))
            .await
            .expect("connected");
        let count = async |connection: &mut PgConnection| -> i64 {
            sqlx::query_scalar("SELECT count(*) FROM registrations")
                .fetch_one(connection)
                .await
                .expect("read")
        };
        assert_eq!(count(&mut connection).await, 0, "{role}: no practice was said");
        say(&mut connection, OURS).await;
        assert_eq!(count(&mut connection).await, 1, "{role}");
        let changed = sqlx::query("UPDATE registrations SET deadline = NULL WHERE practice_id = $1")
            .bind(THEIRS.0)
            .execute(&mut connection)
            .await
            .expect("nothing to do");
        assert_eq!(changed.rows_affected(), 0, "{role}");
        let moved = sqlx::query("UPDATE registrations SET practice_id = $1")
            .bind(THEIRS.0)
            .execute(&mut connection)
            .await;
        assert!(moved.is_err(), "{role}: a row cannot be carried over");
    }
}

#[tokio::test]
async fn what_one_transaction_said_is_forgotten_by_the_next_on_the_same_connection() {
    let database = two_practices().await;
    let narrow = Store::open_postgres(&login(RUN_TIME, database.name()), PEPPER, 1, Stamp::Sandbox)
        .await
        .expect("opened");
    assert!(narrow.registration(OURS, registration_id(1)).await.expect("read").is_some());
    let crate::open::Database::Postgres(pool) = &narrow.database else { panic!("a server") };
    let seen: i64 =
        sqlx::query_scalar("SELECT count(*) FROM registrations").fetch_one(pool).await.expect("read");
    assert_eq!(seen, 0);
    // In a transaction of ours, another practice's rows cannot be asked for by naming them.
    let mut tx = narrow.begin(OURS).await.expect("begun");
    assert!(tx.registration(THEIRS, registration_id(2)).await.expect("read").is_none());
    let theirs = confirmed_in(THEIRS, 3, people::jo(), at(0));
    assert!(tx.add_registration(&theirs, super::fixture::KIOSK).await.is_err());
}

#[tokio::test]
async fn the_portals_role_can_neither_change_the_schema_nor_rewrite_the_log() {
    let database = two_practices().await;
    let mut connection = run_time(&database).await;
    say(&mut connection, OURS).await;
    for sql in [
        "CREATE TABLE mine (a int)",
        "ALTER TABLE registrations ADD COLUMN a int",
        "ALTER TABLE registrations DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE access_log DISABLE TRIGGER ALL",
        "DROP POLICY own_practice ON registrations",
        "DROP TABLE outbox",
        "TRUNCATE access_log",
        "UPDATE access_log SET act = 'nothing'",
        "UPDATE access_log SET at = at",
        "DELETE FROM access_log",
        "DELETE FROM access_log_heads",
        "UPDATE database_stamp SET stamp = 'live'",
        "DELETE FROM _sqlx_migrations",
        "SELECT recipient FROM recovery_key",
        "INSERT INTO recovery_key VALUES (1, 'age1mine', now())",
        "UPDATE recovery_key SET recipient = 'age1mine'",
        "UPDATE terms_acceptances SET terms_version = 'other'",
        "SELECT grant_run_time('vestibule')",
        "SET ROLE vestibule_owner",
        "SET session_replication_role = replica",
        "CREATE FUNCTION current_practice() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    ] {
        assert!(sqlx::query(sql).execute(&mut connection).await.is_err(), "{sql}");
    }
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM access_log").fetch_one(&mut connection).await.expect("read");
    assert_eq!(kept, 1, "the refusals are no mistake of the test: the role reads its own");
}

#[tokio::test]
async fn a_table_of_the_portals_own_cannot_stand_in_for_the_head_of_the_log() {
    let database = two_practices().await;
    database.store.seal_access_log(OURS, &[7; 32], at(1)).await.expect("sealed");
    let mut connection = run_time(&database).await;
    say(&mut connection, OURS).await;
    // Where a role may make temporary tables, their names come before those of the schema.
    let shadow = "CREATE TEMPORARY TABLE access_log_heads AS SELECT practice_id, 9::bigint AS base_seq FROM access_log";
    let _ = sqlx::query(shadow).execute(&mut connection).await;
    assert!(sqlx::query("DELETE FROM access_log").execute(&mut connection).await.is_err());
}

#[tokio::test]
async fn the_portals_role_cannot_write_a_row_of_the_log_that_looks_sealed() {
    let database = two_practices().await;
    let mut connection = run_time(&database).await;
    say(&mut connection, OURS).await;
    let insert = "INSERT INTO access_log (practice_id, id, at, actor, act, sealed_seq, chain_mac)
                  SELECT practice_id, gen_random_uuid(), at, 'portal', act, 9, sha256('x') FROM access_log";
    assert!(sqlx::query(insert).execute(&mut connection).await.is_err());
}

#[tokio::test]
async fn a_database_of_another_age_or_mode_is_refused() {
    let new = Cluster::shared().new_database(None);
    let refused = Store::open_postgres(&login(RUN_TIME, &new), PEPPER, 2, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::TooOld { found: 0, known: 6.. })), "{refused:?}");

    let database = Cluster::shared().new_database(Some(migrated().await));
    let refused = Store::open_postgres(&login(RUN_TIME, &database), PEPPER, 2, Stamp::Live).await;
    assert!(matches!(refused, Err(OpenError::OtherMode { found: Stamp::Sandbox })), "{refused:?}");
    let refused = migrate_postgres(&login(OWNER, &database), RUN_TIME, Stamp::Live).await;
    assert!(matches!(refused, Err(OpenError::OtherMode { found: Stamp::Sandbox })), "{refused:?}");

    let future = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                  VALUES (9999, 'of the future', TRUE, '', 0)";
    sqlx::query(future).execute(&mut superuser(&database).await).await.expect("planted");
    let refused = Store::open_postgres(&login(RUN_TIME, &database), PEPPER, 2, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::TooNew { found: 9999, .. })), "{refused:?}");
    let refused = migrate_postgres(&login(OWNER, &database), RUN_TIME, Stamp::Sandbox).await;
    assert!(matches!(refused, Err(OpenError::TooNew { found: 9999, .. })), "{refused:?}");
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_the_portals_role_cannot_do_it() {
    let database = Cluster::shared().new_database(Some(migrated().await));
    migrate_postgres(&login(OWNER, &database), RUN_TIME, Stamp::Sandbox).await.expect("nothing to do");
    Store::open_postgres(&login(RUN_TIME, &database), PEPPER, 2, Stamp::Sandbox).await.expect("opened");
    let new = Cluster::shared().new_database(None);
    assert!(migrate_postgres(&login(RUN_TIME, &new), RUN_TIME, Stamp::Sandbox).await.is_err());
}

#[tokio::test]
async fn two_workers_at_once_never_take_one_promise_twice() {
    let database = Database::new(Postgres).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for n in 0..200 {
        tx.promise(&super::outbox::promise(n, at(0))).await.expect("promised");
    }
    tx.commit().await.expect("committed");
    let worker = async || {
        let mut taken = Vec::new();
        loop {
            let rows =
                database.store.claim_outbox(OURS, at(1), TimeDelta::minutes(5), 7).await.expect("claimed");
            if rows.is_empty() {
                return taken;
            }
            for row in rows {
                database.store.finish_outbox(&row, at(2), OutboxOutcome::Sent).await.expect("kept");
                taken.push(row.id);
            }
        }
    };
    let mut taken = join_all((0..4).map(|_| worker())).await.concat();
    taken.sort();
    assert_eq!(taken.len(), 200);
    taken.dedup();
    assert_eq!(taken.len(), 200);
}

#[tokio::test]
async fn sealers_at_once_make_one_chain() {
    let database = Database::new(Postgres).await;
    for n in 0..60 {
        log(&database, OURS, n).await;
    }
    let key = [7; 32];
    let sealed = join_all((0..4).map(|_| database.store.seal_access_log(OURS, &key, at(1)))).await;
    let sealed: Vec<_> = sealed.into_iter().map(|sealed| sealed.expect("sealed")).collect();
    assert_eq!(sealed.iter().sum::<usize>(), 60, "{sealed:?}");
    let report = database.store.verify_access_log(OURS, &key).await.expect("walked");
    assert_eq!((report.sealed, report.faults), (60, vec![]));
}

#[tokio::test]
async fn a_server_over_the_network_proves_who_it_is() {
    let cluster = Cluster::over_tls();
    let database = cluster.new_database(None);
    let (ours, systems) = (cluster.authority(), "/etc/ssl/certs/ca-certificates.crt");
    let migrate = async |server, authority| {
        let address = cluster.tls_address(OWNER, &database, server, authority);
        let owner = PostgresLogin::parse(&address, None).expect("an address");
        migrate_postgres(&owner, RUN_TIME, Stamp::Sandbox).await
    };
    assert!(migrate("localhost", systems).await.is_err(), "an authority we do not trust");
    assert!(migrate("127.0.0.1", &ours).await.is_err(), "another name than that of the certificate");
    migrate("localhost", &ours).await.expect("migrated");

    let address = cluster.tls_address(RUN_TIME, &database, "localhost", &ours);
    let login = PostgresLogin::parse(&address, None).expect("an address");
    let store = Store::open_postgres(&login, PEPPER, 1, Stamp::Sandbox).await.expect("opened");
    let crate::open::Database::Postgres(pool) = &store.database else { panic!("a server") };
    let encrypted: bool = sqlx::query_scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .fetch_one(pool)
        .await
        .expect("read");
    assert!(encrypted);
}

#[test]
fn an_address_that_verifies_nothing_is_refused() {
    for address in [
        "postgres://vestibule@db.example.org/vestibule",
        "postgres://vestibule@db.example.org/vestibule?sslmode=disable",
        "postgres://vestibule@db.example.org/vestibule?sslmode=require",
        "postgres://vestibule@db.example.org/vestibule?sslmode=verify-ca",
        "postgres://vestibule@localhost/vestibule",
    ] {
        let refused = PostgresLogin::parse(address, None);
        assert!(matches!(refused, Err(OpenError::NotVerified)), "{address}: {refused:?}");
    }
    for address in [
        "postgres://vestibule@db.example.org/vestibule?sslmode=verify-full",
        "postgres://vestibule@localhost/vestibule?host=/run/postgresql",
    ] {
        PostgresLogin::parse(address, Some("a secret")).expect("accepted");
    }
}
