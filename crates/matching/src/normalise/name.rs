//! Names of people as they are compared.

use registration::values::name::NamePart;
use unicode_normalization::UnicodeNormalization as _;

use super::{
    alphabet::{Alphabet, in_latin_letters},
    nicknames::{Row, rows_of},
};

/// Words of one name that are looked at; longer names have been cut before they come here.
const MAX_WORDS: usize = 8;

/// What clerks and software write where there is no name. Folded.
const PLACEHOLDERS: [&str; 20] = [
    "baby",
    "babyboy",
    "babygirl",
    "infant",
    "newborn",
    "boy",
    "girl",
    "unknown",
    "unk",
    "notknown",
    "none",
    "null",
    "na",
    "test",
    "testpatient",
    "patient",
    "dummy",
    "donotuse",
    "xxx",
    "anonymous",
];

/// Words that belong to a family name and are left out, moved and run together at will. Folded.
const PARTICLES: [&str; 22] = [
    "al", "ap", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le",
    "mac", "mc", "o", "st", "van", "von",
];

/// One of a person's two names.
#[derive(Clone, PartialEq, Eq)]
pub enum NameField {
    /// Theirs.
    Named(Name),
    /// They have none: people of a single name have no given name.
    Absent,
    /// Something stands there, and it is nobody's name: "baby", "unknown", "test", one letter.
    Placeholder,
}

impl NameField {
    /// Understands what stands in a record, or was typed.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        if typed.trim().is_empty() {
            Self::Absent
        } else {
            Name::of(typed).map_or(Self::Placeholder, Self::Named)
        }
    }

    /// The name, where there is one.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        match self {
            Self::Named(name) => Some(name),
            Self::Absent | Self::Placeholder => None,
        }
    }
}

impl std::fmt::Debug for NameField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Named(_) => "Named",
            Self::Absent => "Absent",
            Self::Placeholder => "Placeholder",
        })
    }
}

/// A given name or a family name, in every form in which it may meet another.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// Folded, one for each word.
    words: Vec<String>,
    /// Folded, without spaces: "mary ann" and "Maryann" are one.
    joined: String,
    /// Those one may be known by alone, without particles, in Latin letters.
    main: Vec<String>,
    /// In Latin letters; the same as `joined` where that is so already.
    latin: String,
    /// With German ä, ö, ü and Danish ø, å spelt ae, oe, ue, oe, aa; `None` where there are none.
    spelt_out: Option<String>,
    /// With its marks, where it is Latin and has any.
    marked: Option<String>,
    alphabet: Alphabet,
    /// Where the first word stands in the table of nicknames.
    rows: Vec<Row>,
}

/// How the words of one given name stand in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MiddleNames {
    /// One has a name more after those they share: "Mary" and "Mary Jane", "John A" and "John Andrew".
    Added,
    /// Neither is the beginning of the other.
    Others,
}

impl Name {
    /// `None` for what is nobody's name.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let parts = typed.split(|c: char| c.is_whitespace() || "-‐‑–—.,/()·".contains(c));
        let named = parts.filter_map(|part| NamePart::parse(part).ok());
        let (words, parsed): (Vec<_>, Vec<_>) = named
            .map(|part| (part.folded(), part))
            .filter(|(folded, _)| !folded.is_empty())
            .take(MAX_WORDS)
            .unzip();
        let joined = words.concat();
        if is_placeholder(&joined) {
            return None;
        }
        let typed = parsed.iter().map(NamePart::as_typed).collect::<String>().to_lowercase();
        let alphabet = Alphabet::of(&joined);
        let latin = in_latin_letters(&joined);
        let rows = words.first().map(|word| rows_of(&in_latin_letters(word))).unwrap_or_default();
        let marked = (alphabet == Alphabet::Latin
            && typed.chars().any(|c| !c.is_ascii() && c.is_alphabetic()))
        .then(|| without_apostrophes(&typed));
        let main = main_words(&words);
        Some(Self { words, joined, main, latin, spelt_out: spelt_out(&typed), marked, alphabet, rows })
    }

    /// The form that is counted: how many records bear this very name.
    #[must_use]
    pub fn as_counted(&self) -> &str {
        if self.alphabet == Alphabet::LetterByLetter { &self.latin } else { &self.joined }
    }

    /// In Latin letters, for likeness and for sounds.
    pub(crate) fn latin(&self) -> &str {
        &self.latin
    }

    /// The words one may be known by alone, particles left out, in Latin letters.
    pub(crate) fn main_words(&self) -> &[String] {
        &self.main
    }

    /// The first word and the full names it may be short for, in Latin letters.
    pub(crate) fn formal_forms(&self) -> Vec<String> {
        let first = self.words.first().map(|word| in_latin_letters(word));
        let mut forms: Vec<String> = first.into_iter().filter(|word| !word.is_empty()).collect();
        for row in &self.rows {
            if !forms.iter().any(|form| form == row.formal()) {
                forms.push(row.formal().to_owned());
            }
        }
        forms
    }

    /// One name, written twice: without regard to case, marks, apostrophes, hyphens, spaces and alphabet.
    ///
    /// Where both are written with marks and the marks differ ("Hùng" and "Hưng") they are two names: each writer took care.
    /// A name in another alphabet is the same as its Latin spelling only where letters stand for letters; see [`Alphabet`].
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        if matches!((&self.marked, &other.marked), (Some(one), Some(two)) if one != two) {
            return false;
        }
        let spelt = |one: &Self, two: &Self| one.spelt_out.as_deref() == Some(two.joined.as_str());
        self.joined == other.joined
            || spelt(self, other)
            || spelt(other, self)
            || self.is_transliterated(other)
    }

    /// Of two that are the same: with the same marks and in the same words. Twins may be called María and Maria.
    pub(crate) fn is_written_like(&self, other: &Self) -> bool {
        self.words == other.words && self.marked == other.marked
    }

    /// Written in two alphabets.
    pub(crate) fn is_transliterated(&self, other: &Self) -> bool {
        let across = matches!(
            (self.alphabet, other.alphabet),
            (Alphabet::Latin, Alphabet::LetterByLetter) | (Alphabet::LetterByLetter, Alphabet::Latin)
        );
        across && self.latin == other.latin
    }

    /// The first words may be short for, or a spelling of, one name in full, and no other word contradicts: Mohammed Ali is not
    /// Muhammad Amin.
    pub(crate) fn is_nickname(&self, other: &Self) -> bool {
        let rest = |name: &Self| name.words.get(1..).unwrap_or_default().to_vec();
        let (one, two) = (rest(self), rest(other));
        (one == two || one.is_empty() || two.is_empty())
            && self.rows.iter().any(|row| other.rows.contains(row))
    }

    pub(crate) fn middle_names(&self, other: &Self) -> MiddleNames {
        let (short, long) = if self.words.len() <= other.words.len() {
            (&self.words, &other.words)
        } else {
            (&other.words, &self.words)
        };
        let stands_for =
            |one: &String, two: &String| one == two || is_initial_of(one, two) || is_initial_of(two, one);
        let first_same = short.first().is_some_and(|first| long.first() == Some(first));
        let added =
            first_same && short.iter().zip(long).all(|(one, two)| stands_for(one, two)) && short != long;
        if added { MiddleNames::Added } else { MiddleNames::Others }
    }

    /// One is a part of the other: "Smith" of "Smith-Jones", "Berg" of "van der Berg".
    pub(crate) fn is_part_of_double(&self, other: &Self) -> bool {
        let is_part =
            |few: &[String], many: &[String]| !few.is_empty() && few.iter().all(|word| many.contains(word));
        is_part(&self.main, &other.main) || is_part(&other.main, &self.main)
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Name")
    }
}

fn main_words(words: &[String]) -> Vec<String> {
    let main = words.iter().filter(|word| !PARTICLES.contains(&word.as_str()));
    main.map(|word| in_latin_letters(word)).filter(|word| !word.is_empty()).collect()
}

fn is_initial_of(one: &str, two: &str) -> bool {
    one.chars().count() == 1 && two.starts_with(one)
}

/// One Latin letter is an initial. One Chinese or Korean character is a name.
fn is_placeholder(folded: &str) -> bool {
    folded.is_empty() || (folded.len() == 1 && folded.is_ascii()) || PLACEHOLDERS.contains(&folded)
}

fn without_apostrophes(lower: &str) -> String {
    lower.nfc().filter(|c| c.is_alphanumeric()).collect()
}

fn spelt_out(lower: &str) -> Option<String> {
    if lower.is_ascii() {
        return None;
    }
    let mut spelt = String::with_capacity(lower.len() + 2);
    let mut any = false;
    for c in lower.nfc() {
        let pair = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'ø' | 'œ' => "oe",
            'ü' => "ue",
            'å' => "aa",
            _ => {
                spelt.push(c);
                continue;
            }
        };
        any = true;
        spelt.push_str(pair);
    }
    if any { Some(NamePart::parse(&spelt).ok()?.folded()) } else { None }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
