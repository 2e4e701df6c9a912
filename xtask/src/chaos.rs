//! A portal that is killed at work, on both databases, and what was lost; and the kiosk in its real window.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    command::{run, shown},
    interface,
    kiosk::{self, Build, Profile},
    packages, places,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Processes killed on each database
    #[arg(long, default_value_t = 1_000)]
    kills: u32,
    /// Which faults come when, and who registers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the portal keeps what it knows
    #[arg(long, value_enum, default_value = "both")]
    database: Database,
    /// Which software holds the patients' records; others than our own are fakes that fail as well
    #[arg(long, value_enum, default_value = "own")]
    records: Records,
    /// Kill the real kiosk in its window instead, while patients touch it: so many times
    #[arg(long, value_name = "KILLS", num_args = 0..=1, default_missing_value = "20",
        conflicts_with_all = ["kills", "database", "records"])]
    window: Option<u32>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
    Both,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Records {
    Own,
    Dentally,
    OpenDental,
    Fhir,
}

/// One run of the program that breaks things.
struct Run {
    database: &'static str,
    records: &'static str,
    kills: u32,
    seed: u64,
}

/// Ten kills, of portals and kiosks, and on PostgreSQL of servers, one of them for good; full disks on both.
const fn killed(database: &'static str) -> Run {
    Run { database, records: "own", kills: 10, seed: 40 }
}

/// Nothing is killed: a portal that dies while it asks a practice system has its step leased for five minutes.
const fn beside(records: &'static str, database: &'static str) -> Run {
    Run { database, records, kills: 0, seed: 3 }
}

/// In `cargo xtask test`: short, the same each time, on both databases.
const IN_TESTS: &[Run] = &[
    killed("sqlite"),
    killed("postgres"),
    beside("fhir", "sqlite"),
    beside("dentally", "postgres"),
    beside("open-dental", "sqlite"),
];

pub(crate) fn chaos(arguments: &Arguments) -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    packages::ensure(packages::TO_TEST)?;
    interface::install()?;
    if let Some(kills) = arguments.window {
        return in_window(kills, arguments.seed);
    }
    let databases: &[&str] = match arguments.database {
        Database::Sqlite => &["sqlite"],
        Database::Postgres => &["postgres"],
        Database::Both => &["sqlite", "postgres"],
    };
    let records = match arguments.records {
        Records::Own => "own",
        Records::Dentally => "dentally",
        Records::OpenDental => "open-dental",
        Records::Fhir => "fhir",
    };
    let (kills, seed) = (arguments.kills, arguments.seed);
    let runs: Vec<_> = databases.iter().map(|database| Run { database, records, kills, seed }).collect();
    let mut cargo = Command::new("cargo");
    // With the checks that a release leaves out: figures are nobody's aim here.
    cargo.args(["build", "--locked", "--package", "vestibule_portal", "--package", "chaos"]);
    run(cargo.current_dir(places::root()))?;
    break_it(&runs)
}

/// What is killed there, and what must hold then, stands in `tests/chaos`.
fn in_window(kills: u32, seed: u64) -> Result<()> {
    packages::ensure(packages::TO_DRIVE)?;
    kiosk::ensure_driver()?;
    let driven = kiosk::build(Build::Driven, Profile::Debug)?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--package", "vestibule_portal"]);
    run(cargo.current_dir(places::root()))?;
    let mut node = kiosk::driven_node(&driven, 0);
    node.env("PORTAL_PROGRAM", places::cargo_target().join("debug/vestibule-portal"));
    run(node.args(["tests/chaos/window.mjs", "--kills", &kills.to_string(), "--seed", &seed.to_string()]))
}

/// With the programs that were built already.
pub(crate) fn test() -> Result<()> {
    break_it(IN_TESTS)
}

fn break_it(runs: &[Run]) -> Result<()> {
    let built = |name: &str| -> PathBuf { places::cargo_target().join("debug").join(name) };
    let mut running = Vec::new();
    for run in runs {
        let mut chaos = Command::new(built("chaos"));
        chaos.arg("--portal").arg(built("vestibule-portal"));
        chaos.args(["--database", run.database, "--records", run.records]);
        chaos.args(["--kills", &run.kills.to_string(), "--seed", &run.seed.to_string()]);
        println!("$ {}", shown(&chaos));
        // Side by side: most of the time something waits to be taken for dead.
        running.push((run, chaos.spawn()?));
    }
    let mut broken = Vec::new();
    for (run, mut chaos) in running {
        if !chaos.wait()?.success() {
            broken.push(format!("{} with records {}", run.database, run.records));
        }
    }
    if !broken.is_empty() {
        bail!("Not everything held: {}", broken.join(", "));
    }
    Ok(())
}
