//! The project as the rules see it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A text file of the project.
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// A file for showing a rule a breach.
    pub(crate) fn planted(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Lines without comments. A `//` inside a string hides the rest of its line from the rules: none of them looks there.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }

    /// The same, before the tests at the end of the file.
    pub(crate) fn code_without_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.contains("/tests/") || self.path.ends_with("tests.rs");
        self.code().take_while(move |(_, line)| !is_test && line.trim() != "#[cfg(test)]")
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new("..")
        .canonicalize()
        .expect("cargo runs tests in their package's folder, which lies in the workspace")
}

/// Every file that is or would be committed, under `prefix`, whose name ends in one of `endings`.
pub(crate) fn files(prefix: &str, endings: &[&str]) -> Vec<File> {
    let paths = listed().into_iter().filter(|path| path.starts_with(prefix));
    let wanted = paths.filter(|path| endings.iter().any(|ending| path.ends_with(ending)));
    let read = wanted.filter_map(|path| {
        let text = std::fs::read_to_string(root().join(&path)).ok()?;
        Some(File { path, text })
    });
    read.collect()
}

/// What git would commit: what a build leaves behind is not looked at.
pub(crate) fn listed() -> Vec<String> {
    let output = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .output()
        .expect("git is here");
    assert!(output.status.success(), "git lists the files: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("paths are UTF-8");
    text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// What `cargo metadata` says of the build for the system the kiosk runs on.
pub(crate) fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()
        .expect("cargo is here");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

/// The packages of a `cargo metadata`.
pub(crate) fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().expect("metadata has packages")
}

/// Fails with one breach a line.
pub(crate) fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}
