//! Whether what patients proved has reached the practice's own records, and what staff have to do about it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a change needs staff. The names are the log's and the command line's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncTrouble {
    /// The record is newer than the one that was matched, or somebody like this has come.
    RecordChanged,
    /// Each try ended in an error.
    NotWritten,
    /// The promise was altered, or sealed under a key that is no longer there.
    PromiseUnreadable,
    /// The practice's software found nobody, and cannot be searched by everything that tells who is new.
    NewCannotBeTold,
    /// The practice's software does not take the values.
    Refused,
    /// The practice's software no longer has the record.
    RecordGone,
    /// The record is archived, or of somebody who died.
    RecordClosed,
    /// More records are like this one than anybody could look through.
    TooManyRecords,
    /// The practice's software took the change and shows something else.
    NotKept,
    /// The practice's software answers in a form that is not known.
    NotUnderstood,
    /// Whose record it is, staff decide.
    InReview,
    /// It has waited for longer than a day.
    WaitsLong,
}

/// What may be done about a change that staff have to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncAct {
    /// Write it once more.
    Retry,
    /// Open a review: somebody says whose record it is, and whether it gets what was proven.
    Review,
}

/// A change that staff have to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct SyncRow {
    /// Which registration earned it.
    #[ts(type = "string")]
    pub registration: Uuid,
    /// For the desk.
    pub reference: String,
    /// Of whom, as typed.
    pub name: String,
    /// Why; `None` where the record holds another value by now than was written.
    pub trouble: Option<SyncTrouble>,
    /// Since when.
    pub since: String,
    /// The review that waits for it.
    #[ts(type = "string | null")]
    pub review: Option<Uuid>,
    /// What may be done.
    pub may: Vec<SyncAct>,
}

/// What is to be done by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByHandPurpose {
    /// Change the record there is.
    Update,
    /// Make a record.
    Create,
    /// Give the record back what it held before.
    PutBack,
}

/// A change that waits for somebody to enter it into the practice's software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ByHandRow {
    /// Which registration earned it.
    #[ts(type = "string")]
    pub registration: Uuid,
    /// What is to be done.
    pub purpose: ByHandPurpose,
    /// Whose record.
    pub name: String,
    /// ISO 8601.
    pub date_of_birth: Option<String>,
    /// Since when it waits.
    pub since: String,
    /// Field by field.
    pub fields: Vec<ByHandField>,
}

/// One field to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ByHandField {
    /// Which, by its name in the log, such as `mobile`.
    pub field: String,
    /// What stands there as far as we know; `None` where nothing does.
    pub before: Option<String>,
    /// What is to stand there; `None` for nothing.
    pub now: Option<String>,
}

/// How a kiosk's journal stands: details that it kept while the portal was away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct JournalRow {
    /// Which journal.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As staff call the kiosk.
    pub kiosk: String,
    /// People's details that lie there.
    pub waiting: u32,
    /// Made, and neither there nor here: lost.
    pub lost: u32,
    /// Of these, those that nobody has said yet they know of.
    pub lost_and_unseen: u32,
    /// When the kiosk said so last.
    pub reported_at: Option<String>,
}

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Sync {
    /// Changes on their way, that need nobody.
    pub on_their_way: u32,
    /// Those that need somebody.
    pub for_staff: u32,
    /// Of these the longest waiting, at most fifty.
    pub trouble: Vec<SyncRow>,
    /// Those whose record holds another value by now, longest first, at most fifty.
    pub differing: Vec<SyncRow>,
    /// Changes to be entered by hand, waiting: their details are asked for one by one.
    pub by_hand: u32,
    /// Journals of kiosks that keep details, or lost some.
    pub journals: Vec<JournalRow>,
}
