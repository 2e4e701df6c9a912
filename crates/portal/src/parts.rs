//! What a portal is made of, and the portal itself.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;
use kiosk_api::kiosk::Mode;
use messaging::{
    EmailSender, SmsSender,
    gsm7::is_one_segment,
    texts::{self, Practice},
};
use rand::{CryptoRng, Rng as _, TryCryptoRng, TryRng};
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    secrets::code::Code,
    time::{Clock, Timestamp},
    values::{language::Language, mobile::MobilePolicy},
};
use store::{Stamp, Store};
use tokio::sync::Notify;
use url::Url;

use crate::{
    documents::{PRIVACY, TERMS},
    elsewhere::{Elsewhere, Records},
    hashing::{HashCost, Hasher},
    journal::key::JournalKey,
    keys::PortalKeys,
    outage::Outage,
};

/// The one source of randomness: the operating system's in a program, a seeded one in tests.
#[derive(Clone)]
pub struct SharedRng(Arc<Mutex<dyn CryptoRng + Send>>);

impl SharedRng {
    /// Shares a generator.
    pub fn new(rng: impl CryptoRng + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(rng)))
    }
}

impl std::fmt::Debug for SharedRng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedRng")
    }
}

impl TryRng for SharedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SharedRng {}

/// How long the access log is kept. There is no way to keep it for no time, or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessLogKept {
    years: u8,
}

impl AccessLogKept {
    /// So many years, but at least 1 and at most 30.
    #[must_use]
    pub const fn years(years: u8) -> Self {
        let years = match years {
            0 => 1,
            1..=30 => years,
            31.. => 30,
        };
        Self { years }
    }

    /// In days, every fourth year being longer by one.
    pub(crate) fn span(self) -> TimeDelta {
        let years = i64::from(self.years);
        TimeDelta::days(365 * years + years / 4)
    }
}

impl Default for AccessLogKept {
    /// Eight years, as a practice keeps the records it is about.
    fn default() -> Self {
        Self::years(8)
    }
}

/// What the practice decides.
#[derive(Clone, Debug)]
pub struct PracticeSettings {
    /// Whose portal this is.
    pub practice: PracticeId,
    /// As patients know it.
    pub name: String,
    /// Telephone of the desk, as the practice writes it; on every page that leads nowhere else.
    pub phone: String,
    /// Scheme, host and port that patients' phones reach, without a path. Links are made of this, never of a request.
    pub public_origin: String,
    /// How this portal treats people's data.
    pub mode: Mode,
    /// How long it keeps who did or saw what.
    pub access_log_kept: AccessLogKept,
    /// Which numbers get texts.
    pub mobile_policy: MobilePolicy,
    /// How alike names must be before a record is linked without staff.
    pub match_policy: matching::Policy,
    /// In which times are written to patients.
    pub time_zone: chrono_tz::Tz,
    /// How long emailed links live.
    pub link_lifetime: LinkLifetime,
    /// What a password hash costs.
    pub hash_cost: HashCost,
}

impl PracticeSettings {
    /// Refuses what no portal can start with, whatever its database and senders.
    pub fn check(&self) -> Result<(), StartRefused> {
        if !is_origin(&self.public_origin) {
            return Err(StartRefused::OriginMalformed);
        }
        if self.mode == Mode::Live && !self.public_origin.starts_with("https://") {
            return Err(StartRefused::OriginNotHttps);
        }
        if self.mode == Mode::Live && (TERMS.is_draft() || PRIVACY.is_draft()) {
            return Err(StartRefused::DocumentsAreDrafts);
        }
        if !Language::ALL.into_iter().all(|language| code_fits_one_text(language, &self.public_origin)) {
            return Err(StartRefused::TextTooLong);
        }
        match self.mode {
            Mode::Sandbox => Ok(()),
            Mode::Trial | Mode::Live => Err(StartRefused::ModeNotBuilt),
        }
    }
}

/// What a portal is made of.
pub struct Parts {
    /// Open, migrated and stamped.
    pub store: Store,
    /// The only clock.
    pub clock: Arc<dyn Clock>,
    /// The only randomness.
    pub rng: SharedRng,
    /// Sends texts.
    pub sms: Arc<dyn SmsSender>,
    /// Sends emails.
    pub email: Arc<dyn EmailSender>,
    /// Derived from the master key.
    pub keys: PortalKeys,
    /// The practice's.
    pub settings: PracticeSettings,
    /// Where its records are.
    pub records: Records,
}

/// Why a portal does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartRefused {
    /// A sandbox sender outside sandbox mode: patients would wait for messages that never come.
    #[error("a sender that reaches nobody is for sandbox mode only")]
    SenderReachesNobody,
    /// A real sender in sandbox mode: invented people would get real messages.
    #[error("sandbox mode must not reach real telephones or mailboxes")]
    SenderReachesPeople,
    /// The database was stamped for another mode, for ever.
    #[error("the database is stamped with another mode")]
    StampOfAnotherMode,
    /// The public origin is not `scheme://host[:port]`.
    #[error("the public origin is not an origin")]
    OriginMalformed,
    /// Live mode with terms or a privacy notice that are still a draft.
    #[error("live mode needs approved terms and an approved privacy notice")]
    DocumentsAreDrafts,
    /// Live mode without an origin that phones can trust.
    #[error("live mode needs an https origin")]
    OriginNotHttps,
    /// An origin so long that each code would cost two texts, and arrive in two parts.
    #[error("with this origin, the text with a code is longer than one segment")]
    TextTooLong,
    /// Trial and live modes: real people would be written to, and what must keep that to test contacts, or show that the
    /// documents were approved, does not exist.
    #[error("trial and live modes are not built yet")]
    ModeNotBuilt,
}

/// The portal of one practice; clones share everything.
#[derive(Clone)]
pub struct Portal {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: SharedRng,
    pub(crate) sms: Arc<dyn SmsSender>,
    pub(crate) email: Arc<dyn EmailSender>,
    pub(crate) keys: Arc<PortalKeys>,
    pub(crate) journal_key: Arc<JournalKey>,
    pub(crate) settings: Arc<PracticeSettings>,
    pub(crate) hasher: Arc<Hasher>,
    pub(crate) strangers_hasher: Arc<Hasher>,
    /// Staff enter changes into the practice's software by hand.
    pub(crate) by_hand: bool,
    /// The practice system that holds the records, where they are not ours.
    pub(crate) elsewhere: Option<Arc<Elsewhere>>,
    /// Wakes the workers when something was promised.
    pub(crate) promised: Arc<Notify>,
    pub(crate) outage: Arc<Outage>,
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Portal").field("practice", &self.settings.practice).finish_non_exhaustive()
    }
}

impl Portal {
    /// Puts the parts together and refuses those that do not belong together.
    pub fn new(parts: Parts) -> Result<Self, StartRefused> {
        let Parts { store, clock, rng, sms, email, keys, settings, records } = parts;
        let stamp = match settings.mode {
            Mode::Sandbox => Stamp::Sandbox,
            Mode::Trial => Stamp::Trial,
            Mode::Live => Stamp::Live,
        };
        if store.stamp() != stamp {
            return Err(StartRefused::StampOfAnotherMode);
        }
        match settings.mode {
            Mode::Sandbox if sms.is_real() || email.is_real() => {
                return Err(StartRefused::SenderReachesPeople);
            }
            Mode::Trial | Mode::Live if !(sms.is_real() && email.is_real()) => {
                return Err(StartRefused::SenderReachesNobody);
            }
            Mode::Sandbox | Mode::Trial | Mode::Live => {}
        }
        settings.check()?;
        let (by_hand, elsewhere) = match records {
            Records::Own => (false, None),
            Records::ByHand => (true, None),
            Records::Elsewhere { name, system } => (false, Some(Arc::new(Elsewhere::of(name, system)))),
        };
        Ok(Self {
            by_hand,
            elsewhere,
            store,
            clock,
            rng,
            sms,
            email,
            journal_key: Arc::new(keys.journal_of(settings.practice)),
            keys: Arc::new(keys),
            hasher: Arc::new(Hasher::new(settings.hash_cost)),
            strangers_hasher: Arc::new(Hasher::for_strangers(settings.hash_cost)),
            settings: Arc::new(settings),
            promised: Arc::new(Notify::new()),
            outage: Arc::new(Outage::default()),
        })
    }

    /// Takes its turns at hashing passwords with another portal of the same program: memory and processor are the machine's, however
    /// many practices it serves.
    #[must_use]
    pub fn hashing_with(self, other: &Self) -> Self {
        let (hasher, strangers_hasher) = (Arc::clone(&other.hasher), Arc::clone(&other.strangers_hasher));
        Self { hasher, strangers_hasher, ..self }
    }

    /// The practice's settings.
    #[must_use]
    pub fn settings(&self) -> &PracticeSettings {
        &self.settings
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An address of ours, from a path that begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.public_origin)
    }

    /// The neutral page where a registration is finished: in the QR code and on every dead end.
    #[must_use]
    pub fn finish_url(&self) -> String {
        self.url("/f")
    }

    /// The page for the code of a text message.
    pub(crate) fn code_page_url(&self) -> String {
        code_page_at(&self.settings.public_origin)
    }

    pub(crate) fn rng(&self) -> SharedRng {
        self.rng.clone()
    }

    pub(crate) fn practice(&self) -> PracticeId {
        self.settings.practice
    }

    /// What tells one request of this practice's kiosks from another under the same key; nothing can be read from it.
    pub(crate) fn fingerprint(&self, request: &[&[u8]]) -> [u8; 32] {
        let practice = self.practice();
        let parts: Vec<&[u8]> =
            [practice.0.as_bytes().as_slice()].into_iter().chain(request.iter().copied()).collect();
        self.keys.idempotency.mac(&parts)
    }

    /// How messages name the practice.
    pub(crate) fn letterhead(&self) -> Practice<'_> {
        Practice { name: &self.settings.name, phone: &self.settings.phone }
    }
}

/// Whether this is an origin of http or https as browsers write it (<https://url.spec.whatwg.org/#ascii-serialisation-of-an-origin>): another
/// address than the one they ask for is nobody's.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

fn code_page_at(origin: &str) -> String {
    format!("{origin}/c")
}

/// Every code has six digits, and each digit is as long as another.
fn code_fits_one_text(language: Language, origin: &str) -> bool {
    let code = Code::parse_typed("000000").expect("six digits");
    is_one_segment(&texts::code_sms(language, &code, &code_page_at(origin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for origin in
            ["https://portal.example", "http://127.0.0.1:8480", "https://[::1]:8443", "http://a.example:443"]
        {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "portal.example",
            "https://portal.example/",
            "https://portal.example/c",
            "https://portal.example:443",
            "http://portal.example:80",
            "https://staff@portal.example",
            "https://Portal.example",
            "HTTPS://portal.example",
            "ftp://portal.example",
            "https://portal.example:",
            "https://portal.example:08443",
            "https://portal.example:99999",
            "http://127.1:8480",
            "https://[0:0::1]:8443",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn the_access_log_is_kept_for_eight_years_unless_the_practice_says_and_never_for_ever() {
        assert_eq!(AccessLogKept::default().span(), TimeDelta::days(2922));
        for (said, kept) in [(0, 1), (1, 1), (30, 30), (31, 30), (255, 30)] {
            assert_eq!(AccessLogKept::years(said).years, kept, "{said}");
        }
    }
}
