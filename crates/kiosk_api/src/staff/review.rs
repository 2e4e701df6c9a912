//! Reviews as staff see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::staff::ask::ReviewWordKind;

/// A review in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ReviewRow {
    /// Which.
    #[ts(type = "string")]
    pub id: Uuid,
    /// Of whom, as typed.
    pub name: Option<String>,
    /// For the desk.
    pub reference: String,
    /// Why the machine did not decide.
    pub reason: ReviewReason,
    /// Since when it waits.
    pub since: String,
}

/// A review that was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct SettledReviewRow {
    /// As one that waits.
    pub review: ReviewRow,
    /// How; `None` where the machine closed it.
    pub word: Option<ReviewWordKind>,
    /// Initials of whoever settled it.
    pub by: Option<String>,
    /// When.
    pub at: String,
}

/// Why the machine did not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// More than one record has this name and date of birth.
    SeveralRecordsAgree,
    /// A proven contact point is also on another record that could be this person, such as a twin's.
    ContactOnAnotherRecord,
    /// A record has this name and date of birth, and neither proven contact point.
    NameAndDateAgreeContactDiffers,
    /// A record has a proven contact point, and another name or date of birth.
    ContactAgreesNameOrDateDiffers,
    /// A record has this date of birth and a name like this one, and neither proven contact point.
    DateAgreesNameSimilar,
    /// An account of this name and date of birth has other contact points.
    AccountExistsWithOtherContacts,
    /// The mobile is proven and there is no email address.
    NoEmail,
    /// The record was changed after it was matched.
    RecordChangedMeanwhile,
    /// Each try to write the record ended in an error.
    RecordNotWritten,
    /// A record has this name and a date of birth a slip away or unknown, and neither proven contact point.
    NameAgreesDateSimilar,
    /// One record agrees in everything, and another is nearly as likely.
    AnotherRecordIsNear,
    /// The record that agrees is marked.
    RecordMarked,
    /// Name, date and contact are too common here.
    TooCommonToTell,
    /// The name agrees as a short or longer form only, of a child or with a contact that others share.
    ShortNameOfSomebodyElse,
}

/// A review with what the patient gave and what each record in question holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ReviewView {
    /// As in a list.
    pub row: ReviewRow,
    /// What the patient gave.
    pub registered: GivenDetails,
    /// The records in question, the likeliest first.
    pub in_question: Vec<RecordInQuestion>,
    /// Whether the practice's software was to be searched and could not be asked.
    pub not_searched: bool,
    /// How it was settled, if it was.
    pub settled: Option<SettledReviewRow>,
}

/// What the patient gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct GivenDetails {
    /// As typed.
    pub given_name: Option<String>,
    /// As typed, or the only name.
    pub family_name: String,
    /// ISO 8601.
    pub date_of_birth: String,
    /// As it is dialled here.
    pub mobile: String,
    /// Whether it was proven.
    pub mobile_proven: bool,
    /// As typed.
    pub email: Option<String>,
    /// Whether it was proven.
    pub email_proven: bool,
}

/// A record in question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RecordInQuestion {
    /// Which.
    #[ts(type = "string")]
    pub patient: Uuid,
    /// For [`ReviewWord::SamePerson`](crate::staff::ask::ReviewWord::SamePerson).
    #[ts(type = "number")]
    pub version: i64,
    /// Whether the practice's software could not be asked, so that this is a copy of an earlier day.
    pub may_be_outdated: bool,
    /// Given name.
    pub given_name: HeldValue,
    /// Family name.
    pub family_name: HeldValue,
    /// Date of birth, ISO 8601.
    pub date_of_birth: HeldValue,
    /// Telephone numbers, the mobile first.
    pub phones: Vec<HeldValue>,
    /// Email address.
    pub email: HeldValue,
}

/// What a record holds, beside what the patient gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct HeldValue {
    /// As it stands there; `None` where nothing does.
    pub value: Option<String>,
    /// How it compares.
    pub agreement: Agreement,
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// The same, as matching compares.
    Same,
    /// Like it: a nickname, a slip of the keys, day and month swapped.
    Similar,
    /// Another.
    Different,
    /// One of the two is missing.
    Missing,
}
