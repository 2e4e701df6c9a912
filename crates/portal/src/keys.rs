//! The portal's keys, all drawn from one master key that never lies in the database (HKDF-SHA-256, RFC 5869).

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use matching::Pepper;
use registration::{ids::PracticeId, secrets::code::CodeKey};
use sha2::Sha256;
use store::{DatabaseKey, Store, StoreError, VerifyReport};
use zeroize::Zeroizing;

use crate::{journal::key::JournalKey, sealed::SealKey};

/// One key for each purpose. `Debug` is silent.
pub struct PortalKeys {
    pub(crate) codes: CodeKey,
    pub(crate) outbox: SealKey,
    pub(crate) passes: SealKey,
    pub(crate) limits: MacKey,
    pub(crate) enrolments: MacKey,
    pub(crate) browsers: MacKey,
    pub(crate) idempotency: MacKey,
    journal: Zeroizing<[u8; 32]>,
    pub(crate) access_log: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for PortalKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PortalKeys")
    }
}

impl PortalKeys {
    /// The keys of this master key; the same master key always gives the same keys.
    #[must_use]
    pub fn derive(master: &[u8; 32]) -> Self {
        Self {
            codes: CodeKey::new(*derived(master, b"codes")),
            outbox: SealKey::new(&derived(master, b"seal")),
            passes: SealKey::new(&derived(master, b"passes")),
            limits: MacKey::new(&derived(master, b"limits")),
            enrolments: MacKey::new(&derived(master, b"enrolments")),
            browsers: MacKey::new(&derived(master, b"staff-browsers")),
            idempotency: MacKey::new(&derived(master, b"idempotency")),
            journal: derived(master, b"journal"),
            access_log: derived(master, b"access-log"),
        }
    }

    /// What kiosks of this practice seal to. One of another practice gets nothing opened: whoever has the disk of one practice's
    /// kiosk and works at another could read there what it kept.
    pub(crate) fn journal_of(&self, practice: PracticeId) -> JournalKey {
        JournalKey::new(&derived(&self.journal, practice.0.as_bytes()))
    }

    /// The key of the encrypted database.
    #[must_use]
    pub fn database_key(master: &[u8; 32]) -> DatabaseKey {
        DatabaseKey::new(*derived(master, b"database"), Self::pepper(master))
    }

    /// The secret of the match keys.
    #[must_use]
    pub fn pepper(master: &[u8; 32]) -> Pepper {
        Pepper::new(*derived(master, b"match-keys"))
    }

    /// Walks the chain of the practice's access log from end to end.
    pub async fn verify_access_log(
        &self,
        store: &Store,
        practice: PracticeId,
    ) -> Result<VerifyReport, StoreError> {
        store.verify_access_log(practice, &self.access_log).await
    }
}

fn derived(master: &[u8; 32], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0_u8; 32]);
    Hkdf::<Sha256>::new(None, master)
        .expand_multi_info(&[b"vestibule portal 1 ", label], key.as_mut())
        .expect("32 bytes are less than HKDF's 255 blocks");
    key
}

/// A key for HMAC-SHA-256 over a list of parts.
pub(crate) struct MacKey(Hmac<Sha256>);

impl MacKey {
    fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// Each part goes in with its length, so that no two lists have the same input.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.over(parts).finalize().into_bytes().into()
    }

    /// Whether that is the MAC of these; how long it takes says nothing.
    pub(crate) fn is_mac(&self, parts: &[&[u8]], shown: &[u8]) -> bool {
        self.over(parts).verify_slice(shown).is_ok()
    }

    fn over(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_purpose_has_its_own_key_and_the_master_decides_them_all() {
        let one = PortalKeys::derive(&[1; 32]);
        let same = PortalKeys::derive(&[1; 32]);
        let other = PortalKeys::derive(&[2; 32]);
        assert_eq!(one.limits.mac(&[b"x"]), same.limits.mac(&[b"x"]));
        assert_ne!(one.limits.mac(&[b"x"]), one.idempotency.mac(&[b"x"]));
        assert_ne!(one.limits.mac(&[b"x"]), other.limits.mac(&[b"x"]));
    }

    #[test]
    fn each_practice_has_its_own_key_for_journals() {
        let keys = PortalKeys::derive(&[1; 32]);
        let recipient = |practice| keys.journal_of(PracticeId(Uuid::from_u128(practice))).recipient;
        assert_eq!(recipient(1), recipient(1));
        assert_ne!(recipient(1), recipient(2));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = PortalKeys::derive(&[1; 32]).limits;
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
    }
}
