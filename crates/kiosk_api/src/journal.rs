//! Bodies of the routes by which a kiosk hands over what it kept while the portal was away. The window never sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::registration::ConfirmDetails;

/// One person's confirmed details, as JSON inside an [age](https://age-encryption.org/v1) file that only the portal opens.
///
/// `Debug` is silent: answers are personal and logs are not.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptDetails {
    /// The entry's id: what is sealed cannot be given another.
    pub entry: Uuid,
    /// What the patient was shown, such as "KT4-9QF".
    pub reference: String,
    /// `Idempotency-Key` of the `POST /registrations` that was not answered: if it was done after all, nothing begins twice.
    pub request_key: String,
    /// Its body.
    pub confirmed: ConfirmDetails,
}

impl std::fmt::Debug for KeptDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptDetails")
    }
}

/// `POST /journal/entries`. It needs no idempotency key: an entry comes once, however often it is sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// Which entry.
    pub id: Uuid,
    /// Of which journal; a kiosk that was set up anew has a new one.
    pub journal: Uuid,
    /// When it was kept, by the kiosk's clock: seconds since 1970 in UTC.
    pub kept_at_unix_s: i64,
    /// [`KeptDetails`] as an age file, in base64.
    pub sealed: String,
}

/// Its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalEntryAnswer {
    /// What the portal did with it.
    pub taken: Taken,
}

/// What a portal did with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It has it, and the kiosk may forget it.
    Kept,
    /// It was sealed to another portal, or is damaged. The kiosk keeps it until its time is up: the right key may come back.
    Unreadable,
}

/// `POST /journal`: how the kiosk's journal stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalReport {
    /// Which journal.
    pub journal: Uuid,
    /// Entries made in all.
    pub given: u32,
    /// Entries that still lie there.
    pub waiting: u32,
}

/// Its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalSeen {
    /// Entries that were made, lie there no more, and never came.
    pub lost: u32,
}
