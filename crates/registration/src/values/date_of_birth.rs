//! Date of birth, from three fields as GOV.UK asks for it: one kind of error at a time, only the wrong fields marked.

use chrono::{Datelike as _, Months, NaiveDate};

use crate::values::digits;

/// Years ago before which a date is taken for a mistake; 120 years and a day are more than 120. The oldest verified person
/// reached 122: somebody like her is registered at the desk.
pub const MAX_YEARS_AGO: u32 = 120;

/// Age in years from which a person registers alone; younger patients are sent to the desk.
pub const MIN_AGE_YEARS: u32 = 16;

/// Characters of one field that are looked at; the longest month name has nine.
const MAX_FIELD_CHARACTERS: usize = 20;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Which of the three fields are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateParts {
    /// Day of the month.
    pub day: bool,
    /// Month.
    pub month: bool,
    /// Year.
    pub year: bool,
}

impl DateParts {
    /// The date as a whole.
    pub const ALL: Self = Self { day: true, month: true, year: true };

    const fn any(self) -> bool {
        self.day || self.month || self.year
    }
}

/// Why a date was refused, in the order in which reasons are given: missing, impossible, then the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DateRefused {
    /// These fields are empty.
    #[error("a part of the date is missing")]
    Missing(DateParts),
    /// These fields cannot be; all three where only their combination cannot (30 February).
    #[error("the date is not a real date")]
    NotReal(DateParts),
    /// The year has not four digits; the rest may be right.
    #[error("the year has not four digits")]
    YearNotFourDigits,
    /// Today or later.
    #[error("the date is not in the past")]
    NotPast,
    /// More than [`MAX_YEARS_AGO`] ago.
    #[error("the date is too long ago")]
    TooLongAgo,
    /// Less than [`MIN_AGE_YEARS`] ago.
    #[error("the person is under 16")]
    Under16,
}

/// A date of birth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOfBirth(NaiveDate);

impl DateOfBirth {
    /// Understands three typed fields; the month may be an English name or the beginning of one, three letters at least.
    pub fn parse(day: &str, month: &str, year: &str, today: NaiveDate) -> Result<Self, DateRefused> {
        let [day, month, year] = [day, month, year].map(str::trim);
        let missing = DateParts { day: day.is_empty(), month: month.is_empty(), year: year.is_empty() };
        if missing.any() {
            return Err(DateRefused::Missing(missing));
        }
        let (day, month, year) = (parse_day(day), parse_month(month), parse_year(year));
        let wrong = DateParts { day: day.is_none(), month: month.is_none(), year: year.is_none() };
        let (Some(day), Some(month), Some(year)) = (day, month, year) else {
            return Err(if wrong.day || wrong.month {
                DateRefused::NotReal(wrong)
            } else {
                DateRefused::YearNotFourDigits
            });
        };
        let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(DateRefused::NotReal(DateParts::ALL))?;
        if date >= today {
            return Err(DateRefused::NotPast);
        }
        if date.checked_add_months(Months::new(12 * MAX_YEARS_AGO)).is_some_and(|last| last < today) {
            return Err(DateRefused::TooLongAgo);
        }
        let born = Self(date);
        if born.age_on(today) < MIN_AGE_YEARS { Err(DateRefused::Under16) } else { Ok(born) }
    }

    /// For rows, whose dates were understood when they were written, and for the practice's own records.
    #[must_use]
    pub const fn from_date(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The date.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// Whole years; who is born on 29 February is a year older on 1 March of a common year. 0 before birth.
    #[must_use]
    pub fn age_on(self, today: NaiveDate) -> u32 {
        today.years_since(self.0).unwrap_or(0)
    }

    /// The ways people write it in a password: digits only.
    pub(crate) fn written_forms(self) -> [String; 6] {
        let (day, month, year) = (self.0.day(), self.0.month(), self.0.year());
        let short = year.rem_euclid(100);
        [
            format!("{day:02}{month:02}{year:04}"),
            format!("{month:02}{day:02}{year:04}"),
            format!("{year:04}{month:02}{day:02}"),
            format!("{day:02}{month:02}{short:02}"),
            format!("{month:02}{day:02}{short:02}"),
            format!("{short:02}{month:02}{day:02}"),
        ]
    }
}

impl std::fmt::Debug for DateOfBirth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DateOfBirth")
    }
}

fn parse_day(typed: &str) -> Option<u32> {
    small_number(typed).filter(|day| (1..=31).contains(day))
}

fn parse_month(typed: &str) -> Option<u32> {
    if let Some(number) = small_number(typed) {
        return (1..=12).contains(&number).then_some(number);
    }
    if typed.chars().count() > MAX_FIELD_CHARACTERS {
        return None;
    }
    let typed = typed.strip_suffix('.').unwrap_or(typed).to_lowercase();
    if typed.len() < 3 {
        return None;
    }
    MONTHS.iter().zip(1..).find(|(name, _)| name.starts_with(&typed)).map(|(_, number)| number)
}

fn parse_year(typed: &str) -> Option<i32> {
    if typed.chars().count() != 4 {
        return None;
    }
    digits::only_digits(typed)?.parse().ok()
}

/// One or two digits.
fn small_number(typed: &str) -> Option<u32> {
    if typed.chars().count() > 2 {
        return None;
    }
    digits::only_digits(typed)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::config;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date")
    }

    #[track_caller]
    fn check(typed: [&str; 3], expected: Result<(i32, u32, u32), DateRefused>) {
        let [day, month, year] = typed;
        let expected =
            expected.map(|(y, m, d)| DateOfBirth(NaiveDate::from_ymd_opt(y, m, d).expect("a date")));
        assert_eq!(DateOfBirth::parse(day, month, year, today()), expected, "{typed:?}");
    }

    const fn parts(day: bool, month: bool, year: bool) -> DateParts {
        DateParts { day, month, year }
    }

    #[test]
    fn dates_are_understood_as_people_write_them() {
        for typed in [
            ["7", "3", "1985"],
            ["07", "03", "1985"],
            [" 7 ", "March", "1985 "],
            ["7", "mar", "1985"],
            ["7", "MAR.", "1985"],
            ["７", "３", "１９８５"],
            ["٧", "٣", "١٩٨٥"],
            ["۷", "۳", "۱۹۸۵"],
        ] {
            check(typed, Ok((1985, 3, 7)));
        }
        check(["1", "sept", "1990"], Ok((1990, 9, 1)));
        check(["29", "2", "1988"], Ok((1988, 2, 29)));
    }

    #[test]
    fn missing_fields_come_before_impossible_ones() {
        check(["", " ", ""], Err(DateRefused::Missing(DateParts::ALL)));
        check(["", "13", "85"], Err(DateRefused::Missing(parts(true, false, false))));
        check(["40", "", ""], Err(DateRefused::Missing(parts(false, true, true))));
    }

    #[test]
    fn only_the_impossible_fields_are_named() {
        check(["32", "3", "1985"], Err(DateRefused::NotReal(parts(true, false, false))));
        check(["0", "3", "1985"], Err(DateRefused::NotReal(parts(true, false, false))));
        check(["7", "13", "1985"], Err(DateRefused::NotReal(parts(false, true, false))));
        check(["7", "Ma", "1985"], Err(DateRefused::NotReal(parts(false, true, false))));
        check(["7", "Marchs", "1985"], Err(DateRefused::NotReal(parts(false, true, false))));
        check(["32", "3", "85"], Err(DateRefused::NotReal(parts(true, false, true))));
        check(["29", "2", "1985"], Err(DateRefused::NotReal(DateParts::ALL)));
        check(["31", "4", "1985"], Err(DateRefused::NotReal(DateParts::ALL)));
    }

    #[test]
    fn a_year_has_four_digits() {
        for year in ["85", "985", "01985", "198x", "-985", "MCMLXXXV"] {
            check(["7", "3", year], Err(DateRefused::YearNotFourDigits));
        }
    }

    #[test]
    fn the_limits_of_age_hold_to_the_day() {
        check(["22", "11", "2026"], Err(DateRefused::NotPast));
        check(["23", "11", "2026"], Err(DateRefused::NotPast));
        check(["21", "11", "2026"], Err(DateRefused::Under16));
        check(["23", "11", "2010"], Err(DateRefused::Under16));
        check(["22", "11", "2010"], Ok((2010, 11, 22)));
        check(["22", "11", "1906"], Ok((1906, 11, 22)));
        check(["21", "11", "1906"], Err(DateRefused::TooLongAgo));
        check(["23", "11", "1905"], Err(DateRefused::TooLongAgo));
        check(["1", "1", "0000"], Err(DateRefused::TooLongAgo));
    }

    #[test]
    fn a_hundred_and_twenty_years_end_on_the_birthday_in_leap_years_too() {
        let on = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        let parse = |day, year, today| DateOfBirth::parse(day, "2", year, today).map(DateOfBirth::date);
        assert_eq!(parse("29", "1904", on(2024, 2, 29)), Ok(on(1904, 2, 29)));
        assert_eq!(parse("29", "1904", on(2024, 3, 1)), Err(DateRefused::TooLongAgo));
        assert_eq!(parse("28", "1900", on(2020, 2, 28)), Ok(on(1900, 2, 28)));
        assert_eq!(parse("28", "1900", on(2020, 2, 29)), Err(DateRefused::TooLongAgo));
    }

    #[test]
    fn who_is_born_on_a_leap_day_is_older_on_the_first_of_march() {
        let born = DateOfBirth(NaiveDate::from_ymd_opt(2008, 2, 29).expect("a date"));
        let on = |month, day| born.age_on(NaiveDate::from_ymd_opt(2026, month, day).expect("a date"));
        assert_eq!((on(2, 28), on(3, 1)), (17, 18));
    }

    proptest! {
        #![proptest_config(config(512))]

        #[test]
        fn parsing_never_panics(day in any::<String>(), month in any::<String>(), year in any::<String>()) {
            let _ = DateOfBirth::parse(&day, &month, &year, today());
        }

        #[test]
        fn an_accepted_date_is_past_and_of_an_adult(day in 0..40_u32, month in 0..15_u32, year in 1880..2040_i32) {
            if let Ok(born) = DateOfBirth::parse(&day.to_string(), &month.to_string(), &year.to_string(), today()) {
                prop_assert!(born.date() < today());
                prop_assert!((MIN_AGE_YEARS..=MAX_YEARS_AGO).contains(&born.age_on(today())));
                prop_assert!(born.age_on(today().pred_opt().expect("a day before")) < MAX_YEARS_AGO);
            }
        }
    }
}
