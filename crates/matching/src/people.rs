//! The two sides of a comparison. Both are personal: `Debug` shows neither.

use chrono::NaiveDate;
use registration::ids::PatientId;

use crate::{
    normalise::{BirthDate, Mailbox, NameField, Phone},
    person::{Known, Person},
};

/// Who registered, once both contact points are proven.
#[derive(Clone, PartialEq, Eq)]
pub struct Registrant {
    /// Folded; empty where the person has one name.
    pub folded_given: String,
    /// Folded, or the only name.
    pub folded_family: String,
    /// As typed.
    pub date_of_birth: NaiveDate,
    /// Proven; E.164.
    pub mobile_e164: String,
    /// Proven; canonical.
    pub email: String,
}

impl Registrant {
    pub(crate) fn person(&self) -> Person {
        let phones = std::slice::from_ref(&self.mobile_e164);
        let emails = std::slice::from_ref(&self.email);
        person(&self.folded_given, &self.folded_family, Some(self.date_of_birth), phones, emails)
    }
}

impl std::fmt::Debug for Registrant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registrant")
    }
}

/// A patient record that shares the date of birth or a contact point with the registrant.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which record.
    pub patient: PatientId,
    /// Its version when it was read.
    pub version: i64,
    /// Folded; empty where the person has one name.
    pub folded_given: String,
    /// Folded, or the only name.
    pub folded_family: String,
    /// `None` where the practice does not know it.
    pub date_of_birth: Option<NaiveDate>,
    /// Present numbers from every telephone field, as E.164: people's mobiles stand in the home field too.
    pub phones: Vec<String>,
    /// Present addresses, canonical.
    pub emails: Vec<String>,
}

impl Candidate {
    pub(crate) fn known(&self) -> Known {
        let person =
            person(&self.folded_given, &self.folded_family, self.date_of_birth, &self.phones, &self.emails);
        Known {
            patient: self.patient,
            version: self.version,
            person,
            marks: std::collections::BTreeSet::new(),
        }
    }
}

fn person(
    given: &str,
    family: &str,
    born: Option<NaiveDate>,
    phones: &[String],
    emails: &[String],
) -> Person {
    Person {
        given: NameField::of(given),
        family: NameField::of(family),
        born: BirthDate::of(born),
        phones: phones.iter().filter_map(|phone| Phone::of_e164(phone)).collect(),
        emails: emails.iter().filter_map(|email| Mailbox::of_address(email)).collect(),
        postcode: None,
        place: None,
        identifier: None,
    }
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Candidate")
            .field("patient", &self.patient)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
