//! One transaction: state change, promises, access log, all or nothing.

use futures::stream::BoxStream;
use matching::Pepper;
use sqlx::{Postgres, Sqlite, Transaction};

use crate::{
    error::StoreError,
    sql::{Place, Query, Row},
};

/// A transaction in one practice. Dropped without [`Tx::commit`], it leaves nothing.
pub struct Tx {
    begun: Begun,
    /// Of the match keys.
    pub(crate) pepper: Pepper,
    /// Whether a statement failed.
    failed: bool,
}

/// Of either database.
pub(crate) enum Begun {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

impl Tx {
    pub(crate) const fn begun(begun: Begun, pepper: Pepper) -> Self {
        Self { begun, pepper, failed: false }
    }

    pub(crate) fn connection(&mut self) -> Place<'_> {
        match &mut self.begun {
            Begun::Sqlite(tx) => Place::Sqlite(tx, &mut self.failed),
            Begun::Postgres(tx) => Place::Postgres(tx, &mut self.failed),
        }
    }

    pub(crate) fn stream<'c>(&'c mut self, query: Query<'c>) -> BoxStream<'c, Result<Row, sqlx::Error>> {
        query.stream(&mut self.begun)
    }

    /// Keeps everything. Once this returns, not even a loss of power undoes it.
    ///
    /// A transaction in which a statement failed keeps nothing: PostgreSQL would answer its COMMIT with a rollback that no
    /// driver reports, and SQLite would keep the rest of it.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Failed(sqlx::Error::Protocol("a statement of it failed".to_owned())));
        }
        match self.begun {
            Begun::Sqlite(tx) => tx.commit().await?,
            Begun::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// `Ok` if a guarded statement changed exactly one row.
pub(crate) const fn one_row(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}
