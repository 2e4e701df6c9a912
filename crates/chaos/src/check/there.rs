//! Whether the practice system holds what was promised into it, once.

use std::collections::HashMap;

use super::{Broken, Due, Verdict};
use crate::{
    found::{There, ThereRecord},
    people::Person,
};

/// The last digits of a number, which every spelling of it has.
const DIGITS: usize = 10;

/// By a person's place: what had to become of their record.
pub(super) fn there(verdict: &mut Verdict, people: &[Person], due: &HashMap<usize, Due>, there: &There) {
    let mut by_family: HashMap<&str, Vec<&ThereRecord>> = HashMap::new();
    for record in &there.records {
        by_family.entry(&record.family).or_default().push(record);
    }
    let mut of_people = 0;
    for (place, person) in people.iter().enumerate() {
        let is_written = due.get(&place) == Some(&Due::Written);
        let records = by_family.get(person.family.as_str()).map_or(&[][..], Vec::as_slice);
        let expected = usize::from(is_written || person.record.is_some());
        of_people += records.len();
        verdict.holds(records.len() == expected, || Broken::ThereRecords(place, records.len()));
        let [record] = records else { continue };
        let (email, changes) = match (is_written, person.record) {
            (true, Some(_)) => (person.email.clone(), 1),
            // Made in one go.
            (true, None) => (person.email.clone(), 0),
            (false, _) => (person.old_email(), 0),
        };
        let holds = record.email == email && digits(&record.mobile) == digits(&person.mobile());
        verdict.holds(holds, || Broken::ThereNotHeld(place));
        verdict.holds(record.changes == changes, || Broken::ThereChanges(place, record.changes));
    }
    verdict.holds(there.held == 0, || Broken::ThereGivenUp(there.held));
    let strangers = there.records.len() - of_people;
    verdict.holds(strangers == 0, || Broken::ThereStrangers(strangers));
}

fn digits(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(DIGITS)..].iter().collect()
}
