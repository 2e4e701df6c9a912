//! A patient record as a practice system holds it. Personal throughout: `Debug` shows the id and nothing else.

use chrono::NaiveDate;
use registration::values::{
    email::EmailAddress,
    mobile::{MobileNumber, MobilePolicy},
    name::{NamePart, PersonName},
};
use sha2::{Digest as _, Sha256};

/// Characters of the longest id that is understood; FHIR allows 64.
const MAX_ID_CHARACTERS: usize = 64;

/// Which record, in the system's own words. Letters, digits, `-`, `.` and `_` only: it goes into paths.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

impl RecordId {
    /// Understands an id; `None` for one that could lead to another path.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let fits = (1..=MAX_ID_CHARACTERS).contains(&id.len()) && id.chars().all(allowed);
        (fits && !id.trim_matches('.').is_empty()).then(|| Self(id.to_owned()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state in which a record was read; equal only if nothing has changed since. Opaque, kept with the promise of an
/// update. `Debug` is silent: it may hold a digest of somebody's details.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordVersion(String);

impl RecordVersion {
    /// One that was kept.
    #[must_use]
    pub fn from_kept(kept: &str) -> Self {
        Self(kept.to_owned())
    }

    /// For keeping.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The system's own stamp and a digest of the values: a stamp of whole seconds misses the second change in one.
    pub(crate) fn of(stamp: &str, values: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for value in values {
            digest.update(u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(value.as_bytes());
        }
        let half = digest.finalize().into_iter().take(16);
        let number = half.fold(0_u128, |number, byte| number << 8 | u128::from(byte));
        Self(format!("{stamp} {number:032x}"))
    }
}

impl std::fmt::Debug for RecordVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordVersion")
    }
}

/// A telephone number or an email address that stands on a record.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// As it stands there.
    pub value: String,
    /// E.164, or the canonical address; `None` for what cannot be one that was proven, such as a landline.
    pub comparable: Option<String>,
}

impl Listed {
    /// A number; `None` where the field is empty.
    #[must_use]
    pub fn phone(value: &str, policy: &MobilePolicy) -> Option<Self> {
        let value = value.trim();
        let comparable = MobileNumber::parse(value, policy).ok().map(|number| number.e164().to_owned());
        (!value.is_empty()).then(|| Self { value: value.to_owned(), comparable })
    }

    /// An address; `None` where the field is empty.
    #[must_use]
    pub fn email(value: &str) -> Option<Self> {
        let value = value.trim();
        let comparable = EmailAddress::parse(value).ok().map(|address| address.as_str().to_owned());
        (!value.is_empty()).then(|| Self { value: value.to_owned(), comparable })
    }

    pub(crate) fn is(&self, comparable: &str) -> bool {
        self.comparable.as_deref() == Some(comparable)
    }
}

impl std::fmt::Debug for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listed")
    }
}

/// Whether a machine may change the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is somebody's present record.
    Current,
    /// Archived, deleted, replaced, or of somebody who died.
    Closed,
}

/// What the practice holds about a person, as far as registration asks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientRecord {
    /// Which.
    pub id: RecordId,
    /// As read.
    pub version: RecordVersion,
    /// Empty where the person has one name.
    pub given: String,
    /// The family name, or the only name.
    pub family: String,
    /// `None` where the practice does not know it.
    pub date_of_birth: Option<NaiveDate>,
    /// Whether it may be changed.
    pub standing: Standing,
    /// The mobile field: the one that an update writes.
    pub mobile: Option<Listed>,
    /// The email field: the one that an update writes.
    pub email: Option<Listed>,
    /// Numbers in other fields: people's mobiles stand in the home field too.
    pub other_phones: Vec<Listed>,
    /// Further addresses.
    pub other_emails: Vec<Listed>,
}

impl std::fmt::Debug for PatientRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientRecord").field("id", &self.id).finish_non_exhaustive()
    }
}

impl PatientRecord {
    /// Every number that can be compared, E.164.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        self.mobile.iter().chain(&self.other_phones).filter_map(|listed| listed.comparable.as_deref())
    }

    /// Every address that can be compared, canonical.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        self.email.iter().chain(&self.other_emails).filter_map(|listed| listed.comparable.as_deref())
    }

    /// Same folded full name.
    pub(crate) fn is_named(&self, name: &PersonName) -> bool {
        folded(&self.given) == name.folded_given() && folded(&self.family) == name.folded_family()
    }
}

/// A name of a record as names are compared. One that no patient could type is compared letter by letter.
fn folded(name: &str) -> String {
    if name.trim().is_empty() {
        return String::new();
    }
    NamePart::parse(name).map_or_else(|_| name.trim().to_lowercase(), |name| name.folded())
}

#[cfg(test)]
mod tests {
    use test_support::people;

    use super::*;

    #[test]
    fn an_id_that_would_lead_elsewhere_is_no_id() {
        for id in ["1", "42", "a1b2-C3.d_4", &"9".repeat(64)] {
            assert_eq!(RecordId::parse(id).as_ref().map(RecordId::as_str), Some(id));
        }
        for id in ["", ".", "..", "1/2", "1?x=1", "1#a", "1%2F2", " 1", "é", &"9".repeat(65)] {
            assert_eq!(RecordId::parse(id), None, "{id}");
        }
    }

    #[test]
    fn a_second_change_in_the_same_second_is_another_version() {
        let version = |mobile| RecordVersion::of("2026-11-22 12:00:00", &["Jo", mobile]);
        assert_eq!(version("07700 900123"), version("07700 900123"));
        assert_ne!(version("07700 900123"), version("07700 900124"));
        assert_ne!(RecordVersion::of("", &["ab", "c"]), RecordVersion::of("", &["a", "bc"]));
        assert_eq!(RecordVersion::from_kept(version("1").as_str()), version("1"));
    }

    #[test]
    fn numbers_are_compared_however_reception_wrote_them() {
        for written in ["07700 900123", "+44 7700 900123", "0044 7700 900 123", "(07700) 900123"] {
            let listed = Listed::phone(written, &people::policy()).expect("a number");
            assert!(listed.is("+447700900123"), "{written}");
            assert_eq!(listed.value, written);
        }
        let landline = Listed::phone("020 7946 0018", &people::policy()).expect("a number");
        assert_eq!(landline.comparable, None);
        assert_eq!(Listed::phone("  ", &people::policy()), None);
    }

    #[test]
    fn names_are_compared_folded() {
        let mut record = crate::by_comparison::tests::record();
        let jo = people::jo();
        record.given = "JO".into();
        record.family = "O'Brien Smith".into();
        assert!(record.is_named(&jo.name));
        record.family = "O'Brien".into();
        assert!(!record.is_named(&jo.name));
    }

    #[test]
    fn a_record_shows_nobody_in_debug() {
        let shown = format!("{:?}", crate::by_comparison::tests::record());
        assert_eq!(shown, "PatientRecord { id: RecordId(\"7\"), .. }");
    }
}
