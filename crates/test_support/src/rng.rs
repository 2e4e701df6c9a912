//! Randomness that is the same in every run.

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;

/// A generator of its own for this number.
#[must_use]
pub fn seeded(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
