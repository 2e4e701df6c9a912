//! The sandbox: patients who do not exist, senders that reach nobody, and "the patient's phone", a page on loopback that
//! shows what was sent beside the practice's record. Refused wherever the database is not stamped as a sandbox.
//!
//! Start reading at [`phone_router`]. None of this is part of a portal that real patients reach.

mod names;
pub mod patients;
mod phone;
mod reading;
pub mod samples;
mod seed;
mod senders;
mod staff;

pub use phone::phone_router;
pub use samples::{SAMPLES, Sample, Story};
pub use seed::seed_if_empty;
pub use senders::{SandboxEmail, SandboxSms};
pub use staff::{SANDBOX_STAFF, SANDBOX_STAFF_PASSWORD};

/// Why there is no sandbox here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASandbox {
    /// The database holds, or will hold, real people.
    #[error("the database is not stamped as a sandbox")]
    Stamp,
    /// The page would be reached from other machines.
    #[error("the patient's phone is for loopback addresses only")]
    NotLoopback,
}
