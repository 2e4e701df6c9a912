//! Bodies of the registration routes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::details::TypedDetails;

/// `POST /registrations`: the patient has said "these are right".
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmDetails {
    /// The answers as typed.
    pub details: TypedDetails,
    /// BCP 47 tag of the language the patient chose; later texts and emails use it.
    pub language: String,
}

/// `POST /registrations/{id}/code/check`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckCode {
    /// The code as typed; spaces and full-width digits are understood.
    pub code: String,
}

impl std::fmt::Debug for CheckCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckCode")
    }
}

/// `POST /registrations/{id}/password`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The password as typed; NFKC is applied before it is hashed.
    pub password: String,
}

impl std::fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetPassword")
    }
}

/// Where a registration stands, by name only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// The code was sent by SMS.
    AwaitingCode,
    /// The mobile is proven.
    AwaitingPassword,
    /// The link was sent by email.
    AwaitingLink,
    /// Both contact points are proven.
    AwaitingTerms,
    /// Done.
    Registered,
    /// The mobile is proven and there is no email address: staff finish it.
    HandedToDesk,
    /// Time ran out.
    Expired,
    /// The patient changed the number or gave up before the code.
    Abandoned,
    /// The terms were not accepted.
    Declined,
    /// Too many wrong passwords on the link.
    Locked,
    /// The same person proved a later registration.
    Superseded,
}

/// What a kiosk may know of a registration: nothing personal, nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RegistrationView {
    /// The registration.
    #[ts(type = "string")]
    pub id: Uuid,
    /// For the desk, such as "KT4-9QF".
    pub reference: String,
    /// Where it stands.
    pub state: RegistrationState,
    /// What the patient may do next, and when.
    pub next: NextAction,
}

/// What became of details that a patient confirmed at the kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Confirmation {
    /// A code is on its way.
    Begun {
        /// The registration.
        view: RegistrationView,
    },
    /// The portal cannot be reached, or cannot send texts: the kiosk keeps them until it can.
    Kept {
        /// For the desk, such as "KT4-9QF".
        reference: String,
    },
}

/// What may be done next; seconds count from the moment of the answer, so that the kiosk's own clock never matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct NextAction {
    /// Seconds until another code may be sent; `None` when no more will be sent for this registration.
    pub may_resend_in_s: Option<u32>,
    /// Seconds until a code may be checked (0: now); `None` when no code is awaited or its tries are used up.
    pub may_check_in_s: Option<u32>,
    /// Tries left on the code sent last.
    pub tries_left: u8,
}

/// Why a patient is sent to the desk with a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskReason {
    /// The patient pressed "Ask for help".
    AskedForHelp,
    /// The patient has no mobile.
    NoMobile,
    /// The patient is under 16.
    Under16,
}

/// `POST /desk-references`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskDesk {
    /// Why.
    pub reason: DeskReason,
    /// The registration on screen, if one was confirmed: its own reference is then used.
    pub registration: Option<Uuid>,
}

/// What the patient shows at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct DeskReference {
    /// Such as "KT4-9QF".
    pub reference: String,
}

/// `GET /desk-references/{reference}/help`: what becomes of a call for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpStands {
    /// It rings where staff watch.
    Ringing,
    /// Somebody has said that they are coming.
    Coming,
    /// Nobody watches, or nobody has answered for 20 s: the patient takes the reference to the desk.
    TakeReference,
}

/// The same as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpCallStands {
    /// How it stands.
    pub stands: HelpStands,
}
