// Compiled twice: into the crate, and into its build script, which must find the same key for the same password.

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// The form in which passwords are compared with the list: case and compatibility forms do not make one less common.
pub(crate) fn listed_form(password: &str) -> String {
    password.nfkc().collect::<String>().to_lowercase()
}

/// 64 bits of SHA-256, the key of the filter.
pub(crate) fn filter_key(listed_form: &str) -> u64 {
    let hash: [u8; 32] = Sha256::digest(listed_form.as_bytes()).into();
    let mut key = [0; 8];
    key.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(key)
}
