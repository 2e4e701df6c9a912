//! How a name sounds, roughly: for finding, never for comparing.
//!
//! American Soundex (Russell, 1918; public domain), with the first letter coded like the others, so that Kate and Cate meet.

/// Groups after the first letter. Soundex has three.
const CODED: usize = 3;

/// Three groups of consonants after the first sound; empty for no letters.
pub(crate) fn sound(latin: &str) -> String {
    let mut letters = latin.bytes().filter(u8::is_ascii_lowercase);
    let Some(first) = letters.next() else { return latin.to_owned() };
    let mut last = group(first);
    let mut sound = String::from(first_sound(first));
    for letter in letters {
        let coded = group(letter);
        if let Group::Consonant(digit) = coded
            && coded != last
        {
            sound.push(digit);
            if sound.len() > CODED {
                break;
            }
        }
        // H and W stand between two consonants as if they were not there.
        if coded != Group::Silent {
            last = coded;
        }
    }
    sound
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Vowel,
    Silent,
    Consonant(char),
}

const fn group(letter: u8) -> Group {
    match letter {
        b'b' | b'f' | b'p' | b'v' => Group::Consonant('1'),
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => Group::Consonant('2'),
        b'd' | b't' => Group::Consonant('3'),
        b'l' => Group::Consonant('4'),
        b'm' | b'n' => Group::Consonant('5'),
        b'r' => Group::Consonant('6'),
        b'h' | b'w' => Group::Silent,
        _ => Group::Vowel,
    }
}

/// Letters one of which is often written for another at the beginning of a name share a sign.
const fn first_sound(letter: u8) -> char {
    match letter {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => 'a',
        b'c' | b'k' | b'q' => 'k',
        b'g' | b'j' => 'j',
        b's' | b'x' | b'z' => 's',
        b'f' | b'p' | b'v' | b'w' => 'f',
        other => other as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_share_a_sound() {
        for (one, two) in [
            ("smith", "smyth"),
            ("catherine", "kathryn"),
            ("mohammed", "muhammad"),
            ("geoffrey", "jeffrey"),
            ("robert", "rupert"),
            ("ashcraft", "ashcroft"),
            ("elena", "alina"),
        ] {
            assert_eq!(sound(one), sound(two), "{one} {two}");
        }
    }

    #[test]
    fn other_names_sound_otherwise() {
        for (one, two) in [("smith", "jones"), ("li", "lin"), ("anna", "bob")] {
            assert_ne!(sound(one), sound(two), "{one} {two}");
        }
        assert_eq!(sound(""), "");
        assert_eq!(sound("pfister"), "f236");
    }
}
