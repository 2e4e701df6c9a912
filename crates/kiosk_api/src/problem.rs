//! Situations a person can be in, as a closed set of codes.
//!
//! Over HTTP a [`Problem`] is the `application/problem+json` body (RFC 9457); over IPC it is the error of a command.
//! The words for each code stand in one table of the interface.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Why a request did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// One or more fields were refused; `fields` says which and why.
    FieldsRefused,
    /// The code is not the one sent last; `tries_left` counts down.
    CodeWrong,
    /// The code is older than ten minutes.
    CodeExpired,
    /// No tries are left on this code; another may be sent after `retry_after_s`.
    CodeTriesUsedUp,
    /// Too many wrong codes for this number today.
    NumberTriesUsedUp,
    /// A code was sent a moment ago; another may be sent after `retry_after_s`.
    ResendTooSoon,
    /// Enough codes were sent to this number, or from this kiosk, for now.
    TooManySends,
    /// The registration has moved on or ended; the view must be fetched again.
    NotInThisState,
    /// No such registration, or not one of this kiosk.
    NotFound,
    /// Too much is going on; the same request may be sent again after `retry_after_s`.
    Busy,
    /// The portal cannot be reached. Made by the kiosk, never by the portal.
    PortalUnreachable,
    /// The portal answered too late. Made by the kiosk, never by the portal.
    PortalSlow,
    /// The portal answers, and nobody takes its text messages.
    TextsUnavailable,
    /// The portal is away, and the kiosk keeps no more details for it for now. Made by the kiosk, never by the portal.
    JournalFull,
    /// Something unforeseen; `incident` is what staff need to find it in the log.
    Unforeseen,
    /// The kiosk's credential was not accepted.
    KioskNotAccepted,
    /// The same idempotency key came with another body.
    IdempotencyKeyReused,
    /// The request is not of this API's form.
    MalformedRequest,
    /// The kiosk is not ready to take registrations.
    OutOfService,
    /// The portal treats people's data in another way than the machine that would join it: sandbox, trial and live never meet.
    PortalOfAnotherMode,
    /// The portal's certificate is not one that the kiosk trusts. Made by the kiosk, never by the portal.
    PortalNotTrusted,
    /// Something answers, and it is no portal of ours. Made by the kiosk, never by the portal.
    NotAPortal,
    /// A portal answers, and its public address is another one. Made by the kiosk, never by the portal.
    PortalAtAnotherAddress,
    /// The key store cannot be used now, and nothing was asked of the portal. Made by the kiosk, never by the portal.
    KeyStoreUnusable,
    /// The portal gave a credential and the key store did not keep it. Made by the kiosk, never by the portal.
    CredentialNotKept,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Given name.
    GivenName,
    /// Family name, or the only name.
    FamilyName,
    /// Date of birth as a whole.
    DateOfBirth,
    /// Its day.
    DateOfBirthDay,
    /// Its month.
    DateOfBirthMonth,
    /// Its year.
    DateOfBirthYear,
    /// Email address.
    Email,
    /// Mobile number.
    Mobile,
    /// SMS code.
    Code,
    /// Password.
    Password,
    /// Address of the portal, on the screen that joins a kiosk to it.
    PortalAddress,
    /// The code that makes a machine a kiosk, likewise.
    EnrolmentCode,
    /// Initials of a staff member.
    Initials,
    /// Name of a staff member.
    StaffName,
}

/// Why a field was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblemCode {
    /// Nothing, or only spaces.
    Missing,
    /// Longer than the field may be.
    TooLong,
    /// A name with a character that no name has (control, bidirectional override, emoji).
    NameCharacterRefused,
    /// A name without a single letter.
    NameWithoutLetter,
    /// The day, month and year do not make a date.
    DateNotReal,
    /// The year must have four digits.
    YearNotFourDigits,
    /// The date is today or later.
    DateNotPast,
    /// More than 120 years ago.
    DateTooLongAgo,
    /// Under 16: kindly to the desk.
    Under16,
    /// Not an email address.
    EmailNotAnAddress,
    /// Letters of several scripts that look alike.
    EmailConfusable,
    /// Not a telephone number.
    MobileNotANumber,
    /// A landline.
    MobileIsLandline,
    /// A premium-rate number.
    MobileIsPremium,
    /// A freephone or shared-cost number.
    MobileIsSharedCost,
    /// A pager.
    MobileIsPager,
    /// A personal (070) number.
    MobileIsPersonal,
    /// An internet telephone.
    MobileIsVoip,
    /// A number of a country this practice does not send to.
    MobileCountryRefused,
    /// Another kind of number that takes no texts.
    MobileTakesNoTexts,
    /// Not six digits.
    CodeNotSixDigits,
    /// Shorter than 12 characters.
    PasswordTooShort,
    /// On the list of common passwords.
    PasswordCommon,
    /// Easy to guess.
    PasswordGuessable,
    /// Contains the patient's own name, date of birth, email or mobile.
    PasswordOwnDetails,
    /// A character that no keyboard types, such as NUL.
    PasswordCharacterRefused,
    /// Not an address of scheme, host and perhaps port.
    AddressNotAnOrigin,
    /// An address whose answers would not be encrypted.
    AddressNotHttps,
    /// Not twelve of the characters that codes are made of.
    EnrolmentCodeNotWhole,
    /// Not two to four letters and digits that begin with a letter.
    InitialsMalformed,
    /// Another staff member has these.
    InitialsTaken,
}

/// One refused field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldProblem {
    /// Which.
    pub field: Field,
    /// Why.
    pub code: FieldProblemCode,
}

/// Why a request did not do what was asked, with safe parameters only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema, thiserror::Error)]
#[error("{code:?}")]
pub struct Problem {
    /// Which situation.
    pub code: ProblemCode,
    /// Refused fields, in the order of the form; empty unless `code` is `fields_refused`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FieldProblem>>", optional)]
    pub fields: Vec<FieldProblem>,
    /// Seconds to wait before the same request can succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_s: Option<u32>,
    /// Tries left on the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tries_left: Option<u8>,
    /// What staff need to find the cause in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub incident: Option<String>,
}

impl Problem {
    /// A problem with nothing but its code.
    #[must_use]
    pub const fn new(code: ProblemCode) -> Self {
        Self { code, fields: Vec::new(), retry_after_s: None, tries_left: None, incident: None }
    }

    /// Refused fields.
    #[must_use]
    pub const fn fields(fields: Vec<FieldProblem>) -> Self {
        Self {
            code: ProblemCode::FieldsRefused,
            fields,
            retry_after_s: None,
            tries_left: None,
            incident: None,
        }
    }
}
