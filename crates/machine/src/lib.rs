//! The machine that a program runs on: its clock and its randomness, the one adapter for each. Only composition roots name
//! this crate; everything else is given a clock and a generator.

mod clock;
mod randomness;

pub use clock::SystemClock;
pub use randomness::system_rng;
