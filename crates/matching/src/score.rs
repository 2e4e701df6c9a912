//! How much a comparison says, in bits (Fellegi and Sunter 1969): log2 of how much likelier it is of one person than of two.
//!
//! Agreement on a rare value says more than on a common one, so its `u` is the value's share in this practice. The score puts
//! records in order, and keeps strangers from staff; it never links by itself.

use crate::{
    constants::{Rates, SHARED_BY_A_HOUSEHOLD, contact, date, family, given, place},
    levels::{ContactLevel, DateLevel, Levels, NameLevel, NameOrder, PlaceLevel},
    person::Frequencies,
};

/// Names at which one that no record bears is smoothed: about as many are common.
const NAMES: u64 = 1_000;

/// Days in 80 years.
const DAYS: u64 = 29_220;

/// Hundredths of a bit, so that two scores are equal or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(i32);

impl Weight {
    /// Rounded.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a score is a few hundred bits at most, and a cast saturates"
    )]
    pub(crate) fn of_bits(bits: f64) -> Self {
        Self((bits * 100.0).round() as i32)
    }

    /// In bits.
    #[must_use]
    pub fn bits(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// As it is stored.
    #[must_use]
    pub const fn hundredths(self) -> i32 {
        self.0
    }
}

/// The weight of a comparison: of each field, less what it takes to single out one record of this many.
#[must_use]
pub fn weight(levels: Levels, frequencies: &Frequencies) -> Weight {
    let names = name_bits(levels.given, given_rates(levels, frequencies))
        + name_bits(levels.family, family_rates(levels, frequencies));
    let contacts = contact_bits(levels.phone, contact::PHONE_M, share(frequencies.phone, frequencies, 1))
        + contact_bits(levels.email, contact::EMAIL_M, share(frequencies.email, frequencies, 1));
    let places = bits(postcode_rates(levels.postcode, frequencies)) + bits(place_rates(levels.place));
    let date = bits(date_rates(levels.date, frequencies));
    let identifier = bits(identifier_rates(levels.identifier));
    let single_out = ratio(frequencies.records + 1, 1).log2();
    Weight::of_bits(names + date + contacts + SHARED_BY_A_HOUSEHOLD * places + identifier - single_out)
}

/// A value's share of this practice's records, smoothed by one record in `among`.
fn share(count: u64, frequencies: &Frequencies, among: u64) -> f64 {
    ratio(count + 1, frequencies.records + among).min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}

/// `None` says nothing either way.
fn bits(rates: Option<Rates>) -> f64 {
    rates.map_or(0.0, |Rates { m, u }| (m / u).log2())
}

/// A name that agrees never counts against, however common it is here.
fn name_bits(level: NameLevel, rates: Option<Rates>) -> f64 {
    match level {
        NameLevel::Same | NameLevel::Folded | NameLevel::Transliterated => bits(rates).max(0.0),
        NameLevel::BothAbsent
        | NameLevel::MiddleName
        | NameLevel::Nickname
        | NameLevel::PartOfDouble
        | NameLevel::OneEdit
        | NameLevel::Close
        | NameLevel::Different
        | NameLevel::Missing => bits(rates),
    }
}

fn given_rates(levels: Levels, frequencies: &Frequencies) -> Option<Rates> {
    let u = share(frequencies.given, frequencies, NAMES);
    let rates = match levels.given {
        NameLevel::Same | NameLevel::Folded | NameLevel::Transliterated => Rates { m: given::SAME_M, u },
        NameLevel::MiddleName => scaled(given::MIDDLE_NAME, u),
        NameLevel::Nickname => given::NICKNAME,
        NameLevel::PartOfDouble => given::PART_OF_DOUBLE,
        NameLevel::OneEdit => given::ONE_EDIT,
        NameLevel::Close => given::CLOSE,
        NameLevel::Different => given::DIFFERENT,
        NameLevel::BothAbsent | NameLevel::Missing => return None,
    };
    Some(crossed(rates, levels.order))
}

fn family_rates(levels: Levels, frequencies: &Frequencies) -> Option<Rates> {
    let u = share(frequencies.family, frequencies, NAMES);
    let rates = match levels.family {
        NameLevel::Same | NameLevel::Folded | NameLevel::Transliterated => Rates { m: family::SAME_M, u },
        NameLevel::PartOfDouble | NameLevel::MiddleName | NameLevel::Nickname => family::PART_OF_DOUBLE,
        NameLevel::OneEdit => family::ONE_EDIT,
        NameLevel::Close => family::CLOSE,
        NameLevel::Different => family::DIFFERENT,
        NameLevel::BothAbsent | NameLevel::Missing => return None,
    };
    Some(crossed(rates, levels.order))
}

/// Whoever shares the first name may have the longer one: no rarer than a tenth of the name itself.
fn scaled(rates: Rates, u: f64) -> Rates {
    Rates { m: rates.m, u: rates.u.max(u / 10.0) }
}

/// Three entries in a hundred have the two names in each other's field (one at a desk, six in FEBRL); half the bits fall on
/// each name.
fn crossed(rates: Rates, order: NameOrder) -> Rates {
    match order {
        NameOrder::Straight => rates,
        NameOrder::Crossed => Rates { m: rates.m * 0.17, u: rates.u },
    }
}

fn date_rates(level: DateLevel, frequencies: &Frequencies) -> Option<Rates> {
    match level {
        DateLevel::Exact => Some(Rates { m: date::EXACT_M, u: share(frequencies.born, frequencies, DAYS) }),
        DateLevel::DayMonthSwapped => Some(date::DAY_MONTH_SWAPPED),
        DateLevel::OneDigit => Some(date::ONE_DIGIT),
        DateLevel::PartAgrees => Some(date::PART_AGREES),
        DateLevel::Different => Some(date::DIFFERENT),
        DateLevel::Missing => None,
    }
}

fn contact_bits(level: ContactLevel, m: f64, u: f64) -> f64 {
    match level {
        ContactLevel::Agrees => SHARED_BY_A_HOUSEHOLD * (m / u).log2().max(0.0),
        ContactLevel::Differs => (1.0 - m).log2(),
        ContactLevel::Missing => 0.0,
    }
}

fn postcode_rates(level: PlaceLevel, frequencies: &Frequencies) -> Option<Rates> {
    match level {
        PlaceLevel::Same => {
            Some(Rates { m: place::POSTCODE_SAME_M, u: share(frequencies.postcode, frequencies, NAMES) })
        }
        PlaceLevel::Close => Some(place::POSTCODE_CLOSE),
        PlaceLevel::Different => Some(place::POSTCODE_DIFFERENT),
        PlaceLevel::Missing => None,
    }
}

const fn place_rates(level: PlaceLevel) -> Option<Rates> {
    match level {
        PlaceLevel::Same => Some(place::PLACE_SAME),
        PlaceLevel::Close => Some(place::PLACE_CLOSE),
        PlaceLevel::Different => Some(place::PLACE_DIFFERENT),
        PlaceLevel::Missing => None,
    }
}

const fn identifier_rates(level: PlaceLevel) -> Option<Rates> {
    match level {
        PlaceLevel::Same => Some(place::IDENTIFIER_SAME),
        PlaceLevel::Close => Some(place::IDENTIFIER_CLOSE),
        PlaceLevel::Different => Some(place::IDENTIFIER_DIFFERENT),
        PlaceLevel::Missing => None,
    }
}
