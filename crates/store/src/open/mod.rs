//! Opening: key or login, version gate, stamp, migrations. What is open is a [`Store`], whichever database it is.

pub(crate) mod at_exit;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::time::Duration;

use matching::Pepper;
use registration::ids::PracticeId;
use sqlx::{PgPool, SqlitePool, migrate::Migrator};

use crate::{
    error::{OpenError, StoreError},
    sql::Place,
    tx::{Begun, Tx},
};

/// How long a caller waits for its turn before the store counts as unavailable.
const TURN: Duration = Duration::from_secs(5);

/// What a database may hold, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Synthetic patients.
    Sandbox,
    /// Real data of one machine.
    Trial,
    /// A portal that phones can reach.
    Live,
}

impl Stamp {
    /// As configurations, databases and back-ups write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Trial => "trial",
            Self::Live => "live",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sandbox, Self::Trial, Self::Live].into_iter().find(|stamp| stamp.as_str() == name)
    }
}

/// An open database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) pepper: Pepper,
    stamp: Stamp,
}

#[derive(Clone)]
pub(crate) enum Database {
    Sqlite {
        /// One connection: SQLite has one writer, and a queue in front of it is fair where its own busy wait is not.
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

impl Store {
    /// What this database may hold.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        const STAMP: &str = "SELECT stamp FROM database_stamp";
        match &self.database {
            Database::Sqlite { readers, .. } => sqlx::query(STAMP).fetch_one(readers).await.map(drop)?,
            Database::Postgres(pool) => sqlx::query(STAMP).fetch_one(pool).await.map(drop)?,
        }
        Ok(())
    }

    /// Waits for what is under way and closes the files or connections.
    pub async fn close(self) {
        match self.database {
            Database::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a transaction that writes in this practice. On SQLite there is one at a time: hold it briefly, and call no
    /// other operation of the store while holding it, or both wait until one gives up after 5 s.
    pub async fn begin(&self, practice: PracticeId) -> Result<Tx, StoreError> {
        let begun = match &self.database {
            // A transaction that only turns into a writing one later can be refused at that moment, without waiting.
            Database::Sqlite { writer, .. } => Begun::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Database::Postgres(pool) => Begun::Postgres(postgres::begin(pool, practice).await?),
        };
        Ok(Tx::begun(begun, self.pepper.clone()))
    }

    /// Begins a transaction that reads in this practice: all of it sees the database at one moment.
    pub(crate) async fn begin_reading(&self, practice: PracticeId) -> Result<Tx, StoreError> {
        let begun = match &self.database {
            Database::Sqlite { readers, .. } => Begun::Sqlite(readers.begin().await?),
            Database::Postgres(pool) => Begun::Postgres(postgres::begin_reading(pool, practice).await?),
        };
        Ok(Tx::begun(begun, self.pepper.clone()))
    }

    /// For single statements that write in this practice, committed before they return.
    pub(crate) const fn writing(&self, practice: PracticeId) -> Place<'_> {
        match &self.database {
            Database::Sqlite { writer, .. } => Place::SqlitePool(writer),
            Database::Postgres(pool) => Place::PostgresPool(pool, practice),
        }
    }

    /// For single statements that read in this practice.
    pub(crate) const fn reading(&self, practice: PracticeId) -> Place<'_> {
        match &self.database {
            Database::Sqlite { readers, .. } => Place::SqlitePool(readers),
            Database::Postgres(pool) => Place::PostgresPool(pool, practice),
        }
    }
}

pub(crate) const NEWEST_MIGRATION: &str = "SELECT coalesce(max(version), 0) AS newest FROM _sqlx_migrations";
pub(crate) const READ_STAMP: &str = "SELECT stamp FROM database_stamp";
const WRITE_STAMP: &str =
    "INSERT INTO database_stamp (one, stamp) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn same_mode(found: &str, stamp: Stamp) -> Result<(), OpenError> {
    match Stamp::parse(found) {
        Some(found) if found == stamp => Ok(()),
        Some(found) => Err(OpenError::OtherMode { found }),
        None => Err(OpenError::Unreadable(sqlx::Error::RowNotFound)),
    }
}
