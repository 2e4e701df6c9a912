//! Keys: what a record can be found by.
//!
//! Each is a keyed hash of a few properties that two writings of one person are likely to share. A record is stored under all
//! of its keys, and who registers is looked up under all of theirs: one table of two numbers serves any database. Who has
//! the table and not the pepper learns nobody's name from it.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    normalise::{NORMALISER_VERSION, Name, NameField},
    person::Person,
    sound::sound,
};

/// Records read under one key. A key that more share (a conventional birthday, a care home's telephone) is too common to find
/// anybody by; finer keys still do. matching.md 4.2.
pub const MOST_RECORDS_UNDER_A_KEY: usize = 3_000;

/// Records from which [`KeyKind::Sounds`] is left out. It finds people whose date of birth is wrong or missing, and it grows with
/// the practice: a look-up among a million by names alone compared 537 records at p99, measured, and 141 without.
pub const MOST_RECORDS_FOUND_BY_SOUNDS: u64 = 20_000;

/// Ways in which one name may be found: itself, its parts, the names it is short for.
const MOST_FORMS_OF_A_NAME: usize = 3;

/// The installation's secret, 32 random bytes.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl Pepper {
    /// As it was kept.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper")
    }
}

/// What a key was made of. Never stored: keys of two kinds do not meet, because the kind is hashed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyKind {
    /// Date of birth. Records of one day lie side by side, so that it is no key of a table of keys: [`counted_keys`] has it.
    Born = 1,
    /// Both sounds, in the order of the alphabet, and the year.
    SoundsYear = 5,
    /// Both sounds, and day and month, each pair in its own order.
    SoundsDayMonth = 6,
    /// Both initials, the year, and day and month, each pair in its own order.
    InitialsDate = 7,
    /// Postcode and the sound of the family name.
    PostcodeFamily = 8,
    /// Postcode and the sound of the given name.
    PostcodeGiven = 9,
    /// A telephone number.
    Phone = 10,
    /// An email address.
    Email = 11,
    /// A number somebody gave the person.
    Identifier = 12,
    /// A given name: for counting.
    Given = 13,
    /// A family name: for counting.
    Family = 14,
    /// A postcode: for counting.
    Postcode = 15,
    /// Both sounds, in the order of the alphabet: for dates of birth that are wrong or missing.
    Sounds = 16,
    /// Nothing.
    Empty = 17,
}

/// A key as a database keeps it: 64 bits of a MAC, as the signed integer that SQLite and PostgreSQL have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(pub i64);

/// How widely people are looked for: the more records, the narrower, or each look-up compares hundreds of strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every key.
    Wide,
    /// Without [`KeyKind::Sounds`].
    Dated,
}

impl Reach {
    /// For a practice of so many records.
    #[must_use]
    pub const fn of(records: u64) -> Self {
        if records < MOST_RECORDS_FOUND_BY_SOUNDS { Self::Wide } else { Self::Dated }
    }
}

/// The keys of a person, the same for who registers and for a record, besides their day of birth, which finds whoever shares
/// it. Two at 10^6 records may meet by chance once in 10^13: then a stranger is compared, and found to be one.
#[must_use]
pub fn keys(person: &Person, pepper: &Pepper, reach: Reach) -> BTreeSet<MatchKey> {
    let mut keys = Keys { pepper, found: BTreeSet::new() };
    let (family, given) = (family_sounds(&person.family), given_sounds(&person.given));
    let initials = initials(person);
    match reach {
        Reach::Wide => keys.pairs(KeyKind::Sounds, &family, &given, &[]),
        Reach::Dated => {}
    }
    keys.of_birth(person, &family, &given, initials.as_deref());
    if let Some(postcode) = &person.postcode {
        for sound in &family {
            keys.add(KeyKind::PostcodeFamily, &[postcode.as_str(), sound]);
        }
        for sound in &given {
            keys.add(KeyKind::PostcodeGiven, &[postcode.as_str(), sound]);
        }
    }
    for phone in &person.phones {
        keys.add(KeyKind::Phone, &[phone.as_str()]);
    }
    for email in &person.emails {
        keys.add(KeyKind::Email, &[email.as_str()]);
    }
    if let Some(identifier) = &person.identifier {
        keys.add(KeyKind::Identifier, &[identifier.as_str()]);
    }
    keys.found
}

/// The key of nothing: it tells whether other keys were made under this secret and by this normaliser.
#[must_use]
pub fn empty_key(pepper: &Pepper) -> MatchKey {
    empty_key_of(pepper, NORMALISER_VERSION)
}

/// The same for a normaliser of another version.
#[must_use]
pub fn empty_key_of(pepper: &Pepper, normaliser_version: u32) -> MatchKey {
    mac_of(pepper, normaliser_version, KeyKind::Empty, &[])
}

/// The keys under which a person's own values are counted, for [`Frequencies`](crate::Frequencies): one count a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountedKeys {
    /// Of the given name.
    pub given: Option<MatchKey>,
    /// Of the family name.
    pub family: Option<MatchKey>,
    /// Of the date of birth.
    pub born: Option<MatchKey>,
    /// Of each telephone number.
    pub phones: Vec<MatchKey>,
    /// Of each email address.
    pub emails: Vec<MatchKey>,
    /// Of the postcode.
    pub postcode: Option<MatchKey>,
}

/// What is counted of a person.
#[must_use]
pub fn counted_keys(person: &Person, pepper: &Pepper) -> CountedKeys {
    let name = |kind, field: &NameField| field.name().map(|name| mac(pepper, kind, &[name.as_counted()]));
    CountedKeys {
        given: name(KeyKind::Given, &person.given),
        family: name(KeyKind::Family, &person.family),
        born: person.born.known().map(|date| mac(pepper, KeyKind::Born, &[&date.to_string()])),
        phones: person.phones.iter().map(|it| mac(pepper, KeyKind::Phone, &[it.as_str()])).collect(),
        emails: person.emails.iter().map(|it| mac(pepper, KeyKind::Email, &[it.as_str()])).collect(),
        postcode: person.postcode.as_ref().map(|it| mac(pepper, KeyKind::Postcode, &[it.as_str()])),
    }
}

struct Keys<'a> {
    pepper: &'a Pepper,
    found: BTreeSet<MatchKey>,
}

impl Keys<'_> {
    fn add(&mut self, kind: KeyKind, values: &[&str]) {
        self.found.insert(mac(self.pepper, kind, values));
    }

    fn of_birth(&mut self, person: &Person, family: &[String], given: &[String], initials: Option<&str>) {
        let Some(date) = person.born.known() else { return };
        let year = date.year().to_string();
        let (low, high) = (date.day().min(date.month()), date.day().max(date.month()));
        let day_month = format!("{low} {high}");
        if let Some(initials) = initials {
            self.add(KeyKind::InitialsDate, &[initials, &year, &day_month]);
        }
        self.pairs(KeyKind::SoundsYear, family, given, &[&year]);
        self.pairs(KeyKind::SoundsDayMonth, family, given, &[&day_month]);
    }

    /// Each sound of one name with each of the other, in the order of the alphabet: swapped names share them.
    fn pairs(&mut self, kind: KeyKind, family: &[String], given: &[String], besides: &[&str]) {
        for one in family {
            for two in given {
                let sounds = [one.min(two).as_str(), one.max(two).as_str()];
                self.add(kind, &[&sounds, besides].concat());
            }
        }
    }
}

/// Of the whole name and of its main words.
fn family_sounds(field: &NameField) -> Vec<String> {
    let Some(name) = field.name() else { return Vec::new() };
    sounds(std::iter::once(name.latin()).chain(name.main_words().iter().map(String::as_str)))
}

/// Of the whole name, of its first word, and of the names that may be short for.
fn given_sounds(field: &NameField) -> Vec<String> {
    let Some(name) = field.name() else { return Vec::new() };
    let forms = name.formal_forms();
    sounds(forms.iter().map(String::as_str).chain(std::iter::once(name.latin())))
}

fn sounds<'a>(forms: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut sounds: Vec<String> = Vec::new();
    for form in forms.take(MOST_FORMS_OF_A_NAME) {
        let sound = sound(form);
        if !sounds.contains(&sound) {
            sounds.push(sound);
        }
    }
    sounds
}

fn initials(person: &Person) -> Option<String> {
    let first = |name: &Name| name.latin().chars().next();
    let given = first(person.given.name()?)?;
    let family = first(person.family.name()?)?;
    Some([given.min(family), given.max(family)].iter().collect())
}

/// HMAC-SHA-256 of the normaliser's version, the kind and the values, each after its length; its first 64 bits.
fn mac(pepper: &Pepper, kind: KeyKind, values: &[&str]) -> MatchKey {
    mac_of(pepper, NORMALISER_VERSION, kind, values)
}

fn mac_of(pepper: &Pepper, normaliser_version: u32, kind: KeyKind, values: &[&str]) -> MatchKey {
    // A key of any length makes an HMAC; ours has 32 bytes.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&pepper.0) else { return MatchKey(0) };
    mac.update(&normaliser_version.to_be_bytes());
    mac.update(&[kind as u8]);
    for value in values {
        mac.update(&(value.len() as u64).to_be_bytes());
        mac.update(value.as_bytes());
    }
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    let first = digest.first_chunk().copied().unwrap_or_default();
    MatchKey(i64::from_be_bytes(first))
}
