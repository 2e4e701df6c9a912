//! Reading rows without trusting them: whatever cannot have been written by this program names itself.
//!
//! The drivers read NULL as zero or as an empty text where the column is not an `Option`; here it is damage.

use registration::time::Timestamp;
use uuid::Uuid;

use crate::{
    error::StoreError,
    instant::At,
    sql::{Column, Row},
};

/// One row of a table, or the part of a joined row that came from it.
pub(crate) struct Fields<'r> {
    row: &'r Row,
    table: &'static str,
    /// Before each column's name in the result.
    prefix: &'static str,
    key: String,
}

impl<'r> Fields<'r> {
    /// `key` is the column that identifies the row in an error; it must be a UUID.
    pub(crate) fn of(row: &'r Row, table: &'static str, key: &'static str) -> Self {
        let key = row.opt::<Uuid>(key).ok().flatten();
        Self { row, table, prefix: "", key: key.map_or_else(|| "?".to_owned(), |id| id.to_string()) }
    }

    /// The columns of a joined table; in the result their names begin with `prefix`.
    pub(crate) fn joined(&self, table: &'static str, prefix: &'static str) -> Self {
        Self { row: self.row, table, prefix, key: self.key.clone() }
    }

    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Column<'r>,
    {
        self.opt(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn opt<T>(&self, column: &'static str) -> Result<Option<T>, StoreError>
    where
        T: Column<'r>,
    {
        self.row.opt(&format!("{}{column}", self.prefix)).map_err(|_| self.corrupt(column))
    }

    pub(crate) fn at(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.get::<At>(column).map(|at| at.0)
    }

    pub(crate) fn opt_at(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt::<At>(column)?.map(|at| at.0))
    }

    /// A whole number that must fit.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.get::<i64>(column)?).map_err(|_| self.corrupt(column))
    }

    /// A column that has its own way of being read.
    pub(crate) fn read<T, U>(
        &self,
        column: &'static str,
        read: impl FnOnce(T) -> Option<U>,
    ) -> Result<U, StoreError>
    where
        T: Column<'r>,
    {
        read(self.get(column)?).ok_or_else(|| self.corrupt(column))
    }

    /// The same for one that may be NULL.
    pub(crate) fn read_opt<T, U>(
        &self,
        column: &'static str,
        read: impl FnOnce(T) -> Option<U>,
    ) -> Result<Option<U>, StoreError>
    where
        T: Column<'r>,
    {
        self.opt(column)?.map(|value| read(value).ok_or_else(|| self.corrupt(column))).transpose()
    }

    pub(crate) fn corrupt(&self, column: &'static str) -> StoreError {
        StoreError::Corrupt { table: self.table, column, row: self.key.clone() }
    }
}

/// What could be read of rows that are worked through one by one; the first damage only where nothing could.
pub(crate) fn readable<T>(rows: impl Iterator<Item = Result<T, StoreError>>) -> Result<Vec<T>, StoreError> {
    let (mut found, mut damage) = (Vec::new(), None);
    for row in rows {
        match row {
            Ok(row) => found.push(row),
            Err(error) => damage = damage.or(Some(error)),
        }
    }
    match damage {
        Some(error) if found.is_empty() => Err(error),
        Some(_) | None => Ok(found),
    }
}
