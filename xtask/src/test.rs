//! Everything the project checks, step by step, each named and timed.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    chaos,
    command::{run, run_beside_others, text_of},
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
    quick("tests", &["machine, to test", "interface build"], tests),
    quick("programs", &["interface build"], || kiosk::build_beside_tests(Build::Plain)),
    quick("chaos", &["machine, to test", "programs"], chaos::test),
    quick("dependencies", &[], dependencies),
    slow("docs", &["interface build"], docs),
    slow("machine, to drive", &[], doctor::check_to_drive),
    slow("interface screens", &["machine, to drive", "interface build"], || npm("test:screens")),
    slow("driven kiosk", &["programs"], || kiosk::build_beside_tests(Build::Driven)),
    slow("phone pages", &["machine, to drive", "programs"], phone_pages),
    slow("real window", &["machine, to drive", "driven kiosk", "programs"], real_window),
];

/// Tests of one program at once, for each core: most of the time they wait, for a disk or for an answer that comes at even times.
const TESTS_PER_CORE: usize = 4;

/// Kiosks in their windows at once: most of the time they wait, too, and draw with two cores between them.
const LANES: usize = 2;

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

/// All but the examples, which clippy compiles, and which one of the programs is.
fn tests() -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workspace = ["test", "--locked", "--workspace", "--exclude", "xtask"];
    let test = |what: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo.args(workspace).args(what).env("RUST_TEST_THREADS", (cores * TESTS_PER_CORE).to_string());
        run(cargo.current_dir(places::root()))
    };
    test(&["--lib", "--bins", "--tests"])?;
    test(&["--doc"])
}

fn clippy() -> Result<()> {
    cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

/// Without the features that only tests want, as the programs are released.
fn clippy_driven() -> Result<()> {
    let programs = ["clippy", "--locked", "--package", "vestibule", "--package", "vestibule_portal"];
    cargo(&[&programs[..], &["--features", "vestibule/e2e", "--", "--deny", "warnings"]].concat())
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
    node.current_dir(places::root()).env("SANDBOX_PORTAL", portal);
    run(node.args(NODE_TESTS).args(test_files("tests/pages")?))
}

const NODE_TESTS: [&str; 3] = ["--test", "--test-concurrency=1", "--test-reporter=spec"];

/// Each file has a kiosk, a driver and a screen to itself; whichever lane is free takes the next.
fn real_window() -> Result<()> {
    let files = Mutex::new(test_files("tests/window")?);
    let failed = Mutex::new(Vec::new());
    let lane = |lane: usize| -> Result<()> {
        let driven = kiosk::copy_for_lane(Build::Driven, Profile::Debug, lane)?;
        loop {
            let Some(file) = held(&files).pop_first() else { return Ok(()) };
            let mut node = kiosk::driven_node(&driven, lane);
            node.env("VESTIBULE_PLAIN", kiosk::place_of(Build::Plain, Profile::Debug))
                .env("PORTAL_PROGRAM", places::cargo_target().join("debug/vestibule-portal"));
            println!("lane {lane} begins {}", file.display());
            if let Err(error) = run_beside_others(node.args(NODE_TESTS).arg(&file)) {
                held(&failed).push(format!("{error:#}"));
            }
        }
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|n| scope.spawn(move || lane(n))).collect();
        for lane in lanes {
            if let Err(error) = lane.join().expect("a lane ends by itself") {
                held(&failed).push(format!("{error:#}"));
            }
        }
    });
    let failed = held(&failed);
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Each `*.test.mjs` of a folder.
fn test_files(folder: &str) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(places::root().join(folder))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.insert(path);
        }
    }
    if files.is_empty() {
        bail!("{folder} holds no tests");
    }
    Ok(files)
}
