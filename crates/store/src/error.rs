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
    /// The database does not answer, or the disk is full, or a row refers to what is not there.
    #[error("the store is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// A guard matched no row: somebody else was first, or there already is one.
    #[error("the row is not as it was")]
    Conflict,
    /// The practice's match keys are of another version, or being made: nobody can be looked for until they are there.
    #[error("the match keys are not made")]
    KeysNotMade,
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
        } else {
            Self::Unavailable(error)
        }
    }
}
