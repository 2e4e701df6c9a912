//! Mock clock, seeded rng, recording senders, sample people, a private PostgreSQL: what tests of several crates share. Never part of a release.

pub mod clock;
pub mod people;
pub mod postgres;
pub mod rng;
pub mod senders;

pub use clock::MockClock;
