//! Where time, randomness, the environment and SQL may stand in the sources.

use crate::tree::{File, assert_none, files};

/// A word that may stand in some files only.
struct Rule {
    why: &'static str,
    words: &'static [&'static str],
    /// Where the rule holds: a prefix of the path.
    within: &'static [&'static str],
    /// Files where the words may stand.
    except: &'static [&'static str],
    /// Whether tests are free to use them.
    tests_are_free: bool,
}

const RUST: &[&str] = &["crates/", "src-tauri/"];
const PURE: &[&str] = &["crates/registration/", "crates/matching/"];

const RULES: &[Rule] = &[
    Rule {
        why: "only the clock adapter reads time",
        words: &["Utc::now", "Local::now", "SystemTime::now", "Instant::now", "::elapsed()", ".elapsed()"],
        within: RUST,
        except: &[
            "crates/machine/src/clock.rs",
            "crates/portal/examples/desk_views/views.rs",
            "crates/portal/examples/leak/timing.rs",
            "crates/portal/examples/outbox_rate.rs",
            "crates/portal/examples/registration_rate.rs",
            "crates/matching_bench/src/stopwatch.rs",
        ],
        tests_are_free: false,
    },
    Rule {
        why: "only the rng adapter draws randomness",
        words: &[
            "SysRng",
            "OsRng",
            "getrandom",
            "thread_rng",
            "rand::rng(",
            "rand::random",
            "new_v4()",
            "now_v7()",
        ],
        within: RUST,
        except: &["crates/machine/src/randomness.rs"],
        tests_are_free: false,
    },
    Rule {
        why: "only the configuration reads the environment",
        words: &["env::var(", "env::var_os(", "env::vars"],
        within: RUST,
        except: &["src-tauri/config.rs", "crates/vestibule_portal/src/config/mod.rs"],
        tests_are_free: false,
    },
    Rule {
        why: "only the configuration reads files of the machine",
        words: &["std::fs", "fs::read", "File::open"],
        within: &["crates/vestibule_portal/src/", "crates/portal/src/", "crates/backups/src/"],
        except: &[
            "crates/vestibule_portal/src/config/mod.rs",
            "crates/vestibule_portal/src/config/certificate.rs",
            "crates/vestibule_portal/src/config/folder.rs",
            // What a back-up is written to and restored from.
            "crates/backups/src/files.rs",
        ],
        tests_are_free: true,
    },
    Rule {
        why: "an exception to what clippy.toml forbids belongs in an adapter",
        words: &["clippy::disallowed_methods"],
        within: RUST,
        except: &[
            "src-tauri/config.rs",
            "crates/portal/examples/desk_views/views.rs",
            "crates/portal/examples/leak/timing.rs",
            "crates/portal/examples/outbox_rate.rs",
            "crates/portal/examples/registration_rate.rs",
            "crates/matching_bench/src/stopwatch.rs",
            "crates/machine/src/clock.rs",
        ],
        tests_are_free: false,
    },
    Rule {
        why: "only the store speaks SQL",
        words: &["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE FROM", "\"PRAGMA", "\"BEGIN", "sqlx::"],
        within: &[
            "crates/registration/",
            "crates/matching/",
            "crates/messaging/",
            "crates/portal/",
            "crates/vestibule_portal/",
            "crates/backups/",
            "src-tauri/",
        ],
        except: &[],
        tests_are_free: false,
    },
    Rule {
        why: "registration and matching do nothing but compute",
        words: &[
            "async ",
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::thread",
            "println!",
            "tokio",
        ],
        within: PURE,
        except: &[],
        tests_are_free: true,
    },
];

fn breaches(rule: &Rule, files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        // A build script runs on the machine of who builds, never on a kiosk.
        let is_built_in = !file.path.ends_with("build.rs");
        let concerned = is_built_in && rule.within.iter().any(|prefix| file.path.starts_with(prefix));
        if !concerned || rule.except.contains(&file.path.as_str()) {
            continue;
        }
        let lines: Vec<_> =
            if rule.tests_are_free { file.code_without_tests().collect() } else { file.code().collect() };
        for (at, line) in lines {
            if let Some(word) = rule.words.iter().find(|word| line.contains(**word)) {
                breaches.push(format!("{}:{at}: `{word}`: {}", file.path, rule.why));
            }
        }
    }
    breaches
}

#[test]
fn time_randomness_environment_and_sql_stand_where_they_belong() {
    let files = files("", &[".rs"]);
    assert!(files.len() > 50, "the sources were found");
    let all: Vec<String> = RULES.iter().flat_map(|rule| breaches(rule, &files)).collect();
    assert_none(&all);
}

#[test]
fn every_word_of_every_rule_is_noticed_where_it_may_not_stand() {
    for rule in RULES {
        for word in rule.words {
            let path = format!("{}src/planted.rs", rule.within[0]);
            let text = format!("fn planted() {{ {word} }}");
            assert_eq!(breaches(rule, &[File::planted(&path, &text)]).len(), 1, "{word}: {}", rule.why);
            let commented = format!("// {word}");
            assert_none(&breaches(rule, &[File::planted(&path, &commented)]));
        }
    }
}

#[test]
fn every_exception_is_still_needed() {
    let files = files("", &[".rs"]);
    for rule in RULES {
        for path in rule.except {
            let excepted = files.iter().find(|file| file.path == *path);
            let excepted = excepted.unwrap_or_else(|| panic!("{path} is excepted and does not exist"));
            let used = rule.words.iter().any(|word| excepted.text.contains(word));
            assert!(used, "{path} needs no exception: {}", rule.why);
        }
    }
}
