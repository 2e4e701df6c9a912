//! Terms and privacy notice: plain text, one paragraph a line, versioned. A draft has blanks in double brackets.
//!
//! To add a version: a file in `documents/`, its version here; acceptances name version and SHA-256 of the bytes.

use sha2::{Digest as _, Sha256};

/// A text that patients are shown word for word.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// Version, such as "draft-1".
    pub version: &'static str,
    /// The whole text in the practice's first language.
    pub text: &'static str,
}

/// The terms for online access.
pub const TERMS: Document =
    Document { version: "draft-1", text: include_str!("../documents/terms-en-GB-draft-1.txt") };

/// The privacy notice.
pub const PRIVACY: Document =
    Document { version: "draft-1", text: include_str!("../documents/privacy-en-GB-draft-1.txt") };

/// One line of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph(&'static str);

/// A stretch of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The words, without the brackets of a blank.
    pub text: &'static str,
    /// Still to be filled in by the practice.
    pub blank: bool,
}

impl Document {
    /// Whether it has blanks; a draft may be shown in sandbox and trial mode only.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.version.starts_with("draft") || self.text.contains("[[")
    }

    /// What an acceptance keeps, so that nobody can later change what was accepted.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }

    /// Its lines; the first is its title.
    pub fn paragraphs(&self) -> impl Iterator<Item = Paragraph> + use<> {
        self.text.lines().filter(|line| !line.is_empty()).map(Paragraph)
    }
}

impl Paragraph {
    /// The whole line, brackets included.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.0
    }

    /// A line that ends like no sentence is a heading.
    #[must_use]
    pub fn is_heading(&self) -> bool {
        !self.0.ends_with(['.', ':', '!'])
    }

    /// Its stretches, in order.
    pub fn runs(&self) -> impl Iterator<Item = Run> + use<> {
        self.0.split("[[").enumerate().flat_map(|(index, part)| match part.split_once("]]") {
            Some((blank, after)) if index > 0 => {
                vec![Run { text: blank, blank: true }, Run { text: after, blank: false }]
            }
            Some(_) | None => vec![Run { text: part, blank: false }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_say_so_and_mark_each_blank() {
        for document in [TERMS, PRIVACY] {
            assert!(document.is_draft());
            assert_eq!(document.text.matches("[[").count(), document.text.matches("]]").count());
            let blanks = document.paragraphs().flat_map(|line| line.runs()).filter(|run| run.blank).count();
            assert_eq!(blanks, document.text.matches("[[").count(), "each blank is marked");
        }
    }

    #[test]
    fn headings_are_the_lines_that_end_like_no_sentence() {
        let headings: Vec<_> =
            TERMS.paragraphs().filter(Paragraph::is_heading).map(|line| line.text()).collect();
        assert_eq!(headings.len(), 8, "{headings:?}");
        assert_eq!(headings.first(), Some(&"Terms for online access"));
        assert!(headings.iter().all(|line| !line.contains("[[")));
    }

    #[test]
    fn a_paragraph_is_cut_at_its_blanks_and_nothing_is_lost() {
        let runs: Vec<_> = Paragraph("Ask [[name]] or call.").runs().collect();
        assert_eq!(
            runs,
            [
                Run { text: "Ask ", blank: false },
                Run { text: "name", blank: true },
                Run { text: " or call.", blank: false }
            ]
        );
        for document in [TERMS, PRIVACY] {
            for line in document.paragraphs() {
                let joined: String = line.runs().map(|run| run.text).collect();
                assert_eq!(joined, line.text().replace("[[", "").replace("]]", ""));
            }
        }
    }
}
