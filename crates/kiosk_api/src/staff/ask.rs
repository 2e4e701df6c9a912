//! Everything that staff ask.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::staff::{
    StaffRole,
    figures::FiguresOver,
    kiosks::KioskAct,
    log::{LogBy, LogDays},
    sync::{ByHandPurpose, SyncAct},
};

/// Everything that staff ask.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum StaffAsk {
    /// Who is let in; asked when a screen begins.
    WhoAmI,
    /// What waits for somebody; asked every two seconds, and no use of a session.
    Attention,
    /// A patient who asked for help is being helped.
    AnswerHelpCall {
        /// Which call.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// Somebody at a kiosk asks to be let in, and is or is not.
    AnswerUnlock {
        /// Which ask.
        #[ts(type = "string")]
        id: Uuid,
        /// As typed, the two that the kiosk shows; `None`: they are not to be let in.
        digits: Option<String>,
    },
    /// The newest registrations.
    Today {
        /// Beginning of a name, a whole reference or a date of birth; empty for all.
        search: String,
        /// Whether the screen asks by itself, to stay as things are: no use of a session. Only for all of them; whoever searches is a person.
        by_itself: bool,
    },
    /// One registration.
    Registration {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// Something is done for a patient who registers.
    Help {
        /// Which registration.
        #[ts(type = "string")]
        id: Uuid,
        /// As it was shown; one that has moved on is to be looked at again.
        #[ts(type = "number")]
        version: i64,
        /// What.
        help: StaffHelp,
    },
    /// Records of patients who could be registered at the desk.
    FindRecords {
        /// Part of a name, or a whole date of birth.
        search: String,
    },
    /// One of them.
    Record {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// A patient at the desk whose record this is begins to register: a code goes to their mobile, and they go on on their own phone.
    RegisterPatient {
        /// Which record.
        #[ts(type = "string")]
        id: Uuid,
        /// As it was shown; one that has changed since is to be looked at again.
        #[ts(type = "number")]
        version: i64,
        /// As typed.
        mobile: String,
        /// As typed.
        email: String,
        /// By what the staff member knows whose record it is.
        id_seen: IdSeen,
    },
    /// Reviews that wait, oldest first.
    Reviews,
    /// One review.
    Review {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// A review is settled.
    SettleReview {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
        /// How.
        word: ReviewWord,
    },
    /// A settled review is opened again: what followed from it is undone.
    OpenReviewAgain {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// Who works here.
    Staff,
    /// Somebody new works here.
    InviteStaff {
        /// As colleagues call them.
        name: String,
        /// As typed.
        initials: String,
        /// What they are.
        role: StaffRole,
    },
    /// A staff member gets a new invitation: the password there was is void, and all sessions end.
    InviteStaffAgain {
        /// Who.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// A staff member has left: all sessions end.
    RemoveStaff {
        /// Who.
        #[ts(type = "string")]
        id: Uuid,
    },
    /// The practice's kiosks.
    Kiosks {
        /// Whether the screen asks by itself, to stay as things are: no use of a session.
        by_itself: bool,
    },
    /// Something is done to a kiosk.
    RunKiosk {
        /// Which.
        #[ts(type = "string")]
        id: Uuid,
        /// What.
        act: KioskAct,
    },
    /// Whether what patients proved reached the records.
    Sync,
    /// Something is done about a change that needs staff.
    SeeToChange {
        /// Which registration earned it.
        #[ts(type = "string")]
        registration: Uuid,
        /// What.
        act: SyncAct,
    },
    /// What waits to be entered into the practice's software by hand.
    ByHand,
    /// It was entered.
    EnteredByHand {
        /// Which registration earned it.
        #[ts(type = "string")]
        registration: Uuid,
        /// What was to be done.
        purpose: ByHandPurpose,
    },
    /// Somebody knows that a kiosk's journal lost details.
    KnowOfLost {
        /// Which journal.
        #[ts(type = "string")]
        journal: Uuid,
        /// As many as were shown.
        lost: u32,
    },
    /// Counts.
    Figures {
        /// Over how many days.
        over: FiguresOver,
    },
    /// The same as a file.
    FiguresFile {
        /// Over how many days.
        over: FiguresOver,
    },
    /// Lines of the access log, newest first.
    AccessLog {
        /// Which.
        by: LogBy,
        /// Of which days.
        days: LogDays,
        /// Only those before this one.
        #[ts(type = "string | null")]
        before: Option<Uuid>,
    },
    /// The same as a file, all of them.
    AccessLogFile {
        /// Which.
        by: LogBy,
        /// Of which days.
        days: LogDays,
    },
    /// Whether the access log was altered.
    VerifyAccessLog,
}

/// By what a staff member knows who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdSeen {
    /// A passport.
    Passport,
    /// A driving licence.
    DrivingLicence,
    /// Another card with a photograph and a name.
    PhotoCard,
    /// No paper: the staff member knows the patient.
    KnownToStaff,
}

/// What may be done for a patient who registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StaffHelp {
    /// Another code to the registration's mobile.
    ResendCode,
    /// Another link to the registration's email address; older ones die.
    SendNewLink,
    /// The email address was mistyped. Links to the former one die; the new one gets its link by [`Self::SendNewLink`].
    CorrectEmail {
        /// As typed.
        email: String,
        /// Wanted where the former one was proven.
        id_seen: Option<IdSeen>,
    },
    /// The mobile was mistyped: this registration ends and another begins, with a code to the new number.
    CorrectMobile {
        /// As typed.
        mobile: String,
        /// Wanted where the former one was proven.
        id_seen: Option<IdSeen>,
    },
    /// Another registration begins with the same details, and a code; this one ends if it has not.
    Restart,
    /// The mobile is proven and the email address cannot be: staff finish it without an account.
    Finish {
        /// In place of the proof that is missing.
        id_seen: IdSeen,
    },
    /// The record that the registration was linked to is somebody else's: it gets back what it held, and the machine looks again.
    Unlink {
        /// Which record, as it was shown.
        #[ts(type = "string")]
        patient: Uuid,
    },
    /// The registration ends.
    Cancel,
}

/// The same by name, for what may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffHelpKind {
    /// See [`StaffHelp::ResendCode`].
    ResendCode,
    /// See [`StaffHelp::SendNewLink`].
    SendNewLink,
    /// See [`StaffHelp::CorrectEmail`].
    CorrectEmail,
    /// See [`StaffHelp::CorrectMobile`].
    CorrectMobile,
    /// See [`StaffHelp::Restart`].
    Restart,
    /// See [`StaffHelp::Finish`].
    Finish,
    /// See [`StaffHelp::Unlink`].
    Unlink,
    /// See [`StaffHelp::Cancel`].
    Cancel,
}

/// A staff member's word on a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "word", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewWord {
    /// Whoever registered is the person of this record.
    SamePerson {
        /// Which record.
        #[ts(type = "string")]
        patient: Uuid,
        /// As it was shown; one that has changed since is to be looked at again.
        #[ts(type = "number")]
        version: i64,
    },
    /// They are the person of none of the records in question: they get one of their own.
    DifferentPerson,
    /// Nothing is to follow.
    Rejected,
}

/// A staff member's word by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewWordKind {
    /// See [`ReviewWord::SamePerson`].
    SamePerson,
    /// See [`ReviewWord::DifferentPerson`].
    DifferentPerson,
    /// See [`ReviewWord::Rejected`].
    Rejected,
}
