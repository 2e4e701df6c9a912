//! Figures, measured in one run on one machine, as ratios to what the same machine can do with nothing of ours in it.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    command::{run, shown},
    interface,
    kiosk::{self, Build, Profile},
    packages, places,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(clap::Subcommand)]
enum Subject {
    /// Start, memory, steps and size of the kiosk, and whole registrations over HTTP
    Kiosk,
    /// How well and how fast registrations are matched; add --help for its options
    Match(Match),
    /// How fast the outbox moves record updates into PostgreSQL, beside bare batches of the same writes
    Outbox,
    /// Whether the time of an answer before sign-in says whom the practice knows, on both databases
    Leak,
    /// How long each view of staff takes with 10,000 registrations and 2,000 reviews, on both databases
    Desk,
}

pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    match &arguments.subject {
        Subject::Kiosk => kiosk(),
        Subject::Match(arguments) => matching(arguments),
        Subject::Outbox => outbox(),
        Subject::Leak => on_both(["leak", "leak_on_postgres"]),
        Subject::Desk => on_both(["desk_views", "desk_views_on_postgres"]),
    }
}

/// Handed on as they are: the program that measures says what they mean, and refuses what it cannot do.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
struct Match {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// A program of its own, optimised, so that xtask stays quick to build.
fn matching(arguments: &Match) -> Result<()> {
    // The crate of names and dates is built with a list that comes with the interface's packages.
    interface::install()?;
    let mut bench = Command::new("cargo");
    bench.args(["run", "--release", "--locked", "--quiet", "--package", "matching_bench", "--"]);
    run(bench.args(&arguments.options).current_dir(places::root()))
}

fn kiosk() -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    packages::ensure(packages::TO_DRIVE)?;
    kiosk::ensure_driver()?;
    interface::install()?;
    interface::build()?;
    let bare = build_bare_window()?;
    let released = kiosk::build(Build::Plain, Profile::Release)?;
    let driven = kiosk::build(Build::Driven, Profile::Release)?;
    let rate = measured("registration_rate")?;
    let mut bench = kiosk::driven_node(&driven, 0);
    bench.env("VESTIBULE_RELEASED", released).env("VESTIBULE_BARE", bare).env("VESTIBULE_RATE", rate);
    run(bench.arg("tests/bench/kiosk.mjs"))
}

fn build_bare_window() -> Result<PathBuf> {
    let target = places::cargo_target().join("bare_window");
    let folder = places::root().join("xtask/bare_window");
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--locked", "--features", "tauri/custom-protocol"]);
    run(build.current_dir(folder).env("CARGO_TARGET_DIR", &target))?;
    Ok(target.join("release/bare_window"))
}

fn outbox() -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    packages::ensure(packages::TO_TEST)?;
    interface::install()?;
    println!("{}", measured("outbox_rate")?);
    Ok(())
}

/// Both say for themselves what they have seen.
fn on_both(examples: [&str; 2]) -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    packages::ensure(packages::TO_TEST)?;
    interface::install()?;
    for example in examples {
        let mut bench = Command::new("cargo");
        bench.args(["run", "--release", "--locked", "--package", "portal", "--example", example]);
        run(bench.current_dir(places::root()))?;
    }
    Ok(())
}

/// One line of JSON from an example of the portal: what it can do, and what the machine can with nothing of ours.
fn measured(by: &str) -> Result<String> {
    let mut example = Command::new("cargo");
    example.args(["run", "--release", "--locked", "--package", "portal", "--example", by]);
    println!("$ {}", shown(&example));
    let output = example.current_dir(places::root()).stderr(std::process::Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout).context("the example writes text")?;
    text.lines().last().map(str::to_owned).context("the example measured nothing")
}
