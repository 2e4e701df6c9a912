//! The encrypted file: key, pragmas, version gate, stamp, migrations, in this order.

use std::path::Path;

use matching::Pepper;
use sqlx::{
    ConnectOptions as _, Row as _, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use zeroize::Zeroizing;

use super::{
    Database, NEWEST_MIGRATION, READ_STAMP, Stamp, Store, TURN, WRITE_STAMP, at_exit, newest, same_mode,
};
use crate::error::OpenError;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Enough for the pages and workers of one portal; each costs a cache of 2 MB.
const READERS: u32 = 4;

/// The most that the connection which writes, and looks people up, keeps decrypted: all match keys of a million records, some
/// 200 MB. A page that was never read takes nothing, so that ten thousand records take 3 MB. In KiB, as SQLite takes it.
const WRITERS_CACHE: &str = "-262144";

/// The key of an encrypted database, which never leaves this crate except to the cipher, and the secret of its match keys.
#[derive(Clone)]
pub struct DatabaseKey {
    cipher: Zeroizing<[u8; 32]>,
    pepper: Pepper,
}

impl DatabaseKey {
    /// Made by the caller from the key in the operating system's key store.
    #[must_use]
    pub fn new(cipher: [u8; 32], pepper: Pepper) -> Self {
        Self { cipher: Zeroizing::new(cipher), pepper }
    }

    /// As SQLCipher takes a raw key, without deriving it from a passphrase again.
    fn as_pragma(&self) -> Zeroizing<String> {
        use std::fmt::Write as _;
        let mut pragma = Zeroizing::new(String::with_capacity(69));
        pragma.push_str("\"x'");
        for byte in self.cipher.iter() {
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

impl Store {
    /// Opens the encrypted database at `path`, or makes it with this key and stamp.
    ///
    /// A database of a newer program or of another mode is left as it is.
    pub async fn open_sqlite(path: &Path, key: &DatabaseKey, stamp: Stamp) -> Result<Self, OpenError> {
        let options = connect_options(path, key);
        let writers = options.clone().pragma("cache_size", WRITERS_CACHE);
        let writer = pool_options().max_connections(1).connect_with(writers).await?;
        let mut connection = writer.acquire().await?;
        refuse_newer(&mut connection).await?;
        refuse_other_mode(&mut connection, stamp).await?;
        MIGRATIONS
            .run_direct(None, &mut *connection, false)
            .await
            .map_err(|error| OpenError::from(sqlx::Error::from(error)))?;
        sqlx::query(WRITE_STAMP).bind(stamp.as_str()).execute(&mut *connection).await?;
        drop(connection);
        at_exit::wait_for_connections();
        let readers = pool_options().max_connections(READERS).min_connections(0).connect_lazy_with(options);
        Ok(Self { database: Database::Sqlite { writer, readers }, pepper: key.pepper.clone(), stamp })
    }
}

fn connect_options(path: &Path, key: &DatabaseKey) -> SqliteConnectOptions {
    bare_options(path, key).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
}

/// For a file that is there and is to be left in the journal mode it has.
pub(crate) fn bare_options(path: &Path, key: &DatabaseKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .pragma("key", key.as_pragma().to_string())
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
    let found: i64 = sqlx::query(NEWEST_MIGRATION).fetch_one(connection).await?.try_get("newest")?;
    let known = newest(&MIGRATIONS);
    if found > known { Err(OpenError::TooNew { found, known }) } else { Ok(()) }
}

async fn refuse_other_mode(connection: &mut SqliteConnection, stamp: Stamp) -> Result<(), OpenError> {
    if !has_table(connection, "database_stamp").await? {
        return Ok(());
    }
    match sqlx::query(READ_STAMP).fetch_optional(connection).await? {
        Some(row) => same_mode(row.try_get("stamp")?, stamp),
        // The program that made it was killed before it could stamp it; it holds nothing yet.
        None => Ok(()),
    }
}
