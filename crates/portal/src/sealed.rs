//! Sealing: authenticated encryption under a key that is not in the database (ChaCha20-Poly1305, RFC 8439).

use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use rand::CryptoRng;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

/// A key for sealing one kind of thing.
pub(crate) struct SealKey(ChaCha20Poly1305);

impl SealKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(key.into()))
    }

    /// Nonce, then ciphertext. The same `bound_to` must be given to open it: a sealed thing cannot be moved elsewhere.
    pub(crate) fn seal(&self, rng: &mut impl CryptoRng, bound_to: &[u8], clear: &[u8]) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let ciphertext = self
            .0
            .encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: bound_to })
            .expect("what is sealed is far below the cipher's 256 GiB");
        [nonce.as_slice(), &ciphertext].concat()
    }

    /// `None` if it was altered, is of another key, or was bound to something else.
    pub(crate) fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.0
            .decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: bound_to })
            .ok()
            .map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use test_support::rng::seeded;

    use super::*;

    #[test]
    fn what_was_sealed_opens_only_where_it_was_bound() {
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(&mut seeded(1), b"here", b"secret");
        assert_eq!(key.open(b"here", &sealed).expect("opens").as_slice(), b"secret");
        assert!(key.open(b"there", &sealed).is_none());
        assert!(SealKey::new(&[8; 32]).open(b"here", &sealed).is_none());
    }

    #[test]
    fn a_change_of_any_byte_is_noticed() {
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(&mut seeded(1), b"", b"secret");
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key.open(b"", &altered).is_none(), "byte {at}");
        }
        assert!(key.open(b"", &sealed[..5]).is_none());
    }
}
