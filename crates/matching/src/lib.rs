//! Who is this? The decision whether a registration belongs to a patient record.
//!
//! Pure: the store finds the candidates, [`decide`] judges them, the portal acts on it. The rule is the third of the things
//! that must always hold: a link needs name, date of birth and a contact point that was already on that one record;
//! everything less is for staff. To add a reason: a variant of [`ReviewReason`], its row in `tests.rs`, its name in the
//! check of `migrations/*/0002_practice_record.sql`.

mod decision;
mod people;
mod similar;
#[cfg(test)]
mod tests;

pub use decision::{Decision, ReviewReason, decide};
pub use people::{Candidate, Registrant};
