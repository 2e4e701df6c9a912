//! The answers of one patient, understood together: every refused field is reported at once, in the order of the form.

use chrono::NaiveDate;

use crate::values::{
    date_of_birth::{DateOfBirth, DateParts, DateRefused},
    email::{EmailAddress, EmailRefused},
    mobile::{MobileNumber, MobilePolicy, MobileRefused},
    name::{NamePart, NameRefused, PersonName},
};

/// Who somebody says they are, and where they say they can be reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Details {
    /// As the practice should know it.
    pub name: PersonName,
    /// Of somebody of 16 or more.
    pub date_of_birth: DateOfBirth,
    /// `None` where the patient has none.
    pub email: Option<EmailAddress>,
    /// Fixed for the whole registration: another number is another registration.
    pub mobile: MobileNumber,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Details")
    }
}

/// The answers as typed.
#[derive(Clone, Copy)]
pub struct TypedDetails<'a> {
    /// `None` where the patient has a single name.
    pub given: Option<&'a str>,
    /// The family name, or the only name.
    pub family: &'a str,
    /// Day of birth.
    pub day: &'a str,
    /// Month of birth, as a number or a name.
    pub month: &'a str,
    /// Year of birth.
    pub year: &'a str,
    /// `None` where the patient said "I don't have one".
    pub email: Option<&'a str>,
    /// Any spelling.
    pub mobile: &'a str,
}

impl std::fmt::Debug for TypedDetails<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedDetails")
    }
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Given name.
    GivenName,
    /// Family name, or the only name.
    FamilyName,
    /// Date of birth as a whole.
    DateOfBirth,
    /// Its day.
    DateOfBirthDay,
    /// Its month.
    DateOfBirthMonth,
    /// Its year.
    DateOfBirthYear,
    /// Email address.
    Email,
    /// Mobile number.
    Mobile,
}

/// Why a field was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Why {
    /// As a name.
    #[error(transparent)]
    Name(#[from] NameRefused),
    /// As a date of birth.
    #[error(transparent)]
    Date(#[from] DateRefused),
    /// As an email address.
    #[error(transparent)]
    Email(#[from] EmailRefused),
    /// As a mobile number.
    #[error(transparent)]
    Mobile(#[from] MobileRefused),
}

/// One refused field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{field:?}: {why}")]
pub struct FieldRefused {
    /// Which.
    pub field: Field,
    /// Why.
    pub why: Why,
}

impl Details {
    /// Understands all answers, or says of each refused field why.
    pub fn parse(
        typed: &TypedDetails<'_>,
        policy: &MobilePolicy,
        today: NaiveDate,
    ) -> Result<Self, Vec<FieldRefused>> {
        let given = typed.given.map(NamePart::parse).transpose();
        let family = NamePart::parse(typed.family);
        let date_of_birth = DateOfBirth::parse(typed.day, typed.month, typed.year, today);
        let email = typed.email.map(EmailAddress::parse).transpose();
        let mobile = MobileNumber::parse(typed.mobile, policy);
        match (given, family, date_of_birth, email, mobile) {
            (Ok(given), Ok(family), Ok(date_of_birth), Ok(email), Ok(mobile)) => {
                Ok(Self { name: PersonName { given, family }, date_of_birth, email, mobile })
            }
            (given, family, date_of_birth, email, mobile) => {
                let mut refused = Vec::new();
                refused
                    .extend(given.err().map(|why| FieldRefused { field: Field::GivenName, why: why.into() }));
                refused.extend(
                    family.err().map(|why| FieldRefused { field: Field::FamilyName, why: why.into() }),
                );
                refused.extend(date_of_birth.err().into_iter().flat_map(FieldRefused::of_date));
                refused.extend(email.err().map(|why| FieldRefused { field: Field::Email, why: why.into() }));
                refused
                    .extend(mobile.err().map(|why| FieldRefused { field: Field::Mobile, why: why.into() }));
                Err(refused)
            }
        }
    }
}

impl FieldRefused {
    /// The fields that one refused date concerns: the wrong parts, or the date as a whole.
    #[must_use]
    pub fn of_date(why: DateRefused) -> Vec<Self> {
        let fields = match why {
            DateRefused::Missing(parts) | DateRefused::NotReal(parts) => fields_of(parts),
            DateRefused::YearNotFourDigits => vec![Field::DateOfBirthYear],
            DateRefused::NotPast | DateRefused::TooLongAgo | DateRefused::Under16 => vec![Field::DateOfBirth],
        };
        fields.into_iter().map(|field| Self { field, why: why.into() }).collect()
    }
}

fn fields_of(parts: DateParts) -> Vec<Field> {
    if parts == DateParts::ALL {
        return vec![Field::DateOfBirth];
    }
    [
        (parts.day, Field::DateOfBirthDay),
        (parts.month, Field::DateOfBirthMonth),
        (parts.year, Field::DateOfBirthYear),
    ]
    .into_iter()
    .filter_map(|(wrong, field)| wrong.then_some(field))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::mobile::Fictional;

    const RIGHT: TypedDetails<'_> = TypedDetails {
        given: Some("Jo"),
        family: "Smith",
        day: "7",
        month: "March",
        year: "1985",
        email: Some("jo@example.com"),
        mobile: "07700 900123",
    };

    fn parse(typed: &TypedDetails<'_>) -> Result<Details, Vec<FieldRefused>> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
        Details::parse(typed, &MobilePolicy::for_region("GB", Fictional::Accepted), today)
    }

    #[track_caller]
    fn check(typed: &TypedDetails<'_>, expected: &[(Field, Why)]) {
        let refused = parse(typed).expect_err("refused");
        let refused: Vec<_> = refused.into_iter().map(|FieldRefused { field, why }| (field, why)).collect();
        assert_eq!(refused, expected);
    }

    #[test]
    fn right_answers_become_details() {
        let details = parse(&RIGHT).expect("details");
        assert_eq!(details.name.family.as_typed(), "Smith");
        assert_eq!(details.mobile.e164(), "+447700900123");
        assert_eq!(format!("{details:?} {RIGHT:?}"), "Details TypedDetails");
    }

    #[test]
    fn a_single_name_and_no_email_are_answers() {
        let details = parse(&TypedDetails { given: None, email: None, ..RIGHT }).expect("details");
        assert_eq!((details.name.given, details.email), (None, None));
    }

    #[test]
    fn every_refused_field_is_reported_in_the_order_of_the_form() {
        let typed = TypedDetails {
            given: Some(""),
            family: "1",
            day: "",
            month: "13",
            year: "",
            email: Some("jo"),
            mobile: "020 7946 0018",
        };
        let date = Why::Date(DateRefused::Missing(DateParts { day: true, month: false, year: true }));
        check(
            &typed,
            &[
                (Field::GivenName, Why::Name(NameRefused::Missing)),
                (Field::FamilyName, Why::Name(NameRefused::WithoutLetter)),
                (Field::DateOfBirthDay, date),
                (Field::DateOfBirthYear, date),
                (Field::Email, Why::Email(EmailRefused::NotAnAddress)),
                (Field::Mobile, Why::Mobile(MobileRefused::Landline)),
            ],
        );
    }

    #[test]
    fn a_date_wrong_as_a_whole_is_one_refused_field() {
        let real = Why::Date(DateRefused::NotReal(DateParts::ALL));
        check(&TypedDetails { day: "30", month: "2", ..RIGHT }, &[(Field::DateOfBirth, real)]);
        check(
            &TypedDetails { year: "85", ..RIGHT },
            &[(Field::DateOfBirthYear, Why::Date(DateRefused::YearNotFourDigits))],
        );
        check(
            &TypedDetails { year: "2020", ..RIGHT },
            &[(Field::DateOfBirth, Why::Date(DateRefused::Under16))],
        );
    }
}
