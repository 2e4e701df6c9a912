//! What is compared of a name, a date, an address: one form for all the ways of writing one thing.
//!
//! The practice's own values are stored beside this form and never replaced by it. Keys are made of it, so a change here is
//! a new [`NORMALISER_VERSION`], and keys of the old one find nothing until they are made again.

mod alphabet;
mod date;
mod name;
mod nicknames;
mod place;

pub use date::{BirthDate, is_placeholder_date};
pub use name::{Name, NameField};
pub use place::{Identifier, Mailbox, Phone, Place, Postcode};

pub(crate) use date::is_placeholder_here;
pub(crate) use name::MiddleNames;

/// Goes up with each change to what any normalised form is, or to which keys are made of it. Part of every key, so that keys of two versions never meet.
pub const NORMALISER_VERSION: u32 = 2;
