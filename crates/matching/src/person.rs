//! Both sides of a comparison, normalised, and what else a decision rests on. All of it is personal: `Debug` shows nobody.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use registration::ids::PatientId;

use crate::normalise::{BirthDate, Identifier, Mailbox, NameField, Phone, Place, Postcode};

/// What can be compared of a person: of who registers, or of a patient record.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Given name or names.
    pub given: NameField,
    /// Family name, or the only name.
    pub family: NameField,
    /// Date of birth.
    pub born: BirthDate,
    /// Of who registers: the mobile just verified. Of a record: the present numbers of every telephone field.
    pub phones: Vec<Phone>,
    /// Of who registers: the address just verified. Of a record: the present ones.
    pub emails: Vec<Mailbox>,
    /// Where it is asked for or known. Puts records in order and never links.
    pub postcode: Option<Postcode>,
    /// Likewise.
    pub place: Option<Place>,
    /// Likewise: a number may be typed by whoever has seen the card.
    pub identifier: Option<Identifier>,
}

impl Person {
    /// Of what a record or a registration holds: names as they were typed, the given one empty where there is one name;
    /// numbers in E.164; canonical addresses. What is no number or address is left out.
    #[must_use]
    pub fn of<'a>(
        given: &str,
        family: &str,
        born: Option<NaiveDate>,
        phones: impl IntoIterator<Item = &'a str>,
        emails: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            given: NameField::of(given),
            family: NameField::of(family),
            born: BirthDate::of(born),
            phones: phones.into_iter().filter_map(Phone::of_e164).collect(),
            emails: emails.into_iter().filter_map(Mailbox::of_address).collect(),
            postcode: None,
            place: None,
            identifier: None,
        }
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

/// Why no machine may link to a record, whatever agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The patient has died.
    Deceased,
    /// The record was merged into another. Leave such a record out where the other one is among the candidates.
    Merged,
    /// The address or the whole record is protected.
    Sensitive,
    /// Staff have marked the patient as one of twins.
    Twin,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Deceased, Self::Merged, Self::Sensitive, Self::Twin];

    /// As the database writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deceased => "deceased",
            Self::Merged => "merged",
            Self::Sensitive => "sensitive",
            Self::Twin => "twin",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.as_str() == name)
    }

    /// Whether not even staff who have seen who a patient is may name such a record as theirs. Which of two twins it is, whoever has seen
    /// them knows better than the machine.
    #[must_use]
    pub const fn keeps_from_staff(self) -> bool {
        match self {
            Self::Deceased | Self::Merged | Self::Sensitive => true,
            Self::Twin => false,
        }
    }
}

/// A patient record, as it is judged.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// Which record.
    pub patient: PatientId,
    /// Its version when it was read.
    pub version: i64,
    /// What it says.
    pub person: Person,
    /// What forbids a link.
    pub marks: BTreeSet<Mark>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("patient", &self.patient)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// How alike names must be for a link. Neither policy links without the exact date of birth and a contact point that was
/// verified now and stands on the record already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Both names are the same after normalisation; an adult whose contact stands on no other record may have a middle name more
    /// or less.
    #[default]
    Strict,
    /// Besides: one edit in a family name, or one half of a double one; and of an adult whose contact stands on no other record, a
    /// nickname, or another family name with the same given name.
    Balanced,
}

impl Policy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Strict, Self::Balanced];

    /// As the database and the configuration write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Balanced => "balanced",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == name)
    }
}

/// How often the registrant's own values stand in the practice's records: what they say depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frequencies {
    /// Records of the practice.
    pub records: u64,
    /// Records with this given name.
    pub given: u64,
    /// Records with this family name.
    pub family: u64,
    /// Records with this date of birth.
    pub born: u64,
    /// Records with this mobile, in any telephone field.
    pub phone: u64,
    /// Records with this email address.
    pub email: u64,
    /// Records with this postcode.
    pub postcode: u64,
}

impl Frequencies {
    /// For records that cannot be counted, because they live in somebody else's system: every name counts as one of the commonest
    /// ones in a practice of ten thousand, so that a name alone never says much. Dates and contacts are those found.
    #[must_use]
    pub fn of_found(registrant: &Person, found: &[Known]) -> Self {
        const RECORDS: u64 = 10_000;
        const OF_A_COMMON_NAME: u64 = 200;
        let with =
            |agrees: &dyn Fn(&Person) -> bool| found.iter().filter(|it| agrees(&it.person)).count() as u64;
        Self {
            records: RECORDS,
            given: OF_A_COMMON_NAME,
            family: OF_A_COMMON_NAME,
            born: with(&|person| person.born == registrant.born),
            phone: with(&|person| person.phones.iter().any(|phone| registrant.phones.contains(phone))),
            email: with(&|person| person.emails.iter().any(|email| registrant.emails.contains(email))),
            postcode: 0,
        }
    }
}

#[cfg(test)]
impl Frequencies {
    /// A small practice, common names.
    pub(crate) const TYPICAL: Self =
        Self { records: 1_000, given: 5, family: 5, born: 1, phone: 1, email: 1, postcode: 20 };
}

impl std::fmt::Debug for Frequencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frequencies").field("records", &self.records).finish_non_exhaustive()
    }
}

/// What a decision rests on besides the two sides.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The practice's setting.
    pub policy: Policy,
    /// Of the registrant's values.
    pub frequencies: Frequencies,
    /// Records of which staff have said "not the same person" about this registrant. Kept for ever.
    pub not_the_same: &'a BTreeSet<PatientId>,
    /// The practice's date; a nickname counts for adults only.
    pub today: NaiveDate,
}
