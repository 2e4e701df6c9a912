//! The machine that a program runs on: its clock, its randomness and files with secrets, the one adapter for each. Only
//! composition roots name this crate; everything else is given a clock and a generator.

mod clock;
mod randomness;
mod secret_file;

pub use clock::SystemClock;
pub use randomness::system_rng;
pub use secret_file::{NotASecret, Readers, secret_in};
