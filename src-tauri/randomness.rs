//! The operating system's randomness: the one adapter of this program that draws it.

use rand::{CryptoRng, rngs::SysRng};

/// Every secret of this program comes from here.
///
/// A machine without randomness must not go on: drawing then panics, on purpose.
pub(crate) fn system_rng() -> impl CryptoRng {
    rand::rand_core::UnwrapErr(SysRng)
}
