//! Whether two folded names may be two spellings of one. Only ever used to send more to staff, never to link.

/// From this many characters on, two slips are forgiven instead of one.
const LONG_NAME_CHARACTERS: usize = 6;

/// A short form must have this many characters to stand for a longer name ("alex", "alexander").
const SHORT_FORM_CHARACTERS: usize = 3;

/// Whether one may be a misspelling or a short form of the other. A missing name is like no other.
pub(crate) fn is_similar(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.len() >= SHORT_FORM_CHARACTERS && long.starts_with(short) {
        return true;
    }
    let slips = if short.len() >= LONG_NAME_CHARACTERS { 2 } else { 1 };
    // One slip turns a name of one or two characters into any other.
    if short.len() < SHORT_FORM_CHARACTERS { one == other } else { distance(short, long) <= slips }
}

/// Edit distance in which two neighbours that changed places count once (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before = vec![0; other.len() + 1];
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, &a) in one.iter().enumerate() {
        let mut current = Vec::with_capacity(other.len() + 1);
        current.push(row + 1);
        for (column, &b) in other.iter().enumerate() {
            let mut least =
                (above[column] + usize::from(a != b)).min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && a == other[column - 1] && one[row - 1] == b {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, similar: bool) {
        assert_eq!(is_similar(one, other), similar, "{one} {other}");
        assert_eq!(is_similar(other, one), similar, "{other} {one}");
    }

    #[test]
    fn slips_and_short_forms_are_similar() {
        for (one, other) in [
            ("smith", "smyth"),
            ("smith", "smiht"),
            ("catherine", "kathrine"),
            ("alex", "alexander"),
            ("ann", "anne"),
            ("jon", "john"),
            ("王", "王"),
            ("li", "li"),
        ] {
            check(one, other, true);
        }
    }

    #[test]
    fn other_names_and_missing_names_are_not() {
        for (one, other) in [
            ("smith", "jones"),
            ("li", "lu"),
            ("王", "玉"),
            ("", "smith"),
            ("", ""),
            ("anna", "hans"),
            ("al", "albert"),
        ] {
            check(one, other, false);
        }
    }

    #[test]
    fn neighbours_that_changed_places_are_one_slip() {
        let distance = |one: &str, other: &str| {
            distance(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())
        };
        assert_eq!(distance("smith", "smiht"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
