//! The QR code of the done screen, as a path that the window draws.

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code: ISO/IEC 18004 §5.3.8 asks for four.
const QUIET_MODULES: usize = 4;

/// The path of the dark modules on a square, and the square's side in modules.
///
/// `None` where the address is too long for a code.
pub(crate) fn path(address: &str) -> Option<(String, u32)> {
    use std::fmt::Write as _;

    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let side = code.width();
    let mut path = String::new();
    for (index, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        let (x, y) = (index % side + QUIET_MODULES, index / side + QUIET_MODULES);
        write!(path, "M{x} {y}h1v1h-1z").expect("writing to a string cannot fail");
    }
    Some((path, u32::try_from(side + 2 * QUIET_MODULES).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_code_with_its_quiet_zone() {
        let (path, modules) = path("https://portal.example.org/f").expect("short enough");
        assert_eq!(modules, 29 + 8, "28 bytes at level M need version 3, which has 29 modules");
        assert!(path.starts_with("M4 4h1v1h-1z"), "the finder pattern begins after the quiet zone");
    }
}
