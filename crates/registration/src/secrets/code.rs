//! The one-time code of a text message, and the keyed MAC that is stored in its place.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::{CryptoRng, RngExt as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    ids::RegistrationId,
    values::{digits, mobile::MobileNumber},
};

/// Digits of a code: about 20 bits, the least that OWASP ASVS 5 6.5.4 allows for a code with counted tries.
pub const CODE_DIGITS: usize = 6;

/// Characters of a typed code that are looked at.
const MAX_TYPED_CHARACTERS: usize = 40;

/// First in every MAC, so that no other use of the key can make the same input.
const CONTEXT: &[u8] = b"vestibule code v1\0";

/// Not a code, whatever was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// Nothing, or only spaces.
    #[error("the code is missing")]
    Missing,
    /// Not exactly six digits.
    #[error("the code has not six digits")]
    NotSixDigits,
}

/// A code, sent or typed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; CODE_DIGITS]);

impl Code {
    /// One of a million, each as likely.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut number: u32 = rng.random_range(0..1_000_000);
        let mut digits = [b'0'; CODE_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        number.zeroize();
        Self(digits)
    }

    /// Understands a typed code: spaces and hyphens between digits, and the digits of other keyboards.
    pub fn parse_typed(typed: &str) -> Result<Self, CodeRefused> {
        if typed.trim().is_empty() {
            return Err(CodeRefused::Missing);
        }
        let mut digits = [0; CODE_DIGITS];
        let mut count = 0;
        for c in typed.trim().chars().take(MAX_TYPED_CHARACTERS + 1) {
            if matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
                || (c.is_whitespace() && !c.is_control())
            {
                continue;
            }
            let digit = digits::to_ascii(c).and_then(|digit| u8::try_from(digit).ok());
            match (digit, digits.get_mut(count)) {
                (Some(digit), Some(place)) => *place = digit,
                _ => return Err(CodeRefused::NotSixDigits),
            }
            count += 1;
        }
        if count != CODE_DIGITS || typed.trim().chars().count() > MAX_TYPED_CHARACTERS {
            return Err(CodeRefused::NotSixDigits);
        }
        Ok(Self(digits))
    }

    /// "042917": for the message alone.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it cannot panic: both ways to a code write ASCII digits")]
    pub fn digits(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a code is made of ASCII digits")
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

/// What a code is good for; part of its MAC, so that it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// Proves the mobile of a new registration.
    Register,
    /// Lets the reader of the emailed link set the first password.
    SetPasswordByLink,
    /// Lets the holder of the mobile go on with a registration on the neutral page.
    Resume,
}

impl CodePurpose {
    /// As the database writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SetPasswordByLink => "set_password_by_link",
            Self::Resume => "resume",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Register, Self::SetPasswordByLink, Self::Resume]
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }

    const fn tag(self) -> u8 {
        match self {
            Self::Register => 1,
            Self::SetPasswordByLink => 2,
            Self::Resume => 3,
        }
    }
}

/// The key of the MACs: 32 random bytes, kept outside the database, because a million codes can be tried in a second
/// against an unkeyed hash.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CodeKey([u8; 32]);

impl CodeKey {
    /// From the key store.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// What is stored of a code, and what a typed one is compared by: bound to registration, purpose and number.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it cannot panic: HMAC takes a key of any length")]
    pub fn mac(
        &self,
        code: &Code,
        registration: RegistrationId,
        purpose: CodePurpose,
        mobile: &MobileNumber,
    ) -> CodeMac {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        // Every part but the number has a fixed length, and the number says its own: no two inputs are the same bytes.
        mac.update(CONTEXT);
        mac.update(registration.0.as_bytes());
        mac.update(&[purpose.tag()]);
        mac.update(&u64::try_from(mobile.e164().len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(mobile.e164().as_bytes());
        mac.update(&code.0);
        CodeMac(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeKey")
    }
}

/// HMAC-SHA-256 of a code.
#[derive(Clone)]
pub struct CodeMac([u8; 32]);

impl CodeMac {
    /// Whether both are of the same code; takes the same time either way.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// For the row.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From the row; `None` when it is damaged.
    #[must_use]
    pub fn from_row(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl PartialEq for CodeMac {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for CodeMac {}

impl std::fmt::Debug for CodeMac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeMac")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;
    use uuid::Uuid;

    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Result<&str, CodeRefused>) {
        let code = Code::parse_typed(typed);
        assert_eq!(code.as_ref().map(Code::digits), expected.as_ref().copied(), "{}", typed.escape_unicode());
    }

    #[test]
    fn codes_are_understood_from_every_keyboard() {
        for typed in [
            "042917",
            " 042917\n",
            "042 917",
            "042-917",
            "0 4 2 9 1 7",
            "０４２９１７",
            "٠٤٢٩١٧",
            "۰۴۲۹۱۷",
            "042\u{A0}917",
        ] {
            check(typed, Ok("042917"));
        }
    }

    #[test]
    fn anything_but_six_digits_is_no_code() {
        for typed in [
            "04291",
            "0429170",
            "04291x",
            "042917;",
            "042\n917",
            "²42917",
            "-",
            &"0".repeat(1_000_000),
            &" 1".repeat(21),
        ] {
            check(typed, Err(CodeRefused::NotSixDigits));
        }
        check("", Err(CodeRefused::Missing));
        check(" ", Err(CodeRefused::Missing));
    }

    #[test]
    fn drawn_codes_are_six_digits_and_spread_over_all_of_them() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut first_digits = [0_u32; 10];
        for _ in 0..10_000 {
            let code = Code::draw(&mut rng);
            check(code.digits(), Ok(code.digits()));
            first_digits[usize::from(code.0[0] - b'0')] += 1;
        }
        assert!(first_digits.iter().all(|count| (850..1150).contains(count)), "{first_digits:?}");
    }

    #[test]
    fn a_mac_is_bound_to_code_registration_purpose_number_and_key() {
        let registration = |byte| RegistrationId(Uuid::from_bytes([byte; 16]));
        let mobile = |e164| MobileNumber::from_row(e164, "").expect("a number");
        let code = |typed| Code::parse_typed(typed).expect("a code");
        let mac = |key, typed, id, purpose, e164| {
            CodeKey::new([key; 32]).mac(&code(typed), registration(id), purpose, &mobile(e164))
        };
        let one = mac(1, "042917", 1, CodePurpose::Register, "+447700900123");
        assert!(one.matches(&mac(1, "042917", 1, CodePurpose::Register, "+447700900123")));
        for other in [
            mac(2, "042917", 1, CodePurpose::Register, "+447700900123"),
            mac(1, "042918", 1, CodePurpose::Register, "+447700900123"),
            mac(1, "042917", 2, CodePurpose::Register, "+447700900123"),
            mac(1, "042917", 1, CodePurpose::SetPasswordByLink, "+447700900123"),
            mac(1, "042917", 1, CodePurpose::Resume, "+447700900123"),
            mac(1, "042917", 1, CodePurpose::Register, "+447700900124"),
        ] {
            assert!(!one.matches(&other));
        }
    }

    #[test]
    fn rows_and_purposes_are_read_back() {
        let mac = CodeMac([7; 32]);
        assert_eq!(CodeMac::from_row(mac.as_bytes()), Some(mac));
        assert_eq!(CodeMac::from_row(&[7; 31]), None);
        for purpose in [CodePurpose::Register, CodePurpose::SetPasswordByLink, CodePurpose::Resume] {
            assert_eq!(CodePurpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(CodePurpose::parse("Register"), None);
    }

    #[test]
    fn debug_is_silent() {
        let code = Code::parse_typed("042917").expect("a code");
        assert_eq!(
            format!("{code:?} {:?} {:?}", CodeKey::new([1; 32]), CodeMac([1; 32])),
            "Code CodeKey CodeMac"
        );
    }
}
