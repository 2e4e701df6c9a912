//! The direction of knowledge: which crate may know which, and who may know what is outside.

use serde_json::{Value, json};

use crate::tree::{assert_none, metadata, packages};

/// Each package of the workspace and those of the others it may know. Tests may know `test_support` besides.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("registration", &[]),
    ("matching", &["registration"]),
    ("staff", &["registration"]),
    ("console", &[]),
    ("matching_bench", &["registration", "matching", "store", "test_support"]),
    ("store", &["registration", "matching", "staff"]),
    ("messaging", &["registration"]),
    ("practice_systems", &["registration"]),
    ("kiosk_api", &["registration"]),
    ("kiosk_journal", &["registration", "kiosk_api"]),
    ("machine", &["registration"]),
    (
        "portal",
        &[
            "registration",
            "matching",
            "staff",
            "console",
            "store",
            "messaging",
            "practice_systems",
            "kiosk_api",
        ],
    ),
    ("backups", &["registration", "store", "portal"]),
    ("test_support", &["registration", "messaging", "store"]),
    ("chaos", &["registration", "store", "kiosk_api", "kiosk_journal", "machine", "portal", "test_support"]),
    (
        "vestibule",
        &["registration", "store", "messaging", "kiosk_api", "kiosk_journal", "machine", "portal", "backups"],
    ),
    (
        "vestibule_portal",
        &[
            "registration",
            "matching",
            "staff",
            "store",
            "practice_systems",
            "kiosk_api",
            "machine",
            "portal",
            "backups",
        ],
    ),
    ("xtask", &[]),
];

/// What reaches outside, and the only packages that may name it.
const ONLY: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("tauri", &["vestibule"]),
    ("keyring", &["vestibule"]),
    // The kiosk serves what the portal made; tests are served by practice systems that do not exist.
    ("axum", &["portal", "vestibule", "vestibule_portal", "test_support"]),
    // Clock and randomness are given by composition roots.
    ("machine", &["vestibule", "vestibule_portal", "chaos"]),
    ("toml", &["vestibule_portal"]),
    // What a kiosk keeps for the portal, and back-ups. It draws the operating system's randomness by itself.
    ("age", &["portal", "kiosk_journal", "backups"]),
    ("rpassword", &["backups"]),
    ("tokio-rustls", &["vestibule_portal"]),
];

/// What a pure crate may not reach, through whatever.
const IMPURE: &[&str] = &[
    "async-trait",
    "axum",
    "futures",
    "hyper",
    "keyring",
    "mio",
    "reqwest",
    "sqlx",
    "tauri",
    "tokio",
    "tracing",
];

fn breaches_of_direction(metadata: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in ours(metadata) {
        let name = text(&package["name"]);
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(known, _)| *known == name) else {
            breaches.push(format!("{name} is not in the table of who may know whom"));
            continue;
        };
        for dependency in array(&package["dependencies"]).iter().filter(|it| it["path"].is_string()) {
            let (other, in_tests) = (text(&dependency["name"]), dependency["kind"] == "dev");
            let for_tests = in_tests && other == "test_support";
            if !for_tests && !may_know.contains(&other) {
                breaches.push(format!("{name} may not know {other}"));
            }
        }
    }
    breaches
}

fn breaches_of_edges(metadata: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in ours(metadata) {
        let name = text(&package["name"]);
        for dependency in array(&package["dependencies"]).iter().filter(|it| it["kind"] != "dev") {
            let other = text(&dependency["name"]);
            if ONLY.iter().any(|(edge, who)| *edge == other && !who.contains(&name)) {
                breaches.push(format!("{name} may not name {other}"));
            }
        }
    }
    breaches
}

/// Follows normal dependencies of `pure` to their ends.
fn breaches_of_purity(metadata: &Value, pure: &str) -> Vec<String> {
    let nodes = array(&metadata["resolve"]["nodes"]);
    let named =
        |name: &str| packages(metadata).iter().find(|it| it["name"] == name).map(|it| text(&it["id"]));
    let mut to_see = vec![named(pure).unwrap_or_else(|| panic!("there is a crate {pure}"))];
    let (mut seen, mut breaches) = (Vec::new(), Vec::new());
    while let Some(id) = to_see.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let node = nodes.iter().find(|node| node["id"] == id).expect("each package is resolved");
        let is_normal = |it: &&Value| array(&it["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        for dependency in array(&node["deps"]).iter().filter(is_normal) {
            let other = text(&dependency["pkg"]);
            let name =
                packages(metadata).iter().find(|it| it["id"] == other).map_or("", |it| text(&it["name"]));
            if IMPURE.iter().any(|it| *it == name || name.starts_with(&format!("{it}-"))) {
                breaches.push(format!("{pure} reaches {name}"));
            }
            to_see.push(other);
        }
    }
    breaches
}

fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    packages(metadata).iter().filter(|package| package["source"].is_null())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("cargo writes text here")
}

#[test]
fn knowledge_flows_in_one_direction() {
    let metadata = metadata();
    assert_none(&breaches_of_direction(&metadata));
    assert_eq!(ours(&metadata).count(), MAY_KNOW.len(), "the table names a package that is gone");
}

#[test]
fn knowledge_against_the_direction_is_noticed() {
    let upwards = planted("registration", "store", &json!("somewhere"), &Value::Null);
    assert_eq!(breaches_of_direction(&upwards), ["registration may not know store"]);
    let in_release = planted("portal", "test_support", &json!("somewhere"), &Value::Null);
    assert_eq!(breaches_of_direction(&in_release), ["portal may not know test_support"]);
    assert_none(&breaches_of_direction(&planted(
        "portal",
        "test_support",
        &json!("somewhere"),
        &json!("dev"),
    )));
}

#[test]
fn only_edges_name_what_is_outside() {
    assert_none(&breaches_of_edges(&metadata()));
}

#[test]
fn sql_outside_the_store_is_noticed() {
    assert_eq!(
        breaches_of_edges(&planted("portal", "sqlx", &Value::Null, &Value::Null)),
        ["portal may not name sqlx"]
    );
}

#[test]
fn rules_reach_no_runtime_and_no_database() {
    let metadata = metadata();
    for of_rules in ["registration", "matching", "staff"] {
        assert_none(&breaches_of_purity(&metadata, of_rules));
    }
}

#[test]
fn a_runtime_behind_a_dependency_is_noticed() {
    let between =
        |from: &str, to: &str| json!({"id": from, "deps": [{"pkg": to, "dep_kinds": [{"kind": null}]}]});
    let metadata = json!({
        "packages": [
            {"name": "matching", "id": "m"}, {"name": "helpful", "id": "h"}, {"name": "tokio-util", "id": "t"},
        ],
        "resolve": {"nodes": [between("m", "h"), between("h", "t"), {"id": "t", "deps": []}]},
    });
    assert_eq!(breaches_of_purity(&metadata, "matching"), ["matching reaches tokio-util"]);
}

fn planted(package: &str, dependency: &str, path: &Value, kind: &Value) -> Value {
    let dependency = json!({"name": dependency, "path": path, "kind": kind});
    json!({"packages": [{"name": package, "source": null, "dependencies": [dependency]}]})
}
