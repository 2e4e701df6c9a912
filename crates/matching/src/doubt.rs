//! Why the machine would not decide, and how it says so.

/// Why a registration is for staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
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
    /// A record has this name and a date of birth a slip away or unknown, and neither proven contact point.
    NameAgreesDateSimilar,
    /// One record agrees in everything, and another is nearly as likely: a duplicate, or a twin's.
    AnotherRecordIsNear,
    /// One record agrees in everything, and is marked: deceased, merged, sensitive, a twin's.
    RecordMarked,
    /// One record agrees in everything, and so would many: name, date and contact are too common here.
    TooCommonToTell,
    /// One record agrees by a short or longer name, of a child or with a contact that others share.
    ShortNameOfSomebodyElse,
}

impl Doubt {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SeveralRecordsAgree,
        Self::ContactOnAnotherRecord,
        Self::NameAndDateAgreeContactDiffers,
        Self::ContactAgreesNameOrDateDiffers,
        Self::DateAgreesNameSimilar,
        Self::NameAgreesDateSimilar,
        Self::AnotherRecordIsNear,
        Self::RecordMarked,
        Self::TooCommonToTell,
        Self::ShortNameOfSomebodyElse,
    ];

    /// As the database writes it: the name of its [`ReviewReason`](crate::ReviewReason).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        crate::ReviewReason::from(self).as_str()
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doubt| doubt.as_str() == name)
    }

    /// For staff.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::SeveralRecordsAgree => "More than one record has this name and date of birth.",
            Self::ContactOnAnotherRecord => {
                "The mobile or email is also on another record that could be this person, such as a twin's."
            }
            Self::NameAndDateAgreeContactDiffers => {
                "A record has this name and date of birth, and neither this mobile nor this email."
            }
            Self::ContactAgreesNameOrDateDiffers => {
                "A record has this mobile or email, and another name or date of birth."
            }
            Self::DateAgreesNameSimilar => "A record has this date of birth and a name like this one.",
            Self::NameAgreesDateSimilar => {
                "A record has a name like this one, and a date of birth that is a slip away or not known."
            }
            Self::AnotherRecordIsNear => {
                "One record agrees, and another is nearly as likely: a duplicate, or a twin's."
            }
            Self::RecordMarked => "The record that agrees is marked: it is never linked without staff.",
            Self::TooCommonToTell => "The name, date and contact are too common here to tell people apart.",
            Self::ShortNameOfSomebodyElse => {
                "The name agrees only as a short or longer form, of a child or with a contact that others share."
            }
        }
    }
}
