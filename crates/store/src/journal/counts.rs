//! How the kiosks' journals stand: what was made, what came, what was lost.

use registration::{
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
};
use uuid::Uuid;

use super::{JournalFate, JournalWait, NewJournalEntry};
use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    kiosks::{Kiosk, read_kiosk},
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// What a kiosk says of its journal.
#[derive(Clone, Copy, Debug)]
pub struct JournalStands {
    /// Whose.
    pub practice: PracticeId,
    /// Which journal.
    pub journal: Uuid,
    /// On which kiosk.
    pub kiosk: KioskId,
    /// Entries made in all.
    pub given: u32,
    /// Entries that still lie there.
    pub waiting: u32,
}

/// Entries that were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalLoss {
    /// Of this journal, since it began.
    pub lost: u32,
    /// So many more than was known.
    pub newly: u32,
}

/// A journal as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Which.
    pub id: Uuid,
    /// As staff call its kiosk.
    pub kiosk: String,
    /// Entries made in all, as far as the kiosk said.
    pub given: u32,
    /// Entries that still lay there when it said so.
    pub waiting: u32,
    /// Entries that came.
    pub received: u32,
    /// Entries that never will.
    pub lost: u32,
    /// Of those, as many as staff have said that they know of.
    pub known_lost: u32,
    /// When the kiosk spoke of it last.
    pub reported_at: Option<Timestamp>,
}

impl JournalRow {
    /// Entries that were lost and of which nobody has said that they know.
    #[must_use]
    pub const fn lost_and_unseen(&self) -> u32 {
        self.lost.saturating_sub(self.known_lost)
    }
}

/// An entry as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntryListed {
    /// What the patient was shown.
    pub reference: Reference,
    /// As staff call the kiosk where the details were confirmed.
    pub kiosk: String,
    /// When, by the kiosk's clock.
    pub kept_at: Timestamp,
    /// What it waits for, if it waits for something.
    pub waits_for: Option<JournalWait>,
    /// What became of it; `None` while its text has not gone.
    pub fate: Option<JournalFate>,
}

/// Where an entry's details are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntryFound {
    /// Which.
    pub id: Uuid,
    /// As the kiosk sealed them; `None` once a registration has them, or nobody any more.
    pub sealed: Option<Vec<u8>>,
    /// The registration that has them.
    pub registration: Option<RegistrationId>,
}

const OF_REFERENCE: &str = "
SELECT id, sealed, registration_id FROM journal_entries WHERE practice_id = $1 AND reference = $2 ORDER BY created_at, id";

const RECEIVED: &str = "
INSERT INTO kiosk_journals (practice_id, id, kiosk_id, given, waiting, received, lost, created_at)
VALUES ($1, $2, $3, 0, 0, 1, 0, $4)
ON CONFLICT (practice_id, id) DO UPDATE SET received = kiosk_journals.received + 1";

/// A kiosk speaks of its own journal only. One entry may have come whose answer was lost: it lies there and came here.
const STANDS: &str = "
INSERT INTO kiosk_journals (practice_id, id, kiosk_id, given, waiting, received, lost, created_at, reported_at)
VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6)
ON CONFLICT (practice_id, id) DO UPDATE SET
    given = excluded.given, waiting = excluded.waiting, reported_at = excluded.reported_at
WHERE kiosk_journals.kiosk_id = excluded.kiosk_id
RETURNING id, given, waiting, received, lost";

/// What was lost and came after all is known of no more: what is lost next is news.
const KEEP_LOST: &str = "
UPDATE kiosk_journals SET lost = $3, known_lost = CASE WHEN known_lost > $3 THEN $3 ELSE known_lost END
WHERE practice_id = $1 AND id = $2";

/// Only upward, and never above what is lost: whoever saw fewer knows of those.
const KNOW_LOST: &str = "
UPDATE kiosk_journals SET known_lost = CASE WHEN lost < $3 THEN lost ELSE $3 END
WHERE practice_id = $1 AND id = $2 AND known_lost < CASE WHEN lost < $3 THEN lost ELSE $3 END";

/// What lay on a kiosk that says nothing any more.
const SILENT: &str = "
UPDATE kiosk_journals SET lost = lost + waiting, waiting = 0
WHERE practice_id = $1 AND waiting > 0 AND reported_at <= $2
RETURNING id, kiosk_id, lost";

const JOURNALS: &str = "
SELECT j.id, k.name AS kiosk, j.given, j.waiting, j.received, j.lost, j.known_lost, j.reported_at
FROM kiosk_journals j JOIN kiosks k ON k.practice_id = $1 AND k.id = j.kiosk_id
WHERE j.practice_id = $1 ORDER BY k.name, j.created_at, j.id";

const LISTED: &str = "
SELECT e.id, e.reference, k.name AS kiosk, e.kept_at, e.waits_for, e.fate
FROM journal_entries e JOIN kiosks k ON k.practice_id = $1 AND k.id = e.kiosk_id
WHERE e.practice_id = $1 AND (e.ended_at IS NULL OR e.fate <> 'entered')
ORDER BY e.kept_at, e.id";

/// The credential still counts, for this alone, for a while from the first time it is used so.
const LAST_UPLOAD: &str = "
UPDATE kiosks SET last_upload_at = coalesce(last_upload_at, $3)
WHERE practice_id = $1 AND credential_sha256 = $2 AND revoked_at > $4
  AND (last_upload_at IS NULL OR last_upload_at > $5)
RETURNING practice_id, id, name";

impl Store {
    /// The kiosk of this credential, where it was revoked after `revoked_after` and its last upload begins now or began after
    /// `begun_after`.
    pub async fn kiosk_for_last_upload(
        &self,
        practice: PracticeId,
        credential_sha256: &[u8; 32],
        now: Timestamp,
        revoked_after: Timestamp,
        begun_after: Timestamp,
    ) -> Result<Option<Kiosk>, StoreError> {
        let row = query(LAST_UPLOAD)
            .bind(practice.0)
            .bind(&credential_sha256[..])
            .bind(At(now))
            .bind(At(revoked_after))
            .bind(At(begun_after))
            .fetch_optional(self.writing(practice))
            .await?;
        row.as_ref().map(read_kiosk).transpose()
    }

    /// The practice's journals, by kiosk.
    pub async fn journals(&self, practice: PracticeId) -> Result<Vec<JournalRow>, StoreError> {
        let rows = query(JOURNALS).bind(practice.0).fetch_all(self.reading(practice)).await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "kiosk_journals", "id");
            Ok(JournalRow {
                id: fields.get("id")?,
                kiosk: fields.get("kiosk")?,
                given: fields.number("given")?,
                waiting: fields.number("waiting")?,
                received: fields.number("received")?,
                lost: fields.number("lost")?,
                known_lost: fields.number("known_lost")?,
                reported_at: fields.opt_at("reported_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Entries whose text has not gone, and those whose text never will, oldest first.
    pub async fn journal_entries(&self, practice: PracticeId) -> Result<Vec<JournalEntryListed>, StoreError> {
        let rows = query(LISTED).bind(practice.0).fetch_all(self.reading(practice)).await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "journal_entries", "id");
            Ok(JournalEntryListed {
                reference: fields.read("reference", |text: String| Reference::parse(&text))?,
                kiosk: fields.get("kiosk")?,
                kept_at: fields.at("kept_at")?,
                waits_for: fields.read_opt("waits_for", |name: String| JournalWait::parse(&name))?,
                fate: fields.read_opt("fate", |name: String| JournalFate::parse(&name))?,
            })
        };
        rows.iter().map(read).collect()
    }
}

impl Store {
    /// Where the details of the entries of this reference are, over or not; two patients can have been shown the same.
    pub async fn journal_entries_of(
        &self,
        practice: PracticeId,
        reference: &Reference,
    ) -> Result<Vec<JournalEntryFound>, StoreError> {
        let rows = query(OF_REFERENCE)
            .bind(practice.0)
            .bind(reference.as_str())
            .fetch_all(self.reading(practice))
            .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "journal_entries", "id");
            Ok(JournalEntryFound {
                id: fields.get("id")?,
                sealed: fields.opt("sealed")?,
                registration: fields.opt("registration_id")?.map(RegistrationId),
            })
        };
        rows.iter().map(read).collect()
    }
}

impl Tx {
    pub(super) async fn count_received(&mut self, entry: &NewJournalEntry<'_>) -> Result<(), StoreError> {
        query(RECEIVED)
            .bind(entry.practice.0)
            .bind(entry.journal)
            .bind(entry.kiosk.0)
            .bind(At(entry.received_at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps that staff know of so many entries that a journal lost. Says whether that is news.
    pub async fn know_lost(
        &mut self,
        practice: PracticeId,
        journal: Uuid,
        lost: u32,
    ) -> Result<bool, StoreError> {
        let known = query(KNOW_LOST).bind(practice.0).bind(journal).bind(i64::from(lost));
        Ok(known.execute(self.connection()).await? > 0)
    }

    /// Counts as lost what lay on kiosks that have said nothing since then: which kiosks.
    pub async fn give_up_silent_journals(
        &mut self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<KioskId>, StoreError> {
        let rows = query(SILENT).bind(practice.0).bind(At(since)).fetch_all(self.connection()).await?;
        rows.iter().map(|row| Fields::of(row, "kiosk_journals", "id").get("kiosk_id").map(KioskId)).collect()
    }

    /// Keeps what a kiosk says of its journal, and says what was lost. A [`StoreError::Conflict`] says that the journal is
    /// another kiosk's.
    pub async fn journal_stands(
        &mut self,
        stands: JournalStands,
        now: Timestamp,
    ) -> Result<JournalLoss, StoreError> {
        let row = query(STANDS)
            .bind(stands.practice.0)
            .bind(stands.journal)
            .bind(stands.kiosk.0)
            .bind(i64::from(stands.given))
            .bind(i64::from(stands.waiting))
            .bind(At(now))
            .fetch_optional(self.connection())
            .await?
            .ok_or(StoreError::Conflict)?;
        let fields = Fields::of(&row, "kiosk_journals", "id");
        let (received, known): (u32, u32) = (fields.number("received")?, fields.number("lost")?);
        let lost = stands.given.saturating_sub(received).saturating_sub(stands.waiting);
        if lost != known {
            query(KEEP_LOST)
                .bind(stands.practice.0)
                .bind(stands.journal)
                .bind(i64::from(lost))
                .execute(self.connection())
                .await?;
        }
        Ok(JournalLoss { lost, newly: lost.saturating_sub(known) })
    }
}
