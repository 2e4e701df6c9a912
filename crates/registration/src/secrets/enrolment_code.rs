//! What turns a machine at a desk into a kiosk of the practice, such as "KT49-QFMD-7CXW": read off a server's terminal and
//! typed once, at the kiosk.

use rand::{CryptoRng, RngExt as _};
use zeroize::Zeroizing;

use super::reference::ALPHABET;

/// Characters, without the hyphens. 22^12 is more than 10^16: whoever guesses ten thousand times a second for the hour it
/// lives has a chance of three in a thousand million, so no tries are counted, and nobody can use them up for others.
const CHARACTERS: usize = 12;

/// Between two hyphens.
const GROUP: usize = 4;

/// A code that is used once. `Debug` is silent.
#[derive(Clone)]
pub struct EnrolmentCode(Zeroizing<String>);

impl EnrolmentCode {
    /// A new one.
    #[must_use]
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut code = Zeroizing::new(String::with_capacity(CHARACTERS));
        for _ in 0..CHARACTERS {
            code.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
        }
        Self(code)
    }

    /// As shown, or in any case and with or without hyphens and spaces.
    #[must_use]
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let mut code = Zeroizing::new(String::with_capacity(CHARACTERS));
        for c in typed.chars().filter(|c| !matches!(c, ' ' | '-')) {
            let c = c.to_ascii_uppercase();
            let is_known = u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !is_known || code.len() == CHARACTERS {
                return None;
            }
            code.push(c);
        }
        (code.len() == CHARACTERS).then_some(Self(code))
    }

    /// Without hyphens; for a MAC.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// With hyphens; for the terminal of whoever asked for it, and nowhere else.
    #[must_use]
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut grouped = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
        for (place, c) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                grouped.push('-');
            }
            grouped.push(c);
        }
        grouped
    }
}

impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    fn read(typed: &str) -> Option<String> {
        EnrolmentCode::parse_typed(typed).map(|code| code.expose().to_owned())
    }

    #[test]
    fn drawn_codes_are_read_back_with_and_without_hyphens_and_say_nothing_by_themselves() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for _ in 0..1_000 {
            let code = EnrolmentCode::draw(&mut rng);
            assert_eq!(code.grouped().len(), 14);
            assert_eq!(read(&code.grouped()).as_deref(), Some(code.expose()));
            assert_eq!(read(&code.expose().to_lowercase()).as_deref(), Some(code.expose()));
            assert!(!format!("{code:?}").contains(code.expose()));
        }
    }

    #[test]
    fn anything_else_is_no_code() {
        for typed in
            ["", "KT49-QFMD-7CX", "KT49-QFMD-7CXWW", "KT49-QFMD-7CX0", "KT49_QFMD_7CXW", "KT49-QFMD-7CXÉ"]
        {
            assert_eq!(read(typed), None, "{typed}");
        }
        assert_eq!(read(&"K".repeat(1_000_000)), None);
    }
}
