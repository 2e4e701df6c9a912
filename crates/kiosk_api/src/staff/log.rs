//! The access log as a manager reads it: at the desk alone.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Which lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum LogBy {
    /// All of them.
    Everything,
    /// What one staff member did, and what was done about them.
    Staff {
        /// Who.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// What was done with one patient's registration, and with the record that it belongs to.
    Patient {
        /// Of the registration, as typed; several may share one.
        reference: String,
    },
    /// What was done at one kiosk, by staff and by itself.
    Kiosk {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
    },
}

/// Which days, in the practice's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogDays {
    /// The first, ISO 8601.
    pub from: String,
    /// The last, ISO 8601.
    pub to: String,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogActor {
    /// The registrant.
    Patient,
    /// A kiosk by itself.
    Kiosk,
    /// The portal by itself.
    Portal,
    /// A staff member.
    Staff,
}

/// A line. It names nobody of the patients: a reference leads to the registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LogRow {
    /// Which line; also where older ones begin.
    #[ts(type = "string")]
    pub id: Uuid,
    /// When.
    pub at: String,
    /// What, by its name in the log, such as `link_sent`.
    pub act: String,
    /// Who.
    pub actor: LogActor,
    /// Initials of the staff member who did it, or the name of the kiosk that did.
    pub by: Option<String>,
    /// Name of the kiosk at which a staff member or the registrant did it, where that is kept.
    pub at_kiosk: Option<String>,
    /// The registration's reference.
    pub reference: Option<String>,
    /// The record, by the portal's own id.
    #[ts(type = "string | null")]
    pub record: Option<Uuid>,
    /// What for, by its name in the log, where the act does not say it.
    pub purpose: Option<String>,
    /// Initials of the staff member whom it concerned.
    pub about: Option<String>,
}

/// Somebody or something that lines can be chosen by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LogChoice {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// Of a staff member the initials and the name; of a kiosk its name.
    pub name: String,
    /// Whether they left, or it was revoked.
    pub left: bool,
}

/// What walking the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LogVerified {
    /// Whether every line is as it was sealed.
    pub whole: bool,
    /// Lines that are sealed.
    #[ts(type = "number")]
    pub sealed: u64,
    /// Lines of the last few seconds that are not yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Places in the chain of the first lines that were altered or are gone.
    #[ts(type = "number[]")]
    pub broken_at: Vec<i64>,
    /// The newest link in hexadecimal, to be compared with one that was written down elsewhere.
    pub head: Option<String>,
}
