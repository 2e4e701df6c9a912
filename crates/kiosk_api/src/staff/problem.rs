//! Situations a staff member can be in, as a closed set of codes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::problem::FieldProblem;

/// Why an ask of staff did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffProblemCode {
    /// One or more fields were refused; `fields` says which and why.
    FieldsRefused,
    /// Initials and password are not those of a staff member.
    NotLetIn,
    /// Tried too often; another try is taken after `retry_after_s`.
    Locked,
    /// Nobody is let in any more: removed, signed out, or for too long unused.
    NotSignedIn,
    /// The staff member's role does not have it.
    NotPermitted,
    /// There is no such thing, or not any more.
    NotFound,
    /// It was changed since it was shown; it must be looked at again.
    ChangedMeanwhile,
    /// Somebody was first to settle the review.
    AlreadySettled,
    /// The digits are not those that the kiosk shows; it has to ask again.
    DigitsWrong,
    /// It cannot be done where things stand; what may be done is shown with them.
    NotPossibleNow,
    /// The record is shown by another patient's account: that is settled by hand.
    RecordOfAnotherAccount,
    /// The registrant's account shows another record already.
    AccountShowsAnotherRecord,
    /// Contacts that were proven later are on the record or on their way: they stay.
    ProvenLater,
    /// A change of the same person is under way, or waits to be entered by hand; when that is over it can be done.
    ChangeUnderWay,
    /// A record was made by it, and records are joined in the practice's own software.
    RecordMade,
    /// Thirty days are over.
    TooLate,
    /// Enough was sent for now; more after `retry_after_s`.
    LimitReached,
    /// The invitation was taken up, replaced, or is too old.
    InvitationNotAccepted,
    /// The last manager cannot leave.
    LastManager,
    /// They are no days, or the last comes before the first.
    DaysNotPossible,
    /// A file would have too many lines; fewer days have fewer.
    TooMuch,
    /// Too much is going on; the same may be asked again after `retry_after_s`.
    Busy,
    /// The ask is not of this API's form.
    MalformedRequest,
    /// The kiosk's credential was not accepted.
    KioskNotAccepted,
    /// The portal cannot be reached. Made by the kiosk and the browser, never by the portal.
    PortalUnreachable,
    /// Something unforeseen; the portal's log says what.
    Unforeseen,
}

/// Why an ask of staff did not do what was asked, with safe parameters only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct StaffProblem {
    /// Which situation.
    pub code: StaffProblemCode,
    /// Refused fields, in the order of the form; empty unless `code` is `fields_refused`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FieldProblem>>", optional)]
    pub fields: Vec<FieldProblem>,
    /// Seconds to wait before the same can succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_s: Option<u32>,
}

impl StaffProblem {
    /// A problem with nothing but its code.
    #[must_use]
    pub const fn new(code: StaffProblemCode) -> Self {
        Self { code, fields: Vec::new(), retry_after_s: None }
    }
}
