//! Email addresses, strictly: one mailbox, ASCII before the @, a real domain name after it.
//!
//! The order matters: the address is brought into its canonical form first and judged in that form, so that nothing is
//! accepted whose canonical form would be another person's address (full-width letters, for one, are folded by IDNA).

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{MixedScript as _, confusable_detection::skeleton};
use zeroize::Zeroize;

use crate::values::email_suggestion;

/// Octets of the longest address (RFC 5321 §4.5.3.1.3, less the two angle brackets).
pub const MAX_EMAIL_CHARACTERS: usize = 254;

/// Octets before the @ (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_OCTETS: usize = 64;

/// Why an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EmailRefused {
    /// Nothing, or only spaces.
    #[error("the address is missing")]
    Missing,
    /// More than [`MAX_EMAIL_CHARACTERS`].
    #[error("the address is too long")]
    TooLong,
    /// Not the address of one mailbox.
    #[error("not an email address")]
    NotAnAddress,
    /// Letters of several scripts, or of another script, that look like a different address.
    #[error("the address looks like another one")]
    Confusable,
}

/// The address of one mailbox.
///
/// Two are equal when their canonical forms are: the part before the @ is compared without case, as every large provider
/// does, though RFC 5321 §2.4 would let a host tell "Jo" from "jo".
#[derive(Clone)]
pub struct EmailAddress {
    canonical: String,
    typed: String,
}

impl EmailAddress {
    /// Understands a typed address.
    pub fn parse(typed: &str) -> Result<Self, EmailRefused> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(EmailRefused::Missing);
        }
        if typed.len() > 4 * MAX_EMAIL_CHARACTERS || typed.chars().count() > MAX_EMAIL_CHARACTERS {
            return Err(EmailRefused::TooLong);
        }
        if typed.chars().any(is_never_in_an_address) {
            return Err(EmailRefused::NotAnAddress);
        }
        let typed: String = typed.nfc().collect();
        let (local, domain) = typed.split_once('@').ok_or(EmailRefused::NotAnAddress)?;
        refuse_local(local)?;
        let domain = canonical_domain(domain)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > MAX_EMAIL_CHARACTERS {
            return Err(EmailRefused::TooLong);
        }
        Ok(Self { canonical, typed })
    }

    /// What is compared, counted, stored and sent to: lower case, the domain as A-labels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// For playing back.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// "j•••@g•••.com": enough for its owner to know it again.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.canonical.split_once('@').unwrap_or_default();
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        let last_label = domain.rsplit('.').next().unwrap_or_default();
        format!("{}•••@{}•••.{last_label}", first(local), first(domain))
    }

    /// The address that was probably meant ("gmial.com"): a question to ask, never a reason to refuse.
    #[must_use]
    pub fn suggestion(&self) -> Option<String> {
        let (_, domain) = self.canonical.split_once('@')?;
        let (local, _) = self.typed.split_once('@')?;
        email_suggestion::domain_meant_by(domain).map(|meant| format!("{local}@{meant}"))
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for EmailAddress {}

impl std::hash::Hash for EmailAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl Drop for EmailAddress {
    fn drop(&mut self) {
        self.canonical.zeroize();
        self.typed.zeroize();
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress")
    }
}

/// White space and control characters, a line break above all, which would let a header be continued; and the three
/// characters that NFC itself turns into ASCII (the Kelvin sign, the Greek question mark, the Greek varia).
fn is_never_in_an_address(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '\u{212A}' | '\u{037E}' | '\u{1FEF}')
}

/// An RFC 5322 dot-atom of ASCII. Not its quoted form, and not the % and ! with which old relays were told to pass a
/// message on to somewhere else.
fn refuse_local(local: &str) -> Result<(), EmailRefused> {
    if !local.is_ascii() {
        let letters = local.chars().all(|c| c.is_ascii() || c.is_alphanumeric());
        return Err(if letters && looks_like_another(local) {
            EmailRefused::Confusable
        } else {
            EmailRefused::NotAnAddress
        });
    }
    let atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atom_byte);
    if local.len() > MAX_LOCAL_OCTETS || !local.split('.').all(atom) {
        return Err(EmailRefused::NotAnAddress);
    }
    Ok(())
}

const fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
            && byte != b'%'
}

/// The domain as A-labels in lower case (IDNA, UTS 46, STD 3 rules). What IDNA would have to fold, beyond case, is refused.
fn canonical_domain(domain: &str) -> Result<String, EmailRefused> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| EmailRefused::NotAnAddress)?;
    let (unicode, decoded) = idna::domain_to_unicode(&ascii);
    if decoded.is_err() || !is_domain_name(&ascii) {
        return Err(EmailRefused::NotAnAddress);
    }
    let typed = domain.to_lowercase();
    if typed != unicode && typed != ascii {
        return Err(EmailRefused::NotAnAddress);
    }
    if unicode.split('.').any(looks_like_another) {
        return Err(EmailRefused::Confusable);
    }
    Ok(ascii)
}

/// Two labels or more of letters, digits and inner hyphens, the last not a number (so no address of a machine).
fn is_domain_name(ascii: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = ascii.rsplit('.').next().unwrap_or_default();
    ascii.len() <= 253
        && ascii.contains('.')
        && ascii.split('.').all(label)
        && last.len() >= 2
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Several scripts in one word, or another script's letters that all look like ASCII (UTS 39 §4 and §5).
fn looks_like_another(label: &str) -> bool {
    !label.is_ascii() && (!label.is_single_script() || skeleton(label).all(|c| c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::config;

    #[track_caller]
    fn check(typed: &str, expected: Result<&str, EmailRefused>) {
        let address = EmailAddress::parse(typed);
        let canonical = address.as_ref().map(EmailAddress::as_str);
        assert_eq!(canonical, expected.as_ref().copied(), "{}", typed.escape_unicode());
    }

    #[test]
    fn addresses_are_compared_in_lower_case_and_played_back_as_typed() {
        check(" Jo.Smith@Example.COM\n", Ok("jo.smith@example.com"));
        check("o'brien+dentist@example.co.uk", Ok("o'brien+dentist@example.co.uk"));
        check("x_y-z@sub.example.museum", Ok("x_y-z@sub.example.museum"));
        check("jo@café.example", Ok("jo@xn--caf-dma.example"));
        check("jo@cafe\u{301}.example", Ok("jo@xn--caf-dma.example"));
        check("jo@CAFÉ.example", Ok("jo@xn--caf-dma.example"));
        check("jo@xn--caf-dma.example", Ok("jo@xn--caf-dma.example"));
        check("jo@例え.jp", Ok("jo@xn--r8jz45g.jp"));
        let address = EmailAddress::parse("Jo.Smith@Example.COM").expect("an address");
        assert_eq!(address.as_typed(), "Jo.Smith@Example.COM");
        assert_eq!(address, EmailAddress::parse("jo.smith@example.com").expect("an address"));
    }

    #[test]
    fn what_is_not_one_mailbox_is_refused() {
        for typed in [
            "jo",
            "@",
            "jo@",
            "@example.com",
            "jo@example",
            "jo@localhost",
            "jo@@example.com",
            "jo@a@example.com",
            "jo smith@example.com",
            "jo@exa mple.com",
            "jo@example..com",
            "jo@.example.com",
            "jo@example.com.",
            ".jo@example.com",
            "jo.@example.com",
            "j..o@example.com",
            "jo@-example.com",
            "jo@example-.com",
            "jo@exa_mple.com",
            "\"jo\"@example.com",
            "Jo <jo@example.com>",
            "<jo@example.com>",
            "jo(comment)@example.com",
            "jo@[192.0.2.1]",
            "jo@192.0.2.1",
            "jo@example.1",
            "jo@example.c",
            "jo,al@example.com",
            "jo@example.com,al@example.com",
            "jo;al@example.com",
            "jo%example.org@example.com",
            "example.org!jo@example.com",
            "jo@example.com\r\nBcc: al@example.com",
            "jo\u{0}@example.com",
            "jo\t@example.com",
            "jo@example.com\u{202E}",
            "jo\u{200B}@example.com",
            "mailto:jo@example.com",
            "jo\\@example.com",
            "jo@exam\u{AD}ple.com",
        ] {
            check(typed, Err(EmailRefused::NotAnAddress));
        }
    }

    #[test]
    fn nothing_is_folded_into_another_persons_address() {
        for typed in [
            "jo＠example.com",
            "ｊｏ@example.com",
            "jo@ｅxample.com",
            "jo@example。com",
            "jo@example．com",
            "jo@ℯxample.com",
            "jo@exa①mple.com",
            "jo@ﬁrm.com",
            "jo@example.ⓒom",
            "jo@\u{212A}.example",
            "\u{212A}@example.com",
        ] {
            assert!(EmailAddress::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn look_alikes_of_other_scripts_are_refused() {
        for typed in [
            "jо@example.com",
            "jo@exаmple.com",
            "jo@аррӏе.com",
            "jo@xn--exmple-4nf.com",
            "jo@gmaıl.com",
            "jo@xn--80ak6aa92e.com",
        ] {
            check(typed, Err(EmailRefused::Confusable));
        }
        check("иван@example.com", Err(EmailRefused::NotAnAddress));
    }

    #[test]
    fn missing_and_long_addresses_are_told_apart() {
        check("", Err(EmailRefused::Missing));
        check(" \u{A0}\r\n", Err(EmailRefused::Missing));
        check(&format!("{}@example.com", "a".repeat(64)), Ok(&format!("{}@example.com", "a".repeat(64))));
        check(&format!("{}@example.com", "a".repeat(65)), Err(EmailRefused::NotAnAddress));
        let label = "a".repeat(60);
        let domain = |labels: usize| vec![label.as_str(); labels].join(".");
        check(&format!("jo@{}.com", domain(4)), Ok(&format!("jo@{}.com", domain(4))));
        check(&format!("jojojojo@{}.com", domain(4)), Err(EmailRefused::TooLong));
        check(&"a".repeat(1_000_000), Err(EmailRefused::TooLong));
    }

    #[test]
    fn an_address_is_masked_and_never_in_debug() {
        let address = EmailAddress::parse("jo@mail.example.co.uk").expect("an address");
        assert_eq!(address.masked(), "j•••@m•••.uk");
        assert_eq!(format!("{address:?}"), "EmailAddress");
    }

    proptest! {
        #![proptest_config(config(512))]

        #[test]
        fn accepted_addresses_are_clean(typed in "\\PC{0,30}@\\PC{0,30}|[a-zA-Z0-9.'+_-]{1,12}@[a-zA-Z0-9é-]{1,8}[.][a-z]{2,5}|(?s:.{0,40})") {
            if let Ok(address) = EmailAddress::parse(&typed) {
                let canonical = address.as_str();
                prop_assert!(canonical.is_ascii());
                prop_assert_eq!(canonical.matches('@').count(), 1);
                prop_assert!(!canonical.bytes().any(|byte| byte.is_ascii_control() || byte.is_ascii_uppercase() || byte == b' '));
                prop_assert!(!address.as_typed().chars().any(char::is_control));
                let (_, domain) = canonical.split_once('@').expect("one @");
                let again = idna::domain_to_ascii_strict(domain).expect("A-labels");
                prop_assert_eq!(again.as_str(), domain);
                prop_assert_eq!(EmailAddress::parse(canonical), Ok(address.clone()));
            }
        }
    }
}
