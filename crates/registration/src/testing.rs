//! What the unit tests of every module share.

use proptest::test_runner::{Config, RngSeed};

/// The same cases on every run, and no files left behind.
pub(crate) fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}
