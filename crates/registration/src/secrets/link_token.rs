//! The secret in an emailed link's address, and the hash that is stored in its place.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Random bytes of a token: twice the 128 bits that OWASP ASVS 5 7.2.3 asks of a reference that opens something.
pub const LINK_TOKEN_BYTES: usize = 32;

/// Characters of a token in an address.
pub const LINK_TOKEN_CHARACTERS: usize = 43;

/// The secret in a link's address.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LinkToken([u8; LINK_TOKEN_BYTES]);

impl LinkToken {
    /// 256 random bits.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; LINK_TOKEN_BYTES];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// For the address alone: base64url without padding (RFC 4648 §5), 43 characters.
    #[must_use]
    pub fn encoded(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Strictly the 43 characters of [`Self::encoded`]; each token has one spelling.
    #[must_use]
    pub fn parse(encoded: &str) -> Option<Self> {
        if encoded.len() != LINK_TOKEN_CHARACTERS {
            return None;
        }
        let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        decoded.as_slice().try_into().ok().map(Self)
    }

    /// What is stored. Without a key or salt: nobody can try 2^256 tokens.
    #[must_use]
    pub fn hash(&self) -> LinkTokenHash {
        LinkTokenHash(Sha256::digest(self.0).into())
    }
}

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkToken")
    }
}

/// SHA-256 of a token. Links are looked up by it, so its comparison tells a guesser nothing about the token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkTokenHash([u8; 32]);

impl LinkTokenHash {
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

impl std::fmt::Debug for LinkTokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkTokenHash")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_one_spelling() {
        let token = LinkToken::draw(&mut ChaCha20Rng::seed_from_u64(1));
        let encoded = token.encoded();
        assert_eq!(encoded.len(), LINK_TOKEN_CHARACTERS);
        let parsed = LinkToken::parse(&encoded).expect("its own spelling");
        assert_eq!(parsed.hash(), token.hash());
    }

    #[test]
    fn any_other_spelling_is_no_token() {
        let zeroes = "A".repeat(LINK_TOKEN_CHARACTERS);
        assert!(LinkToken::parse(&zeroes).is_some());
        for encoded in [
            String::new(),
            "A".repeat(42),
            "A".repeat(44),
            format!("{}=", "A".repeat(43)),
            format!("{}+", "A".repeat(42)),
            format!("{}/", "A".repeat(42)),
            // The last character carries two bits that must be zero.
            format!("{}B", "A".repeat(42)),
            format!("{}\n", "A".repeat(42)),
            format!("{}é", "A".repeat(41)),
            "A".repeat(1_000_000),
        ] {
            assert!(LinkToken::parse(&encoded).is_none(), "{encoded:.50}");
        }
    }

    #[test]
    fn rows_are_read_back_and_debug_is_silent() {
        let token = LinkToken::draw(&mut ChaCha20Rng::seed_from_u64(1));
        assert_eq!(LinkTokenHash::from_row(token.hash().as_bytes()), Some(token.hash()));
        assert_eq!(LinkTokenHash::from_row(&[0; 33]), None);
        assert_eq!(format!("{token:?} {:?}", token.hash()), "LinkToken LinkTokenHash");
    }
}
