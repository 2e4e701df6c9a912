//! Breaks a portal on purpose while people register, and looks whether anything was lost, done twice or done by halves. Run
//! it as `cargo xtask chaos`, which builds the portal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on the terminal")]

mod asking;
mod check;
mod disk;
mod found;
mod keeping;
mod kiosk;
mod ledger;
mod network;
mod patient;
mod people;
mod phone;
mod place;
mod plan;
mod portal_process;
mod report;
mod round;
mod system;
mod trouble;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;

use crate::{
    report::Report,
    round::{Kind, Round},
    system::Records,
};

/// Kills of one round: then everything is looked at, and a new practice opens.
const KILLS_A_ROUND: u32 = 50;
/// More than a portal can hash for at once, fewer than use up the practice's codes of a day.
const KIOSKS: usize = 12;
/// A portal asks a practice system two things at a time, and whoever came while it answered nothing waits for that.
const KIOSKS_BESIDE_A_SYSTEM: usize = 6;
const BETWEEN_PEOPLE_BESIDE_A_SYSTEM: Duration = Duration::from_secs(8);

#[derive(Parser)]
#[command(about = "Kill a portal, its database and its kiosks at work, and say what was lost")]
struct Arguments {
    /// The `vestibule-portal` to be killed
    #[arg(long)]
    portal: PathBuf,
    /// Where it keeps its records
    #[arg(long, value_enum)]
    database: Kind,
    /// Which software holds the patients' records; others than our own fail as well, each way once a round
    #[arg(long, value_enum, default_value = "own")]
    records: Records,
    /// Processes killed in all; none is one round without
    #[arg(long)]
    kills: u32,
    /// Which faults come when, and who registers
    #[arg(long)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let name = name(&arguments);
    println!("{name}: {} kills, seed {}", arguments.kills, arguments.seed);
    let mut report = Report::default();
    let (mut seed, mut left) = (arguments.seed, arguments.kills);
    loop {
        let kills = left.min(KILLS_A_ROUND);
        let (kiosks, between_people) = match arguments.records {
            Records::Own => (KIOSKS, Duration::ZERO),
            Records::Dentally | Records::OpenDental | Records::Fhir => {
                (KIOSKS_BESIDE_A_SYSTEM, BETWEEN_PEOPLE_BESIDE_A_SYSTEM)
            }
        };
        let (kind, records) = (arguments.database, arguments.records);
        let round = Round { program: &arguments.portal, kind, seed, kills, kiosks, between_people, records };
        if let Err(error) = round.run(&mut report).await {
            eprintln!("{name}, round of seed {seed}: {error:#}\nuntil then:\n{report}");
            return ExitCode::FAILURE;
        }
        left -= kills;
        if left == 0 {
            break;
        }
        println!("{name}: {left} kills left");
        seed += 1;
    }
    println!("\n{name}, seed {}\n{report}", arguments.seed);
    if let Some(why) = report.proves_nothing() {
        eprintln!("{name}: {why}");
        return ExitCode::FAILURE;
    }
    if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn name(arguments: &Arguments) -> String {
    let database = match arguments.database {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    match arguments.records {
        Records::Own => database.to_owned(),
        Records::Dentally => format!("{database}, records in Dentally"),
        Records::OpenDental => format!("{database}, records in Open Dental"),
        Records::Fhir => format!("{database}, records on a FHIR server"),
    }
}
