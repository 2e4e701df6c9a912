//! Why a registration is for staff, whoever found it: the rule, the flow, or the update of the record.

use crate::doubt::Doubt;

/// Why the machine would not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// An account of this name and date of birth has other contact points. Found by the portal.
    AccountExistsWithOtherContacts,
    /// The mobile is proven and there is no email address. Found by the flow.
    NoEmail,
    /// The record was changed after it was matched. Found by the update.
    RecordChangedMeanwhile,
    /// Each try to write the record ended in an error. Found by the update.
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

impl ReviewReason {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::SeveralRecordsAgree,
        Self::ContactOnAnotherRecord,
        Self::NameAndDateAgreeContactDiffers,
        Self::ContactAgreesNameOrDateDiffers,
        Self::DateAgreesNameSimilar,
        Self::AccountExistsWithOtherContacts,
        Self::NoEmail,
        Self::RecordChangedMeanwhile,
        Self::RecordNotWritten,
        Self::NameAgreesDateSimilar,
        Self::AnotherRecordIsNear,
        Self::RecordMarked,
        Self::TooCommonToTell,
        Self::ShortNameOfSomebodyElse,
    ];

    /// As the database and the logs write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeveralRecordsAgree => "several_records_agree",
            Self::ContactOnAnotherRecord => "contact_on_another_record",
            Self::NameAndDateAgreeContactDiffers => "name_and_date_agree_contact_differs",
            Self::ContactAgreesNameOrDateDiffers => "contact_agrees_name_or_date_differs",
            Self::DateAgreesNameSimilar => "date_agrees_name_similar",
            Self::AccountExistsWithOtherContacts => "account_exists_with_other_contacts",
            Self::NoEmail => "no_email",
            Self::RecordChangedMeanwhile => "record_changed_meanwhile",
            Self::RecordNotWritten => "record_not_written",
            Self::NameAgreesDateSimilar => "name_agrees_date_similar",
            Self::AnotherRecordIsNear => "another_record_is_near",
            Self::RecordMarked => "record_marked",
            Self::TooCommonToTell => "too_common_to_tell",
            Self::ShortNameOfSomebodyElse => "short_name_of_somebody_else",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl From<Doubt> for ReviewReason {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::SeveralRecordsAgree => Self::SeveralRecordsAgree,
            Doubt::ContactOnAnotherRecord => Self::ContactOnAnotherRecord,
            Doubt::NameAndDateAgreeContactDiffers => Self::NameAndDateAgreeContactDiffers,
            Doubt::ContactAgreesNameOrDateDiffers => Self::ContactAgreesNameOrDateDiffers,
            Doubt::DateAgreesNameSimilar => Self::DateAgreesNameSimilar,
            Doubt::NameAgreesDateSimilar => Self::NameAgreesDateSimilar,
            Doubt::AnotherRecordIsNear => Self::AnotherRecordIsNear,
            Doubt::RecordMarked => Self::RecordMarked,
            Doubt::TooCommonToTell => Self::TooCommonToTell,
            Doubt::ShortNameOfSomebodyElse => Self::ShortNameOfSomebodyElse,
        }
    }
}
