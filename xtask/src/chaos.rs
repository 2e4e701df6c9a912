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
    /// Where the portal keeps its records
    #[arg(long, value_enum, default_value = "both")]
    database: Database,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
    Both,
}

/// In `cargo xtask test`: short, the same each time, on both databases.
const IN_TESTS: Arguments = Arguments { kills: 10, seed: 3, database: Database::Both };

pub(crate) fn chaos(arguments: &Arguments) -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    packages::ensure(packages::TO_TEST)?;
    interface::install()?;
    break_it(arguments)
}

pub(crate) fn test() -> Result<()> {
    break_it(&IN_TESTS)
}

fn break_it(arguments: &Arguments) -> Result<()> {
    let mut cargo = Command::new("cargo");
    // With the checks that a release leaves out: figures are nobody's aim here.
    cargo.args(["build", "--locked", "--package", "vestibule_portal", "--package", "chaos"]);
    run(cargo.current_dir(places::root()))?;
    let databases: &[&str] = match arguments.database {
        Database::Sqlite => &["sqlite"],
        Database::Postgres => &["postgres"],
        Database::Both => &["sqlite", "postgres"],
    };
    let built = |name: &str| -> PathBuf { places::cargo_target().join("debug").join(name) };
    let mut running = Vec::new();
    for database in databases {
        let mut chaos = Command::new(built("chaos"));
        chaos.arg("--portal").arg(built("vestibule-portal")).args(["--database", database]);
        chaos.args(["--kills", &arguments.kills.to_string(), "--seed", &arguments.seed.to_string()]);
        println!("$ {}", shown(&chaos));
        // Side by side: most of the time something waits to be taken for dead.
        running.push((database, chaos.spawn()?));
    }
    let mut broken = Vec::new();
    for (database, mut chaos) in running {
        if !chaos.wait()?.success() {
            broken.push(*database);
        }
    }
    if !broken.is_empty() {
        bail!("Not everything held: {}", broken.join(", "));
    }
    Ok(())
}
