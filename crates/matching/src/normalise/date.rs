//! Dates of birth that say something.

use chrono::{Datelike as _, NaiveDate};

use crate::Frequencies;

/// How many times as many people as expected may share a date before it stands for "we do not know". Conventional birthdays
/// (1 January, where papers gave a year only) reach a few; our own estimate, far above them.
const PLACEHOLDER_TIMES_EXPECTED: u64 = 20;

/// People who may share a date in any practice, however small: chance and families.
const PLACEHOLDER_AT_LEAST: u64 = 25;

/// Days in 80 years, over which dates of birth are taken to be spread.
const DAYS_OF_BIRTH: u64 = 29_220;

/// A date of birth as it may be compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum BirthDate {
    /// Somebody's.
    Known(NaiveDate),
    /// Not known, or a date that software and clerks write for "not known".
    Missing,
}

impl BirthDate {
    /// As the record has it.
    #[must_use]
    pub fn of(date: Option<NaiveDate>) -> Self {
        date.filter(|date| !is_placeholder_date(*date)).map_or(Self::Missing, Self::Known)
    }

    /// Where it is known.
    #[must_use]
    pub const fn known(self) -> Option<NaiveDate> {
        match self {
            Self::Known(date) => Some(date),
            Self::Missing => None,
        }
    }
}

impl std::fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BirthDate")
    }
}

/// The first days of calendars and clocks: 1 January 1900 and before, 30 December 1899, 1 January 1901, 1 January 1970 is
/// somebody's birthday and stays.
#[must_use]
pub fn is_placeholder_date(date: NaiveDate) -> bool {
    date.year() < 1900 || (matches!(date.year(), 1900 | 1901) && date.month() == 1 && date.day() == 1)
}

/// Whether this practice writes the registrant's date of birth for "not known", by how often it does.
pub(crate) fn is_placeholder_here(frequencies: &Frequencies) -> bool {
    let expected = frequencies.records / DAYS_OF_BIRTH;
    frequencies.born > PLACEHOLDER_AT_LEAST + expected * PLACEHOLDER_TIMES_EXPECTED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn first_days_of_calendars_are_nobodys_birthday() {
        for (at, placeholder) in [
            (date(1900, 1, 1), true),
            (date(1899, 12, 30), true),
            (date(1753, 1, 1), true),
            (date(1901, 1, 1), true),
            (date(1900, 1, 2), false),
            (date(1970, 1, 1), false),
            (date(1985, 3, 7), false),
        ] {
            assert_eq!(is_placeholder_date(at), placeholder, "{at}");
            assert_eq!(BirthDate::of(Some(at)) == BirthDate::Missing, placeholder);
        }
        assert_eq!(BirthDate::of(None), BirthDate::Missing);
    }

    #[test]
    fn a_date_that_many_share_is_nobodys_and_a_conventional_birthday_is_somebodys() {
        let here =
            |records, born| is_placeholder_here(&Frequencies { records, born, ..Frequencies::TYPICAL });
        assert!(here(10_000, 400));
        assert!(!here(10_000, 20));
        assert!(!here(1_000_000, 200));
        assert!(here(1_000_000, 5_000));
    }
}
