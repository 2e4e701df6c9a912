//! The master key as text: in the header of a back-up, and in the file of a server.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// Of which every key of a portal is drawn.
pub type MasterKey = Zeroizing<[u8; 32]>;

/// 64 hexadecimal digits.
#[must_use]
pub fn as_digits(master: &MasterKey) -> Zeroizing<String> {
    let mut digits = Zeroizing::new(String::with_capacity(2 * master.len() + 1));
    for byte in master.iter() {
        // Writing into text cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The reverse of [`as_digits`]; capitals are taken too.
#[must_use]
pub fn of_digits(digits: &[u8]) -> Option<MasterKey> {
    let mut key = Zeroizing::new([0_u8; 32]);
    if digits.len() != 2 * key.len() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = match *pair {
            [high, low] => digit(high)? << 4 | digit(low)?,
            _ => return None,
        };
    }
    Some(key)
}
