//! The web service of a practice: the API kiosks call, the pages a patient opens on their own phone, and the workers. Several may
//! stand behind one listener ([`by_host`]).
//!
//! Start reading at [`registrations`]: each use case is load, count, move, one transaction. Rules live in `registration`
//! and `matching`, SQL in `store`; this crate is the order in which they are asked. Nothing here reads the system's
//! clock, randomness or environment: they come in through [`Parts`].

pub mod documents;
mod elsewhere;
mod enrolment;
mod even_times;
pub mod guard;
pub mod hashing;
mod hosts;
mod journal;
pub mod keys;
mod kiosk;
mod outage;
mod outbox;
mod pages;
mod parts;
pub mod passes;
mod quiet_hours;
mod record_updates;
pub mod refused;
pub mod registrations;
mod reviews;
mod router;
pub mod sandbox;
mod sealed;
mod staff;
mod test_link;
mod workers;

pub use elsewhere::Records;
pub use hashing::HashCost;
pub use hosts::by_host;
pub use journal::KeptFor;
pub use keys::PortalKeys;
pub use kiosk::KioskCredential;
pub use parts::{AccessLogKept, Parts, Portal, PracticeSettings, SharedRng, StartRefused, is_origin};
pub use record_updates::{NotEntered, UndoRefused};
pub use refused::{LinkPage, PageRefused, PhoneProof, StoreFailure};
pub use registrations::SayRefused;
pub use reviews::{InQuestion, NotOpenedAgain, NotSettled, NotShown, ReviewShown, Word};
pub use staff::{FirstRefused, Invitation};
pub use test_link::TestLink;
