//! Which writing a name is in, and how it reads in Latin letters.

/// What may be concluded from a name's Latin spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Latin letters, with or without marks.
    Latin,
    /// Cyrillic, Greek, Armenian, Georgian: letters with vowels, so that a Latin spelling stands for one name, nearly always.
    LetterByLetter,
    /// Everything else. Chinese names of different characters share a Latin spelling (also twins': 佳怡 and 家怡), Arabic and
    /// Hebrew leave the vowels out: a Latin spelling finds such a name, and never proves it.
    Other,
}

impl Alphabet {
    /// Of the first letter that is not Latin.
    pub(crate) fn of(folded: &str) -> Self {
        match folded.chars().find(|c| !c.is_ascii() && !is_latin(*c)) {
            None => Self::Latin,
            Some(c) if is_letter_by_letter(c) => Self::LetterByLetter,
            Some(_) => Self::Other,
        }
    }
}

/// Latin-1 to Latin Extended-B, and Latin Extended Additional; digits and apostrophes of any script do not come here.
const fn is_latin(c: char) -> bool {
    matches!(c, '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

const fn is_letter_by_letter(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3FF}' | '\u{400}'..='\u{52F}' | '\u{531}'..='\u{58F}' | '\u{10A0}'..='\u{10FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// In small ASCII letters and digits; letters that nobody has spelt in Latin stay as they are.
pub(crate) fn in_latin_letters(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    // Greek writes one vowel with two letters: Papadopoulos, not Papadopoylos.
    let ascii = any_ascii::any_ascii(&folded.replace("ου", "ou")).to_ascii_lowercase();
    let latin: String = ascii.chars().filter(char::is_ascii_alphanumeric).collect();
    if latin.is_empty() { folded.to_owned() } else { latin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alphabet_is_told_by_its_first_letter_that_is_not_latin() {
        for (name, alphabet) in [
            ("smith", Alphabet::Latin),
            ("łukasz", Alphabet::Latin),
            ("nguyễn", Alphabet::Latin),
            ("иванов", Alphabet::LetterByLetter),
            ("παπαδοπουλοσ", Alphabet::LetterByLetter),
            ("王", Alphabet::Other),
            ("محمد", Alphabet::Other),
            ("김", Alphabet::Other),
        ] {
            assert_eq!(Alphabet::of(name), alphabet, "{name}");
        }
    }

    #[test]
    fn names_read_in_latin_letters() {
        for (name, latin) in [
            ("иванов", "ivanov"),
            ("ольга", "olga"),
            ("παπαδοπουλοσ", "papadopoulos"),
            ("ჾ", "ჾ"),
            ("王", "wang"),
        ] {
            assert_eq!(in_latin_letters(name), latin);
        }
    }
}
