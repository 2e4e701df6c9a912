//! What tests of several crates share: a mock clock, a seeded rng, recording senders, sample people, a private PostgreSQL,
//! practice systems on this machine. Never part of a release.

pub mod clock;
pub mod people;
pub mod postgres;
#[cfg(feature = "practice_systems")]
pub mod practice_systems;
pub mod rng;
pub mod senders;

pub use clock::MockClock;
