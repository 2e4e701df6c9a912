//! Opening: key, pragmas, version gate, stamp, migrations, in this order.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Row as _, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use zeroize::Zeroizing;

use crate::{
    error::{OpenError, StoreError},
    tx::Tx,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// How long a caller waits for its turn before the store counts as unavailable.
const TURN: Duration = Duration::from_secs(5);

/// Enough for the pages and workers of one portal; each costs a cache of 2 MB.
const READERS: u32 = 4;

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
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Trial => "trial",
            Self::Live => "live",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Sandbox, Self::Trial, Self::Live].into_iter().find(|stamp| stamp.as_str() == name)
    }
}

/// The key of an encrypted database. It never leaves this crate except to the cipher.
#[derive(Clone)]
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// Made by the caller from the key in the operating system's key store.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// As SQLCipher takes a raw key, without deriving it from a passphrase again.
    fn as_pragma(&self) -> Zeroizing<String> {
        use std::fmt::Write as _;
        let mut pragma = Zeroizing::new(String::with_capacity(69));
        pragma.push_str("\"x'");
        for byte in self.0.iter() {
            write!(pragma, "{byte:02x}").expect("a string takes everything");
        }
        pragma.push_str("'\"");
        pragma
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey")
    }
}

/// An open database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store {
    /// One connection: SQLite has one writer, and a queue in front of it is fair where its own busy wait is not.
    writer: SqlitePool,
    readers: SqlitePool,
    stamp: Stamp,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the encrypted database at `path`, or makes it with this key and stamp.
    ///
    /// A database of a newer program or of another mode is left as it is.
    pub async fn open_sqlite(path: &Path, key: &DatabaseKey, stamp: Stamp) -> Result<Self, OpenError> {
        let options = connect_options(path, key);
        let writer = pool_options().max_connections(1).connect_with(options.clone()).await?;
        let mut connection = writer.acquire().await?;
        refuse_newer(&mut connection).await?;
        refuse_other_mode(&mut connection, stamp).await?;
        MIGRATIONS
            .run_direct(None, &mut *connection, false)
            .await
            .map_err(|error| OpenError::from(sqlx::Error::from(error)))?;
        sqlx::query("INSERT INTO database_stamp (one, stamp) VALUES (1, $1) ON CONFLICT (one) DO NOTHING")
            .bind(stamp.as_str())
            .execute(&mut *connection)
            .await?;
        drop(connection);
        let readers = pool_options().max_connections(READERS).min_connections(0).connect_lazy_with(options);
        Ok(Self { writer, readers, stamp })
    }

    /// What this database may hold.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT stamp FROM database_stamp").fetch_one(self.readers()).await?;
        Ok(())
    }

    /// Waits for what is under way and closes the files.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Begins a transaction that writes. There is one at a time: hold it briefly, and call no other operation of the store
    /// while holding it, or both wait until one gives up after 5 s.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        // A transaction that only turns into a writing one later can be refused at that moment, without waiting.
        Ok(Tx::begun(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// For single statements that write, committed before they return when their rows are fetched to the end.
    pub(crate) const fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) const fn readers(&self) -> &SqlitePool {
        &self.readers
    }
}

fn connect_options(path: &Path, key: &DatabaseKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .pragma("key", key.as_pragma().to_string())
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was acknowledged survives the loss of power.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(TURN)
        .pragma("temp_store", "MEMORY")
        .pragma("secure_delete", "ON")
        // The driver would log the key and every slow statement.
        .disable_statement_logging()
}

fn pool_options() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .acquire_timeout(TURN)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
}

async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1")
        .bind(name)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

async fn refuse_newer(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    if !has_table(connection, "_sqlx_migrations").await? {
        return Ok(());
    }
    let row =
        sqlx::query("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(connection).await?;
    let found: i64 = row.try_get(0)?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if found > known { Err(OpenError::TooNew { found, known }) } else { Ok(()) }
}

async fn refuse_other_mode(connection: &mut SqliteConnection, stamp: Stamp) -> Result<(), OpenError> {
    if !has_table(connection, "database_stamp").await? {
        return Ok(());
    }
    let Some(row) = sqlx::query("SELECT stamp FROM database_stamp").fetch_optional(connection).await? else {
        // The program that made it was killed before it could stamp it; it holds nothing yet.
        return Ok(());
    };
    match Stamp::parse(row.try_get::<&str, _>(0)?) {
        Some(found) if found == stamp => Ok(()),
        Some(found) => Err(OpenError::OtherMode { found }),
        None => Err(OpenError::Unreadable(sqlx::Error::RowNotFound)),
    }
}
