//! What staff ask of the portal, from a kiosk's admin mode or from a browser at the desk: the same asks and answers on both ways.
//!
//! Every ask is a POST of one [`ask::StaffAsk`]; which role may make it stands in `staff::permission` alone. Instants are RFC 3339 in
//! UTC, dates ISO 8601.

pub mod answer;
pub mod ask;
pub mod figures;
pub mod kiosks;
pub mod log;
pub mod problem;
pub mod records;
pub mod review;
pub mod sync;
pub mod vouching;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where the portal serves browsers; `/ask` follows, or `/sign-in`, or `/sign-out`.
pub const STAFF_PATH: &str = "/staff/api";

/// In which a kiosk names the session of whoever unlocked it, beside its own credential.
pub const STAFF_SESSION_HEADER: &str = "x-staff-session";

/// What a staff member is at the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Helps patients and settles reviews.
    Receptionist,
    /// Also answers for staff, terms, limits, costs and kiosks.
    Manager,
    /// Keeps the machines running, and sees no patient.
    It,
}

/// A kind of act that a role has or has not; a screen that is not permitted is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffPermission {
    /// See who registers, with masked contacts.
    SeePatients,
    /// Do something for a patient who registers.
    HelpPatients,
    /// See reviews with people's details, and settle them.
    SettleReviews,
    /// See who works here.
    SeeStaff,
    /// Invite and remove staff.
    ChangeStaff,
    /// Let a colleague in who stands at a kiosk.
    Vouch,
    /// See the practice's kiosks.
    SeeKiosks,
    /// Pause, clean and restart them.
    RunKiosks,
    /// See whether what patients proved reached the records, and see to what did not.
    SettleSync,
    /// See counts, and nobody among them.
    SeeFigures,
    /// Read the access log.
    SeeAccessLog,
}

/// A staff member shows who they are.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffSignIn {
    /// As typed; any case, with or without full stops.
    pub initials: String,
    /// As typed; NFKC is applied before it is compared.
    pub password: String,
}

impl std::fmt::Debug for StaffSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffSignIn")
    }
}

/// An invitation is taken up.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeUpInvitation {
    /// The secret in the link's address, after `#`.
    pub token: String,
    /// As typed.
    pub password: String,
}

impl std::fmt::Debug for TakeUpInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TakeUpInvitation")
    }
}

/// Who is let in, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct StaffSignedIn {
    /// Which staff member.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As colleagues call them.
    pub name: String,
    /// In capitals.
    pub initials: String,
    /// What they are.
    pub role: StaffRole,
    /// What they may do.
    pub may: Vec<StaffPermission>,
    /// As patients know the practice.
    pub practice_name: String,
    /// In which times are shown: an IANA name, such as `Europe/London`.
    pub time_zone: String,
}

/// What a kiosk is answered when a staff member unlocked it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffUnlocked {
    /// For the kiosk's Rust side and [`STAFF_SESSION_HEADER`] alone.
    pub session: String,
    /// For the window.
    pub signed_in: StaffSignedIn,
}

impl std::fmt::Debug for StaffUnlocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffUnlocked")
    }
}
