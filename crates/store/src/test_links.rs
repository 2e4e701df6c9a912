//! Whether a phone has opened a test link on a practice's public origin.

use registration::{ids::PracticeId, secrets::link_token::LinkTokenHash, time::Timestamp};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// What was opened on one origin says nothing about another.
const MAKE: &str = "
INSERT INTO test_links (practice_id, origin, token_sha256, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id) DO UPDATE SET
    opened_at = CASE WHEN test_links.origin = excluded.origin THEN test_links.opened_at END,
    origin = excluded.origin, token_sha256 = excluded.token_sha256,
    created_at = excluded.created_at, expires_at = excluded.expires_at";

const OPEN: &str = "
UPDATE test_links SET opened_at = COALESCE(opened_at, $4)
WHERE practice_id = $1 AND origin = $2 AND token_sha256 = $3 AND expires_at > $4";

const LIVES: &str = "
SELECT practice_id FROM test_links
WHERE practice_id = $1 AND origin = $2 AND token_sha256 = $3 AND expires_at > $4";

const OPENED_AT: &str =
    "SELECT practice_id, opened_at FROM test_links WHERE practice_id = $1 AND origin = $2";

impl Store {
    /// Whether this is the practice's newest link on this origin, and still alive.
    pub async fn test_link_lives(
        &self,
        practice: PracticeId,
        origin: &str,
        token: &LinkTokenHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = query(LIVES)
            .bind(practice.0)
            .bind(origin)
            .bind(&token.as_bytes()[..])
            .bind(At(now))
            .fetch_optional(self.reading(practice))
            .await?;
        Ok(row.is_some())
    }

    /// When one was opened on this origin first.
    pub async fn test_link_opened_at(
        &self,
        practice: PracticeId,
        origin: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row =
            query(OPENED_AT).bind(practice.0).bind(origin).fetch_optional(self.reading(practice)).await?;
        let read = |row: &Row| Fields::of(row, "test_links", "practice_id").opt_at("opened_at");
        Ok(row.as_ref().map(read).transpose()?.flatten())
    }
}

impl Tx {
    /// Makes the one link that works from now on. Adds the practice, or gives it its present name.
    pub async fn make_test_link(
        &mut self,
        practice: PracticeId,
        practice_name: &str,
        origin: &str,
        token: &LinkTokenHash,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_practice(practice, practice_name, now).await?;
        query(MAKE)
            .bind(practice.0)
            .bind(origin)
            .bind(&token.as_bytes()[..])
            .bind(At(now))
            .bind(At(expires_at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Takes down that it was opened. Says whether it is the newest link on this origin, and still alive.
    pub async fn open_test_link(
        &mut self,
        practice: PracticeId,
        origin: &str,
        token: &LinkTokenHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let opened = query(OPEN)
            .bind(practice.0)
            .bind(origin)
            .bind(&token.as_bytes()[..])
            .bind(At(now))
            .execute(self.connection())
            .await?;
        Ok(opened == 1)
    }
}
