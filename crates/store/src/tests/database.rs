//! A database of its own for each test: an encrypted file, or a copy of one that was migrated in a private cluster.

use std::path::PathBuf;

use registration::{flow::Registration, ids::PracticeId};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqlitePool};
use tempfile::TempDir;
use test_support::postgres::{Cluster, OWNER, RUN_TIME};
use tokio::sync::OnceCell;

use super::fixture::{KEY, KIOSK, OURS, PEPPER, THEIRS, at, enrol};
use crate::{DatabaseKey, PostgresLogin, Stamp, Store, migrate_postgres, open::Database as Opened};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// Where it lies.
enum Home {
    Folder(TempDir),
    Cluster { name: String },
}

/// A database that goes with the test.
pub(super) struct Database {
    pub(super) store: Store,
    home: Home,
}

impl Database {
    /// With the same kiosk in two practices.
    pub(super) async fn new(kind: Kind) -> Self {
        let home = match kind {
            Kind::Sqlite => Home::Folder(tempfile::tempdir().expect("a folder")),
            Kind::Postgres => Home::Cluster { name: Cluster::shared().new_database(Some(migrated().await)) },
        };
        let store = open(&home).await;
        for (practice, credential) in [(OURS, 1), (THEIRS, 2)] {
            enrol(&store, practice, KIOSK, "Front desk", credential, at(0)).await;
        }
        Self { store, home }
    }

    /// As after a crash: nothing is closed first.
    pub(super) async fn reopened(self) -> Self {
        let Self { store, home } = self;
        drop(store);
        Self { store: open(&home).await, home }
    }

    /// Of an encrypted file.
    pub(super) fn file(&self) -> PathBuf {
        file(self.folder())
    }

    /// Of an encrypted file.
    pub(super) fn folder(&self) -> &TempDir {
        match &self.home {
            Home::Folder(folder) => folder,
            Home::Cluster { name } => panic!("{name} is no file"),
        }
    }

    /// Of a database in the cluster.
    pub(super) fn name(&self) -> &str {
        match &self.home {
            Home::Folder(_) => panic!("a file has no name in the cluster"),
            Home::Cluster { name } => name,
        }
    }

    /// The writer and the readers of an encrypted file.
    pub(super) fn pools(&self) -> [&SqlitePool; 2] {
        match &self.store.database {
            Opened::Sqlite { writer, readers } => [writer, readers],
            Opened::Postgres(_) => panic!("a file was asked for"),
        }
    }

    /// Keeps a new registration.
    pub(super) async fn add(&self, registration: &Registration) {
        let mut tx = self.store.begin(registration.practice).await.expect("begun");
        tx.add_registration(registration, KIOSK).await.expect("added");
        tx.commit().await.expect("committed");
    }

    /// Keeps a move.
    pub(super) async fn save(&self, registration: &Registration, from: &Registration) {
        let mut tx = self.store.begin(registration.practice).await.expect("begun");
        tx.save(registration, from.state.name()).await.expect("saved");
        tx.commit().await.expect("committed");
    }

    /// Changes rows behind the program's back, past the checks of the schema.
    pub(super) async fn tamper(&self, sql: &'static str) {
        match &self.home {
            Home::Folder(_) => {
                let mut connection = self.pools()[0].acquire().await.expect("a connection");
                for sql in
                    ["PRAGMA ignore_check_constraints = ON", sql, "PRAGMA ignore_check_constraints = OFF"]
                {
                    sqlx::query(sql).execute(&mut *connection).await.expect("tampered");
                }
            }
            // Below, no trigger runs at all.
            Home::Cluster { .. } if sql.starts_with("DROP TRIGGER ") => {}
            Home::Cluster { name } => {
                let mut connection = superuser(name).await;
                sqlx::query("SET session_replication_role = replica")
                    .execute(&mut connection)
                    .await
                    .expect("no triggers");
                sqlx::raw_sql(DROP_CHECKS).execute(&mut connection).await.expect("no checks");
                sqlx::query(in_postgres(sql)).execute(&mut connection).await.expect("tampered");
            }
        }
    }

    /// Runs a statement behind the program's back, with every check of the schema.
    pub(super) async fn attempt(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        match &self.home {
            Home::Folder(_) => sqlx::query(sql).execute(self.pools()[0]).await.map(drop),
            Home::Cluster { name } => {
                sqlx::query(in_postgres(sql)).execute(&mut superuser(name).await).await.map(drop)
            }
        }
    }

    /// Whether the schema refuses this, whoever asks.
    pub(super) async fn refuses(&self, sql: &'static str) -> bool {
        self.attempt(sql).await.is_err()
    }

    /// The first column of the first row.
    pub(super) async fn number(&self, sql: &'static str) -> i64 {
        match &self.home {
            Home::Folder(_) => sqlx::query_scalar(sql).fetch_one(self.pools()[0]).await,
            Home::Cluster { name } => {
                sqlx::query_scalar(in_postgres(sql)).fetch_one(&mut superuser(name).await).await
            }
        }
        .expect("a number")
    }

    /// Every row of a table that is one practice's, as text, in an order of its own.
    pub(super) async fn rows_of(&self, table: &str, columns: &[String], practice: PracticeId) -> Vec<String> {
        let as_text = |text: &str| {
            let columns: Vec<_> = columns.iter().map(|column| text.replace('?', column)).collect();
            let row = columns.join(" || ' ' || ");
            AssertSqlSafe(format!("SELECT {row} AS row FROM {table} WHERE practice_id = $1 ORDER BY 1"))
        };
        match &self.home {
            Home::Folder(_) => {
                sqlx::query_scalar(as_text("quote(?)")).bind(practice.0).fetch_all(self.pools()[0]).await
            }
            Home::Cluster { name } => {
                let text = as_text("coalesce(?::text, 'NULL')");
                sqlx::query_scalar(text).bind(practice.0).fetch_all(&mut superuser(name).await).await
            }
        }
        .expect("rows")
    }
}

/// What differs between the texts that tests write.
fn in_postgres(sql: &str) -> AssertSqlSafe<String> {
    let text = sql.replace("char(7)", "chr(7)").replace("x'", "'\\x");
    // Of a token; the other zeros are an id.
    let text = text.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')");
    AssertSqlSafe(text.replace("zeroblob(16)", "'00000000-0000-0000-0000-000000000000'::uuid"))
}

const DROP_CHECKS: &str = "
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of_table, c.conname); END LOOP;
END $$";

/// Of the cluster: no policy and no grant holds for it.
pub(super) async fn superuser(database: &str) -> PgConnection {
    PgConnection::connect(&Cluster::shared().address("postgres", database)).await.expect("connected")
}

pub(super) fn login(role: &str, database: &str) -> PostgresLogin {
    PostgresLogin::parse(&Cluster::shared().address(role, database), None).expect("an address")
}

pub(super) fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("store.db")
}

async fn open(home: &Home) -> Store {
    match home {
        Home::Folder(folder) => {
            Store::open_sqlite(&file(folder), &DatabaseKey::new(KEY, PEPPER), Stamp::Sandbox)
                .await
                .expect("opened")
        }
        Home::Cluster { name } => {
            Store::open_postgres(&login(RUN_TIME, name), PEPPER, 8, Stamp::Sandbox).await.expect("opened")
        }
    }
}

/// A database with all tables and no row.
pub(super) async fn migrated() -> &'static str {
    static MIGRATED: OnceCell<String> = OnceCell::const_new();
    let template = async || {
        let name = Cluster::shared().new_database(None);
        migrate_postgres(&login(OWNER, &name), RUN_TIME, Stamp::Sandbox).await.expect("migrated");
        name
    };
    MIGRATED.get_or_init(template).await
}
