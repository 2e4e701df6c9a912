//! People who do not exist: fictional numbers (Ofcom's 07700 900000 to 900999), addresses under example.com.

use chrono::NaiveDate;
use registration::values::{
    details::{Details, TypedDetails},
    mobile::{Fictional, MobilePolicy},
};

/// A British practice that accepts fictional numbers.
#[must_use]
pub fn policy() -> MobilePolicy {
    MobilePolicy::for_region("GB", Fictional::Accepted)
}

/// What they type; each field may be changed before it is parsed.
pub const JO: TypedDetails<'static> = TypedDetails {
    given: Some("Jo"),
    family: "O’Brien-Smith",
    day: "7",
    month: "March",
    year: "1985",
    email: Some("Jo.OBrien@Example.com"),
    mobile: "07700 900123",
};

/// Parses what must be right.
///
/// # Panics
///
/// If it is not.
#[must_use]
pub fn details(typed: &TypedDetails<'_>) -> Details {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    Details::parse(typed, &policy(), today).expect("right details")
}

/// Jo O’Brien-Smith, born 7 March 1985.
#[must_use]
pub fn jo() -> Details {
    details(&JO)
}

/// One of a thousand people with a number, an address and a name of their own, by `n` modulo 1000.
#[must_use]
pub fn numbered(n: u16) -> Details {
    let n = n % 1000;
    let family = format!("Family{}", letters(n));
    let (email, mobile) = (format!("person{n}@example.com"), format!("07700 900{n:03}"));
    let (day, month, year) = (1 + n % 28, 1 + n / 28 % 12, 1940 + n / 336);
    details(&TypedDetails {
        given: Some("Sam"),
        family: &family,
        day: &day.to_string(),
        month: &month.to_string(),
        year: &year.to_string(),
        email: Some(&email),
        mobile: &mobile,
    })
}

/// The number in letters: names of digits alone are unusual.
fn letters(n: u16) -> String {
    n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thousand_differ_in_everything() {
        let people: Vec<_> = (0..1000).map(numbered).collect();
        for (index, one) in people.iter().enumerate() {
            for other in people.iter().skip(index + 1) {
                assert_ne!(one.mobile, other.mobile);
                assert_ne!(one.email, other.email);
                assert_ne!(one.name.folded_family(), other.name.folded_family());
                assert_ne!(one.date_of_birth, other.date_of_birth);
            }
        }
    }
}
