//! Everything a person types: `cargo xtask run`, `test`, `doctor`, `bench`.
//!
//! Kept small and quick to compile, because it is what a newcomer waits for first: what drives the real window and the
//! phone pages is JavaScript under `tests/`, run by the Node.js that the interface needs anyway.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on the terminal")]

mod bench;
mod chaos;
mod command;
mod doctor;
mod interface;
mod kiosk;
mod packages;
mod places;
mod run;
mod test;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Run, test and measure Vestibule")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and open the kiosk in sandbox mode; without a display, show guided registrations
    Run(run::Arguments),
    /// Check everything: formatting, lints, tests, the real window, the phone pages
    Test(test::Arguments),
    /// Measure, as ratios in one run
    Bench(bench::Arguments),
    /// Kill portal, database and kiosks at work, and say what was lost
    Chaos(chaos::Arguments),
    /// Say what is missing on this machine and the command that mends it
    Doctor(doctor::Arguments),
}

fn main() -> std::process::ExitCode {
    let done = match Arguments::parse().task {
        Task::Run(arguments) => run::run(&arguments),
        Task::Test(arguments) => test::test(&arguments),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Chaos(arguments) => chaos::chaos(&arguments),
        Task::Doctor(arguments) => doctor::doctor(&arguments),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
