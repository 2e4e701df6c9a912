//! Two people, field by field.

use chrono::{Datelike as _, NaiveDate};

use crate::{
    levels::{ContactLevel, DateLevel, Levels, NameLevel, NameOrder, PlaceLevel},
    normalise::{BirthDate, Identifier, MiddleNames, Name, NameField, Place, Postcode},
    person::Person,
    similar::is_similar,
};

/// Letters from which one edit leaves a name recognisable. matching.md 4.3.
const LETTERS_FOR_ONE_EDIT: usize = 4;

/// Letters from which two do. matching.md 4.3.
const LETTERS_FOR_TWO_EDITS: usize = 7;

/// Jaro-Winkler likeness of much the same letters. matching.md 4.3.
const MUCH_THE_SAME: f64 = 0.92;

/// Jaro-Winkler likeness of addresses: lines are long, and left out or moved as often as mistyped. Our own
/// estimate, tried on FEBRL 1 and 2.
const MUCH_THE_SAME_PLACE: f64 = 0.85;

/// Compares who registers with a record.
#[must_use]
pub fn compare(registrant: &Person, record: &Person) -> Levels {
    let (order, given, family) = names(registrant, record);
    Levels {
        order,
        given,
        family,
        date: dates(registrant.born, record.born),
        phone: contacts(&registrant.phones, &record.phones),
        email: contacts(&registrant.emails, &record.emails),
        postcode: both(registrant.postcode.as_ref(), record.postcode.as_ref(), postcodes),
        place: both(registrant.place.as_ref(), record.place.as_ref(), places),
        identifier: both(registrant.identifier.as_ref(), record.identifier.as_ref(), identifiers),
    }
}

/// Whether two names may be two ways of writing one. Only ever used to send more to staff, never to link.
pub(crate) fn is_alike(one: &Name, two: &Name) -> bool {
    match either_name(one, two) {
        NameLevel::Same
        | NameLevel::Folded
        | NameLevel::Transliterated
        | NameLevel::BothAbsent
        | NameLevel::MiddleName
        | NameLevel::Nickname
        | NameLevel::PartOfDouble
        | NameLevel::OneEdit
        | NameLevel::Close => true,
        NameLevel::Different | NameLevel::Missing => is_similar(one.latin(), two.latin()),
    }
}

fn names(registrant: &Person, record: &Person) -> (NameOrder, NameLevel, NameLevel) {
    let given = fields(&registrant.given, &record.given, given_names);
    let family = fields(&registrant.family, &record.family, family_names);
    if is_recognisable(given) || is_recognisable(family) {
        return (NameOrder::Straight, given, family);
    }
    let crossed_given = fields(&registrant.given, &record.family, family_names);
    let crossed_family = fields(&registrant.family, &record.given, given_names);
    if is_recognisable(crossed_given) && is_recognisable(crossed_family) {
        return (NameOrder::Crossed, crossed_given, crossed_family);
    }
    (NameOrder::Straight, given, family)
}

const fn is_recognisable(level: NameLevel) -> bool {
    !matches!(level, NameLevel::Different | NameLevel::Missing | NameLevel::BothAbsent)
}

fn fields(one: &NameField, two: &NameField, names: fn(&Name, &Name) -> NameLevel) -> NameLevel {
    match (one, two) {
        (NameField::Named(one), NameField::Named(two)) => names(one, two),
        (NameField::Absent, NameField::Absent) => NameLevel::BothAbsent,
        (NameField::Placeholder | NameField::Absent, _) | (_, NameField::Placeholder | NameField::Absent) => {
            NameLevel::Missing
        }
    }
}

fn given_names(one: &Name, two: &Name) -> NameLevel {
    if one.is_same(two) {
        same_name(one, two)
    } else if one.middle_names(two) == MiddleNames::Added {
        NameLevel::MiddleName
    } else if one.is_nickname(two) {
        NameLevel::Nickname
    } else {
        letters(one.latin(), two.latin())
    }
}

fn family_names(one: &Name, two: &Name) -> NameLevel {
    if one.is_same(two) {
        same_name(one, two)
    } else if one.is_part_of_double(two) {
        NameLevel::PartOfDouble
    } else {
        letters(one.latin(), two.latin())
    }
}

fn same_name(one: &Name, two: &Name) -> NameLevel {
    if one.is_written_like(two) {
        NameLevel::Same
    } else if one.is_transliterated(two) {
        NameLevel::Transliterated
    } else {
        NameLevel::Folded
    }
}

fn either_name(one: &Name, two: &Name) -> NameLevel {
    given_names(one, two).min(family_names(one, two))
}

/// Names whose letters are the same and which are not one name (two Chinese names of one sound) are close at best.
fn letters(one: &str, two: &str) -> NameLevel {
    let letters = one.chars().count().min(two.chars().count());
    if one == two {
        return NameLevel::Close;
    }
    let edits = strsim::osa_distance(one, two);
    if edits == 1 && letters >= LETTERS_FOR_ONE_EDIT {
        NameLevel::OneEdit
    } else if (edits == 2 && letters >= LETTERS_FOR_TWO_EDITS)
        || strsim::jaro_winkler(one, two) >= MUCH_THE_SAME
    {
        NameLevel::Close
    } else {
        NameLevel::Different
    }
}

fn dates(one: BirthDate, two: BirthDate) -> DateLevel {
    match (one, two) {
        (BirthDate::Known(one), BirthDate::Known(two)) => known_dates(one, two),
        (BirthDate::Missing, _) | (_, BirthDate::Missing) => DateLevel::Missing,
    }
}

fn known_dates(one: NaiveDate, two: NaiveDate) -> DateLevel {
    if one == two {
        return DateLevel::Exact;
    }
    let (year, month, day) = (one.year() == two.year(), one.month() == two.month(), one.day() == two.day());
    if year && one.month() == two.day() && one.day() == two.month() {
        DateLevel::DayMonthSwapped
    } else if other_digits(one, two) == 1 {
        DateLevel::OneDigit
    } else if month && (year || day) {
        DateLevel::PartAgrees
    } else {
        DateLevel::Different
    }
}

fn other_digits(one: NaiveDate, two: NaiveDate) -> usize {
    let digits = |date: NaiveDate| {
        let year = date.year().unsigned_abs();
        let (month, day) = (date.month(), date.day());
        [year / 1000, year / 100 % 10, year / 10 % 10, year % 10, month / 10, month % 10, day / 10, day % 10]
    };
    digits(one).into_iter().zip(digits(two)).filter(|(one, two)| one != two).count()
}

fn contacts<T: PartialEq>(verified: &[T], on_record: &[T]) -> ContactLevel {
    if verified.is_empty() || on_record.is_empty() {
        ContactLevel::Missing
    } else if verified.iter().any(|contact| on_record.contains(contact)) {
        ContactLevel::Agrees
    } else {
        ContactLevel::Differs
    }
}

fn both<T: PartialEq>(one: Option<&T>, two: Option<&T>, close: fn(&T, &T) -> bool) -> PlaceLevel {
    match (one, two) {
        (Some(one), Some(two)) if one == two => PlaceLevel::Same,
        (Some(one), Some(two)) if close(one, two) => PlaceLevel::Close,
        (Some(_), Some(_)) => PlaceLevel::Different,
        (None, _) | (_, None) => PlaceLevel::Missing,
    }
}

fn postcodes(one: &Postcode, two: &Postcode) -> bool {
    strsim::osa_distance(one.as_str(), two.as_str()) == 1
}

fn places(one: &Place, two: &Place) -> bool {
    strsim::jaro_winkler(one.as_str(), two.as_str()) >= MUCH_THE_SAME_PLACE
}

fn identifiers(one: &Identifier, two: &Identifier) -> bool {
    strsim::osa_distance(one.as_str(), two.as_str()) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_date(one: (i32, u32, u32), two: (i32, u32, u32), level: DateLevel) {
        let date = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        assert_eq!(known_dates(date(one), date(two)), level, "{one:?} {two:?}");
        assert_eq!(known_dates(date(two), date(one)), level, "{two:?} {one:?}");
    }

    #[test]
    fn a_date_is_exact_or_a_slip_away_or_another() {
        check_date((1985, 3, 7), (1985, 3, 7), DateLevel::Exact);
        check_date((1985, 3, 7), (1985, 7, 3), DateLevel::DayMonthSwapped);
        check_date((1985, 3, 7), (1986, 3, 7), DateLevel::OneDigit);
        check_date((1985, 3, 7), (1985, 3, 17), DateLevel::OneDigit);
        check_date((1985, 3, 7), (1985, 3, 28), DateLevel::PartAgrees);
        check_date((1985, 3, 7), (1950, 3, 7), DateLevel::PartAgrees);
        check_date((1985, 3, 7), (1984, 3, 8), DateLevel::Different);
    }

    #[track_caller]
    fn check_given(one: &str, two: &str, level: NameLevel) {
        let field = |typed| NameField::of(typed);
        assert_eq!(fields(&field(one), &field(two), given_names), level, "{one} {two}");
        assert_eq!(fields(&field(two), &field(one), given_names), level, "{two} {one}");
    }

    #[test]
    fn a_given_name_is_the_same_or_short_or_mistyped_or_another() {
        check_given("Zoë", "ZOË", NameLevel::Same);
        check_given("O'Hara", "ohara", NameLevel::Same);
        check_given("Zoë", "zoe", NameLevel::Folded);
        check_given("Mary-Ann", "Maryann", NameLevel::Folded);
        check_given("Иван", "Ivan", NameLevel::Transliterated);
        check_given("Mary", "Mary Jane", NameLevel::MiddleName);
        check_given("Bill", "William", NameLevel::Nickname);
        check_given("Mohammed", "Muhammad", NameLevel::Nickname);
        check_given("Petra", "Petre", NameLevel::OneEdit);
        check_given("Ava", "Eva", NameLevel::Different);
        check_given("Kristofer", "Kristoffr", NameLevel::OneEdit);
        check_given("Kristofer", "Cristoffer", NameLevel::Close);
        check_given("佳怡", "家怡", NameLevel::Close);
        check_given("Jo", "Max", NameLevel::Different);
        check_given("Jo", "Baby", NameLevel::Missing);
        check_given("Jo", "", NameLevel::Missing);
        check_given("", "", NameLevel::BothAbsent);
        check_given("baby", "baby", NameLevel::Missing);
    }
}
