//! The offline list of common passwords, as a filter that `build.rs` makes.
//!
//! A binary fuse filter knows every entry and takes one password in 65,536 for one; who meets that chance is asked for
//! another password. It holds keys, not words, and needs no network.

use std::sync::LazyLock;

use xorf::{BinaryFuse16, Descriptor, Filter as _};

#[path = "common_passwords_key.rs"]
mod key;

/// Written by `build.rs`: the descriptor's four numbers, then the fingerprints, all little-endian.
static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/common_passwords.bin"));

static FILTER: LazyLock<BinaryFuse16> =
    LazyLock::new(|| read(BYTES).expect("build.rs wrote the descriptor before the fingerprints"));

fn read(bytes: &[u8]) -> Option<BinaryFuse16> {
    let (seed, rest) = bytes.split_first_chunk()?;
    let (segment_length, rest) = rest.split_first_chunk()?;
    let (segment_length_mask, rest) = rest.split_first_chunk()?;
    let (segment_count_length, rest) = rest.split_first_chunk()?;
    let descriptor = Descriptor {
        seed: u64::from_le_bytes(*seed),
        segment_length: u32::from_le_bytes(*segment_length),
        segment_length_mask: u32::from_le_bytes(*segment_length_mask),
        segment_count_length: u32::from_le_bytes(*segment_count_length),
    };
    let fingerprints = rest.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    Some(BinaryFuse16 { descriptor, fingerprints })
}

/// Whether many people have had this password, in whatever case.
pub(super) fn is_common(password: &str) -> bool {
    FILTER.contains(&key::filter_key(&key::listed_form(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_list_are_found_in_any_case_and_width() {
        for password in
            ["unbelievable", "Unbelievable", "1q2w3e4r5t6y", "ｕｎｂｅｌｉｅｖａｂｌｅ", "manchesterunited"]
        {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn about_one_other_password_in_65_536_is_taken_for_an_entry() {
        let found = (0..200_000).filter(|number| is_common(&format!("not on the list {number}"))).count();
        assert!(found < 15, "{found}");
    }
}
