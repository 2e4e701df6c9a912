//! Details that kiosks kept while the portal was away, from their arrival to the text message. Counting and listing are in
//! [`counts`], whether texts go at all in [`texts`].

pub(crate) mod counts;
mod texts;

use registration::{
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::{Fields, readable},
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// An entry as a kiosk handed it over.
#[derive(Debug)]
pub struct NewJournalEntry<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// Which; drawn by the kiosk.
    pub id: Uuid,
    /// Where the details were confirmed.
    pub kiosk: KioskId,
    /// Of which journal.
    pub journal: Uuid,
    /// What the patient was shown.
    pub reference: Reference,
    /// When, by the kiosk's clock.
    pub kept_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// Not to be looked at before.
    pub not_before: Timestamp,
    /// By when the text must have gone.
    pub expires_at: Timestamp,
    /// As the kiosk sealed it to the portal's public key.
    pub sealed: &'a [u8],
}

/// An entry whose text has not gone yet.
#[derive(Clone, Debug)]
pub struct JournalEntryRow {
    /// Whose.
    pub practice: PracticeId,
    /// Which.
    pub id: Uuid,
    /// Where the details were confirmed.
    pub kiosk: KioskId,
    /// What the patient was shown.
    pub reference: Reference,
    /// By when the text must have gone.
    pub expires_at: Timestamp,
    /// How far it is.
    pub step: JournalStep,
}

/// How far an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalStep {
    /// Nothing began yet.
    Sealed(Vec<u8>),
    /// This registration belongs to it, and its text has not gone as far as the row knows.
    Begun(RegistrationId),
}

/// What an entry waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalWait {
    /// The morning: nobody is woken by a text.
    Morning,
    /// A limit on texts, of its number or of the practice.
    Limit,
    /// Whoever sends the texts.
    Texts,
    /// The key it was sealed to.
    Key,
    /// A phone that reaches the portal's public origin.
    Origin,
}

impl JournalWait {
    const ALL: [Self; 5] = [Self::Morning, Self::Limit, Self::Texts, Self::Key, Self::Origin];

    /// As the column holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Limit => "limit",
            Self::Texts => "texts",
            Self::Key => "key",
            Self::Origin => "origin",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wait| wait.as_str() == name)
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalFate {
    /// Its text has gone, or the patient went on without it.
    Entered,
    /// Its time ran out before the text could go.
    Expired,
    /// Its details are not ones that this portal takes.
    Refused,
    /// Its text will not reach its number.
    NotTexted,
}

impl JournalFate {
    const ALL: [Self; 4] = [Self::Entered, Self::Expired, Self::Refused, Self::NotTexted];

    /// As the column holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::NotTexted => "not_texted",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.as_str() == name)
    }

    /// Whether the patient waits in vain, so that staff must see it.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        match self {
            Self::Entered => false,
            Self::Expired | Self::Refused | Self::NotTexted => true,
        }
    }
}

const ADD: &str = "
INSERT INTO journal_entries (practice_id, id, kiosk_id, reference, kept_at, created_at, not_before, expires_at, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (practice_id, id) DO NOTHING";

/// What a registration belongs to comes first: its text may have gone, and then the next may begin.
pub(crate) const DUE: &str = "
SELECT practice_id, id, kiosk_id, reference, expires_at, sealed, registration_id FROM journal_entries
WHERE practice_id = $1 AND ended_at IS NULL AND not_before <= $2
ORDER BY CASE WHEN registration_id IS NULL THEN 1 ELSE 0 END, not_before, id LIMIT $3";

const BEGUN: &str = "
SELECT count(*) AS begun FROM journal_entries
WHERE practice_id = $1 AND ended_at IS NULL AND registration_id IS NOT NULL";

/// No later than it lives, so that its end is seen; one that lives no more is looked at when it is said.
const PUT_OFF: &str = "
UPDATE journal_entries
SET not_before = CASE WHEN $3 < expires_at OR expires_at <= $5 THEN $3 ELSE expires_at END, waits_for = $4
WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL";

/// Of two portals that look at the same moment, one has it to itself for a while.
const LEASE: &str = "
UPDATE journal_entries SET not_before = $3
WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL AND not_before <= $4";

const BEGIN: &str = "
UPDATE journal_entries SET registration_id = $3, sealed = NULL, waits_for = NULL, not_before = $4
WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL AND registration_id IS NULL";

const END: &str = "
UPDATE journal_entries SET ended_at = $3, fate = $4, waits_for = NULL
WHERE practice_id = $1 AND id = $2 AND ended_at IS NULL";

impl Store {
    /// Entries to be looked at now, at most so many.
    pub async fn journal_entries_due(
        &self,
        practice: PracticeId,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<JournalEntryRow>, StoreError> {
        let rows = query(DUE)
            .bind(practice.0)
            .bind(At(now))
            .bind(i64::from(most))
            .fetch_all(self.reading(practice))
            .await?;
        readable(rows.iter().map(read_entry))
    }

    /// Entries with a registration whose text has not gone.
    pub async fn journal_entries_begun(&self, practice: PracticeId) -> Result<u32, StoreError> {
        let row = query(BEGUN).bind(practice.0).fetch_one(self.reading(practice)).await?;
        Fields::of(&row, "journal_entries", "practice_id").number("begun")
    }

    /// Keeps it from other portals until then. False: one has it already.
    pub async fn lease_journal_entry(
        &self,
        entry: &JournalEntryRow,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let leased = query(LEASE)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(At(until))
            .bind(At(now))
            .execute(self.writing(entry.practice))
            .await?;
        Ok(leased == 1)
    }

    /// Whether it came already.
    pub async fn has_journal_entry(&self, practice: PracticeId, id: Uuid) -> Result<bool, StoreError> {
        let row = query("SELECT id FROM journal_entries WHERE practice_id = $1 AND id = $2")
            .bind(practice.0)
            .bind(id)
            .fetch_optional(self.reading(practice))
            .await?;
        Ok(row.is_some())
    }

    /// Lets it wait until then, for this. One that is over is left as it is.
    pub async fn put_off_journal_entry(
        &self,
        entry: &JournalEntryRow,
        now: Timestamp,
        until: Timestamp,
        waits_for: Option<JournalWait>,
    ) -> Result<(), StoreError> {
        query(PUT_OFF)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(At(until))
            .bind(waits_for.map(JournalWait::as_str))
            .bind(At(now))
            .execute(self.writing(entry.practice))
            .await?;
        Ok(())
    }
}

impl Tx {
    /// Keeps an entry; one that came before is left as it is, and `false`.
    pub async fn add_journal_entry(&mut self, entry: &NewJournalEntry<'_>) -> Result<bool, StoreError> {
        let added = query(ADD)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(entry.kiosk.0)
            .bind(entry.reference.as_str())
            .bind(At(entry.kept_at))
            .bind(At(entry.received_at))
            .bind(At(entry.not_before))
            .bind(At(entry.expires_at))
            .bind(entry.sealed)
            .execute(self.connection())
            .await?;
        if added == 1 {
            self.count_received(entry).await?;
        }
        Ok(added == 1)
    }

    /// This registration belongs to it from now on, and is looked after from `look_at` on. A [`StoreError::Conflict`] says that another does already, or none ever will.
    pub async fn begin_from_journal(
        &mut self,
        entry: &JournalEntryRow,
        registration: RegistrationId,
        look_at: Timestamp,
    ) -> Result<(), StoreError> {
        let begun = query(BEGIN)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(registration.0)
            .bind(At(look_at))
            .execute(self.connection())
            .await?;
        one_row(begun)
    }

    /// Ends it. A [`StoreError::Conflict`] says that it was over.
    pub async fn end_journal_entry(
        &mut self,
        entry: &JournalEntryRow,
        fate: JournalFate,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ended = query(END)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(At(now))
            .bind(fate.as_str())
            .execute(self.connection())
            .await?;
        one_row(ended)
    }
}

fn read_entry(row: &Row) -> Result<JournalEntryRow, StoreError> {
    let fields = Fields::of(row, "journal_entries", "id");
    let sealed: Option<Vec<u8>> = fields.opt("sealed")?;
    let step = match (fields.opt("registration_id")?.map(RegistrationId), sealed) {
        (Some(registration), None) => JournalStep::Begun(registration),
        (None, Some(sealed)) => JournalStep::Sealed(sealed),
        (Some(_), Some(_)) | (None, None) => return Err(fields.corrupt("sealed")),
    };
    Ok(JournalEntryRow {
        practice: PracticeId(fields.get("practice_id")?),
        id: fields.get("id")?,
        kiosk: KioskId(fields.get("kiosk_id")?),
        reference: fields.read("reference", |text: String| Reference::parse(&text))?,
        expires_at: fields.at("expires_at")?,
        step,
    })
}
