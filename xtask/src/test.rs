//! Everything the project checks, step by step, each named and timed.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    chaos,
    command::{run, text_of},
    doctor, interface,
    kiosk::{self, Build, Profile},
    places,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Leave out what needs a window or a browser
    #[arg(long)]
    quick: bool,
}

/// One thing to check.
struct Step {
    name: &'static str,
    /// Steps without which this one says nothing.
    needs: &'static [&'static str],
    /// Needs a window or a browser.
    slow: bool,
    check: fn() -> Result<()>,
}

enum Outcome {
    Passed,
    Failed,
    /// A step it needs failed.
    NotTried,
}

/// One cargo at a time, in this order: what is quick and what is most often wrong comes first.
const STEPS: &[Step] = &[
    quick("packages", &[], interface::install),
    quick("machine", &["packages"], doctor::check_to_build),
    quick("format", &[], || cargo(&["fmt", "--all", "--check"])),
    quick("structure", &[], || cargo(&["test", "--locked", "--quiet", "--package", "xtask"])),
    quick("interface format", &["packages"], || npm("format:check")),
    quick("interface lint", &["packages"], || npm("lint")),
    quick("interface types", &["packages"], || npm("check")),
    quick("interface build", &["packages"], interface::build),
    quick("interface tests", &["interface build"], || npm("test")),
    quick("interface size", &["interface build"], || npm("size")),
    quick("clippy", &["interface build"], clippy),
    quick("clippy, driven kiosk", &["interface build"], clippy_driven),
    quick("machine, to test", &[], doctor::check_to_test),
    quick("tests", &["machine, to test", "interface build"], || {
        cargo(&["test", "--locked", "--workspace", "--exclude", "xtask"])
    }),
    quick("chaos", &["machine, to test", "interface build"], chaos::test),
    quick("dependencies", &[], dependencies),
    slow("docs", &["interface build"], docs),
    slow("interface screens", &["interface build"], || npm("test:screens")),
    slow("machine, to drive", &[], doctor::check_to_drive),
    slow("driven kiosk", &["machine, to drive", "interface build"], || {
        kiosk::build(Build::Driven, Profile::Debug).map(drop)
    }),
    slow("ordinary kiosk", &["interface build"], || kiosk::build(Build::Plain, Profile::Debug).map(drop)),
    slow("sandbox portal", &[], || cargo(SANDBOX_PORTAL)),
    slow("phone pages", &["machine, to drive", "sandbox portal"], phone_pages),
    slow("portal program", &[], || cargo(PORTAL_PROGRAM)),
    slow("real window", &["driven kiosk", "ordinary kiosk", "portal program"], real_window),
];

/// A portal with a clock that is moved from outside, for the phone pages.
const SANDBOX_PORTAL: &[&str] = &["build", "--locked", "--package", "portal", "--example", "sandbox_portal"];

/// The portal of a server, which a kiosk joins.
const PORTAL_PROGRAM: &[&str] = &["build", "--locked", "--package", "vestibule_portal"];

const fn quick(name: &'static str, needs: &'static [&'static str], check: fn() -> Result<()>) -> Step {
    Step { name, needs, slow: false, check }
}

const fn slow(name: &'static str, needs: &'static [&'static str], check: fn() -> Result<()>) -> Step {
    Step { name, needs, slow: true, check }
}

pub(crate) fn test(arguments: &Arguments) -> Result<()> {
    let mut done: Vec<(&Step, Outcome, Duration)> = Vec::new();
    for step in STEPS.iter().filter(|step| !(arguments.quick && step.slow)) {
        let without = |outcome: &Outcome| matches!(outcome, Outcome::Failed | Outcome::NotTried);
        let lacking =
            done.iter().any(|(earlier, outcome, _)| step.needs.contains(&earlier.name) && without(outcome));
        let (outcome, took) = if lacking { (Outcome::NotTried, Duration::ZERO) } else { try_step(step) };
        done.push((step, outcome, took));
    }
    summarise(&done)
}

#[expect(clippy::disallowed_methods, reason = "how long a step took is told to a person and decides nothing")]
fn try_step(step: &Step) -> (Outcome, Duration) {
    println!("\n=== {}", step.name);
    let start = Instant::now();
    let outcome = match (step.check)() {
        Ok(()) => Outcome::Passed,
        Err(error) => {
            eprintln!("{}: {error:#}", step.name);
            Outcome::Failed
        }
    };
    (outcome, start.elapsed())
}

fn summarise(done: &[(&Step, Outcome, Duration)]) -> Result<()> {
    println!("\n=== summary");
    let (mut passed, mut failed) = (0, 0);
    for (step, outcome, took) in done {
        let mark = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::NotTried => "not tried",
        };
        match outcome {
            Outcome::Passed => passed += 1,
            Outcome::Failed | Outcome::NotTried => failed += 1,
        }
        println!("  {mark:10} {:22} {:6.1} s", step.name, took.as_secs_f64());
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("Not everything passed.");
    }
    Ok(())
}

fn cargo(words: &[&str]) -> Result<()> {
    run(Command::new("cargo").args(words).current_dir(places::root()))
}

fn npm(script: &str) -> Result<()> {
    run(&mut interface::npm(&["run", "--silent", script]))
}

fn clippy() -> Result<()> {
    cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

fn clippy_driven() -> Result<()> {
    let kiosk = ["clippy", "--locked", "--package", "vestibule", "--all-targets", "--features", "e2e"];
    cargo(&[&kiosk[..], &["--", "--deny", "warnings"]].concat())
}

fn docs() -> Result<()> {
    let mut docs = Command::new("cargo");
    docs.args(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"]);
    run(docs.current_dir(places::root()).env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Licences, bans and sources are checked by the structure tests on every machine; cargo-deny adds known advisories.
fn dependencies() -> Result<()> {
    if text_of(Command::new("cargo").args(["deny", "--version"])).is_none() {
        println!(
            "cargo-deny is not installed: known advisories are NOT CHECKED here. Licences, bans and sources were."
        );
        return Ok(());
    }
    cargo(&["deny", "--locked", "check"])
}

fn phone_pages() -> Result<()> {
    let portal = places::cargo_target().join("debug/examples/sandbox_portal");
    let mut node = Command::new("node");
    node_tests(node.current_dir(places::root()).env("SANDBOX_PORTAL", portal), "tests/pages")
}

fn real_window() -> Result<()> {
    let mut node = kiosk::driven_node(&kiosk::place_of(Build::Driven, Profile::Debug));
    node.env("VESTIBULE_PLAIN", kiosk::place_of(Build::Plain, Profile::Debug))
        .env("PORTAL_PROGRAM", places::cargo_target().join("debug/vestibule-portal"));
    node_tests(&mut node, "tests/window")
}

/// Runs each `*.test.mjs` of a folder, one after the other: each has a kiosk or a browser to itself.
fn node_tests(node: &mut Command, folder: &str) -> Result<()> {
    let files = test_files(&places::root().join(folder))?;
    if files.is_empty() {
        bail!("{folder} holds no tests");
    }
    run(node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files))
}

fn test_files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.insert(path);
        }
    }
    Ok(files)
}
