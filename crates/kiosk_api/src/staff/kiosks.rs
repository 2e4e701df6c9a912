//! The practice's kiosks: how staff see them, and what a kiosk and its portal tell one another of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kiosk::KioskStanding;

/// What staff do to a kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KioskAct {
    /// It takes nobody new: "please see reception". Whoever is at the glass goes on.
    Pause,
    /// It takes patients again.
    Resume,
    /// For two minutes the glass answers to no touch, so that it can be wiped clean. Whoever was there is seen off.
    Clean,
    /// The glass answers again, sooner.
    StopCleaning,
    /// The program ends and begins anew, once nobody is at the glass.
    Restart,
}

/// A kiosk as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct KioskRow {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As staff call it.
    pub name: String,
    /// Whether it was heard of within the last half minute.
    pub online: bool,
    /// When it was heard of last; `None` where it never was.
    pub seen_at: Option<String>,
    /// Version of its program.
    pub version: Option<String>,
    /// Whether somebody is at the glass.
    pub in_use: bool,
    /// People's details that lie there because the portal was away.
    pub kept: u32,
    /// What it shows to whoever comes.
    pub standing: KioskStanding,
    /// Whether it was asked to begin anew and has not yet.
    pub restarts: bool,
}

/// `POST /presence`: a kiosk says every few seconds that it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KioskPresence {
    /// Of its program; at most 40 characters.
    pub version: String,
    /// For how long that has run.
    pub running_s: u32,
    /// Whether somebody is at the glass.
    pub in_use: bool,
    /// People's details that lie there because the portal was away.
    pub kept: u32,
}

/// What it is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KioskOrders {
    /// What it shows to whoever comes.
    pub standing: KioskStanding,
    /// Whether the program is to begin anew, once nobody is at the glass.
    pub restart: bool,
}
