//! What a log line may hold: `docs/LOGGING.md`.

use crate::tree::{File, assert_none, files};

/// What names a person or opens something. A log line may speak about them, in its text; it may not carry one.
const PERSONAL: &[&str] = &[
    "mobile",
    "email",
    "phone",
    "given",
    "family",
    "folded",
    "birth",
    "details",
    "typed",
    "password",
    "token",
    "digits",
    "e164",
    "address",
    "key",
    "credential",
];

/// Fields that are named so and are none of these: a route's, a socket's, a text's.
const HARMLESS: &[(&str, &str)] =
    &[("src-tauri/embedded.rs", "address"), ("crates/portal/src/pages/texts.rs", "key")];

/// Each log macro with all its arguments on one line.
fn macros(file: &File) -> Vec<String> {
    let code: Vec<&str> = file.code_without_tests().map(|(_, line)| line.trim()).collect();
    let code = code.join(" ");
    let starts = code.match_indices("tracing::").map(|(at, _)| at);
    let calls = starts.filter_map(|at| {
        let call = code.get(at..)?;
        let open = call.find('(').filter(|open| call.get(..*open).is_some_and(|name| name.ends_with('!')))?;
        Some(call.get(..=open + closing(call.get(open..)?)?)?.to_owned())
    });
    calls.collect()
}

/// Where the bracket that opens `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut found = text.char_indices().filter_map(|(at, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(at)
    });
    found.next()
}

fn breaches(file: &File) -> Vec<String> {
    let mut breaches = Vec::new();
    for call in macros(file) {
        let fields = without_texts(&call);
        let mut words = fields.split(|c: char| !c.is_alphanumeric());
        let harmless = |word: &str| HARMLESS.iter().any(|(path, it)| *path == file.path && *it == word);
        if let Some(word) = words.find(|word| PERSONAL.contains(word) && !harmless(word)) {
            breaches.push(format!("{}: logs `{word}`: {call}", file.path));
        }
    }
    breaches
}

/// Every second piece between quotes is text.
fn without_texts(call: &str) -> String {
    call.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn no_log_line_carries_a_person_or_a_secret() {
    let sources = files("", &[".rs"]);
    let ours: Vec<_> = sources.iter().filter(|file| !file.path.starts_with("xtask/")).collect();
    assert!(ours.iter().map(|file| macros(file).len()).sum::<usize>() > 10, "the log lines were found");
    let all: Vec<String> = ours.into_iter().flat_map(breaches).collect();
    assert_none(&all);
}

#[test]
fn a_log_line_that_carries_a_person_is_noticed() {
    let planted = |call: &str| breaches(&File::planted("crates/portal/src/planted.rs", call)).len();
    assert_eq!(planted("tracing::info!(to = %registration.mobile, \"sent\");"), 1);
    assert_eq!(planted("tracing::warn!(\n    ?details,\n    \"refused\"\n);"), 1);
    assert_eq!(planted("tracing::warn!(password_hash = ?hash, \"kept\");"), 1);
    assert_eq!(planted("tracing::info!(id = %registration.id, \"the mobile is proven\");"), 0);
}
