//! How many registered, how far they came and how long it took: counts, and nobody among them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Over how many days, today among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresOver {
    /// Seven.
    Week,
    /// Thirty.
    Month,
    /// Ninety.
    Quarter,
}

/// One day at one kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct DayFigures {
    /// ISO 8601, in the practice's time zone.
    pub day: String,
    /// Which kiosk; `None` where staff began a registration anew at the desk, with another mobile.
    #[ts(type = "string | null")]
    pub kiosk: Option<Uuid>,
    /// Details that were confirmed.
    pub started: u32,
    /// Of these, those that are registered by now.
    pub finished: u32,
    /// Of these, those of which staff were asked whose record it is.
    pub reviews: u32,
    /// Calls for help.
    pub help_calls: u32,
}

/// A step of the way, as far as the portal sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresStep {
    /// From confirmed details to the right code.
    Code,
    /// From there to the password at the kiosk, or to the patient's own phone.
    Password,
    /// From the link's promise to its opening.
    Link,
    /// From there to the accepted terms.
    Terms,
}

/// How a step goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct StepFigures {
    /// Which.
    pub step: FiguresStep,
    /// Registrations that stand there, or ended there without success.
    pub stopped: u32,
    /// Those that went on.
    pub went_on: u32,
    /// How long it took half of those that went on; `None` where nobody did.
    pub median_s: Option<u32>,
}

/// A kiosk by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct FiguresKiosk {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As staff call it.
    pub name: String,
}

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Figures {
    /// Over how many days.
    pub over: FiguresOver,
    /// The first of them, ISO 8601.
    pub from: String,
    /// Today.
    pub to: String,
    /// Days and kiosks with nothing to count are not among them.
    pub days: Vec<DayFigures>,
    /// The kiosks named in `days`.
    pub kiosks: Vec<FiguresKiosk>,
    /// All four, in order.
    pub steps: Vec<StepFigures>,
}
