//! Contact points, postcodes, addresses and numbers, as they are compared.

use unicode_normalization::UnicodeNormalization as _;

/// Providers who deliver an address with and without dots, and with anything after a plus, to one mailbox, by their own
/// documentation. Elsewhere two spellings may be two people's, so they stay two.
const DOTLESS_PROVIDERS: [&str; 2] = ["gmail.com", "googlemail.com"];

macro_rules! compared {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// For counting and for keys.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

compared! {
    /// A telephone number, E.164.
    Phone
}
compared! {
    /// An email address as far as it names one mailbox.
    Mailbox
}
compared! {
    /// A postcode without spaces, in small letters.
    Postcode
}
compared! {
    /// The lines of an address without spaces and punctuation between words.
    Place
}
compared! {
    /// A number somebody gave the person: of a health service, of an insurance.
    Identifier
}

impl Phone {
    /// An E.164 number, understood before; `None` where there is none.
    #[must_use]
    pub fn of_e164(e164: &str) -> Option<Self> {
        let digits = e164.strip_prefix('+')?;
        let real = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        real.then(|| Self(e164.to_owned()))
    }
}

impl Mailbox {
    /// A canonical address, understood before; `None` where it is none.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        let lower = address.trim().to_lowercase();
        let (local, domain) = lower.rsplit_once('@')?;
        if local.is_empty() || domain.is_empty() {
            return None;
        }
        if !DOTLESS_PROVIDERS.contains(&domain) {
            return Some(Self(lower));
        }
        let mailbox: String = local.chars().take_while(|c| *c != '+').filter(|c| *c != '.').collect();
        (!mailbox.is_empty()).then(|| Self(format!("{mailbox}@{}", DOTLESS_PROVIDERS[0])))
    }
}

impl Postcode {
    /// `None` where nothing is left.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let code: String = letters_and_digits(typed).collect();
        (!code.is_empty()).then_some(Self(code))
    }
}

impl Place {
    /// `None` where nothing is left.
    #[must_use]
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut place = String::new();
        for line in lines {
            for word in line.split_whitespace() {
                let word: String = letters_and_digits(word).collect();
                if !word.is_empty() {
                    if !place.is_empty() {
                        place.push(' ');
                    }
                    place.push_str(&word);
                }
            }
        }
        (!place.is_empty()).then_some(Self(place))
    }
}

impl Identifier {
    /// `None` where nothing is left, or only zeros.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let number: String = letters_and_digits(typed).collect();
        let blank = number.chars().all(|c| c == '0');
        (!blank).then_some(Self(number))
    }
}

fn letters_and_digits(typed: &str) -> impl Iterator<Item = char> + '_ {
    typed.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_as_far_as_it_names_one_mailbox() {
        for (typed, mailbox) in [
            ("Jo.Smith+dentist@GoogleMail.com", Some("josmith@gmail.com")),
            ("jo.smith@example.com", Some("jo.smith@example.com")),
            ("jo+dentist@example.com", Some("jo+dentist@example.com")),
            ("", None),
            ("jo", None),
            ("+x@gmail.com", None),
        ] {
            assert_eq!(Mailbox::of_address(typed).as_ref().map(Mailbox::as_str), mailbox, "{typed}");
        }
    }

    #[test]
    fn only_a_number_in_e164_is_a_number() {
        assert_eq!(Phone::of_e164("+447700900123").as_ref().map(Phone::as_str), Some("+447700900123"));
        for typed in ["", "+", "07700900123", "+44 7700", "anonymous"] {
            assert_eq!(Phone::of_e164(typed), None, "{typed}");
        }
    }

    #[test]
    fn postcodes_places_and_numbers_are_compared_without_their_punctuation() {
        assert_eq!(Postcode::of(" ls1 4Ap ").as_ref().map(Postcode::as_str), Some("ls14ap"));
        assert_eq!(Postcode::of(" - "), None);
        assert_eq!(
            Place::of(["16, Main St.", "", "Leeds"]).as_ref().map(Place::as_str),
            Some("16 main st leeds")
        );
        assert_eq!(Identifier::of("943 476 5919").as_ref().map(Identifier::as_str), Some("9434765919"));
        assert_eq!(Identifier::of("000"), None);
    }
}
