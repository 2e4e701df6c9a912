//! What a staff member types before the credential.

/// Letters at least.
pub const MIN_INITIALS: usize = 2;
/// Letters and digits at most.
pub const MAX_INITIALS: usize = 4;

/// Two to four letters and digits that begin with a letter, in capitals; one staff member's in a practice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Initials(String);

impl Initials {
    /// Understands what was typed, in any case, with or without full stops and spaces: "j. s.", "JS2".
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 16 {
            return None;
        }
        let kept = typed.chars().filter(|c| !matches!(c, '.' | ' ')).map(|c| c.to_ascii_uppercase());
        let initials: String = kept.collect();
        let fits = (MIN_INITIALS..=MAX_INITIALS).contains(&initials.len())
            && initials.starts_with(|c: char| c.is_ascii_uppercase())
            && initials.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        fits.then_some(Self(initials))
    }

    /// In capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(Initials::parse(typed).as_ref().map(Initials::as_str), expected, "{typed:?}");
    }

    #[test]
    fn initials_are_read_as_people_type_them() {
        check("js", Some("JS"));
        check(" J. S. ", Some("JS"));
        check("JS2", Some("JS2"));
        check("MvdB", Some("MVDB"));
    }

    #[test]
    fn what_cannot_be_initials_is_refused() {
        for typed in ["", "J", "JSMIT", "2J", "J-S", "ÄÖ", "J\u{202E}S", &"J ".repeat(20)] {
            check(typed, None);
        }
    }
}
