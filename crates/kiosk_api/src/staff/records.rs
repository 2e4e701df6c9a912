//! Records of patients, to register somebody at the desk.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordRow {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As the practice writes it.
    pub name: String,
    /// ISO 8601; `None` where the practice does not know it. Here and in the next two nothing, where the record is protected.
    pub date_of_birth: Option<String>,
    /// Such as "07••• •••982".
    pub mobile: Option<String>,
    /// Such as "j•••@example.org".
    pub email: Option<String>,
}

/// A record whose patient is to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordToRegister {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// For [`StaffAsk::RegisterPatient`](crate::staff::ask::StaffAsk::RegisterPatient).
    #[ts(type = "number")]
    pub version: i64,
    /// As the practice writes it.
    pub name: String,
    /// ISO 8601; `None` where the practice does not know it, or the record is marked.
    pub date_of_birth: Option<String>,
    /// As the practice holds it; nothing where there is an obstacle.
    pub mobile: Option<String>,
    /// As the practice holds it; nothing where there is an obstacle.
    pub email: Option<String>,
    /// Why its patient cannot be registered here; `None` where they can.
    pub obstacle: Option<RecordObstacle>,
}

/// Why the patient of a record cannot be registered at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordObstacle {
    /// They have an account that shows this record.
    HasAccount,
    /// The practice does not know when they were born, or writes a name that nobody could type.
    DetailsLacking,
    /// They are too young to have an account of their own.
    TooYoung,
    /// The record is marked: of somebody who died, joined with another, or to be kept from view.
    Marked,
    /// Records live in the practice's own software, which is not searched from here.
    NotSearchedHere,
}
