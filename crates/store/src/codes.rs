//! Counting tries, and codes that are asked for anew on a phone.
//!
//! A try is one statement, committed before anything is compared: killing the program, or a hundred callers at once, can
//! only ever count too much.

use registration::{
    flow::{CountedTry, SentCode},
    ids::{PracticeId, RegistrationId},
    secrets::code::CodePurpose,
};
use sqlx::sqlite::SqliteRow;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    registrations::{row::read_code, write::UPSERT_CODE},
    tx::Tx,
};

const COUNT_CODE_TRY: &str = "
UPDATE codes SET tries_used = CASE WHEN tries_used < 255 THEN tries_used + 1 ELSE 255 END
WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3
RETURNING registration_id, tries_used";

const COUNT_LINK_TRY: &str = "
UPDATE links SET tries_used = CASE WHEN tries_used < 255 THEN tries_used + 1 ELSE 255 END
WHERE practice_id = $1 AND registration_id = $2 AND replaced_at IS NULL
RETURNING registration_id, tries_used";

impl Store {
    /// Counts a try on this code, in a commit of its own. `None` where no such code was sent.
    pub async fn count_code_try(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
    ) -> Result<Option<CountedTry>, StoreError> {
        let rows = sqlx::query(COUNT_CODE_TRY)
            .bind(practice.0)
            .bind(registration.0)
            .bind(purpose.as_str())
            .fetch_all(self.writer())
            .await?;
        read_count(&rows, "codes")
    }

    /// Counts a password try on the newest link, in a commit of its own. `None` where no link was sent.
    pub async fn count_link_try(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<CountedTry>, StoreError> {
        let rows = sqlx::query(COUNT_LINK_TRY)
            .bind(practice.0)
            .bind(registration.0)
            .fetch_all(self.writer())
            .await?;
        read_count(&rows, "links")
    }

    /// The code sent last for this purpose.
    pub async fn fresh_code(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
    ) -> Result<Option<SentCode>, StoreError> {
        let row = sqlx::query(
            "SELECT registration_id, mac, sent_at, tries_used, sends FROM codes
             WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3",
        )
        .bind(practice.0)
        .bind(registration.0)
        .bind(purpose.as_str())
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(|row| read_code(&Fields::of(row, "codes", "registration_id"))).transpose()
    }
}

/// The rows were fetched to the end, so the count is committed.
fn read_count(rows: &[SqliteRow], table: &'static str) -> Result<Option<CountedTry>, StoreError> {
    rows.first()
        .map(|row| Ok(CountedTry::committed(Fields::of(row, table, "registration_id").number("tries_used")?)))
        .transpose()
}

impl Tx {
    /// Keeps a code that was asked for on a phone; an earlier one of the same purpose is dead.
    pub async fn put_fresh_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
        code: &SentCode,
    ) -> Result<(), StoreError> {
        self.put_code(practice, registration, purpose, code).await
    }

    /// Uses a code up: `true` for exactly one of all who try.
    pub async fn delete_fresh_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
    ) -> Result<bool, StoreError> {
        let deleted =
            sqlx::query("DELETE FROM codes WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3")
                .bind(practice.0)
                .bind(registration.0)
                .bind(purpose.as_str())
                .execute(self.connection())
                .await?;
        Ok(deleted.rows_affected() == 1)
    }

    pub(crate) async fn put_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
        code: &SentCode,
    ) -> Result<(), StoreError> {
        sqlx::query(UPSERT_CODE)
            .bind(practice.0)
            .bind(registration.0)
            .bind(purpose.as_str())
            .bind(&code.mac.as_bytes()[..])
            .bind(At(code.sent_at))
            .bind(i64::from(code.tries_used))
            .bind(i64::from(code.sends))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
