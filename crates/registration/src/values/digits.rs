//! Decimal digits as the keyboards of our patients type them.

/// The ASCII digit meant by `c`: ASCII, full-width, Arabic-Indic or extended Arabic-Indic (Persian, Urdu).
pub(crate) fn to_ascii(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06F0}'..='\u{06F9}' => 0x06F0,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

/// The digits of `typed` in ASCII; `None` when it holds anything else, or nothing.
pub(crate) fn only_digits(typed: &str) -> Option<String> {
    let digits: Option<String> = typed.chars().map(to_ascii).collect();
    digits.filter(|digits| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_four_keyboards_are_the_same_digits() {
        for typed in ["1905", "１９０５", "١٩٠٥", "۱۹۰۵"] {
            assert_eq!(only_digits(typed).as_deref(), Some("1905"), "{typed}");
        }
    }

    #[test]
    fn anything_else_is_no_digit() {
        for typed in ["", " ", "1 2", "x", "²", "½", "Ⅳ", "一"] {
            assert_eq!(only_digits(typed), None, "{typed}");
        }
    }
}
