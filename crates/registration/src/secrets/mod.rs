//! What only one person may know, and the forms in which it may be stored.
//!
//! Every secret is wiped when dropped and silent in `Debug`. Randomness comes in as a parameter.

pub mod code;
mod common_passwords;
pub mod enrolment_code;
pub mod link_token;
pub mod password;
pub mod reference;
pub mod words;
