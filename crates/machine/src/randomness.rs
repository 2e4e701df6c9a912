//! The operating system's randomness: the one adapter that draws it.

use rand::{CryptoRng, rngs::SysRng};

/// Every secret of a program comes from here.
///
/// A machine without randomness must not go on: drawing then panics, on purpose.
#[must_use]
pub fn system_rng() -> impl CryptoRng {
    rand::rand_core::UnwrapErr(SysRng)
}
