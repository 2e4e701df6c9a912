//! How a number is written into a system.

use registration::values::mobile::{MobileNumber, MobilePolicy};

/// How a system's screens expect numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFormat {
    /// "07700900123": as it is dialled in its own country, digits only.
    NationalDigits,
    /// "07700 900123", "(201) 555-0123": as it is written in its own country.
    National,
    /// "+447700900123".
    E164,
}

impl PhoneFormat {
    /// The number so written. One of another country, which would be read there as somebody else's, is written in full.
    #[must_use]
    pub fn write(self, number: &MobileNumber, policy: &MobilePolicy) -> String {
        let written = match self {
            Self::NationalDigits => number.national().chars().filter(char::is_ascii_digit).collect(),
            Self::National => number.national(),
            Self::E164 => number.e164().to_owned(),
        };
        let is_read_back =
            MobileNumber::parse(&written, policy).is_ok_and(|read| read.e164() == number.e164());
        if is_read_back { written } else { number.e164().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use test_support::people;

    use super::*;

    #[test]
    fn a_number_is_written_as_the_systems_screens_expect_it() {
        let mobile = people::jo().mobile;
        assert_eq!(PhoneFormat::NationalDigits.write(&mobile, &people::policy()), "07700900123");
        assert_eq!(PhoneFormat::National.write(&mobile, &people::policy()), "07700 900123");
        assert_eq!(PhoneFormat::E164.write(&mobile, &people::policy()), "+447700900123");
    }

    #[test]
    fn a_number_of_another_country_is_written_in_full() {
        let irish = MobileNumber::from_row("+353851234567", "085 123 4567").expect("a number");
        assert_eq!(PhoneFormat::NationalDigits.write(&irish, &people::policy()), "+353851234567");
    }
}
