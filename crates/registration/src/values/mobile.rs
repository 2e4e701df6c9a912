//! Mobile numbers: any spelling the patient knows in, E.164 out; only lines that receive texts, only in countries the
//! practice sends to. Two numbers are one when their E.164 forms are.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use zeroize::Zeroize;

use crate::values::digits;

/// Characters looked at. E.164 has 15 digits; the rest is for "+44 (0)", spaces and hyphens.
pub const MAX_MOBILE_CHARACTERS: usize = 40;

/// Digits of the longest E.164 number (ITU-T E.164 §6.2.1), and of "00" or "0" before it.
const MAX_DIGITS: usize = 18;

/// The mobile numbers that Ofcom keeps for films and tests, 07700 900000 to 07700 900999, without the leading zero.
const FICTIONAL_UK: std::ops::RangeInclusive<u64> = 7_700_900_000..=7_700_900_999;

/// The one calling code that is shared by 25 countries with fares of their own; see [`MobilePolicy`].
const NORTH_AMERICA: u16 = 1;

/// Whether numbers that belong to nobody are mobiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fictional {
    /// Live and trial.
    Refused,
    /// Sandbox and tests.
    Accepted,
}

/// Which numbers a practice sends codes to. It stops toll fraud before a provider is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobilePolicy {
    /// ISO 3166 region of numbers typed without a country, such as "GB".
    pub default_region: String,
    /// Calling codes that may be sent to. They are compared, not countries: libphonenumber gives many UK mobiles to
    /// Guernsey, Jersey or Man, whose +44 is the practice's own. Under +1 only the default region itself is meant.
    pub own_calling_codes: Vec<u16>,
    /// Of the Ofcom ranges for fiction.
    pub fictional: Fictional,
}

impl MobilePolicy {
    /// Sends to this region's calling code only. An unknown region allows nothing.
    #[must_use]
    pub fn for_region(region: &str, fictional: Fictional) -> Self {
        let code =
            parse_region(region).and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
        let own_calling_codes = code.and_then(|code| u16::try_from(code).ok()).into_iter().collect();
        Self { default_region: region.to_owned(), own_calling_codes, fictional }
    }

    fn allows(&self, number: &PhoneNumber) -> bool {
        let Ok(code) = u16::try_from(number.country_code) else { return false };
        self.own_calling_codes.contains(&code)
            && (code != NORTH_AMERICA || number.get_region_code() == parse_region(&self.default_region))
    }
}

/// Why a number was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MobileRefused {
    /// Nothing, or only spaces.
    #[error("the number is missing")]
    Missing,
    /// More than [`MAX_MOBILE_CHARACTERS`].
    #[error("the number is too long")]
    TooLong,
    /// Not one telephone number.
    #[error("not a telephone number")]
    NotANumber,
    /// A landline.
    #[error("a landline")]
    Landline,
    /// A premium-rate number.
    #[error("a premium-rate number")]
    Premium,
    /// A freephone or shared-cost number.
    #[error("a freephone or shared-cost number")]
    SharedCost,
    /// A pager.
    #[error("a pager")]
    Pager,
    /// A personal (070) number.
    #[error("a personal number")]
    Personal,
    /// An internet telephone.
    #[error("an internet telephone")]
    Voip,
    /// Of a country the practice does not send to.
    #[error("a number of a country that is not sent to")]
    CountryRefused,
    /// Another kind that takes no texts.
    #[error("a number that takes no texts")]
    TakesNoTexts,
}

/// A mobile number that texts may be sent to.
#[derive(Clone)]
pub struct MobileNumber {
    e164: String,
    typed: String,
}

impl MobileNumber {
    /// Understands a typed number.
    pub fn parse(typed: &str, policy: &MobilePolicy) -> Result<Self, MobileRefused> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(MobileRefused::Missing);
        }
        if typed.chars().count() > MAX_MOBILE_CHARACTERS {
            return Err(MobileRefused::TooLong);
        }
        let number = parse_any(typed, policy).ok_or(MobileRefused::NotANumber)?;
        if !policy.allows(&number) {
            return Err(MobileRefused::CountryRefused);
        }
        if !is_fictional_uk(&number) {
            refuse_kind(number.get_type())?;
        }
        Ok(Self { e164: number.format_as(PhoneNumberFormat::E164).into_owned(), typed: typed.to_owned() })
    }

    /// For rows, whose numbers were understood when they were written: the policy may have changed since.
    pub fn from_row(e164: &str, typed: &str) -> Result<Self, MobileRefused> {
        let digits = e164.strip_prefix('+').ok_or(MobileRefused::NotANumber)?;
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(MobileRefused::NotANumber);
        }
        Ok(Self { e164: e164.to_owned(), typed: typed.to_owned() })
    }

    /// "+447700900123": what is compared, counted, stored and sent to.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// For playing back: people do not know their own number again when "+44" appears in it (GOV.UK Notify's research).
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// "•••• 123": enough for its owner to know it again.
    #[must_use]
    pub fn masked(&self) -> String {
        let last: String = self.e164.chars().skip(self.e164.len().saturating_sub(3)).collect();
        format!("•••• {last}")
    }

    /// "07700 900123": as it is written in its own country.
    #[must_use]
    pub fn national(&self) -> String {
        PhoneNumber::parse(&self.e164, None).map_or_else(
            |_| self.e164.clone(),
            |number| number.format_as(PhoneNumberFormat::National).into_owned(),
        )
    }
}

impl PartialEq for MobileNumber {
    fn eq(&self, other: &Self) -> bool {
        self.e164 == other.e164
    }
}

impl Eq for MobileNumber {}

impl std::hash::Hash for MobileNumber {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.e164.hash(state);
    }
}

impl Drop for MobileNumber {
    fn drop(&mut self) {
        self.e164.zeroize();
        self.typed.zeroize();
    }
}

impl std::fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MobileNumber")
    }
}

/// The E.164 form of any kind of telephone number, for comparing with what the practice holds; `None` where the text is
/// not exactly one number ("07700 900123 (wife)" is somebody else's).
#[must_use]
pub fn comparable_phone(typed: &str, policy: &MobilePolicy) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() || typed.chars().count() > MAX_MOBILE_CHARACTERS {
        return None;
    }
    Some(parse_any(typed, policy)?.format_as(PhoneNumberFormat::E164).into_owned())
}

/// One valid number of any kind. Only a leading plus and digits reach the parser: it also understands extensions, vanity
/// letters, second numbers and `;phone-context=`, with which one text could mean two numbers.
fn parse_any(typed: &str, policy: &MobilePolicy) -> Option<PhoneNumber> {
    let region = parse_region(&policy.default_region)?;
    let number = PhoneNumber::parse(dialled(typed)?, Some(region)).ok()?;
    let real = number.is_valid() || (policy.fictional == Fictional::Accepted && is_fictional_uk(&number));
    real.then_some(number)
}

/// What would be dialled: the digits, after a plus if there is one; `None` when there is anything but separators beside.
fn dialled(typed: &str) -> Option<String> {
    let mut dialled = String::new();
    for c in typed.chars() {
        if let Some(digit) = digits::to_ascii(c) {
            dialled.push(digit);
        } else {
            match c {
                '+' | '\u{FF0B}' if dialled.is_empty() => dialled.push('+'),
                ' '
                | '\u{A0}'
                | '\u{2009}'
                | '\u{202F}'
                | '\u{3000}'
                | '.'
                | '('
                | ')'
                | '/'
                | '-'
                | '\u{2010}'..='\u{2015}'
                | '\u{2212}'
                | '\u{FF0D}'
                | '\u{FF08}'
                | '\u{FF09}' => {}
                _ => return None,
            }
        }
    }
    (dialled.len() <= MAX_DIGITS).then_some(dialled)
}

fn parse_region(region: &str) -> Option<Region> {
    region.parse().ok().filter(|region| *region != Region::World)
}

fn is_fictional_uk(number: &PhoneNumber) -> bool {
    number.country_code == 44 && FICTIONAL_UK.contains(&number.national_number)
}

const fn refuse_kind(kind: PhoneNumberType) -> Result<(), MobileRefused> {
    match kind {
        // Where the two cannot be told apart, most are mobiles; a landline there costs one code that is never typed.
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => Ok(()),
        PhoneNumberType::FixedLine => Err(MobileRefused::Landline),
        PhoneNumberType::PremiumRate => Err(MobileRefused::Premium),
        PhoneNumberType::TollFree | PhoneNumberType::SharedCost => Err(MobileRefused::SharedCost),
        PhoneNumberType::Pager => Err(MobileRefused::Pager),
        PhoneNumberType::PersonalNumber => Err(MobileRefused::Personal),
        PhoneNumberType::VoIP => Err(MobileRefused::Voip),
        PhoneNumberType::UAN | PhoneNumberType::VoiceMail | PhoneNumberType::Unknown => {
            Err(MobileRefused::TakesNoTexts)
        }
    }
}

#[cfg(test)]
mod tests;
