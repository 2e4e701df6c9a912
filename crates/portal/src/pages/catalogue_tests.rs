//! Every text is used, every text that is used exists.

use std::{collections::BTreeSet, fs, path::Path};

use super::texts::EN_GB;

fn keys() -> BTreeSet<String> {
    EN_GB
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, _)| key.to_owned())
        .collect()
}

/// Everything between double quotes in the pages' templates and sources that looks like a key.
fn named() -> BTreeSet<String> {
    // Cargo runs tests in their package's folder; one that was built in might be another checkout's.
    let root = Path::new(".");
    let mut named = BTreeSet::new();
    for folder in ["templates", "src/pages"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder of the crate") {
            let path = entry.expect("an entry").path();
            // The sandbox's own page speaks English to developers.
            if path.ends_with("catalogue_tests.rs") || path.ends_with("phone.html") {
                continue;
            }
            let source = fs::read_to_string(path).expect("a source file");
            named.extend(source.split('"').filter(|part| is_key(part)).map(str::to_owned));
        }
    }
    named
}

fn is_key(part: &str) -> bool {
    part.contains('-')
        && part.starts_with(|first: char| first.is_ascii_lowercase())
        && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn every_text_of_the_catalogue_is_used() {
    let named = named();
    let idle: Vec<_> = keys().into_iter().filter(|key| !named.contains(key)).collect();
    assert_eq!(idle, Vec::<String>::new());
}

#[test]
fn every_text_that_a_page_names_is_in_the_catalogue() {
    // Autofill tokens, ids and class names look like keys too; all of them are listed here.
    const OTHERS: &[&str] = &[
        "color-scheme",
        "current-password",
        "en-gb",
        "error-summary",
        "errors-title",
        "field-error",
        "format-detection",
        "initial-scale",
        "new-password",
        "one-time-code",
        "quiet-way",
        "theme-color",
        "utf-8",
        "visually-hidden",
        "email-hint",
        "mobile-hint",
        "code-hint",
        "code-error",
        "password-error",
    ];
    let keys = keys();
    let missing: Vec<_> =
        named().into_iter().filter(|name| !keys.contains(name) && !OTHERS.contains(&name.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn no_text_says_please_sorry_invalid_or_oops() {
    for word in ["please", "sorry", "invalid", "oops", "forbidden"] {
        assert!(!EN_GB.to_lowercase().contains(word), "{word}");
    }
}
