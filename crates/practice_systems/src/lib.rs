//! The practice's own software behind one trait: whose record is it, what does it hold, write what was proven into it.
//!
//! ```text
//!  a worker ──► PracticeSystem ──► Dentally     read, compare, write, read again
//!                              ├─► OpenDental   the same, at one request a second
//!                              ├─► Fhir         If-Match, If-None-Exist, Provenance in one transaction
//!                              └─► (own database, by hand: elsewhere, behind the same trait)
//! ```
//!
//! Nothing here decides who somebody is, and nothing is tried again here: a call ends with an outcome or with a
//! [`Situation`] that says who can do what and from when. Every write first looks, so calling again is always safe.
//! Time, pauses and configuration come in; names, numbers and addresses never go into an error.
//! To add a system: a module with its wire format as pure functions and its tests, a struct that implements
//! [`PracticeSystem`], a fake of it in `test_support`, its page in `docs/practice-systems.md`.

mod breaker;
mod by_comparison;
mod connection;
pub mod dentally;
pub mod fhir;
mod limiter;
pub mod open_dental;
mod paging;
mod record;
mod reply;
mod situation;
mod system;
mod telephone;

pub use breaker::Breaker;
pub use connection::{BaseUrl, BaseUrlRefused, Secret, Timing, TokioWaits, Waits};
pub use dentally::Dentally;
pub use fhir::Fhir;
pub use limiter::{Budget, Limiter};
pub use open_dental::OpenDental;
pub use record::{Listed, PatientRecord, RecordId, RecordVersion, Standing};
pub use situation::{Fault, Situation, StaffReason, Waiting, Who};
pub use system::{
    Candidates, Capabilities, Checked, Contact, ContactUpdate, Coverage, Created, Former, Guard, NewRecord,
    PracticeSystem, Remark, Sought, Texts, Trace, Updated, Writes,
};
pub use telephone::PhoneFormat;
