//! One text and its binds, run on either database.
//!
//! The text is written once, with `$1` for the first bind; what differs between the databases is decided here and in
//! [`crate::open`], never where a query stands. `sqlx::Any` would do the same, but knows neither UUIDs nor instants.

use std::borrow::Cow;

use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use registration::ids::PracticeId;
use sqlx::{
    ColumnIndex as _, Decode, PgConnection, PgPool, Postgres, Row as _, Sqlite, SqliteConnection, SqlitePool,
    Type, postgres::PgRow, sqlite::SqliteRow,
};
use uuid::Uuid;

use crate::{instant::At, numbers::Numbers, open::postgres, tx::Begun};

/// A row of either database.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What can stand in a column of either database.
pub(crate) trait Column<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Column<'r> for T where T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{}

impl Row {
    /// The value of a column, `None` for NULL; an error also where there is no such column.
    pub(crate) fn opt<'r, T: Column<'r>>(&'r self, column: &str) -> Result<Option<T>, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get::<Option<T>, usize>(column.index(row)?),
            Self::Postgres(row) => row.try_get::<Option<T>, usize>(column.index(row)?),
        }
    }
}

/// A bound value; `None` is NULL of that type.
pub(crate) enum Value<'q> {
    Uuid(Option<Uuid>),
    Text(Option<Cow<'q, str>>),
    Number(Option<i64>),
    Numbers(Numbers),
    Flag(bool),
    Bytes(Option<&'q [u8]>),
    At(Option<At>),
    Date(Option<NaiveDate>),
}

macro_rules! value_from {
    ($($from:ty => $given:ident, $value:expr;)*) => {
        $(impl<'q> From<$from> for Value<'q> {
            fn from($given: $from) -> Self {
                $value
            }
        })*
    };
}

value_from! {
    Uuid => id, Self::Uuid(Some(id));
    Option<Uuid> => id, Self::Uuid(id);
    &'q str => text, Self::Text(Some(Cow::Borrowed(text)));
    &'q String => text, Self::Text(Some(Cow::Borrowed(text)));
    String => text, Self::Text(Some(Cow::Owned(text)));
    Option<&'q str> => text, Self::Text(text.map(Cow::Borrowed));
    &'q Option<String> => text, Self::Text(text.as_deref().map(Cow::Borrowed));
    i64 => number, Self::Number(Some(number));
    Option<i64> => number, Self::Number(number);
    Vec<i64> => numbers, Self::Numbers(Numbers(numbers));
    bool => flag, Self::Flag(flag);
    &'q [u8] => bytes, Self::Bytes(Some(bytes));
    Option<&'q [u8]> => bytes, Self::Bytes(bytes);
    At => at, Self::At(Some(at));
    Option<At> => at, Self::At(at);
    NaiveDate => date, Self::Date(Some(date));
    Option<NaiveDate> => date, Self::Date(date);
}

/// Where a query runs.
pub(crate) enum Place<'c> {
    /// Any connection, in a transaction of its own.
    SqlitePool(&'c SqlitePool),
    /// In the transaction that is open on this connection; a statement that fails says so.
    Sqlite(&'c mut SqliteConnection, &'c mut bool),
    /// Any connection, in a transaction of its own that sees this practice.
    PostgresPool(&'c PgPool, PracticeId),
    /// In the transaction that is open on this connection; a statement that fails says so.
    Postgres(&'c mut PgConnection, &'c mut bool),
}

/// A text with its binds.
pub(crate) struct Query<'q> {
    sqlite: &'static str,
    postgres: &'static str,
    values: Vec<Value<'q>>,
}

/// A query that is one text on both.
pub(crate) const fn query<'q>(text: &'static str) -> Query<'q> {
    Query { sqlite: text, postgres: text, values: Vec::new() }
}

/// A query that the two databases write differently: it locks rows on PostgreSQL, where SQLite's only writer needs no lock, or
/// it takes a list apart.
pub(crate) const fn differing_query<'q>(sqlite: &'static str, postgres: &'static str) -> Query<'q> {
    Query { sqlite, postgres, values: Vec::new() }
}

/// The driver's query with every value bound. A macro, because the drivers' queries are of different types.
macro_rules! bound {
    ($text:expr, $values:expr) => {
        $values.into_iter().fold(sqlx::query($text), |query, value| match value {
            Value::Uuid(id) => query.bind(id),
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
            Value::Numbers(numbers) => query.bind(numbers),
            Value::Flag(flag) => query.bind(flag),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::At(at) => query.bind(at),
            Value::Date(date) => query.bind(date),
        })
    };
}

/// Runs the query where it belongs: `$run` of the driver, on what `$place` stands for.
macro_rules! run {
    ($query:expr, $place:expr, $run:ident, $read_sqlite:expr, $read_postgres:expr) => {{
        let Query { sqlite, postgres, values } = $query;
        // The futures of both drivers lie in every caller's; in a box they do not add up.
        let done = Box::pin(async move {
            match $place {
                Place::SqlitePool(pool) => bound!(sqlite, values).$run(pool).await.map($read_sqlite),
                Place::Sqlite(connection, failed) => {
                    let done = bound!(sqlite, values).$run(connection).await;
                    *failed |= done.is_err();
                    done.map($read_sqlite)
                }
                Place::Postgres(connection, failed) => {
                    let done = bound!(postgres, values).$run(connection).await;
                    *failed |= done.is_err();
                    done.map($read_postgres)
                }
                Place::PostgresPool(pool, practice) => {
                    let mut tx = postgres::begin(pool, practice).await?;
                    let done = bound!(postgres, values).$run(&mut *tx).await?;
                    tx.commit().await?;
                    Ok($read_postgres(done))
                }
            }
        });
        done.await
    }};
}

impl<'q> Query<'q> {
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Every row. Where the place is a pool, whatever the query wrote is committed.
    pub(crate) async fn fetch_all(self, place: Place<'_>) -> Result<Vec<Row>, sqlx::Error> {
        run!(
            self,
            place,
            fetch_all,
            |rows: Vec<SqliteRow>| rows.into_iter().map(Row::Sqlite).collect(),
            |rows: Vec<PgRow>| rows.into_iter().map(Row::Postgres).collect()
        )
    }

    /// The first row, if there is one.
    pub(crate) async fn fetch_optional(self, place: Place<'_>) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.fetch_all(place).await?.into_iter().next())
    }

    /// The first row; an error if there is none.
    pub(crate) async fn fetch_one(self, place: Place<'_>) -> Result<Row, sqlx::Error> {
        self.fetch_optional(place).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// How many rows were written.
    pub(crate) async fn execute(self, place: Place<'_>) -> Result<u64, sqlx::Error> {
        run!(
            self,
            place,
            execute,
            |done: sqlx::sqlite::SqliteQueryResult| done.rows_affected(),
            |done: sqlx::postgres::PgQueryResult| done.rows_affected()
        )
    }

    /// One row after another, for more of them than memory should hold. For a transaction that only reads: whether it failed is
    /// not kept.
    pub(crate) fn stream(self, begun: &'q mut Begun) -> BoxStream<'q, Result<Row, sqlx::Error>> {
        let Query { sqlite, postgres, values } = self;
        match begun {
            Begun::Sqlite(tx) => bound!(sqlite, values).fetch(&mut **tx).map_ok(Row::Sqlite).boxed(),
            Begun::Postgres(tx) => bound!(postgres, values).fetch(&mut **tx).map_ok(Row::Postgres).boxed(),
        }
    }
}
