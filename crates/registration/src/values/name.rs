//! Names of people, in any script.
//!
//! A name is kept as its owner types it; only [`NamePart::folded`] is compared. What no name contains is refused: control
//! and direction characters (they make a screen show another name than the one stored), emoji, markup.

use unicode_normalization::{
    UnicodeNormalization as _, char::canonical_combining_class, char::is_combining_mark,
};
use zeroize::Zeroize;

/// Characters in one part of a name, after white space is collapsed. Our own ceiling: it bounds work and screens.
pub const MAX_NAME_CHARACTERS: usize = 100;

/// Bytes that are looked at; more is refused unread. 100 characters of 4 bytes, each with marks and spaces to spare.
const MAX_TYPED_BYTES: usize = 2_048;

/// Marks that may follow one another; Vietnamese needs 2, Thai 2, pointed Hebrew 4. More paints over the lines around it.
const MAX_MARKS_IN_A_ROW: usize = 5;

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameRefused {
    /// Nothing, or only spaces.
    #[error("the name is missing")]
    Missing,
    /// More than [`MAX_NAME_CHARACTERS`].
    #[error("the name is too long")]
    TooLong,
    /// A character that no name has.
    #[error("the name has a character that no name has")]
    CharacterRefused,
    /// Nothing but digits and marks.
    #[error("the name has no letter")]
    WithoutLetter,
}

/// A given name or a family name, as typed (NFC, spaces collapsed).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NamePart(String);

impl NamePart {
    /// Understands a typed name.
    pub fn parse(typed: &str) -> Result<Self, NameRefused> {
        if typed.len() > MAX_TYPED_BYTES {
            return Err(NameRefused::TooLong);
        }
        let trimmed = typed.trim();
        if trimmed.is_empty() {
            return Err(NameRefused::Missing);
        }
        // A line break or tab inside is not white space to collapse: it was not typed on a keyboard that shows one line.
        if trimmed.chars().any(char::is_control) {
            return Err(NameRefused::CharacterRefused);
        }
        let mut name = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_ascii() {
            name = name.nfc().collect();
        }
        if name.chars().count() > MAX_NAME_CHARACTERS {
            return Err(NameRefused::TooLong);
        }
        refuse_characters(&name)?;
        if !name.chars().any(is_letter) {
            return Err(NameRefused::WithoutLetter);
        }
        Ok(Self(name))
    }

    /// For playing back.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.0
    }

    /// For comparing, never for showing: without case, accents, apostrophes, hyphens, spaces and full stops; Latin
    /// letters of their own are spelt out. "O’Brien-Łuczak" and "OBRIEN LUCZAK" are one.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl Drop for NamePart {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for NamePart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NamePart")
    }
}

/// A person's name. Somebody with a single name has it as the family name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    /// `None` for a single name.
    pub given: Option<NamePart>,
    /// The family name, or the only name.
    pub family: NamePart,
}

impl PersonName {
    /// Empty for a single name.
    #[must_use]
    pub fn folded_given(&self) -> String {
        self.given.as_ref().map(NamePart::folded).unwrap_or_default()
    }

    /// Never empty.
    #[must_use]
    pub fn folded_family(&self) -> String {
        self.family.folded()
    }
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName")
    }
}

fn refuse_characters(name: &str) -> Result<(), NameRefused> {
    let mut before = ' ';
    let mut marks = 0;
    for c in name.chars() {
        let allowed = if is_mark(c) {
            marks += 1;
            marks <= MAX_MARKS_IN_A_ROW
        } else {
            marks = 0;
            match c {
                // Joiners shape Persian, Sinhala and Malayalam names; after anything else they are only a way to hide.
                '\u{200C}' | '\u{200D}' => (is_letter(before) || is_mark(before)) && !before.is_ascii(),
                ' ' | '.' | ',' | '(' | ')' | '/' | '·' | '\u{30FB}' => true,
                _ => is_letter(c) || c.is_numeric() || is_apostrophe(c) || is_hyphen(c),
            }
        };
        if !allowed {
            return Err(NameRefused::CharacterRefused);
        }
        before = c;
    }
    Ok(())
}

/// Letters that can be seen, without the squared and circled ones that are drawn as emoji.
fn is_letter(c: char) -> bool {
    let filler = matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    let enclosed = matches!(c, '\u{1F100}'..='\u{1F1FF}' | '\u{24B6}'..='\u{24E9}');
    c.is_alphabetic() && !is_mark(c) && !filler && !enclosed
}

/// Combining marks, without enclosing ones and the two that choose between text and emoji.
fn is_mark(c: char) -> bool {
    let enclosing_or_emoji = matches!(c, '\u{20DD}'..='\u{20E4}' | '\u{FE0E}' | '\u{FE0F}' | '\u{034F}');
    is_combining_mark(c) && !enclosing_or_emoji
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2018}'
            | '\u{2019}'
            | '\u{02BC}'
            | '\u{02BB}'
            | '\u{02B9}'
            | '`'
            | '´'
            | '\u{2032}'
            | '\u{FF07}'
    )
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' | '\u{05BE}' | '\u{FF0D}')
}

/// A look-up folds the names of everybody who could be meant, and most of them are ASCII: their letters have no marks to take off.
fn fold(name: &str) -> String {
    if name.is_ascii() {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    fold_marked(name)
}

fn fold_marked(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    // Twice: lower-casing can make new marks (İ), and taking a letter apart can make new capitals.
    let lower = name.nfkd().collect::<String>().to_lowercase();
    for c in lower.nfkd() {
        match c {
            'ß' => folded.push_str("ss"),
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            // The final sigma is a letter form, not another letter.
            'ς' => folded.push('σ'),
            _ if is_apostrophe(c) || is_optional_mark(c) => {}
            _ if c.is_alphanumeric() || is_combining_mark(c) => folded.push(c),
            _ => {}
        }
    }
    folded.nfc().collect()
}

/// Marks that writers leave out: accents, Hebrew and Arabic points. The vowel signs, viramas and voicing marks of other
/// scripts make other letters and stay.
fn is_optional_mark(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=240)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::config;

    #[track_caller]
    fn check(typed: &str, expected: Result<&str, NameRefused>) {
        let name = NamePart::parse(typed);
        assert_eq!(
            name.as_ref().map(NamePart::as_typed),
            expected.as_ref().copied(),
            "{}",
            typed.escape_unicode()
        );
    }

    #[track_caller]
    fn check_folded(typed: &str, folded: &str) {
        assert_eq!(NamePart::parse(typed).expect("a name").folded(), folded, "{typed}");
    }

    #[test]
    fn names_of_many_scripts_are_kept_as_typed() {
        for typed in [
            "Nguyễn",
            "O'Brien",
            "O’Brien",
            "ʻOkina",
            "Smith-Jones",
            "St. John",
            "van der Berg",
            "Łukasz",
            "Þór",
            "محمد",
            "עֲמִית",
            "王",
            "山田",
            "さくら",
            "김",
            "ਗੁਰਪ੍ਰੀਤ",
            "শ্রী",
            "Ольга",
            "Ελένη",
            "X Æ A-12",
            "Henry VIII",
            "Gal·la",
            "می‌خواهم",
            "Ñ",
            "d'Arc (née Dupont)",
            "s/o Murugan",
            "Smith, Jr.",
        ] {
            check(typed, Ok(typed));
        }
    }

    #[test]
    fn spaces_are_trimmed_and_collapsed_and_the_rest_is_composed() {
        check("  Mary \u{A0} Ann\n", Ok("Mary Ann"));
        check("Zoe\u{308}", Ok("Zoë"));
        check("山\u{3000}田", Ok("山 田"));
    }

    #[test]
    fn what_no_name_has_is_refused() {
        let refused = Err(NameRefused::CharacterRefused);
        for typed in [
            "Ann\u{0}",
            "Ann\nLee",
            "Ann\tLee",
            "\u{202E}nnA",
            "A\u{2066}nn",
            "Ann\u{200E}x",
            "Ann 😀",
            "👨\u{200D}👩",
            "🇬🇧 Ann",
            "🅰nn",
            "Ann\u{FE0F}",
            "1\u{FE0F}\u{20E3}x",
            "Ann\u{E000}",
            "<b>Ann</b>",
            "Ann; DROP TABLE",
            "a\u{200D}nn",
            "Ann\u{AD}a",
            "Ann\u{FEFF}a",
            "\u{3164}",
            "A@b.c",
            "=cmd",
            "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}x",
            "\u{FFFD}x",
        ] {
            check(typed, refused);
        }
    }

    #[test]
    fn missing_long_and_letterless_names_are_told_apart() {
        check("", Err(NameRefused::Missing));
        check(" \u{3000}\n", Err(NameRefused::Missing));
        check("12", Err(NameRefused::WithoutLetter));
        check("-'.", Err(NameRefused::WithoutLetter));
        check(&"a".repeat(100), Ok(&"a".repeat(100)));
        check(&"a".repeat(101), Err(NameRefused::TooLong));
        check(&"a".repeat(1_000_000), Err(NameRefused::TooLong));
    }

    #[test]
    fn folding_forgets_what_writers_leave_out() {
        for (typed, folded) in [
            ("O’Brien-Łuczak", "obrienluczak"),
            ("OBRIEN LUCZAK", "obrienluczak"),
            ("Ó Briain", "obriain"),
            ("Strauß", "strauss"),
            ("STRAUẞ", "strauss"),
            ("Ærøskøbing", "aeroskobing"),
            ("Œuvrard", "oeuvrard"),
            ("Đorđević", "dordevic"),
            ("Sigurðsson", "sigurdsson"),
            ("Þór", "thor"),
            ("Işık", "isik"),
            ("İnci", "inci"),
            ("Nguyễn", "nguyen"),
            ("Ｓｍｉｔｈ", "smith"),
            ("St. John", "stjohn"),
            ("ʻOkina", "okina"),
            ("Ólafur", "olafur"),
            ("Ħamrun", "hamrun"),
            ("Ελένης", "ελενησ"),
            ("محمّد", "محمد"),
        ] {
            check_folded(typed, folded);
        }
    }

    #[test]
    fn folding_keeps_letters_of_other_scripts_apart() {
        for (one, other) in
            [("कि", "की"), ("か", "が"), ("กุ", "กู"), ("ক", "কা"), ("王", "玉"), ("Иван", "Ivan")]
        {
            let fold = |typed| NamePart::parse(typed).expect("a name").folded();
            assert_ne!(fold(one), fold(other));
        }
    }

    #[test]
    fn a_single_name_has_an_empty_given_name() {
        let name = PersonName { given: None, family: NamePart::parse("Suharto").expect("a name") };
        assert_eq!((name.folded_given().as_str(), name.folded_family().as_str()), ("", "suharto"));
    }

    proptest! {
        #![proptest_config(config(512))]

        #[test]
        fn a_name_without_marks_folds_as_any_other(name in "[ -~]{0,40}") {
            prop_assert_eq!(fold(&name), fold_marked(&name));
        }

        #[test]
        fn parsing_never_panics_and_accepted_names_are_safe_to_show(typed in any::<String>()) {
            if let Ok(name) = NamePart::parse(&typed) {
                let shown = name.as_typed();
                prop_assert!(!shown.chars().any(char::is_control));
                let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
                prop_assert!(!shown.chars().any(turns));
                prop_assert_eq!(NamePart::parse(shown), Ok(name.clone()));
                prop_assert!(!name.folded().is_empty());
            }
        }

        #[test]
        fn folding_twice_is_folding_once(typed in "[\\p{L}\\p{M}' .-]{1,40}") {
            if let Ok(name) = NamePart::parse(&typed) {
                let once = name.folded();
                prop_assert_eq!(fold(&once), once);
            }
        }
    }
}
