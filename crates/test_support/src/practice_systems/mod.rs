//! Practice systems that do not exist: HTTP servers on this machine that behave as the providers' pages say, with a switch
//! for every way in which the real ones fail. Everything they are asked is kept.

mod dentally;
mod fhir;
mod late;
mod open_dental;
mod seen;
mod server;

pub use dentally::FakeDentally;
pub use fhir::{FakeFhir, Offer};
pub use late::Late;
pub use open_dental::FakeOpenDental;
pub use seen::Seen;
pub use server::{Failure, Fake, KeyState, Reply, World};
