//! Passwords: what may become one, what may be compared with one, and the hash that is stored.
//!
//! Length counts, not composition (NIST SP 800-63B-4 §3.1.1.2). Hashing itself is work, and lives in the portal.

use chrono::Datelike as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    secrets::common_passwords,
    values::{details::Details, name::NamePart},
};

/// Characters after NFKC. NIST SP 800-63B-4 asks for 15 of a password alone and 8 beside a second factor; ours is beside
/// a code to the mobile, with a margin.
pub const MIN_PASSWORD_CHARACTERS: usize = 12;

/// Characters after NFKC of a staff member's. NIST SP 800-63B-4 §3.1.1.2 asks for 15 where nothing else is asked for; this is the floor of
/// the practice's own choice, behind a guess that zxcvbn holds for hard, five tries, and waits of up to an hour.
pub const MIN_STAFF_PASSWORD_CHARACTERS: usize = 8;

/// Characters after NFKC. NIST asks that 64 be possible; the ceiling is against the cost of hashing.
pub const MAX_PASSWORD_CHARACTERS: usize = 128;

/// Bytes after NFKC in UTF-8.
pub const MAX_PASSWORD_BYTES: usize = 512;

/// Bytes as typed, before anything is done with them: 128 characters of 4 bytes, taken apart into four.
const MAX_TYPED_BYTES: usize = 4 * MAX_PASSWORD_BYTES;

/// Characters that zxcvbn is given: its time grows faster than its input, and what follows cannot make a password weak.
const MAX_ESTIMATED_CHARACTERS: usize = 100;

/// Letters or digits of an own detail that are looked for inside a password; shorter ones are parts of many words.
const MIN_OWN_DETAIL_CHARACTERS: usize = 4;

/// Letters or digits of a word near the patient, such as one of the practice's name.
const MIN_NEAR_CHARACTERS: usize = 3;

/// Letters and digits that a password must have beside words near the patient.
const MIN_UNKNOWN_CHARACTERS: usize = 6;

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PasswordRefused {
    /// Nothing.
    #[error("the password is missing")]
    Missing,
    /// Fewer than [`MIN_PASSWORD_CHARACTERS`], or of a staff member than [`MIN_STAFF_PASSWORD_CHARACTERS`].
    #[error("the password is too short")]
    TooShort,
    /// More than [`MAX_PASSWORD_CHARACTERS`] or [`MAX_PASSWORD_BYTES`].
    #[error("the password is too long")]
    TooLong,
    /// A control character, such as NUL.
    #[error("the password has a character that no keyboard types")]
    CharacterRefused,
    /// Contains the patient's own name, date of birth, email or mobile, or has little beside the practice's name.
    #[error("the password contains the patient's own details")]
    OwnDetails,
    /// On the offline list.
    #[error("the password is a common one")]
    Common,
    /// zxcvbn's score is below 3: fewer than 10^8 guesses.
    #[error("the password is easy to guess")]
    Guessable,
}

/// What the patient and everybody near them knows, and a password must therefore not be made of.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct PasswordContext {
    /// Must not be inside the password; folded.
    own: Vec<String>,
    /// Must not be all there is to the password, the longest first; folded.
    near: Vec<String>,
    /// What zxcvbn is told to guess first.
    guesses: Vec<String>,
}

impl PasswordContext {
    /// Of one patient at one practice.
    #[must_use]
    pub fn of(details: &Details, practice_name: &str) -> Self {
        let mut context = Self::default();
        for name in details.name.given.iter().chain([&details.name.family]) {
            context.add_name(name);
        }
        context.own.extend(details.date_of_birth.written_forms());
        context.guesses.push(details.date_of_birth.date().year().to_string());
        if let Some(email) = &details.email {
            let (local, domain) = email.as_str().split_once('@').unwrap_or_default();
            context.own.push(fold(local));
            context
                .guesses
                .extend(local.split(['.', '_', '-', '+']).chain(domain.split('.')).map(str::to_owned));
        }
        context.own.extend([details.mobile.e164(), &details.mobile.national()].map(fold));
        context.guesses.extend(practice_name.split_whitespace().map(str::to_owned));
        context.finished()
    }

    /// Of a staff member.
    #[must_use]
    pub fn of_staff(name: &NamePart, practice_name: &str) -> Self {
        let mut context = Self::default();
        context.add_name(name);
        context.guesses.extend(practice_name.split_whitespace().map(str::to_owned));
        context.finished()
    }

    fn finished(mut self) -> Self {
        self.guesses.extend(self.own.clone());
        self.near = self.guesses.iter().map(|guess| fold(guess)).collect();
        self.near.retain(|near| near.chars().count() >= MIN_NEAR_CHARACTERS);
        self.near.sort_unstable_by_key(|near| std::cmp::Reverse(near.len()));
        self.own.retain(|detail| detail.chars().count() >= MIN_OWN_DETAIL_CHARACTERS);
        self
    }

    fn add_name(&mut self, name: &NamePart) {
        self.own.push(name.folded());
        for part in name.as_typed().split([' ', '-']) {
            self.own.push(fold(part));
            self.guesses.push(part.to_owned());
        }
    }

    fn refuse(&self, password: &str) -> Result<(), PasswordRefused> {
        let folded = Zeroizing::new(fold(password));
        let unaccented =
            Zeroizing::new(NamePart::parse(password).map(|name| name.folded()).unwrap_or_default());
        let inside =
            |detail: &String| folded.contains(detail.as_str()) || unaccented.contains(detail.as_str());
        if self.own.iter().any(inside) {
            return Err(PasswordRefused::OwnDetails);
        }
        // zxcvbn takes two known words with a space between for safe; what is left without them says more.
        let mut left = folded.clone();
        for near in &self.near {
            left = Zeroizing::new(left.replace(near.as_str(), ""));
        }
        if left != folded && left.chars().count() < MIN_UNKNOWN_CHARACTERS {
            return Err(PasswordRefused::OwnDetails);
        }
        Ok(())
    }
}

impl std::fmt::Debug for PasswordContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordContext")
    }
}

/// Lower case, letters and digits only: "Jo Smith!" contains "josmith".
fn fold(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A password that may be set, in NFKC: two keyboards that make the same letter of different parts make one password.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    /// Judges a typed password, the cheap reasons first. Spaces at its ends are part of it.
    pub fn parse(typed: &str, context: &PasswordContext) -> Result<Self, PasswordRefused> {
        Self::parse_of_at_least(MIN_PASSWORD_CHARACTERS, typed, context)
    }

    /// The same for a staff member, whose may be shorter.
    pub fn parse_for_staff(typed: &str, context: &PasswordContext) -> Result<Self, PasswordRefused> {
        Self::parse_of_at_least(MIN_STAFF_PASSWORD_CHARACTERS, typed, context)
    }

    fn parse_of_at_least(
        least: usize,
        typed: &str,
        context: &PasswordContext,
    ) -> Result<Self, PasswordRefused> {
        if typed.is_empty() {
            return Err(PasswordRefused::Missing);
        }
        let password = Self(normalise(typed).ok_or(PasswordRefused::TooLong)?);
        if password.0.chars().count() < least {
            return Err(PasswordRefused::TooShort);
        }
        if password.0.chars().any(char::is_control) {
            return Err(PasswordRefused::CharacterRefused);
        }
        context.refuse(&password.0)?;
        if common_passwords::is_common(&password.0) {
            return Err(PasswordRefused::Common);
        }
        let estimated = Zeroizing::new(password.0.chars().take(MAX_ESTIMATED_CHARACTERS).collect::<String>());
        let guesses: Vec<&str> = context.guesses.iter().map(String::as_str).collect();
        if zxcvbn::zxcvbn(&estimated, &guesses).score() < zxcvbn::Score::Three {
            return Err(PasswordRefused::Guessable);
        }
        Ok(password)
    }

    /// For the hash alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// A typed password that is to be compared with a hash: in NFKC and of a possible length, nothing more.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PasswordAttempt(String);

impl PasswordAttempt {
    /// `None` when it cannot be anybody's password; the caller must then still spend the time of one hash.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        normalise(typed).filter(|password| !password.is_empty()).map(Self)
    }

    /// For the hash alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordAttempt")
    }
}

/// NFKC; `None` when it is too long, which for an absurd length is known before any work is done.
fn normalise(typed: &str) -> Option<String> {
    if typed.len() > MAX_TYPED_BYTES {
        return None;
    }
    let mut password: String = typed.nfkc().collect();
    if password.len() > MAX_PASSWORD_BYTES || password.chars().count() > MAX_PASSWORD_CHARACTERS {
        password.zeroize();
        return None;
    }
    Some(password)
}

/// A stored hash: argon2id as a PHC string.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Bytes of the longest PHC string that is read.
    const MAX_BYTES: usize = 256;
    /// Memory in KiB: 256 MiB. A hash that asks for more would let whoever wrote the row stop the portal.
    const MAX_MEMORY_KIB: u32 = 256 * 1024;
    /// Passes.
    const MAX_PASSES: u32 = 10;
    /// Lanes.
    const MAX_LANES: u32 = 4;

    /// From the row or the hasher; `None` when it is not argon2id (version 19) or asks for more than it may.
    #[must_use]
    pub fn from_phc(phc: &str) -> Option<Self> {
        if phc.len() > Self::MAX_BYTES {
            return None;
        }
        let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
        let (parameters, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let mut parameters = parameters.split(',');
        let mut parameter = |name: &str, most: u32| {
            let number = parameters.next()?.strip_prefix(name)?;
            let plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse::<u32>().ok().filter(|number| plain && *number <= most)
        };
        parameter("m=", Self::MAX_MEMORY_KIB)?;
        parameter("t=", Self::MAX_PASSES)?;
        parameter("p=", Self::MAX_LANES)?;
        let whole = parts.next().is_none()
            && parameters.next().is_none()
            && is_base64(salt, 11)
            && is_base64(hash, 22);
        whole.then(|| Self(phc.to_owned()))
    }

    /// For the row and the hasher.
    #[must_use]
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

fn is_base64(text: &str, least: usize) -> bool {
    text.len() >= least
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests;
