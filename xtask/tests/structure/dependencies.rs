//! What may enter the build, as `deny.toml` says, on machines where cargo-deny is not installed.

use serde_json::{Value, json};

use crate::tree::{assert_none, metadata, packages, root};

fn policy() -> toml::Table {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml is at the root");
    text.parse().expect("deny.toml is TOML")
}

fn allowed_licences(policy: &toml::Table) -> Vec<&str> {
    policy["licenses"]["allow"].as_array().expect("a list").iter().filter_map(toml::Value::as_str).collect()
}

fn banned_crates(policy: &toml::Table) -> Vec<&str> {
    let bans = policy["bans"]["deny"].as_array().expect("a list");
    bans.iter().filter_map(|ban| ban["crate"].as_str()).collect()
}

/// Whether an SPDX expression can be met with allowed licences. `/` is the old way to write OR.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&words, allowed);
    met && rest.is_empty()
}

fn any_of<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = all_of(words, allowed);
    while let ["OR", more @ ..] = rest {
        let (also, left) = all_of(more, allowed);
        (met, rest) = (met || also, left);
    }
    (met, rest)
}

fn all_of<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let ["AND", more @ ..] = rest {
        let (also, left) = one(more, allowed);
        (met, rest) = (met && also, left);
    }
    (met, rest)
}

fn one<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    match words {
        ["(", inner @ ..] => match any_of(inner, allowed) {
            (met, [")", rest @ ..]) => (met, rest),
            (_, rest) => (false, rest),
        },
        [licence, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{licence} WITH {exception}").as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, &[]),
    }
}

fn breaches(metadata: &Value, allowed: &[&str], banned: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages(metadata) {
        let name = package["name"].as_str().unwrap_or_default();
        if !package["license"].as_str().is_some_and(|licence| is_met(licence, allowed)) {
            breaches.push(format!("{name}: licence {} is not allowed", package["license"]));
        }
        if banned.contains(&name) {
            breaches.push(format!("{name} is banned"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|it| it != "registry+https://github.com/rust-lang/crates.io-index") {
            breaches.push(format!("{name} comes from {}", package["source"]));
        }
    }
    breaches
}

#[test]
fn every_dependency_is_allowed() {
    let policy = policy();
    assert_none(&breaches(&metadata(), &allowed_licences(&policy), &banned_crates(&policy)));
}

#[test]
fn a_banned_crate_a_strange_licence_and_a_strange_source_are_noticed() {
    let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
    let planted = |name: &str, licence: &str, source: &str| {
        let metadata = json!({"packages": [{"name": name, "license": licence, "source": source}]});
        breaches(&metadata, &["MIT"], &["native-tls"]).len()
    };
    assert_eq!(planted("kind", "MIT", crates_io), 0);
    assert_eq!(planted("native-tls", "MIT", crates_io), 1);
    assert_eq!(planted("kind", "SSPL-1.0", crates_io), 1);
    assert_eq!(planted("kind", "MIT", "git+https://example.org/kind"), 1);
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let met = |expression| is_met(expression, &["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    assert!(met("GPL-3.0 OR MIT"));
    assert!(met("MIT/Apache-2.0"));
    assert!(met("ISC AND (GPL-3.0 OR MIT)"));
    assert!(met("Apache-2.0 WITH LLVM-exception"));
    assert!(!met("MIT AND GPL-3.0"));
    assert!(!met("ISC AND (GPL-3.0 OR LGPL-2.1)"));
    assert!(!met("Apache-2.0"));
    assert!(!met("(MIT"));
    assert!(!met(""));
}
