//! A list of numbers as one bind: an array in PostgreSQL, a text of JSON in SQLite.

use sqlx::{
    Encode, Postgres, Sqlite, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo},
    sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo},
};

/// On their way into a query; they come back one by one, through `unnest` or `json_each`.
pub(crate) struct Numbers(pub(crate) Vec<i64>);

impl Numbers {
    fn to_json(&self) -> String {
        let mut json = String::with_capacity(self.0.len() * 20 + 2);
        json.push('[');
        for (at, number) in self.0.iter().enumerate() {
            if at > 0 {
                json.push(',');
            }
            json.push_str(&number.to_string());
        }
        json.push(']');
        json
    }
}

impl Type<Sqlite> for Numbers {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Numbers {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.to_json(), buffer)
    }
}

impl Type<Postgres> for Numbers {
    fn type_info() -> PgTypeInfo {
        <Vec<i64> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Numbers {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&self.0, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_as_json() {
        assert_eq!(Numbers(Vec::new()).to_json(), "[]");
        assert_eq!(
            Numbers(vec![7, i64::MIN, i64::MAX]).to_json(),
            "[7,-9223372036854775808,9223372036854775807]"
        );
    }
}
