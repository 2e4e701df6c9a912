//! Reviews as staff go through them: those that wait, and those settled of late.

use matching::ReviewReason;
use registration::{
    ids::{PracticeId, ReviewId},
    secrets::reference::Reference,
    time::Timestamp,
};
use staff::initials::Initials;

use super::settle::{Settled, read_settled};
use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
};

/// A review in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewListed {
    /// Which.
    pub id: ReviewId,
    /// Of whom, as typed.
    pub given_name: Option<String>,
    /// As typed, or the only name.
    pub family_name: String,
    /// For the desk.
    pub reference: Reference,
    /// Why.
    pub reason: ReviewReason,
    /// When it was opened.
    pub at: Timestamp,
    /// What was said of it, and when.
    pub settled: Option<Settled>,
    /// Who said so, where the practice knows them.
    pub settled_by: Option<Initials>,
}

macro_rules! list_reviews {
    ($tail:literal) => {
        concat!(
            "SELECT v.id, g.given_name, g.family_name, g.reference, coalesce(v.full_reason, v.reason) AS reason, ",
            "v.created_at, v.closed_at, v.settlement, v.settled_by, v.settled_patient_id, m.initials ",
            "FROM reviews v ",
            "JOIN registrations g ON g.practice_id = v.practice_id AND g.id = v.registration_id ",
            "LEFT JOIN staff_members m ON m.practice_id = v.practice_id AND m.id = v.settled_by ",
            "WHERE v.practice_id = $1 ",
            $tail
        )
    };
}

const WAITING: &str = list_reviews!("AND v.closed_at IS NULL ORDER BY v.created_at, v.id LIMIT $2");
const SETTLED: &str = list_reviews!("AND v.closed_at >= $3 ORDER BY v.closed_at DESC, v.id DESC LIMIT $2");
const ONE: &str = list_reviews!("AND v.id = $2");
const COUNT: &str = "SELECT count(*) AS waiting FROM reviews WHERE practice_id = $1 AND closed_at IS NULL";

impl Store {
    /// Those that wait, oldest first, at most `most`.
    pub async fn reviews_listed(
        &self,
        practice: PracticeId,
        most: u32,
    ) -> Result<Vec<ReviewListed>, StoreError> {
        let rows =
            query(WAITING).bind(practice.0).bind(i64::from(most)).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read_listed).collect()
    }

    /// Those settled since then, newest first, at most `most`.
    pub async fn reviews_settled_since(
        &self,
        practice: PracticeId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<ReviewListed>, StoreError> {
        let rows = query(SETTLED)
            .bind(practice.0)
            .bind(i64::from(most))
            .bind(At(since))
            .fetch_all(self.reading(practice))
            .await?;
        rows.iter().map(read_listed).collect()
    }

    /// One, as in a list.
    pub async fn review_listed(
        &self,
        practice: PracticeId,
        id: ReviewId,
    ) -> Result<Option<ReviewListed>, StoreError> {
        let row = query(ONE).bind(practice.0).bind(id.0).fetch_optional(self.reading(practice)).await?;
        row.as_ref().map(read_listed).transpose()
    }

    /// How many wait.
    pub async fn count_reviews_waiting(&self, practice: PracticeId) -> Result<u32, StoreError> {
        let row = query(COUNT).bind(practice.0).fetch_one(self.reading(practice)).await?;
        Fields::of(&row, "reviews", "id").number("waiting")
    }
}

fn read_listed(row: &Row) -> Result<ReviewListed, StoreError> {
    let fields = Fields::of(row, "reviews", "id");
    Ok(ReviewListed {
        id: ReviewId(fields.get("id")?),
        given_name: fields.opt("given_name")?,
        family_name: fields.get("family_name")?,
        reference: fields.read("reference", Reference::parse)?,
        reason: fields.read("reason", ReviewReason::parse)?,
        at: fields.at("created_at")?,
        settled: read_settled(row)?,
        settled_by: fields.read_opt("initials", Initials::parse)?,
    })
}
