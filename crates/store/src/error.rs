//! What can go wrong, as situations. Details of the database are the source, never the text.

use crate::open::Stamp;

/// A database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not a database, or not of this key, or damaged.
    #[error("the database cannot be read with this key")]
    Unreadable(#[source] sqlx::Error),
    /// Made by a newer program.
    #[error("the database is of version {found}, this program knows {known}")]
    TooNew {
        /// The newest migration it has seen.
        found: i64,
        /// The newest migration this program has.
        known: i64,
    },
    /// Made by an older program; the owner of its tables must bring them up to this one first.
    #[error("the database is of version {found}, this program needs {known}: migrate it first")]
    TooOld {
        /// The newest migration it has seen.
        found: i64,
        /// The newest migration this program has.
        known: i64,
    },
    /// A server that is reached over a network without proving who it is.
    #[error("the database's address must say sslmode=verify-full, or the folder of a socket")]
    NotVerified,
    /// The role of the login is held by nothing: it sees every practice's rows, or may alter the access log.
    #[error(
        "the role may do more than a portal should: it must be no superuser, have no BYPASSRLS, and own no table"
    )]
    RoleTooPowerful,
    /// Stamped for another mode.
    #[error("the database is stamped {found:?}")]
    OtherMode {
        /// Its stamp.
        found: Stamp,
    },
    /// The file cannot be made or opened, the disk is full, a migration failed.
    #[error("the database cannot be opened")]
    Unavailable(#[source] sqlx::Error),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        // https://sqlite.org/rescode.html: SQLITE_CORRUPT is 11, SQLITE_NOTADB (a wrong key, too) is 26.
        match error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() {
            Some("11" | "26") => Self::Unreadable(error),
            Some(_) | None => Self::Unavailable(error),
        }
    }
}

/// An operation did not do what was asked; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, starts, stops, or lets nobody in: the same may work in a moment.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// The disk is full, or a row refers to what is not there, or the statement is wrong.
    #[error("the database refused")]
    Failed(#[source] sqlx::Error),
    /// A guard matched no row: somebody else was first, or there already is one.
    #[error("the row is not as it was")]
    Conflict,
    /// The practice's match keys are of another version, or being made: nobody can be looked for until they are there.
    #[error("the match keys are not made")]
    KeysNotMade,
    /// The practice's match keys were made by this program's normaliser and not under its secret: this is another's database.
    #[error("the match keys were made under another secret")]
    OtherSecret,
    /// A row cannot be what this program wrote.
    #[error("{table}.{column} of {row} is damaged")]
    Corrupt {
        /// In which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
        /// The row's identifier; never anything personal.
        row: String,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
            Self::Conflict
        } else if is_away(&error) {
            Self::Away(error)
        } else {
            Self::Failed(error)
        }
    }
}

/// Nothing that a statement did wrong.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| is_code_of_away(&code)),
        // The driver's enum may grow.
        _ => false,
    }
}

/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>: class 08 is the connection, 57P01 to 57P03 are a server that
/// stops, crashed or starts, 53300 has no connection left, 25006 is a standby that has not taken over yet. SQLite's 5 is a file
/// that another program holds (<https://sqlite.org/rescode.html>).
fn is_code_of_away(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "53300" | "25006" | "5")
}
