//! One transaction that writes: state change, promises, access log, all or nothing.

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::error::StoreError;

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing.
pub struct Tx {
    inner: Transaction<'static, Sqlite>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

impl Tx {
    pub(crate) const fn begun(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner }
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }

    /// Keeps everything. Once this returns, not even a loss of power undoes it.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }
}

/// `Ok` if a guarded statement changed exactly one row.
pub(crate) const fn one_row(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}
