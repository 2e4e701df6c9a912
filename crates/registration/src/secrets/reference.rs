//! What a patient shows at the desk, such as "KT4-9QF": easy to say and to copy, worth nothing to who guesses it.

use rand::{CryptoRng, RngExt as _};

/// Without vowels (no words) and without what looks or sounds alike: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
pub(super) const ALPHABET: &[u8; 22] = b"34679CDFGHJKMNPQRTVWXY";

/// Characters, without the hyphen: 22^6 is more than 100 million.
const CHARACTERS: usize = 6;

/// A reference, in upper case with its hyphen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// Two can be the same. Whoever gives one for the desk alone draws again where somebody has it; of two registrations
    /// with the same one, staff see both and go by the name.
    #[must_use]
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut reference = String::with_capacity(CHARACTERS + 1);
        for place in 0..CHARACTERS {
            if place == CHARACTERS / 2 {
                reference.push('-');
            }
            reference.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
        }
        Self(reference)
    }

    /// As drawn, or as staff type it: any case, with or without the hyphen.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 4 * CHARACTERS {
            return None;
        }
        let mut plain = String::with_capacity(CHARACTERS + 1);
        for c in typed.trim().chars().filter(|c| !matches!(c, ' ' | '-')) {
            let c = c.to_ascii_uppercase();
            if !u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte)) {
                return None;
            }
            if plain.len() == CHARACTERS / 2 {
                plain.push('-');
            }
            plain.push(c);
        }
        (plain.len() == CHARACTERS + 1).then_some(Self(plain))
    }

    /// "KT4-9QF".
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(Reference::parse(typed).as_ref().map(Reference::as_str), expected, "{typed}");
    }

    #[test]
    fn drawn_references_are_read_back() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for _ in 0..1_000 {
            let reference = Reference::draw(&mut rng);
            check(reference.as_str(), Some(reference.as_str()));
        }
    }

    #[test]
    fn staff_may_type_it_as_they_like() {
        for typed in ["KT4-9QF", "kt49qf", " kt4 9qf ", "K-T-4-9-Q-F"] {
            check(typed, Some("KT4-9QF"));
        }
    }

    #[test]
    fn anything_else_is_no_reference() {
        for typed in
            ["", "KT4-9Q", "KT4-9QFF", "KT4-9Q0", "KT4-9QO", "KT4-9QÉ", "KT4_9QF", &"K".repeat(1_000_000)]
        {
            check(typed, None);
        }
    }
}
