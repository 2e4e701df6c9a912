//! How long a text is for a telephone network: GSM 03.38 (3GPP TS 23.038 §6.2.1), 160 septets to a segment.

/// Septets in one segment that stands alone.
pub const SEGMENT_SEPTETS: usize = 160;

/// The basic character set, each one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Characters behind an escape, each two septets.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Septets of a text; `None` if a character is not in the alphabet, which would turn the whole text into UCS-2 with 70
/// characters a segment.
#[must_use]
pub fn septets(text: &str) -> Option<usize> {
    text.chars()
        .map(|character| match (BASIC.contains(character), EXTENDED.contains(character)) {
            (true, _) => Some(1),
            (false, true) => Some(2),
            (false, false) => None,
        })
        .sum()
}

/// Whether a text goes out as one segment.
#[must_use]
pub fn is_one_segment(text: &str) -> bool {
    septets(text).is_some_and(|septets| septets <= SEGMENT_SEPTETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_characters_count_one_and_escaped_ones_two() {
        assert_eq!(septets("Your code"), Some(9));
        assert_eq!(septets("àé€"), Some(4));
        assert_eq!(septets("[]"), Some(4));
    }

    #[test]
    fn a_character_outside_the_alphabet_has_no_length() {
        for text in ["don’t", "Welsh ŵ", "no\u{a0}break", "long – dash", "ç"] {
            assert_eq!(septets(text), None, "{text}");
        }
    }

    #[test]
    fn a_segment_ends_after_160_septets() {
        assert!(is_one_segment(&"a".repeat(160)));
        assert!(!is_one_segment(&"a".repeat(161)));
        assert!(!is_one_segment(&"€".repeat(81)));
    }
}
