//! Counters of `registration::limits`: the statement below is [`registration::limits::Counter::take`] in SQL, and a property
//! test keeps them the same.

use registration::{
    ids::PracticeId,
    limits::{Limit, LimitReached},
    time::Timestamp,
};

use crate::{error::StoreError, fields::Fields, instant::At, open::Store, sql::query, tx::Tx};

/// Whose limit: a keyed MAC in hex, or a kiosk's id; never a number or address in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct LimitSubject(pub String);

impl std::fmt::Debug for LimitSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LimitSubject")
    }
}

/// `$4` is now, `$5` the end of a full window from now. No row comes back where the limit is reached.
const TAKE: &str = "
INSERT INTO limits (practice_id, name, subject, used, ends_at) VALUES ($1, $2, $3, 1, $5)
ON CONFLICT (practice_id, name, subject) DO UPDATE SET
    used = CASE WHEN limits.ends_at > $4 THEN limits.used + 1 ELSE 1 END,
    ends_at = CASE WHEN limits.ends_at > $4 AND limits.ends_at < $5 THEN limits.ends_at ELSE $5 END
WHERE limits.ends_at <= $4 OR limits.used < $6
RETURNING used";

/// After a refusal: a clock that was stepped back must not lock out for longer than one window.
const DRAW_IN: &str = "
UPDATE limits SET ends_at = CASE WHEN ends_at < $4 THEN ends_at ELSE $4 END
WHERE practice_id = $1 AND name = $2 AND subject = $3
RETURNING ends_at";

impl Store {
    /// Takes one of every limit, or none of any: the first that is reached refuses for all.
    pub async fn take_limits(
        &self,
        practice: PracticeId,
        takes: &[(Limit, LimitSubject)],
        now: Timestamp,
    ) -> Result<Result<(), LimitReached>, StoreError> {
        let mut tx = self.begin(practice).await?;
        if let Some((limit, subject)) = tx.take_limits(practice, takes, now).await? {
            drop(tx);
            return self.limit_reached(practice, limit, subject, now).await.map(Err);
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// When a limit that refused allows one again.
    pub async fn limit_reached(
        &self,
        practice: PracticeId,
        limit: &Limit,
        subject: &LimitSubject,
        now: Timestamp,
    ) -> Result<LimitReached, StoreError> {
        let full_window = now + limit.window();
        let rows = query(DRAW_IN)
            .bind(practice.0)
            .bind(limit.name())
            .bind(&subject.0)
            .bind(At(full_window))
            .fetch_all(self.writing(practice))
            .await?;
        // No row: another take of the same transaction had used the limit up, and was undone with it.
        let retry_at =
            rows.first().map_or(Ok(full_window), |row| Fields::of(row, "limits", "subject").at("ends_at"))?;
        Ok(LimitReached { retry_at })
    }
}

impl Tx {
    /// Takes one of every limit, together with whatever else this transaction does. Gives back the first that is reached: then nothing of
    /// this transaction may be committed, and [`Store::limit_reached`] tells until when.
    ///
    /// To be asked for before anything else is written, so that two transactions wait for each other in one order.
    pub async fn take_limits<'t>(
        &mut self,
        practice: PracticeId,
        takes: &'t [(Limit, LimitSubject)],
        now: Timestamp,
    ) -> Result<Option<&'t (Limit, LimitSubject)>, StoreError> {
        for take in takes {
            let (limit, subject) = take;
            if !self.take_limit(practice, limit, subject, now).await? {
                return Ok(Some(take));
            }
        }
        Ok(None)
    }

    pub(crate) async fn take_limit(
        &mut self,
        practice: PracticeId,
        limit: &Limit,
        subject: &LimitSubject,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let taken = query(TAKE)
            .bind(practice.0)
            .bind(limit.name())
            .bind(&subject.0)
            .bind(At(now))
            .bind(At(now + limit.window()))
            .bind(i64::from(limit.most()))
            .fetch_optional(self.connection())
            .await?;
        Ok(taken.is_some())
    }
}
