//! What the patient types, as typed: parsed into values by `registration`, never here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The answers of one patient, exactly as typed.
///
/// `Debug` is silent: answers are personal and logs are not.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedDetails {
    /// `None` where the patient has a single name, which then is the family name.
    pub given_name: Option<String>,
    /// The family name, or the only name.
    pub family_name: String,
    /// Three fields, as typed.
    pub date_of_birth: TypedDate,
    /// `None` where the patient said "I don't have one".
    pub email: Option<String>,
    /// Any spelling the patient knows.
    pub mobile: String,
}

impl std::fmt::Debug for TypedDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedDetails")
    }
}

/// A date in three fields; the month may be a number or a name.
#[derive(Clone, Default, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedDate {
    /// Day of the month.
    pub day: String,
    /// Month, as a number or a name.
    pub month: String,
    /// Year, four digits.
    pub year: String,
}

impl std::fmt::Debug for TypedDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedDate")
    }
}

/// What is to be said about an email address that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EmailCheck {
    /// The address the patient probably meant ("gmial.com" → "gmail.com"); they may keep theirs.
    pub suggestion: Option<String>,
}
