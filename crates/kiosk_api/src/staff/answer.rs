//! What staff are answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    registration::RegistrationState,
    staff::{
        StaffRole, StaffSignedIn,
        ask::{IdSeen, StaffHelpKind},
        figures::Figures,
        kiosks::KioskRow,
        log::{LogChoice, LogRow, LogVerified},
        records::{RecordRow, RecordToRegister},
        review::{ReviewRow, ReviewView, SettledReviewRow},
        sync::{ByHandRow, Sync},
        vouching::UnlockCall,
    },
};

/// What staff are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum StaffAnswer {
    /// To [`StaffAsk::WhoAmI`](crate::staff::ask::StaffAsk::WhoAmI).
    You {
        /// Who is let in.
        you: StaffSignedIn,
    },
    /// To [`StaffAsk::Attention`](crate::staff::ask::StaffAsk::Attention) and [`StaffAsk::AnswerHelpCall`](crate::staff::ask::StaffAsk::AnswerHelpCall)
    /// and [`StaffAsk::AnswerUnlock`](crate::staff::ask::StaffAsk::AnswerUnlock).
    Attention {
        /// What waits.
        attention: Attention,
    },
    /// To [`StaffAsk::Today`](crate::staff::ask::StaffAsk::Today).
    Today {
        /// The newest first, at most fifty.
        rows: Vec<RegistrationRow>,
        /// Whether there are more than these.
        more: bool,
    },
    /// To [`StaffAsk::Registration`](crate::staff::ask::StaffAsk::Registration), [`StaffAsk::Help`](crate::staff::ask::StaffAsk::Help) and
    /// [`StaffAsk::RegisterPatient`](crate::staff::ask::StaffAsk::RegisterPatient): where another one began, that.
    Registration {
        /// As it is now.
        registration: RegistrationShown,
    },
    /// To [`StaffAsk::FindRecords`](crate::staff::ask::StaffAsk::FindRecords).
    Records {
        /// By name, at most twenty.
        rows: Vec<RecordRow>,
        /// Whether there are more than these.
        more: bool,
    },
    /// To [`StaffAsk::Record`](crate::staff::ask::StaffAsk::Record).
    Record {
        /// As it is now.
        record: RecordToRegister,
    },
    /// To [`StaffAsk::Reviews`](crate::staff::ask::StaffAsk::Reviews), [`StaffAsk::SettleReview`](crate::staff::ask::StaffAsk::SettleReview) and [`StaffAsk::OpenReviewAgain`](crate::staff::ask::StaffAsk::OpenReviewAgain).
    Reviews {
        /// Those that wait, oldest first, at most fifty.
        waiting: Vec<ReviewRow>,
        /// How many wait in all.
        in_all: u32,
        /// Those settled in the last thirty days, newest first, at most twenty.
        settled: Vec<SettledReviewRow>,
    },
    /// To [`StaffAsk::Review`](crate::staff::ask::StaffAsk::Review).
    Review {
        /// As it is now.
        review: ReviewView,
    },
    /// To [`StaffAsk::Staff`](crate::staff::ask::StaffAsk::Staff) and [`StaffAsk::RemoveStaff`](crate::staff::ask::StaffAsk::RemoveStaff).
    Staff {
        /// By name; those who left are not among them.
        members: Vec<StaffMember>,
    },
    /// To [`StaffAsk::InviteStaff`](crate::staff::ask::StaffAsk::InviteStaff) and [`StaffAsk::InviteStaffAgain`](crate::staff::ask::StaffAsk::InviteStaffAgain).
    Invited {
        /// The one address under which a password can be chosen, for 72 hours; shown this once.
        link: String,
        /// By name.
        members: Vec<StaffMember>,
    },
    /// To [`StaffAsk::Kiosks`](crate::staff::ask::StaffAsk::Kiosks) and [`StaffAsk::RunKiosk`](crate::staff::ask::StaffAsk::RunKiosk).
    Kiosks {
        /// By name; those that were revoked are not among them.
        rows: Vec<KioskRow>,
        /// At whose glass it was asked; `None` in a browser.
        #[ts(type = "string | null")]
        here: Option<Uuid>,
    },
    /// To [`StaffAsk::Sync`](crate::staff::ask::StaffAsk::Sync), [`StaffAsk::SeeToChange`](crate::staff::ask::StaffAsk::SeeToChange) and
    /// [`StaffAsk::KnowOfLost`](crate::staff::ask::StaffAsk::KnowOfLost).
    Sync {
        /// As it is now.
        sync: Sync,
    },
    /// To [`StaffAsk::ByHand`](crate::staff::ask::StaffAsk::ByHand) and [`StaffAsk::EnteredByHand`](crate::staff::ask::StaffAsk::EnteredByHand).
    ByHand {
        /// The longest waiting first, at most twenty.
        rows: Vec<ByHandRow>,
        /// How many wait in all.
        in_all: u32,
    },
    /// To [`StaffAsk::Figures`](crate::staff::ask::StaffAsk::Figures).
    Figures {
        /// Counts.
        figures: Figures,
    },
    /// To [`StaffAsk::AccessLog`](crate::staff::ask::StaffAsk::AccessLog).
    AccessLog {
        /// The newest first, at most a hundred.
        rows: Vec<LogRow>,
        /// Whether there are older ones.
        more: bool,
        /// Staff whom lines can be chosen by, those who left too.
        staff: Vec<LogChoice>,
        /// Kiosks that lines can be chosen by, those that were revoked too.
        kiosks: Vec<LogChoice>,
    },
    /// To [`StaffAsk::VerifyAccessLog`](crate::staff::ask::StaffAsk::VerifyAccessLog).
    AccessLogVerified {
        /// What was found.
        verified: LogVerified,
    },
    /// To [`StaffAsk::FiguresFile`](crate::staff::ask::StaffAsk::FiguresFile) and
    /// [`StaffAsk::AccessLogFile`](crate::staff::ask::StaffAsk::AccessLogFile).
    File {
        /// Such as "access-log-2026-11-01-to-2026-11-30.csv".
        name: String,
        /// RFC 4180, with a byte order mark; no cell begins as a formula would.
        csv: String,
    },
}

/// What waits for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Attention {
    /// Patients who asked for help, longest waiting first.
    pub help_calls: Vec<HelpCall>,
    /// Staff at kiosks who ask to be let in, and whom this staff member may let in; longest waiting first.
    pub unlocks: Vec<UnlockCall>,
    /// Reviews that wait.
    pub reviews: u32,
    /// Changes of records that need somebody, are to be entered by hand, or were lost on a kiosk that nobody knows of yet.
    pub changes: u32,
    /// Staff members whose credential was tried too often at some place, by initials.
    pub locked: Vec<String>,
}

/// A patient at a kiosk asked for help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct HelpCall {
    /// Which call.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As staff call the kiosk.
    pub kiosk: String,
    /// What the patient can show.
    pub reference: String,
    /// The registration on screen, if one was confirmed.
    #[ts(type = "string | null")]
    pub registration: Option<Uuid>,
    /// Where it stands.
    pub state: Option<RegistrationState>,
    /// For how long.
    pub waiting_s: u32,
}

/// A registration in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RegistrationRow {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// Such as "KT4-9QF".
    pub reference: String,
    /// As typed; gone with the other details a week after a registration ended without success.
    pub name: Option<String>,
    /// ISO 8601.
    pub date_of_birth: Option<String>,
    /// Such as "07••• •••982".
    pub mobile: Option<String>,
    /// Such as "j•••@example.org".
    pub email: Option<String>,
    /// Where it stands.
    pub state: RegistrationState,
    /// As staff call the kiosk where it began; `None` at the desk.
    pub kiosk: Option<String>,
    /// When the patient said "these are right".
    pub confirmed_at: String,
}

/// A registration on a screen of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RegistrationShown {
    /// As in a list.
    pub row: RegistrationRow,
    /// For [`StaffAsk::Help`](crate::staff::ask::StaffAsk::Help).
    #[ts(type = "number")]
    pub version: i64,
    /// What may be done for the patient now.
    pub may: Vec<StaffHelpKind>,
    /// Those of them for which staff must have seen who it is.
    pub needs_id: Vec<StaffHelpKind>,
    /// Who has seen by what who it is, oldest first.
    pub ids_seen: Vec<IdSeenLine>,
    /// The record that it was linked to, as long as it is.
    pub linked: Option<LinkedRecord>,
    /// Seconds until another code may be sent; `None` when no more will be.
    pub may_resend_in_s: Option<u32>,
    /// What was done for it, oldest first.
    pub history: Vec<HistoryLine>,
}

/// A staff member saw who a patient is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct IdSeenLine {
    /// When.
    pub at: String,
    /// By what.
    pub id_seen: IdSeen,
    /// Initials of the staff member.
    pub by: Option<String>,
}

/// The record that a registration was linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LinkedRecord {
    /// Which.
    #[ts(type = "string")]
    pub patient: Uuid,
    /// As the practice writes it.
    pub name: String,
    /// ISO 8601.
    pub date_of_birth: Option<String>,
    /// Since when.
    pub since: String,
}

/// One line of what was done, out of the access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// What, by its name in the log, such as `link_sent`.
    pub act: String,
    /// Initials of the staff member who did it.
    pub by: Option<String>,
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct StaffMember {
    /// Who.
    #[ts(type = "string")]
    pub id: Uuid,
    /// As colleagues call them.
    pub name: String,
    /// In capitals.
    pub initials: String,
    /// What they are.
    pub role: StaffRole,
    /// How far they are.
    pub standing: StaffStanding,
}

/// How far a staff member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffStanding {
    /// Has a password.
    Active,
    /// Has an invitation that may be taken up.
    Invited,
    /// Has one that nobody took up in time.
    InvitationExpired,
}
