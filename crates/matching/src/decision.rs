//! The decision as the database and the portal know it.

use registration::ids::PatientId;

use crate::{
    doubt::Doubt,
    judge::{NOBODY, Verdict, judge},
    people::{Candidate, Registrant},
    person::{Circumstances, Frequencies, Known, Policy},
};

/// Whether a registration belongs to a patient record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is this person.
    Linked {
        /// Whose record.
        patient: PatientId,
        /// As it was judged; an update for an older version is refused.
        version: i64,
    },
    /// Nobody the practice knows.
    New,
    /// For staff.
    Review {
        /// Why.
        reason: ReviewReason,
        /// The records in question, in the order they were given.
        candidates: Vec<PatientId>,
    },
}

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
}

impl ReviewReason {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SeveralRecordsAgree,
        Self::ContactOnAnotherRecord,
        Self::NameAndDateAgreeContactDiffers,
        Self::ContactAgreesNameOrDateDiffers,
        Self::DateAgreesNameSimilar,
        Self::AccountExistsWithOtherContacts,
        Self::NoEmail,
        Self::RecordChangedMeanwhile,
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
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Judges by folded names, strictly, without counts. `candidates` must hold every record of the practice that shares the
/// registrant's date of birth or either contact point, each once; records that share neither change nothing.
#[must_use]
pub fn decide(registrant: &Registrant, candidates: &[Candidate]) -> Decision {
    let person = registrant.person();
    let known: Vec<Known> = candidates
        .iter()
        .filter(|record| shares_date_or_contact(registrant, record))
        .map(Candidate::known)
        .collect();
    let circumstances = Circumstances {
        policy: Policy::Strict,
        frequencies: Frequencies::TYPICAL,
        not_the_same: &NOBODY,
        // Folded names do not say enough for the rules that hold for adults only: nobody is one here.
        today: registrant.date_of_birth,
    };
    match judge(&person, &known, &circumstances).verdict {
        Verdict::Linked { patient, version } => Decision::Linked { patient, version },
        Verdict::New => Decision::New,
        Verdict::Review { doubt, candidates: concerned } => {
            let given = candidates.iter().map(|record| record.patient);
            Decision::Review {
                reason: nearest_reason(doubt),
                candidates: given.filter(|patient| concerned.contains(patient)).collect(),
            }
        }
    }
}

fn shares_date_or_contact(registrant: &Registrant, record: &Candidate) -> bool {
    record.date_of_birth == Some(registrant.date_of_birth)
        || record.phones.contains(&registrant.mobile_e164)
        || record.emails.contains(&registrant.email)
}

/// The database does not know every doubt; what it does not know is told by what staff have to look at.
fn nearest_reason(doubt: Doubt) -> ReviewReason {
    doubt.reason().unwrap_or(match doubt {
        Doubt::SeveralRecordsAgree
        | Doubt::AnotherRecordIsNear
        | Doubt::RecordMarked
        | Doubt::TooCommonToTell
        | Doubt::ShortNameOfSomebodyElse => ReviewReason::SeveralRecordsAgree,
        Doubt::ContactOnAnotherRecord => ReviewReason::ContactOnAnotherRecord,
        Doubt::NameAndDateAgreeContactDiffers => ReviewReason::NameAndDateAgreeContactDiffers,
        Doubt::ContactAgreesNameOrDateDiffers => ReviewReason::ContactAgreesNameOrDateDiffers,
        Doubt::DateAgreesNameSimilar | Doubt::NameAgreesDateSimilar => ReviewReason::DateAgreesNameSimilar,
    })
}
