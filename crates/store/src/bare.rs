//! A database for whoever keeps it rather than works in it: back-ups, restoring, the recovery key.
//!
//! It is opened as it is, without migrating it and without a practice. Nothing of a patient is read through it.

use std::path::Path;

use registration::time::Timestamp;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use crate::{
    error::{OpenError, StoreError},
    fields::Fields,
    instant::At,
    open::{
        NEWEST_MIGRATION, READ_STAMP, Stamp, at_exit,
        postgres::PostgresLogin,
        sqlite::{DatabaseKey, bare_options},
    },
    sql::{Place, query},
};

/// An open database. On PostgreSQL it may do what its role may.
pub struct BareDatabase(Connection);

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl std::fmt::Debug for BareDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BareDatabase")
    }
}

const HAS_FILE_TABLE: &str = "SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = $1";
const HAS_SERVER_TABLE: &str =
    "SELECT count(*) AS found FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = $1";

/// Tables, views, sequences, functions and types that are nobody's but this database's.
const HELD: &str = "
SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS found";

const RECIPIENT: &str = "SELECT recipient FROM recovery_key";

const KEEP_FIRST: &str = "
INSERT INTO recovery_key (one, recipient, created_at) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING";

const KEEP_NEW: &str = "
INSERT INTO recovery_key (one, recipient, created_at) VALUES (1, $1, $2)
ON CONFLICT (one) DO UPDATE SET recipient = excluded.recipient, created_at = excluded.created_at";

/// A dump that leaves rights out gives every function to everybody; this is what the migrations took away.
const TAKE_FROM_PUBLIC: &str =
    "REVOKE EXECUTE ON FUNCTION keep_practices_apart(text, text), keep_match_indexes_apart(text), grant_run_time(text)
     FROM PUBLIC";

impl BareDatabase {
    /// An encrypted file that is there.
    pub async fn open_sqlite(path: &Path, key: &DatabaseKey) -> Result<Self, OpenError> {
        let connection = bare_options(path, key).connect().await?;
        at_exit::wait_for_connections();
        Ok(Self(Connection::Sqlite(connection)))
    }

    /// A database on a server, with or without tables.
    pub async fn open_postgres(login: &PostgresLogin) -> Result<Self, OpenError> {
        Ok(Self(Connection::Postgres(login.connect().await?)))
    }

    /// The newest migration it has seen; 0 where there was none.
    pub async fn version(&mut self) -> Result<i64, OpenError> {
        if !self.has("_sqlx_migrations").await? {
            return Ok(0);
        }
        self.number(NEWEST_MIGRATION, "newest").await
    }

    /// What it may hold; `None` where nobody has said so yet.
    pub async fn stamp(&mut self) -> Result<Option<Stamp>, OpenError> {
        if !self.has("database_stamp").await? {
            return Ok(None);
        }
        let Some(row) = query(READ_STAMP).fetch_optional(self.place(&mut false)).await? else {
            return Ok(None);
        };
        let stamp: String = Fields::of(&row, "database_stamp", "one").get("stamp").map_err(unreadable)?;
        Stamp::parse(&stamp).map(Some).ok_or(OpenError::Unreadable(sqlx::Error::RowNotFound))
    }

    /// Whether a server's database holds nothing at all.
    pub async fn is_empty(&mut self) -> Result<bool, OpenError> {
        match &self.0 {
            Connection::Sqlite(_) => Ok(self.version().await? == 0),
            Connection::Postgres(_) => Ok(self.number(HELD, "found").await? == 0),
        }
    }

    /// To whom back-ups are sealed; `None` where no recovery key was made yet.
    pub async fn recovery_recipient(&mut self) -> Result<Option<String>, StoreError> {
        let row = query(RECIPIENT).fetch_optional(self.place(&mut false)).await?;
        row.map(|row| Fields::of(&row, "recovery_key", "one").get("recipient")).transpose()
    }

    /// Keeps the public half of the first recovery key; says whether it was the first.
    pub async fn keep_first_recipient(&mut self, recipient: &str, at: Timestamp) -> Result<bool, StoreError> {
        let kept = query(KEEP_FIRST).bind(recipient).bind(At(at)).execute(self.place(&mut false)).await?;
        Ok(kept == 1)
    }

    /// Keeps the public half of a new recovery key in the place of the former one.
    pub async fn keep_new_recipient(&mut self, recipient: &str, at: Timestamp) -> Result<(), StoreError> {
        query(KEEP_NEW).bind(recipient).bind(At(at)).execute(self.place(&mut false)).await?;
        Ok(())
    }

    /// Writes a file as it is at one moment into another, encrypted with the same key, while others go on working in it.
    /// Nothing may be there yet. Does nothing to a server.
    pub async fn copy_to(&mut self, path: &str) -> Result<(), StoreError> {
        match &self.0 {
            Connection::Sqlite(_) => {
                query("VACUUM INTO $1").bind(path).execute(self.place(&mut false)).await?;
            }
            Connection::Postgres(_) => {}
        }
        Ok(())
    }

    /// Takes from everybody what the migrations took from them, after a dump without rights was restored.
    pub async fn take_from_public(&mut self) -> Result<(), StoreError> {
        match &self.0 {
            Connection::Sqlite(_) => {}
            Connection::Postgres(_) => {
                query(TAKE_FROM_PUBLIC).execute(self.place(&mut false)).await?;
            }
        }
        Ok(())
    }

    /// Closes it, so that a file has all of its pages in one place.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.0 {
            Connection::Sqlite(connection) => connection.close().await?,
            Connection::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }

    async fn has(&mut self, table: &str) -> Result<bool, OpenError> {
        let text = match &self.0 {
            Connection::Sqlite(_) => HAS_FILE_TABLE,
            Connection::Postgres(_) => HAS_SERVER_TABLE,
        };
        let row = query(text).bind(table).fetch_one(self.place(&mut false)).await?;
        let found: i64 = Fields::of(&row, "schema", "found").get("found").map_err(unreadable)?;
        Ok(found > 0)
    }

    async fn number(&mut self, text: &'static str, column: &'static str) -> Result<i64, OpenError> {
        let row = query(text).fetch_one(self.place(&mut false)).await?;
        Fields::of(&row, "schema", column).get(column).map_err(unreadable)
    }

    /// Each statement is a transaction of its own here, so nobody asks afterwards whether one failed.
    fn place<'c>(&'c mut self, failed: &'c mut bool) -> Place<'c> {
        match &mut self.0 {
            Connection::Sqlite(connection) => Place::Sqlite(connection, failed),
            Connection::Postgres(connection) => Place::Postgres(connection, failed),
        }
    }
}

fn unreadable(_: StoreError) -> OpenError {
    OpenError::Unreadable(sqlx::Error::RowNotFound)
}
