//! "Suggest three words": a password that can be remembered, for who has none ready.

use diceware_wordlists::Wordlist;
use rand::{CryptoRng, RngExt as _};

use crate::secrets::password::{Password, PasswordContext};

/// Words in a suggestion.
const WORDS: usize = 3;

/// Draws until one passes our own rules. None of 3,000 tried failed; the bound is for an rng that is broken.
const MAX_DRAWS: usize = 64;

/// Three words of the EFF's second short list (1,296 words, told apart by their first three letters): 31 bits, behind
/// counted tries and a second factor. It always passes [`Password::parse`], bar the patient's own details.
#[must_use]
pub fn suggest_three_words(rng: &mut impl CryptoRng) -> String {
    let mut words = draw(rng);
    for _ in 1..MAX_DRAWS {
        if Password::parse(&words, &PasswordContext::default()).is_ok() {
            break;
        }
        words = draw(rng);
    }
    words
}

fn draw(rng: &mut impl CryptoRng) -> String {
    let list = Wordlist::EffShort2.get_list();
    let words: Vec<&str> = (0..WORDS).map(|_| list[rng.random_range(0..list.len())]).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn a_thousand_suggestions_pass_our_own_rules() {
        for seed in 0..1_000 {
            let words = suggest_three_words(&mut ChaCha20Rng::seed_from_u64(seed));
            let judged = Password::parse(&words, &PasswordContext::default());
            assert!(judged.is_ok(), "seed {seed}: {words}: {judged:?}");
        }
    }

    #[test]
    fn the_list_has_the_words_it_should() {
        let list = Wordlist::EffShort2.get_list();
        assert_eq!(list.len(), 1_296);
        assert!(list.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }
}
