//! The portal of one practice or of several as a program of its own: `vestibule-portal`.
//!
//! This is a composition root: it alone names adapters (clock, randomness, files, sockets) and edges together. Start reading
//! at [`serve`]; what may be configured stands in [`config`].

mod access_log;
mod backup;
mod check_config;
mod composition;
mod config;
mod database;
mod failure;
mod journal;
mod kiosks;
mod migrate;
mod patients;
mod reviews;
mod serve;
mod staff;
mod tasks;
mod test_link;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use chrono_tz::Tz;
use clap::{Parser, Subcommand};
use registration::{ids::RegistrationId, secrets::reference::Reference, time::Timestamp};
use store::TaskPurpose;
use uuid::Uuid;

use crate::{
    config::{Configuration, Problems, Told},
    failure::Failure,
};

/// A command that does not know what it is asked to do, as `clap` ends it.
const NOT_UNDERSTOOD: u8 = 2;

/// The portal of a practice's kiosks, for a server.
#[derive(Debug, Parser)]
#[command(name = "vestibule-portal", version)]
struct CommandLine {
    /// The configuration file; without it /etc/vestibule/portal.toml, if it is there.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Whose it is, where there are several practices: the name of its file without .toml.
    #[arg(long, value_name = "NAME", global = true)]
    practice: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    OfAll(OfAll),
    #[command(flatten)]
    OfOne(OfOne),
}

/// What is done with the program or its whole database, however many practices there are.
#[derive(Debug, Subcommand)]
enum OfAll {
    /// Serves kiosks and patients until it is told to stop (SIGTERM).
    Serve,
    /// Makes the tables or brings them up to this program, as the role that owns them.
    Migrate,
    /// Says what is wrong with the configuration, one line for each key.
    CheckConfig {
        /// Opens the database too, as `serve` would.
        #[arg(long)]
        connect: bool,
    },
    /// Writes everything into one sealed back-up, while the portal goes on working.
    Backup {
        /// A file that is not there yet; without it, to standard output.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Puts everything of a back-up from standard input where there is nothing yet.
    Restore {
        /// A file with the recovery key that only its owner can read; without it, the terminal is asked.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: Option<PathBuf>,
    },
    /// The key that opens back-ups.
    RecoveryKey {
        #[command(subcommand)]
        command: RecoveryKeyCommand,
    },
}

/// What is done in one practice.
#[derive(Debug, Subcommand)]
enum OfOne {
    /// The practice's kiosks.
    Kiosk {
        #[command(subcommand)]
        command: KioskCommand,
    },
    /// What kiosks kept while the portal was away.
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Prints a link to be opened on a phone: live mode takes no registrations before one was.
    TestLink,
    /// The log of who did or saw what.
    AccessLog {
        #[command(subcommand)]
        command: AccessLogCommand,
    },
    /// The practice's records: in and out as a CSV file, and what they are like.
    Patients {
        #[command(subcommand)]
        command: PatientsCommand,
    },
    /// What became of the changes to patient records that registrations earned.
    Updates {
        #[command(subcommand)]
        command: UpdatesCommand,
    },
    /// Changes that staff enter into the practice's software by hand.
    Tasks {
        #[command(subcommand)]
        command: TasksCommand,
    },
    /// Who works at the desk.
    Staff {
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// Decisions that the machine left to staff.
    Reviews {
        #[command(subcommand)]
        command: reviews::Command,
    },
}

#[derive(Debug, Subcommand)]
enum RecoveryKeyCommand {
    /// Makes another one for back-ups from now on, and shows it once. Back-ups there are stay sealed to the former key.
    New,
}

#[derive(Debug, Subcommand)]
enum KioskCommand {
    /// Prints a code with which one machine becomes the kiosk of this name.
    Enrol {
        /// As staff call it; a kiosk of this name is replaced when the code is used.
        #[arg(long, value_parser = kiosk_name)]
        name: String,
    },
    /// Lists the kiosks, those that were revoked too.
    List,
    /// Ends what a kiosk may do, from its next request on.
    Revoke {
        /// As staff call it.
        #[arg(long, value_parser = kiosk_name)]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Prints a link under which the first manager chooses a password. Managers invite everybody else in the console.
    Add {
        /// Says that this is the first: nobody else is added by a command.
        #[arg(long, required = true)]
        first: bool,
        /// As colleagues call them.
        #[arg(long)]
        name: String,
        /// What they type before the password: two to four letters and digits.
        #[arg(long)]
        initials: String,
    },
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// How each kiosk's journal stands, and whose text has not gone. Ends with 1 if somebody waits in vain, or details were lost of which
    /// nobody has said that they know.
    List,
    /// Says that you know of what a journal has lost. Shows nobody's details.
    Know {
        /// The journal, as `list` shows it.
        #[arg(value_name = "JOURNAL")]
        journal: Uuid,
        /// Who knows, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
    /// Who was shown a reference. Shows their details.
    Show {
        /// As `list` shows it, or as the patient says it.
        #[arg(value_parser = reference)]
        reference: Reference,
        /// Who looks, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
}

fn reference(typed: &str) -> Result<Reference, String> {
    Reference::parse(typed).ok_or_else(|| "that is no reference, such as KT4-9QF".to_owned())
}

/// As it can stand on a line and on a label.
fn kiosk_name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    if (1..=40).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("a kiosk's name has 1 to 40 characters".to_owned())
    }
}

#[derive(Debug, Subcommand)]
enum AccessLogCommand {
    /// Walks the practice's log: 0 if it is whole, 1 if it was altered, 2 if it could not be looked at.
    Verify,
}

#[derive(Debug, Subcommand)]
enum UpdatesCommand {
    /// One line for each: registration, record, state, since when.
    List {
        #[arg(value_enum, default_value = "all")]
        which: tasks::Which,
    },
    /// Gives the record back what it held before; within 30 days, and never over something newer.
    Undo {
        /// Which, as `list` shows it.
        registration: Uuid,
        /// Who wants it, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
}

#[derive(Debug, Subcommand)]
enum TasksCommand {
    /// What to enter, for whom, and what stood there before. Shows people's details.
    List {
        /// Who looks, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
    /// Says that a change was entered.
    Tick {
        /// Which, as `list` shows it.
        registration: Uuid,
        /// What was done: update, create or `put_back`.
        #[arg(value_parser = purpose)]
        purpose: TaskPurpose,
        /// Who has entered it, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
}

fn purpose(typed: &str) -> Result<TaskPurpose, String> {
    TaskPurpose::parse(typed).ok_or_else(|| "that is update, create or put_back".to_owned())
}

#[derive(Debug, Subcommand)]
enum PatientsCommand {
    /// Adds the records of a file given to standard input; says which lines it refused, and why. Those there are stay as they are.
    Import,
    /// Writes every record to standard output, as `import` reads it.
    Export,
    /// Counts what helps and what hinders registrations, and estimates how many would go to staff. Shows nobody's details.
    Check,
}

fn main() -> ExitCode {
    let CommandLine { config, practice, command } = CommandLine::parse();
    log_to_stderr();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&Failure::from(error));
            return ExitCode::FAILURE;
        }
    };
    let configuration = config::gather(config.as_deref());
    let not_understood = |problems: Problems| {
        complain(&problems.into());
        ExitCode::from(NOT_UNDERSTOOD)
    };
    match command {
        Command::OfAll(command) => match configuration.all(practice.as_deref()) {
            Ok(()) => runtime.block_on(of_all(command, &configuration)),
            Err(problems) => not_understood(problems),
        },
        Command::OfOne(command) => match configuration.one(practice.as_deref()) {
            Ok((told, problems)) => runtime.block_on(of_one(command, told, problems)),
            Err(problems) => not_understood(problems),
        },
    }
}

async fn of_all(command: OfAll, configuration: &Configuration) -> ExitCode {
    match command {
        OfAll::Serve => ended(serve::serve(configuration).await),
        OfAll::Migrate => ended(migrate::migrate(configuration).await),
        OfAll::CheckConfig { connect } => check_config::check(configuration, connect).await,
        OfAll::Backup { to } => ended(backup::take(configuration, to.as_deref()).await),
        OfAll::Restore { recovery_key_file } => {
            ended(backup::restore(configuration, recovery_key_file.as_deref()).await)
        }
        OfAll::RecoveryKey { command: RecoveryKeyCommand::New } => {
            ended(backup::replace(configuration).await)
        }
    }
}

async fn of_one(command: OfOne, told: &Told, problems: Problems) -> ExitCode {
    match command {
        OfOne::Kiosk { command } => ended(match command {
            KioskCommand::Enrol { name } => kiosks::enrol(told, problems, &name).await,
            KioskCommand::List => kiosks::list(told, problems).await,
            KioskCommand::Revoke { name } => kiosks::revoke(told, problems, &name).await,
        }),
        OfOne::Journal { command: JournalCommand::List } => journal::list(told, problems).await,
        OfOne::Journal { command: JournalCommand::Show { reference, staff } } => {
            ended(journal::show(told, problems, &reference, staff).await)
        }
        OfOne::Journal { command: JournalCommand::Know { journal, staff } } => {
            ended(journal::know(told, problems, journal, staff).await)
        }
        OfOne::TestLink => ended(test_link::make(told, problems).await),
        OfOne::AccessLog { command: AccessLogCommand::Verify } => access_log::verify(told, problems).await,
        OfOne::Patients { command: PatientsCommand::Import } => {
            patients::import(told, problems, std::io::stdin()).await
        }
        OfOne::Updates { command: UpdatesCommand::List { which } } => {
            ended(tasks::updates(told, problems, which).await)
        }
        OfOne::Updates { command: UpdatesCommand::Undo { registration, staff } } => {
            ended(tasks::undo(told, problems, RegistrationId(registration), staff).await)
        }
        OfOne::Tasks { command: TasksCommand::List { staff } } => {
            ended(tasks::to_enter(told, problems, staff).await)
        }
        OfOne::Tasks { command: TasksCommand::Tick { registration, purpose, staff } } => {
            ended(tasks::tick(told, problems, RegistrationId(registration), purpose, staff).await)
        }
        OfOne::Staff { command: StaffCommand::Add { first: _, name, initials } } => {
            ended(staff::add_first(told, problems, &name, &initials).await)
        }
        OfOne::Reviews { command } => ended(reviews::run(told, problems, command).await),
        OfOne::Patients { command: PatientsCommand::Export } => {
            ended(patients::export(told, problems, std::io::stdout()).await)
        }
        OfOne::Patients { command: PatientsCommand::Check } => ended(patients::check(told, problems).await),
    }
}

fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Whoever reads may hang up early, which is their affair.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Where it does not mix with what was asked for.
fn say_aside(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn complain(failure: &Failure) {
    let _ = writeln!(std::io::stderr(), "{failure}");
}

fn log_to_stderr() {
    let filter = "warn,vestibule_portal=info,portal=info,store=info,messaging=info";
    let filter = tracing_subscriber::EnvFilter::new(filter);
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
}

/// As the practice's clocks show it.
fn local(at: Timestamp, time_zone: Tz) -> String {
    at.instant().with_timezone(&time_zone).format("%Y-%m-%d %H:%M %Z").to_string()
}
