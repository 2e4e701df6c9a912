//! Who is this? The decision whether a registration belongs to a patient record.
//!
//! Pure: the store finds the records by [`keys()`], [`judge()`] compares and decides, the portal acts on it. The rule is the third
//! of the things that must always hold: a link needs name, date of birth and a contact point that was already on that one
//! record; everything less is for staff. `docs/matching.md` tells it to people.
//!
//! To add a doubt: a variant of [`Doubt`], its sentence, its [`ReviewReason`], a test in `tests/hard_cases.rs`, and its name in the check
//! of a new migration.

mod accounts;
mod compare;
mod constants;
mod doubt;
mod explain;
mod fitness;
mod index;
mod judge;
mod keys;
mod levels;
mod normalise;
mod person;
mod reason;
mod score;
mod settle;
mod similar;
mod sound;
#[cfg(test)]
mod tests;

pub use accounts::{Known as KnownAccount, Standing, hindrance, standing};
pub use compare::compare;
pub use constants::WEIGHTS_VERSION;
pub use doubt::Doubt;
pub use explain::Observation;
pub use fitness::{Estimate, Fitness, FitnessCheck, MOST_ASKED, Shared, WrittenRecord};
pub use index::Index;
pub use judge::{Comparison, Judgement, Verdict, judge};
pub use keys::{
    CountedKeys, KeyKind, MOST_RECORDS_FOUND_BY_SOUNDS, MOST_RECORDS_UNDER_A_KEY, MatchKey, Pepper, Reach,
    counted_keys, empty_key, empty_key_of, keys,
};
pub use levels::{ContactLevel, DateLevel, Levels, NameLevel, NameOrder, PlaceLevel};
pub use normalise::{
    BirthDate, Identifier, Mailbox, NORMALISER_VERSION, Name, NameField, Phone, Place, Postcode,
    is_placeholder_date,
};
pub use person::{Circumstances, Frequencies, Known, Mark, Person, Policy};
pub use reason::ReviewReason;
pub use score::{Weight, weight};
pub use settle::{Consequence, Found, Holder, Named, Settlement, Unsettled, settle};
