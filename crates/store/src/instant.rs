//! Instants in the database: `timestamptz` in PostgreSQL; in SQLite one fixed-width text, so that text order is time order.
//!
//! The SQLite drivers' own formats drop trailing zeros, and `"…05Z"` sorts after `"…05.5Z"`.

use chrono::{DateTime, NaiveDateTime, Utc};
use registration::time::Timestamp;
use sqlx::{
    Decode, Encode, Postgres, Sqlite, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef},
    sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef},
};

/// Whole microseconds, UTC.
const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// A [`Timestamp`] on its way into or out of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At(pub(crate) Timestamp);

impl At {
    fn to_text(self) -> String {
        self.0.instant().format(FORMAT).to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        let instant: DateTime<Utc> = NaiveDateTime::parse_from_str(text, FORMAT).ok()?.and_utc();
        let at = Self(Timestamp::new(instant));
        // Anything but our own spelling would sort wrongly.
        (at.to_text() == text).then_some(at)
    }
}

impl Type<Sqlite> for At {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }

    fn compatible(info: &SqliteTypeInfo) -> bool {
        <str as Type<Sqlite>>::compatible(info)
    }
}

impl Encode<'_, Sqlite> for At {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.to_text(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for At {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<Sqlite>>::decode(value)?;
        Self::from_text(text).ok_or_else(|| "not an instant as this program writes it".into())
    }
}

impl Type<Postgres> for At {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        <DateTime<Utc> as Type<Postgres>>::compatible(info)
    }
}

impl Encode<'_, Postgres> for At {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.instant(), buffer)
    }
}

impl Decode<'_, Postgres> for At {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <DateTime<Utc> as Decode<Postgres>>::decode(value).map(|instant| Self(Timestamp::new(instant)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(micros: i64) -> At {
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        At(Timestamp::new(start + TimeDelta::microseconds(micros)))
    }

    #[test]
    fn text_order_is_time_order() {
        let texts: Vec<_> =
            [0, 1, 500_000, 500_001, 999_999, 1_000_000].map(at).map(At::to_text).into_iter().collect();
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts.first().map(String::as_str), Some("2027-01-15T08:00:00.000000Z"));
    }

    #[test]
    fn what_is_written_is_read() {
        for micros in [0, 1, 500_000, 999_999] {
            assert_eq!(At::from_text(&at(micros).to_text()), Some(at(micros)));
        }
    }

    #[test]
    fn other_spellings_are_damage() {
        for text in [
            "",
            "2027-01-15T08:00:00Z",
            "2027-01-15T08:00:00.5Z",
            "2027-01-15 08:00:00.000000Z",
            "1800000000",
        ] {
            assert_eq!(At::from_text(text), None, "{text}");
        }
    }
}
