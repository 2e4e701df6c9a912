//! A record as it lies in an index: what it is compared by, under a number that says where.

use chrono::{Datelike as _, NaiveDate};
use matching::{BirthDate, Person};
use registration::{
    ids::PatientId,
    values::name::{NamePart, PersonName},
};

use sha2::{Digest as _, Sha256};

use crate::{error::StoreError, fields::Fields, sql::Row};

/// Bits of the id's hash in a number. With 17 for a day, until 2258, it fills six bytes in a file. Two records of one day whose bits
/// are the same are found together, and compared.
const BITS_OF_ID: u32 = 30;
const OF_ID: i64 = (1 << BITS_OF_ID) - 1;

/// From the first day of our era to 31 December 1899, after which people are born.
const DAYS_BEFORE: i32 = 693_595;

/// A patient record, with the contact points it has now.
pub(crate) struct MatchRecord {
    pub(crate) patient: PatientId,
    pub(crate) version: i64,
    pub(crate) born: BirthDate,
    pub(crate) given: Option<String>,
    pub(crate) family: String,
    /// As they are compared, one a line.
    pub(crate) contacts: Option<String>,
}

impl MatchRecord {
    /// Of a record that is being added.
    pub(crate) fn new<'a>(
        patient: PatientId,
        name: &PersonName,
        born: Option<NaiveDate>,
        contacts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let contacts = contacts.into_iter().collect::<Vec<_>>().join("\n");
        Self {
            patient,
            version: 1,
            born: BirthDate::of(born),
            given: name.given.as_ref().map(|given| NamePart::as_typed(given).to_owned()),
            family: name.family.as_typed().to_owned(),
            contacts: Some(contacts).filter(|contacts| !contacts.is_empty()),
        }
    }

    /// From a row of `patients` with its contacts.
    pub(crate) fn of_patient(row: &Row) -> Result<Self, StoreError> {
        let fields = Fields::of(row, "patients", "id");
        let (patient, born) = (fields.get("id")?, BirthDate::of(fields.opt("date_of_birth")?));
        Self::read(&fields, PatientId(patient), born)
    }

    /// From a row of `match_records`.
    pub(crate) fn of_index(row: &Row) -> Result<Self, StoreError> {
        let fields = Fields::of(row, "match_records", "patient_id");
        let born = born(fields.get("match_record")?).ok_or_else(|| fields.corrupt("match_record"))?;
        Self::read(&fields, PatientId(fields.get("patient_id")?), born)
    }

    fn read(fields: &Fields<'_>, patient: PatientId, born: BirthDate) -> Result<Self, StoreError> {
        Ok(Self {
            patient,
            version: fields.get("version")?,
            born,
            given: fields.opt("given_name")?,
            family: fields.get("family_name")?,
            contacts: fields.opt("contacts")?,
        })
    }

    /// Records of one day of birth have neighbouring numbers, so that a look-up reads them from one page of the database.
    pub(crate) fn number(&self) -> i64 {
        // Of a hash: ids that a practice brings may end alike, all of them.
        let digest = Sha256::digest(self.patient.0.as_bytes());
        let bits = digest.iter().take(4).fold(0_i64, |bits, byte| bits << 8 | i64::from(*byte));
        first_of(self.born) | bits & OF_ID
    }

    pub(crate) fn person(&self) -> Person {
        let lines = || self.contacts.iter().flat_map(|contacts| contacts.lines());
        let is_address = |contact: &&str| contact.contains('@');
        Person {
            born: self.born,
            ..Person::of(
                self.given.as_deref().unwrap_or_default(),
                &self.family,
                None,
                lines().filter(|contact| !is_address(contact)),
                lines().filter(is_address),
            )
        }
    }
}

/// Numbers of a day of birth: its first and its last.
pub(crate) fn numbers_of(born: BirthDate) -> (i64, i64) {
    let first = first_of(born);
    (first, first | OF_ID)
}

/// 0 where the day is not known.
fn first_of(born: BirthDate) -> i64 {
    let day = born.known().map_or(0, |date| date.num_days_from_ce() - DAYS_BEFORE);
    i64::from(day) << BITS_OF_ID
}

/// `None` for a number that no date has.
pub(crate) fn born(number: i64) -> Option<BirthDate> {
    let day = i32::try_from(number >> BITS_OF_ID).ok()?;
    if day == 0 {
        return Some(BirthDate::Missing);
    }
    NaiveDate::from_num_days_from_ce_opt(day.checked_add(DAYS_BEFORE)?).map(BirthDate::Known)
}

#[cfg(test)]
mod tests {
    use registration::values::name::NamePart;
    use uuid::Uuid;

    use super::*;

    fn record(born: Option<(i32, u32, u32)>, id: u128) -> MatchRecord {
        let name = PersonName { given: None, family: NamePart::parse("Kowalska").expect("a name") };
        let born = born.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        MatchRecord::new(PatientId(Uuid::from_u128(id)), &name, born, [])
    }

    #[test]
    fn a_number_says_the_day_of_birth_and_lies_among_those_of_that_day() {
        for date in [None, Some((1900, 1, 2)), Some((1985, 3, 7)), Some((2258, 1, 1))] {
            for id in [0, 1, u128::MAX] {
                let record = record(date, id);
                let (first, last) = numbers_of(record.born);
                assert!((first..=last).contains(&record.number()), "{date:?}");
                assert!(record.number() < 1 << 47, "six bytes");
                assert!(born(record.number()) == Some(record.born), "{date:?}");
            }
        }
        assert_eq!(born(i64::MAX), None);
    }

    #[test]
    fn days_follow_one_another_without_a_gap_or_an_overlap() {
        let (_, last) = numbers_of(record(Some((1985, 3, 7)), 0).born);
        assert_eq!(numbers_of(record(Some((1985, 3, 8)), 0).born).0, last + 1);
    }
}
