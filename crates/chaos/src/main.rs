//! Breaks a portal on purpose while people register, and looks whether anything was lost, done twice or done by halves. Run
//! it as `cargo xtask chaos`, which builds the portal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on the terminal")]

mod check;
mod disk;
mod found;
mod kiosk;
mod ledger;
mod network;
mod people;
mod phone;
mod place;
mod plan;
mod portal_process;
mod report;
mod round;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{
    report::Report,
    round::{Kind, Round},
};

/// Kills of one round: then everything is looked at, and a new practice opens.
const KILLS_A_ROUND: u32 = 50;
/// More than a portal can hash for at once, fewer than use up the practice's codes of a day.
const KIOSKS: usize = 12;

#[derive(Parser)]
#[command(about = "Kill a portal, its database and its kiosks at work, and say what was lost")]
struct Arguments {
    /// The `vestibule-portal` to be killed
    #[arg(long)]
    portal: PathBuf,
    /// Where it keeps its records
    #[arg(long, value_enum)]
    database: Kind,
    /// Processes killed in all
    #[arg(long)]
    kills: u32,
    /// Which faults come when, and who registers
    #[arg(long)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let name = match arguments.database {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    println!("{name}: {} kills, seed {}", arguments.kills, arguments.seed);
    let mut report = Report::default();
    let (mut seed, mut left) = (arguments.seed, arguments.kills);
    while left > 0 {
        let kills = left.min(KILLS_A_ROUND);
        let round =
            Round { program: &arguments.portal, kind: arguments.database, seed, kills, kiosks: KIOSKS };
        if let Err(error) = round.run(&mut report).await {
            eprintln!("{name}, round of seed {seed}: {error:#}\nuntil then:\n{report}");
            return ExitCode::FAILURE;
        }
        left -= kills;
        if left > 0 {
            println!("{name}: {left} kills left");
        }
        seed += 1;
    }
    println!("\n{name}, seed {}\n{report}", arguments.seed);
    if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
