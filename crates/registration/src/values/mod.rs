//! What patients type, once it has been understood. A value exists only when it is well-formed.
//!
//! Every value keeps what was typed, for playing back, beside the form that is compared. `Debug` never shows either.
//! To add a value: a module with a `parse` and a closed `…Refused` enum, a line in [`details::Why`], and its code in
//! `kiosk_api`.

pub mod date_of_birth;
pub mod details;
pub(crate) mod digits;
pub mod email;
mod email_suggestion;
pub mod id_seen;
pub mod language;
pub mod mobile;
pub mod name;
pub mod verified;
