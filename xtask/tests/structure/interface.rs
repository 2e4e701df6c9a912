//! The interface, the kiosk's permissions, and what may be committed at all.

use serde_json::Value;

use crate::tree::{File, assert_none, files, listed, root};

/// The one file that speaks with Tauri.
const TAURI_IS_IMPORTED_IN: usize = 1;

fn files_naming<'a>(files: &'a [File], word: &str) -> Vec<&'a str> {
    files
        .iter()
        .filter(|file| file.code().any(|(_, line)| line.contains(word)))
        .map(|file| file.path.as_str())
        .collect()
}

/// Storage of a browser outlives the patient who stood there.
fn breaches_of_memory(files: &[File]) -> Vec<String> {
    let words = ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker"];
    let mut breaches = Vec::new();
    for word in words {
        breaches.extend(files_naming(files, word).into_iter().map(|path| format!("{path} names {word}")));
    }
    breaches
}

/// Folders that exist on one machine only. Spelled in two halves, so that this file does not name them.
const MACHINES: &[&str] =
    &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

fn breaches_of_places(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(machine) = MACHINES.iter().find(|machine| line.contains(**machine)) {
                breaches.push(format!("{}:{} names a machine's folder {machine}", file.path, at + 1));
            }
        }
    }
    breaches
}

/// A capability may allow the kiosk's own commands and nothing else.
fn breaches_of_permissions(capability: &Value) -> Vec<String> {
    let permissions = capability["permissions"].as_array().map_or(&[][..], Vec::as_slice);
    let foreign =
        |it: &&Value| !it.as_str().is_some_and(|name| name.starts_with("allow-") && !name.contains(':'));
    permissions.iter().filter(foreign).map(|it| format!("{it} is not a command of the kiosk")).collect()
}

#[test]
fn one_file_of_the_interface_speaks_with_tauri() {
    let sources = files("ui/src/", &[".ts", ".svelte", ".js"]);
    let speakers = files_naming(&sources, "@tauri-apps/");
    assert_eq!(speakers.len(), TAURI_IS_IMPORTED_IN, "{speakers:?}");
}

#[test]
fn a_second_file_that_speaks_with_tauri_is_noticed() {
    let text = "import { invoke } from '@tauri-apps/api/core';";
    let planted = [File::planted("ui/src/a.ts", text), File::planted("ui/src/b.svelte", text)];
    assert_eq!(files_naming(&planted, "@tauri-apps/").len(), 2);
}

#[test]
fn the_interface_keeps_nothing_in_the_browser() {
    assert_none(&breaches_of_memory(&files("ui/src/", &[".ts", ".svelte", ".js"])));
    assert_eq!(breaches_of_memory(&[File::planted("ui/src/a.ts", "localStorage.setItem('a', b)")]).len(), 1);
}

#[test]
fn there_is_one_package_json() {
    let found: Vec<_> = listed().into_iter().filter(|path| path.ends_with("package.json")).collect();
    assert_eq!(found, ["ui/package.json"]);
}

#[test]
fn nothing_names_a_folder_of_one_machine() {
    let endings = [
        ".rs", ".toml", ".md", ".json", ".sql", ".ts", ".js", ".mjs", ".svelte", ".css", ".html", ".txt",
        ".ftl", "run", ".yml",
    ];
    assert_none(&breaches_of_places(&files("", &endings)));
    let planted = format!("built in {}someone/vestibule", MACHINES[1]);
    assert_eq!(breaches_of_places(&[File::planted("README.md", &planted)]).len(), 1);
}

#[test]
fn one_capability_allows_only_the_kiosks_own_commands() {
    let capabilities = files("src-tauri/capabilities/", &[".json"]);
    assert_eq!(capabilities.len(), 1, "one capability");
    let capability = serde_json::from_str(&capabilities[0].text).expect("a capability is JSON");
    assert_none(&breaches_of_permissions(&capability));
    let broad = serde_json::json!({"permissions": ["core:default", "allow-leave"]});
    assert_eq!(breaches_of_permissions(&broad).len(), 1);
}

#[test]
fn the_window_is_as_closed_as_its_configuration_can_make_it() {
    let text =
        std::fs::read_to_string(root().join("tauri.conf.json")).expect("the configuration is at the root");
    let configuration: Value = serde_json::from_str(&text).expect("it is JSON");
    let app = &configuration["app"];
    assert!(!app["withGlobalTauri"].as_bool().unwrap_or_default(), "no global Tauri object");
    assert_eq!(app["security"]["freezePrototype"], true, "prototypes are frozen");
    let policy = app["security"]["csp"].to_string();
    assert!(policy.contains("default-src"), "there is a content security policy");
    assert!(!policy.contains("unsafe-"), "and it makes no exception: {policy}");
}
