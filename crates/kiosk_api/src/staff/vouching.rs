//! A colleague at the desk lets somebody in at a kiosk, so that nobody types a password before watching eyes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::staff::{StaffSignedIn, StaffUnlocked};

/// `POST /staff/unlock/asks`: somebody at the kiosk asks the desk.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToUnlock {
    /// As typed; any case, with or without full stops. Whoever has none is asked for digits like anybody, and nobody hears of it.
    pub initials: String,
}

/// What the kiosk holds of it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct UnlockAsked {
    /// For the kiosk's Rust side and [`UnlockAsk`] alone.
    pub token: String,
    /// For the window.
    pub digits: String,
    /// For how long somebody may let them in.
    pub lives_s: u32,
}

impl std::fmt::Debug for UnlockAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnlockAsked")
    }
}

/// `POST /staff/unlock/asks/answer`: whether somebody has.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockAsk {
    /// As it was given.
    pub token: String,
}

impl std::fmt::Debug for UnlockAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnlockAsk")
    }
}

/// What the kiosk is answered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "stands", rename_all = "snake_case")]
pub enum UnlockAnswer {
    /// Nobody has yet.
    Waiting,
    /// Somebody has; the kiosk is unlocked, and this ask is used up.
    LetIn {
        /// As after a password.
        unlocked: StaffUnlocked,
    },
    /// Nobody has in time, or somebody would not.
    NotLetIn,
}

/// What the window shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnlockDigits {
    /// Two of them; whoever is at the desk is told them and types them.
    pub digits: String,
    /// For how long yet.
    pub lives_s: u32,
}

/// What the window is answered when it asks again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "stands", rename_all = "snake_case")]
pub enum UnlockStands {
    /// Nobody has let them in yet.
    Waiting,
    /// Somebody has.
    LetIn {
        /// Who is let in.
        you: StaffSignedIn,
    },
    /// Nobody has in time, or somebody would not.
    NotLetIn,
}

/// Somebody at a kiosk who asks to be let in, as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct UnlockCall {
    /// Which ask.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As staff call the kiosk.
    pub kiosk: String,
    /// Of whoever asks, as they typed them.
    pub initials: String,
    /// As colleagues call whoever has these.
    pub name: String,
    /// For how long.
    pub waiting_s: u32,
}
