//! The pair of keys between kiosks, which seal, and the portal, which opens: an [age](https://age-encryption.org/v1) identity,
//! drawn from the master key and the practice, so that every portal of a practice has the same and none is stored.

use age::x25519::Identity;
use bech32::{ToBase32 as _, Variant};
use kiosk_api::journal::KeptDetails;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How age's secret keys begin, as their text is read.
const SECRET_KEY_PREFIX: &str = "age-secret-key-";

/// The portal's half, and the other one as text. `Debug` is silent.
pub(crate) struct JournalKey {
    identity: Identity,
    /// `age1…`, for the kiosks.
    pub(crate) recipient: String,
}

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalKey")
    }
}

impl JournalKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        // age takes a key from outside in its text form only.
        let text = bech32::encode(SECRET_KEY_PREFIX, key.to_base32(), Variant::Bech32).map(Zeroizing::new);
        let text = text.expect("the prefix is one");
        let identity: Identity = text.parse().expect("32 bytes are an identity");
        let recipient = identity.to_public().to_string();
        Self { identity, recipient }
    }

    /// `None` if it was sealed to another key, altered, or is another entry's.
    pub(crate) fn open(&self, entry: Uuid, sealed: &[u8]) -> Option<KeptDetails> {
        let clear = Zeroizing::new(age::decrypt(&self.identity, sealed).ok()?);
        let kept: KeptDetails = serde_json::from_slice(&clear).ok()?;
        (kept.entry == entry).then_some(kept)
    }
}

#[cfg(test)]
mod tests {
    use age::x25519::Recipient;
    use kiosk_api::{
        details::{TypedDate, TypedDetails},
        registration::ConfirmDetails,
    };

    use super::*;

    fn sealed(entry: u128, key: &JournalKey) -> Vec<u8> {
        let details = TypedDetails {
            given_name: None,
            family_name: "Sukarno".to_owned(),
            date_of_birth: TypedDate::default(),
            email: None,
            mobile: String::new(),
        };
        let kept = KeptDetails {
            entry: Uuid::from_u128(entry),
            reference: "KT4-9QF".to_owned(),
            request_key: "key".to_owned(),
            confirmed: ConfirmDetails { details, language: "en-GB".to_owned() },
        };
        let recipient: Recipient = key.recipient.parse().expect("a recipient");
        age::encrypt(&recipient, &serde_json::to_vec(&kept).expect("JSON")).expect("sealed")
    }

    #[test]
    fn the_same_master_opens_what_was_sealed_to_its_public_half() {
        let (one, same, other) =
            (JournalKey::new(&[1; 32]), JournalKey::new(&[1; 32]), JournalKey::new(&[2; 32]));
        let sealed = sealed(7, &one);
        let id = Uuid::from_u128(7);
        assert_eq!(same.open(id, &sealed).expect("opens").reference, "KT4-9QF");
        assert!(other.open(id, &sealed).is_none(), "another portal");
        assert!(one.open(Uuid::from_u128(8), &sealed).is_none(), "another entry");
        assert!(!sealed.windows(7).any(|part| part == b"Sukarno"));
    }

    #[test]
    fn a_change_of_any_byte_is_noticed() {
        let key = JournalKey::new(&[1; 32]);
        let sealed = sealed(7, &key);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key.open(Uuid::from_u128(7), &altered).is_none(), "byte {at}");
        }
        assert!(key.open(Uuid::from_u128(7), &sealed[..sealed.len() - 1]).is_none());
    }
}
