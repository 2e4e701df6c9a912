//! The rule.

use registration::ids::PatientId;

use crate::{
    people::{Candidate, Registrant},
    similar::is_similar,
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

/// Judges. `candidates` must hold every record of the practice that shares the registrant's date of birth or either contact
/// point, each once; records that share neither change nothing.
#[must_use]
pub fn decide(registrant: &Registrant, candidates: &[Candidate]) -> Decision {
    let agreeing: Vec<&Candidate> = candidates.iter().filter(|record| agrees(registrant, record)).collect();
    match agreeing.as_slice() {
        [] => without_agreement(registrant, candidates),
        [record] => with_one_agreement(registrant, record, candidates),
        [_, _, ..] => review(ReviewReason::SeveralRecordsAgree, candidates, |record| {
            agrees(registrant, record) || holds_contact(registrant, record)
        }),
    }
}

fn with_one_agreement(registrant: &Registrant, record: &Candidate, candidates: &[Candidate]) -> Decision {
    let rival = |other: &Candidate| {
        other.patient != record.patient && holds_contact(registrant, other) && could_be(registrant, other)
    };
    if candidates.iter().any(rival) {
        return review(ReviewReason::ContactOnAnotherRecord, candidates, |other| {
            other.patient == record.patient || rival(other)
        });
    }
    if holds_contact(registrant, record) {
        return Decision::Linked { patient: record.patient, version: record.version };
    }
    review(ReviewReason::NameAndDateAgreeContactDiffers, candidates, |other| other.patient == record.patient)
}

fn without_agreement(registrant: &Registrant, candidates: &[Candidate]) -> Decision {
    if candidates.iter().any(|record| holds_contact(registrant, record)) {
        return review(ReviewReason::ContactAgreesNameOrDateDiffers, candidates, |record| {
            holds_contact(registrant, record)
        });
    }
    let similar = |record: &Candidate| same_date(registrant, record) && has_similar_name(registrant, record);
    if candidates.iter().any(similar) {
        return review(ReviewReason::DateAgreesNameSimilar, candidates, similar);
    }
    Decision::New
}

fn review(reason: ReviewReason, candidates: &[Candidate], concerns: impl Fn(&Candidate) -> bool) -> Decision {
    let candidates =
        candidates.iter().filter(|record| concerns(record)).map(|record| record.patient).collect();
    Decision::Review { reason, candidates }
}

/// Same folded full name and same date of birth.
fn agrees(registrant: &Registrant, record: &Candidate) -> bool {
    same_date(registrant, record)
        && registrant.folded_given == record.folded_given
        && registrant.folded_family == record.folded_family
}

fn same_date(registrant: &Registrant, record: &Candidate) -> bool {
    record.date_of_birth == Some(registrant.date_of_birth)
}

/// Either proven contact point stands on it, whatever the field.
fn holds_contact(registrant: &Registrant, record: &Candidate) -> bool {
    record.phones.contains(&registrant.mobile_e164) || record.emails.contains(&registrant.email)
}

/// Everyone who shares a contact point could be this person, unless both the given name and the date of birth are other ones:
/// a parent and a child, not twins, and not a father and a son of one name. An unknown date of birth is not another one.
fn could_be(registrant: &Registrant, record: &Candidate) -> bool {
    let other_date = record.date_of_birth.is_some_and(|date| date != registrant.date_of_birth);
    let other_given = !record.folded_given.is_empty()
        && !registrant.folded_given.is_empty()
        && !is_similar(&registrant.folded_given, &record.folded_given);
    !(other_date && other_given)
}

/// A similar family name (also a twin's), a similar given name (a family name changes with marriage), or the two swapped.
fn has_similar_name(registrant: &Registrant, record: &Candidate) -> bool {
    is_similar(&registrant.folded_family, &record.folded_family)
        || is_similar(&registrant.folded_given, &record.folded_given)
        || is_similar(&registrant.folded_given, &record.folded_family)
        || is_similar(&registrant.folded_family, &record.folded_given)
}
