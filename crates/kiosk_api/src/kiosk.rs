//! What the kiosk's window learns of its own Rust side.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How this program may treat people's data; stamped into the database for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Synthetic patients; messages go to "the patient's phone" page.
    Sandbox,
    /// Real data of one machine; messages only to staff-confirmed contacts.
    Trial,
    /// A portal that phones can reach.
    Live,
}

/// `GET /practice`: what patients see of the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct PracticeView {
    /// Name on the welcome screen.
    pub name: String,
    /// Telephone of the desk, as the practice writes it.
    pub phone: String,
    /// How the portal treats people's data.
    pub mode: Mode,
    /// Address of the neutral page where a registration is finished on a phone; goes into the QR code.
    pub finish_url: String,
    /// The privacy notice in plain text, one paragraph a line, in the practice's first language.
    pub privacy_notice: String,
    /// A draft has blanks and may only be shown in sandbox and trial mode.
    pub privacy_notice_is_draft: bool,
}

/// The same as a kiosk is told, with what the window does not need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KioskPractice {
    /// For the window.
    #[serde(flatten)]
    pub view: PracticeView,
    /// The portal's public key, to which details are sealed while it is away (an age recipient, `age1…`). A portal of an
    /// older version has none.
    pub journal_recipient: Option<String>,
}

/// Why the kiosk takes no registrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutOfServiceReason {
    /// The key store is not there.
    KeyStoreMissing,
    /// The key store is locked.
    KeyStoreLocked,
    /// The key store did not answer within 5 s.
    KeyStoreSilent,
    /// The database cannot be opened with the key we hold, or is damaged.
    DatabaseUnreadable,
    /// The database was made by a newer program.
    DatabaseTooNew,
    /// The database is stamped with another mode.
    DatabaseOfAnotherMode,
    /// Another program uses the portal's address.
    PortalAddressTaken,
    /// Another kiosk, or one that restores a back-up, works in the data folder.
    DataFolderTaken,
    /// This mode needs senders or terms that are not configured.
    NotConfigured,
    /// Live mode with the portal that the kiosk brings: no patient's phone could reach it.
    LiveNeedsRemotePortal,
    /// The file with the authority of the portal's certificate cannot be read.
    PortalAuthorityUnreadable,
    /// The portal treats people's data in another way than this kiosk.
    PortalOfAnotherMode,
    /// The portal does not accept this kiosk, or not at the moment.
    KioskNotAccepted,
    /// The portal's certificate is not one that the kiosk trusts.
    PortalNotTrusted,
    /// A portal answers, and its public address is another one.
    PortalAtAnotherAddress,
    /// Something answers, and it is no portal of ours.
    NotAPortal,
    /// The portal is live, and no phone has opened its test link yet.
    TestLinkNotOpened,
}

/// How far the start has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum KioskPhase {
    /// The welcome screen may be shown; Start waits.
    Starting,
    /// Somebody of the practice must join this machine to a portal first.
    NotConnected {
        /// Address of the portal that this machine joined before, if it did.
        former_address: Option<String>,
    },
    /// Registrations can begin.
    Ready,
    /// A calm screen that sends patients to the desk.
    OutOfService {
        /// Why, for staff.
        reason: OutOfServiceReason,
    },
}

/// What a kiosk shows to whoever comes, as staff decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum KioskStanding {
    /// The welcome screen.
    #[default]
    Open,
    /// "Please see reception."
    Paused,
    /// The glass answers to no touch, so that it can be wiped clean.
    Cleaning {
        /// For how long yet.
        left_s: u32,
    },
}

/// What the window needs before anything else; answered at once, whatever the phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct KioskStatus {
    /// How far the start has come.
    pub phase: KioskPhase,
    /// Sandbox is shown in a corner of every screen.
    pub mode: Mode,
    /// The practice, once the portal has answered.
    pub practice: Option<PracticeView>,
    /// CSS pixels per millimetre of this panel, as calibrated.
    pub css_px_per_mm: f64,
    /// Characters that a password has at least; the window says how many are missing while one is typed.
    pub password_min_characters: u32,
    /// Version of the program.
    pub version: String,
    /// What staff decided about this kiosk.
    pub standing: KioskStanding,
}

/// What the patient is told about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Idle {
    /// Nothing to say.
    Active,
    /// "Are you still there?"
    Warning {
        /// Seconds until everything is wiped.
        seconds_left: u32,
    },
    /// The done screen clears itself.
    Clearing {
        /// Seconds until it does.
        seconds_left: u32,
    },
}

/// The answer to the window's heartbeat, once a second.
///
/// The window reports touches, keys and speech; the kiosk's Rust side owns the idle clock and wipes by replacing the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pulse {
    /// What to say about time.
    pub idle: Idle,
    /// What may be done next about the registration on screen, if one was confirmed.
    pub next: Option<crate::registration::NextAction>,
    /// Seconds until admin mode locks itself; `None` where nobody unlocked it.
    pub locks_in_s: Option<u32>,
}

/// What the done screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoneCard {
    /// For the desk, such as "KT4-9QF".
    pub reference: String,
    /// Address of the neutral page, to be typed by hand.
    pub finish_url: String,
    /// The QR code of that address as an SVG path on a square of `qr_modules` units.
    pub qr_path: String,
    /// Modules on a side, quiet zone included.
    pub qr_modules: u32,
}
