//! The languages of screens, texts, emails and pages: a closed set, so that a tag can never be used to reach a file.

/// A language that the program speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// British English.
    #[default]
    EnGb,
    /// The pseudo language for trying right-to-left layouts: English words, mirrored screens. Never offered in live mode.
    ArXb,
}

impl Language {
    /// All.
    pub const ALL: [Self; 2] = [Self::EnGb, Self::ArXb];

    /// Understands a BCP 47 tag, whatever its case (RFC 5646 §2.1.1); `None` for a language that is not spoken here.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EnGb => "en-GB",
            Self::ArXb => "ar-XB",
        }
    }

    /// Whether lines run from right to left.
    #[must_use]
    pub const fn is_right_to_left(self) -> bool {
        match self {
            Self::EnGb => false,
            Self::ArXb => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        assert_eq!(Language::parse("EN-gb"), Some(Language::EnGb));
    }

    #[test]
    fn no_other_tag_is_a_language() {
        for tag in ["", "en", "en-US", "en-GB ", "../en-GB", "en_GB", "ar"] {
            assert_eq!(Language::parse(tag), None, "{tag}");
        }
    }
}
