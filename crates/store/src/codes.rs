//! Counting tries, and codes that are asked for anew on a phone.
//!
//! A try is one statement, committed before anything is compared: killing the program, or a hundred callers at once, can
//! only ever count too much.

use registration::{
    flow::{
        CountedTry, SentCode,
        figures::{CODE_LIFETIME, TRIES_PER_CODE},
    },
    ids::{PracticeId, RegistrationId},
    limits::{Limit, LimitReached},
    secrets::code::{CodeMac, CodePurpose},
    time::Timestamp,
};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    limits::LimitSubject,
    open::Store,
    registrations::{row::read_code, write::UPSERT_CODE},
    sql::{Place, Row, query},
    tx::{Tx, one_row},
};

const COUNT_CODE_TRY: &str = "
UPDATE codes SET tries_used = CASE WHEN tries_used < 255 THEN tries_used + 1 ELSE 255 END
WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3
RETURNING registration_id, tries_used";

const COUNT_LINK_TRY: &str = "
UPDATE links SET tries_used = CASE WHEN tries_used < 255 THEN tries_used + 1 ELSE 255 END
WHERE practice_id = $1 AND registration_id = $2 AND replaced_at IS NULL
RETURNING registration_id, tries_used";

/// Codes that a number waits for, newest registration first: the first code, or the one that its holder asked for on a
/// phone. `$3` to `$4` is when a live one was sent, `$5` the tries on it that this entrance may still count.
pub(crate) const AWAITED_BY_NUMBER: &str = "
SELECT c.registration_id, c.purpose FROM registrations r
JOIN codes c ON c.practice_id = r.practice_id AND c.registration_id = r.id
    AND c.purpose = CASE WHEN r.state = 'awaiting_code' THEN 'register' ELSE 'resume' END
WHERE r.practice_id = $1 AND r.mobile = $2
  AND r.state IN ('awaiting_code', 'awaiting_password', 'awaiting_link', 'awaiting_terms')
  AND c.sent_at > $3 AND c.sent_at <= $4 AND c.tries_used < $5
ORDER BY r.confirmed_at DESC, r.id DESC";

/// A new code in the place of the one the caller saw, or of none; two who ask at once see the same, and one wins.
const REPLACE_FRESH_CODE: &str = "
INSERT INTO codes (practice_id, registration_id, purpose, mac, sent_at, tries_used, sends)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (practice_id, registration_id, purpose) DO UPDATE SET
    mac = excluded.mac, sent_at = excluded.sent_at, tries_used = excluded.tries_used, sends = excluded.sends
WHERE codes.mac = $8";

/// What is counted before a code that somebody typed beside a number is compared.
#[derive(Clone, Copy, Debug)]
pub struct NumberTries<'a> {
    /// The number's practice.
    pub practice: PracticeId,
    /// The number.
    pub mobile_e164: &'a str,
    /// Taken once; reached, it refuses, whatever the number is.
    pub asked: &'a (Limit, LimitSubject),
    /// Taken for each code that will be compared; reached, the rest is not compared, and nothing shows it.
    pub compared: &'a [(Limit, LimitSubject)],
    /// Tries on one code that this entrance leaves to the others.
    pub left_on_code: u8,
}

/// A try that was counted on one code of a number.
#[derive(Debug)]
pub struct CountedOnNumber {
    /// Whose code.
    pub registration: RegistrationId,
    /// What it is for.
    pub purpose: CodePurpose,
    /// The count, committed.
    pub counted: CountedTry,
}

impl Store {
    /// Counts a try on the number and on every code it waits for: one commit, whether it waits for any or not.
    pub async fn count_number_tries(
        &self,
        tries: NumberTries<'_>,
        now: Timestamp,
    ) -> Result<Result<Vec<CountedOnNumber>, LimitReached>, StoreError> {
        let (limit, subject) = tries.asked;
        let mut tx = self.begin(tries.practice).await?;
        if !tx.take_limit(tries.practice, limit, subject, now).await? {
            drop(tx);
            return self.limit_reached(tries.practice, limit, subject, now).await.map(Err);
        }
        let awaited = tx.awaited_by_number(&tries, now).await?;
        let mut counted = Vec::with_capacity(awaited.len());
        for (registration, purpose) in awaited {
            if !tx.take_each(&tries, now).await? {
                break;
            }
            if let Some(tried) = tx.count_code_try(tries.practice, registration, purpose).await? {
                counted.push(CountedOnNumber { registration, purpose, counted: tried });
            }
        }
        if counted.is_empty() {
            tx.take_each(&tries, now).await?;
        }
        tx.commit().await?;
        Ok(Ok(counted))
    }

    /// Counts a try on this code, in a commit of its own. `None` where no such code was sent.
    pub async fn count_code_try(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
    ) -> Result<Option<CountedTry>, StoreError> {
        count_code_try(self.writing(practice), practice, registration, purpose).await
    }

    /// Counts a password try on the newest link, in a commit of its own. `None` where no link was sent.
    pub async fn count_link_try(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<CountedTry>, StoreError> {
        let rows = query(COUNT_LINK_TRY)
            .bind(practice.0)
            .bind(registration.0)
            .fetch_all(self.writing(practice))
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
        let row = query(
            "SELECT registration_id, mac, sent_at, tries_used, sends FROM codes
             WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3",
        )
        .bind(practice.0)
        .bind(registration.0)
        .bind(purpose.as_str())
        .fetch_optional(self.reading(practice))
        .await?;
        row.as_ref().map(|row| read_code(&Fields::of(row, "codes", "registration_id"))).transpose()
    }
}

async fn count_code_try(
    place: Place<'_>,
    practice: PracticeId,
    registration: RegistrationId,
    purpose: CodePurpose,
) -> Result<Option<CountedTry>, StoreError> {
    let rows = query(COUNT_CODE_TRY)
        .bind(practice.0)
        .bind(registration.0)
        .bind(purpose.as_str())
        .fetch_all(place)
        .await?;
    read_count(&rows, "codes")
}

/// The rows were fetched to the end, so the count is committed.
fn read_count(rows: &[Row], table: &'static str) -> Result<Option<CountedTry>, StoreError> {
    rows.first()
        .map(|row| Ok(CountedTry::committed(Fields::of(row, table, "registration_id").number("tries_used")?)))
        .transpose()
}

impl Tx {
    async fn awaited_by_number(
        &mut self,
        tries: &NumberTries<'_>,
        now: Timestamp,
    ) -> Result<Vec<(RegistrationId, CodePurpose)>, StoreError> {
        let rows = query(AWAITED_BY_NUMBER)
            .bind(tries.practice.0)
            .bind(tries.mobile_e164)
            .bind(At(now - CODE_LIFETIME))
            .bind(At(now))
            .bind(i64::from(TRIES_PER_CODE.saturating_sub(tries.left_on_code)))
            .fetch_all(self.connection())
            .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "codes", "registration_id");
            Ok((RegistrationId(fields.get("registration_id")?), fields.read("purpose", CodePurpose::parse)?))
        };
        rows.iter().map(read).collect()
    }

    /// Takes one of each limit on comparing; `false` once one is reached.
    async fn take_each(&mut self, tries: &NumberTries<'_>, now: Timestamp) -> Result<bool, StoreError> {
        for (limit, subject) in tries.compared {
            if !self.take_limit(tries.practice, limit, subject, now).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn count_code_try(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
    ) -> Result<Option<CountedTry>, StoreError> {
        count_code_try(self.connection(), practice, registration, purpose).await
    }

    /// Keeps a code that was asked for on a phone, in the place of `seen`, which is dead from then on. A
    /// [`StoreError::Conflict`] says that somebody else was sent one meanwhile.
    pub async fn put_fresh_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
        seen: Option<&CodeMac>,
        code: &SentCode,
    ) -> Result<(), StoreError> {
        let put = query(REPLACE_FRESH_CODE)
            .bind(practice.0)
            .bind(registration.0)
            .bind(purpose.as_str())
            .bind(&code.mac.as_bytes()[..])
            .bind(At(code.sent_at))
            .bind(i64::from(code.tries_used))
            .bind(i64::from(code.sends))
            .bind(seen.map(|mac| &mac.as_bytes()[..]))
            .execute(self.connection())
            .await?;
        one_row(put)
    }

    /// Uses up the code that was compared: `true` for exactly one of all who try.
    pub async fn delete_fresh_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
        compared: &CodeMac,
    ) -> Result<bool, StoreError> {
        let deleted = query(
            "DELETE FROM codes WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3 AND mac = $4",
        )
        .bind(practice.0)
        .bind(registration.0)
        .bind(purpose.as_str())
        .bind(&compared.as_bytes()[..])
        .execute(self.connection())
        .await?;
        Ok(deleted == 1)
    }

    pub(crate) async fn put_code(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: CodePurpose,
        code: &SentCode,
    ) -> Result<(), StoreError> {
        query(UPSERT_CODE)
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
