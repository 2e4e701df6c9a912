//! Who registers. Nobody here is like anybody else: what becomes of a registration is known beforehand.

use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate};
use rand::{
    RngExt as _,
    seq::{IndexedRandom as _, SliceRandom as _},
};
use rand_chacha::ChaCha20Rng;
use registration::ids::PatientId;
use uuid::Uuid;

/// A practice sends 500 codes a day and no more.
pub(crate) const MOST: u32 = 480;

pub(crate) const PASSWORD: &str = "seven quiet herons walking";

const GIVEN: [&str; 24] = [
    "Ada", "Bela", "Carmen", "Dov", "Elif", "Farid", "Greta", "Hamish", "Ines", "Jiro", "Katya", "Lars",
    "Maeve", "Nuno", "Oona", "Pavel", "Quentin", "Rosa", "Sanjay", "Tilda", "Umar", "Vera", "Wanda", "Yusuf",
];
const FIRST: [&str; 12] =
    ["Ban", "Cor", "Del", "Fen", "Gar", "Hul", "Jas", "Kel", "Mor", "Pas", "Tev", "Zim"];
const MIDDLE: [&str; 10] = ["abo", "ecki", "idu", "omi", "uza", "arro", "evla", "isto", "onta", "ulfe"];
const LAST: [&str; 8] = ["berg", "cott", "dale", "ford", "gram", "lund", "nack", "wick"];

/// One person in so many meets a portal that does not answer in time; the first always does.
const ANSWERED_TOO_LATE: u32 = 6;
/// A request that is given up by then has not come, is at work, or is done.
const GIVEN_UP_WITHIN_MS: u64 = 600;

/// Days from one birthday to the next: no two are a slip of the finger apart.
const DAYS_APART: u64 = 37;

/// Somebody at a kiosk, with the details as they are typed.
pub(crate) struct Person {
    pub(crate) given: &'static str,
    pub(crate) family: String,
    pub(crate) born: NaiveDate,
    /// Three digits that make a mobile of the range kept for fiction.
    number: u32,
    pub(crate) email: String,
    /// The record that the practice has of them, with the same mobile and another email address.
    pub(crate) record: Option<PatientId>,
    /// So long their kiosk waits for the answer to the confirmed details, and then keeps them.
    pub(crate) gives_up_after: Option<Duration>,
}

impl Person {
    pub(crate) fn mobile_typed(&self) -> String {
        format!("07700 900{:03}", self.number)
    }

    pub(crate) fn mobile(&self) -> String {
        format!("+447700900{:03}", self.number)
    }

    /// Which their record has until they prove another one.
    pub(crate) fn old_email(&self) -> String {
        format!("old.{}", self.email)
    }

    /// A line for `patients import`.
    pub(crate) fn line(&self) -> Option<String> {
        let id = self.record?;
        let (given, family, born, mobile) = (self.given, &self.family, self.born, self.mobile_typed());
        Some(format!("{},{given},{family},{born},,{mobile},,{}\n", id.0, self.old_email()))
    }
}

/// As many, the same for the same seed. The practice knows every second one.
pub(crate) fn people(rng: &mut ChaCha20Rng) -> Vec<Person> {
    let mut families: Vec<String> = FIRST
        .iter()
        .flat_map(|first| MIDDLE.iter().map(move |middle| (first, middle)))
        .flat_map(|(first, middle)| LAST.iter().map(move |last| format!("{first}{middle}{last}")))
        .collect();
    families.shuffle(rng);
    let mut numbers: Vec<u32> = (0..MOST).collect();
    numbers.shuffle(rng);
    let first = NaiveDate::from_ymd_opt(1940, 1, 5).expect("a date of the calendar");
    let named = families.into_iter().zip(numbers).zip(0_u32..);
    let person = |((family, number), place): ((String, u32), u32)| {
        let born = first + Days::new(u64::from(place) * DAYS_APART);
        // The first of a month stands for "not known" in many practices.
        let born = if born.day() == 1 { born + Days::new(1) } else { born };
        let given = *GIVEN.choose(rng).expect("there are names");
        let email = format!("{}.{number}@example.com", family.to_lowercase());
        let record = (place % 2 == 0).then(|| PatientId(Uuid::from_u128(u128::from(place) + 1)));
        let too_late = rng.random_range(0..ANSWERED_TOO_LATE) == 0 || place == 0;
        let patience = Duration::from_millis(rng.random_range(0..=GIVEN_UP_WITHIN_MS));
        let gives_up_after = too_late.then_some(patience);
        Person { given, family, born, number, email, record, gives_up_after }
    };
    named.map(person).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use test_support::rng::seeded;

    use super::{MOST, people};

    #[test]
    fn people_are_the_same_for_a_seed_and_differ_from_each_other_in_everything() {
        let (some, again) = (people(&mut seeded(7)), people(&mut seeded(7)));
        let lines = |of: &[super::Person]| of.iter().map(super::Person::line).collect::<Vec<_>>();
        assert_eq!(lines(&some), lines(&again));
        assert_ne!(lines(&some), lines(&people(&mut seeded(8))));
        let distinct = |of: Vec<String>| of.into_iter().collect::<HashSet<_>>().len();
        let most = usize::try_from(MOST).expect("small");
        assert_eq!(some.len(), most);
        assert_eq!(distinct(some.iter().map(|it| it.family.clone()).collect()), most);
        assert_eq!(distinct(some.iter().map(|it| it.born.to_string()).collect()), most);
        assert_eq!(distinct(some.iter().map(super::Person::mobile).collect()), most);
        assert_eq!(distinct(some.iter().map(|it| it.email.clone()).collect()), most);
    }
}
