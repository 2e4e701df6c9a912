//! A portal that is killed at work, on both databases, and what was lost.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    command::{run, shown},
    interface, packages, places,
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
    break_it(&runs)
}

pub(crate) fn test() -> Result<()> {
    break_it(IN_TESTS)
}

fn break_it(runs: &[Run]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    // With the checks that a release leaves out: figures are nobody's aim here.
    cargo.args(["build", "--locked", "--package", "vestibule_portal", "--package", "chaos"]);
    run(cargo.current_dir(places::root()))?;
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
