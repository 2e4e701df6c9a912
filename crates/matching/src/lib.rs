//! Who is this? The decision whether a registration belongs to a patient record.
//!
//! Pure: the store finds the records by [`keys()`], [`judge()`] compares and decides, the portal acts on it. The rule is the third
//! of the things that must always hold: a link needs name, date of birth and a contact point that was already on that one
//! record; everything less is for staff. `docs/matching.md` tells it to people.
//!
//! [`decide`] is the same rule for who has only folded names and no counts. To add a reason of the database: a variant of
//! [`ReviewReason`], its row in `tests/folded.rs`, its name in the check of `migrations/*/0002_practice_record.sql`.

mod compare;
mod constants;
mod decision;
mod doubt;
mod explain;
mod judge;
mod keys;
mod levels;
mod normalise;
mod people;
mod person;
mod score;
mod similar;
mod sound;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use constants::WEIGHTS_VERSION;
pub use decision::{Decision, ReviewReason, decide};
pub use doubt::Doubt;
pub use explain::Observation;
pub use judge::{Comparison, Judgement, Verdict, judge};
pub use keys::{
    CountedKeys, KeyKind, MOST_RECORDS_FOUND_BY_BIRTHDAY, MOST_RECORDS_FOUND_BY_SOUNDS,
    MOST_RECORDS_UNDER_A_KEY, MatchKey, Pepper, Reach, counted_keys, keys,
};
pub use levels::{ContactLevel, DateLevel, Levels, NameLevel, NameOrder, PlaceLevel};
pub use normalise::{
    BirthDate, Identifier, Mailbox, NORMALISER_VERSION, Name, NameField, Phone, Place, Postcode,
    is_placeholder_date,
};
pub use people::{Candidate, Registrant};
pub use person::{Circumstances, Frequencies, Known, Mark, Person, Policy};
pub use score::{Weight, weight};
