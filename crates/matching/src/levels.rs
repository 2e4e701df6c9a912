//! How far two values agree, in few steps. A comparison is kept as one letter for each field, so that a decision can be
//! read years later without the values it was made of.

macro_rules! levels {
    ($(#[$doc:meta])* $name:ident { $($(#[$level_doc:meta])* $level:ident = $letter:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$level_doc])* $level,)+
        }

        impl $name {
            /// Best first.
            pub const ALL: &'static [Self] = &[$(Self::$level),+];

            /// As a code writes it.
            #[must_use]
            pub const fn letter(self) -> char {
                match self {
                    $(Self::$level => $letter,)+
                }
            }

            /// The reverse of [`Self::letter`].
            #[must_use]
            pub const fn of_letter(letter: char) -> Option<Self> {
                match letter {
                    $($letter => Some(Self::$level),)+
                    _ => None,
                }
            }
        }
    };
}

levels! {
    /// Of a given name or a family name.
    NameLevel {
        /// Written the same, but for case and apostrophes.
        Same = 'S',
        /// One name after normalisation: marks, hyphens or spaces differ.
        Folded = 'F',
        /// One name in two alphabets, where letters stand for letters.
        Transliterated = 'T',
        /// Neither person has one: people of a single name.
        BothAbsent = 'A',
        /// A given name more, or one less.
        MiddleName = 'M',
        /// A nickname, or another spelling of one name in Latin letters.
        Nickname = 'N',
        /// One half of a double name, or a particle left out.
        PartOfDouble = 'P',
        /// One edit in four letters or more.
        OneEdit = 'E',
        /// Two edits in seven letters or more, or much the same letters.
        Close = 'C',
        /// Another name.
        Different = 'D',
        /// One side is not known.
        Missing = '-',
    }
}

levels! {
    /// Which name was compared with which.
    NameOrder {
        /// Given with given, family with family.
        Straight = 'S',
        /// Given with family: the two stand in each other's field.
        Crossed = 'X',
    }
}

levels! {
    /// Of a date of birth.
    DateLevel {
        /// The same date.
        Exact = 'S',
        /// Day and month in each other's place.
        DayMonthSwapped = 'X',
        /// One digit of eight is another.
        OneDigit = 'E',
        /// Year and month, or day and month, are the same.
        PartAgrees = 'P',
        /// Another date.
        Different = 'D',
        /// One side is not known, or is a placeholder.
        Missing = '-',
    }
}

levels! {
    /// Of the mobile or the email address.
    ContactLevel {
        /// The value verified now stands on the record.
        Agrees = 'S',
        /// The record has others.
        Differs = 'D',
        /// One side has none.
        Missing = '-',
    }
}

levels! {
    /// Of a postcode, an address or a number.
    PlaceLevel {
        /// The same.
        Same = 'S',
        /// A slip apart.
        Close = 'C',
        /// Another.
        Different = 'D',
        /// One side is not known.
        Missing = '-',
    }
}

/// One comparison, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Levels {
    /// Which name was compared with which.
    pub order: NameOrder,
    /// The registrant's given name.
    pub given: NameLevel,
    /// The registrant's family name.
    pub family: NameLevel,
    /// Date of birth.
    pub date: DateLevel,
    /// The verified mobile.
    pub phone: ContactLevel,
    /// The verified email address.
    pub email: ContactLevel,
    /// Postcode.
    pub postcode: PlaceLevel,
    /// Address.
    pub place: PlaceLevel,
    /// Number.
    pub identifier: PlaceLevel,
}

impl Levels {
    /// One letter for each field, in their order: "SSSSD----" is the same name and date, another mobile, nothing else known.
    #[must_use]
    pub fn code(self) -> String {
        let Self { order, given, family, date, phone, email, postcode, place, identifier } = self;
        let contacts = [phone.letter(), email.letter()];
        let places = [postcode.letter(), place.letter(), identifier.letter()];
        let names = [order.letter(), given.letter(), family.letter(), date.letter()];
        names.into_iter().chain(contacts).chain(places).collect()
    }

    /// The reverse of [`Self::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let letters: Vec<char> = code.chars().collect();
        let [order, given, family, date, phone, email, postcode, place, identifier] =
            letters.try_into().ok()?;
        Some(Self {
            order: NameOrder::of_letter(order)?,
            given: NameLevel::of_letter(given)?,
            family: NameLevel::of_letter(family)?,
            date: DateLevel::of_letter(date)?,
            phone: ContactLevel::of_letter(phone)?,
            email: ContactLevel::of_letter(email)?,
            postcode: PlaceLevel::of_letter(postcode)?,
            place: PlaceLevel::of_letter(place)?,
            identifier: PlaceLevel::of_letter(identifier)?,
        })
    }

    /// A contact point that was verified now stands on the record.
    #[must_use]
    pub fn has_contact(self) -> bool {
        self.phone == ContactLevel::Agrees || self.email == ContactLevel::Agrees
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    prop_compose! {
        fn any_levels()(
            order in select(NameOrder::ALL), given in select(NameLevel::ALL), family in select(NameLevel::ALL),
            date in select(DateLevel::ALL), phone in select(ContactLevel::ALL), email in select(ContactLevel::ALL),
            postcode in select(PlaceLevel::ALL), place in select(PlaceLevel::ALL), identifier in select(PlaceLevel::ALL),
        ) -> Levels {
            Levels { order, given, family, date, phone, email, postcode, place, identifier }
        }
    }

    proptest! {
        #[test]
        fn a_code_is_read_back(levels in any_levels()) {
            prop_assert_eq!(Levels::parse(&levels.code()), Some(levels));
        }
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for code in ["", "SSSSD---", "SSSSD-----", "?SSSD----"] {
            assert_eq!(Levels::parse(code), None, "{code}");
        }
    }
}
