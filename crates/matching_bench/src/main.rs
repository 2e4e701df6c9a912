//! Matches every query against every record and says how well that went. Run it as `cargo xtask bench match`, which builds it
//! optimised.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on the terminal")]

mod database;
mod levels;
mod ranking;
mod rows;
mod stopwatch;
mod stored;
mod tally;

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveDate;
use clap::Parser;
use matching::{Circumstances, Frequencies, Known, Person, Policy, Verdict, judge};
use registration::ids::PatientId;
use uuid::Uuid;

use crate::{
    database::{Database, Memory},
    levels::Shares,
    rows::{Fields, Row, Truth, read_rows, read_truth},
    stopwatch::timed,
    stored::Stored,
    tally::{Outcome, Tally},
};

/// Names that more than one record in 300 bears, and more than a handful, both given and family, are concentrated.
const CONCENTRATED: u64 = 300;
const MANY: u64 = 20;

/// Ids in no order, as those of a practice are: neighbours in a file are none in its indexes. An odd number and its inverse.
const SCATTER: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
const GATHER: u128 = 0x2896_9101_c228_2353_2f07_eb1a_988d_4a1d;

const NOT_STORED: &str = "a database holds the kiosk's fields only";

#[derive(Parser)]
#[command(about = "Match queries against records and say how well and how fast that went")]
struct Arguments {
    /// The practice's records: `rec_id,given_name,surname,date_of_birth,…` as FEBRL or the synthetic generator writes them
    #[arg(long)]
    records: PathBuf,
    /// What was typed: `q_id` and the same columns
    #[arg(long)]
    queries: PathBuf,
    /// `q_id,kind,rec_ids`; several ids are joined by ";", none means a new patient
    #[arg(long)]
    truth: PathBuf,
    /// Columns to compare
    #[arg(long, value_enum, default_value = "kiosk")]
    fields: Fields,
    /// How alike names must be for a link
    #[arg(long, value_enum, default_value = "strict")]
    policy: PolicyArgument,
    /// Where records are looked up; a database holds what the kiosk asks for, and neither postcodes nor addresses
    #[arg(long, value_enum, default_value = "memory")]
    database: DatabaseArgument,
    /// What to print: figures, or the shares of levels that the score's constants are fitted on
    #[arg(long, value_enum, default_value = "figures")]
    show: Show,
    /// Print whatever was not linked rightly, by ids and levels, one a line
    #[arg(long)]
    errors: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum PolicyArgument {
    Strict,
    Balanced,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum DatabaseArgument {
    /// A sorted index in this process
    Memory,
    /// An encrypted file in a temporary folder
    Sqlite,
    /// A private server in a temporary folder, over its socket
    Postgres,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Show {
    Figures,
    Levels,
}

impl PolicyArgument {
    const fn policy(self) -> Policy {
        match self {
            Self::Strict => Policy::Strict,
            Self::Balanced => Policy::Balanced,
        }
    }
}

fn main() -> std::process::ExitCode {
    match measure(&Arguments::parse()) {
        Ok(lines) => {
            for line in lines {
                println!("{line}");
            }
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<Vec<String>> {
    let people = read_rows(&arguments.records, "rec_id", arguments.fields)?;
    let queries = read_rows(&arguments.queries, "q_id", arguments.fields)?;
    let truth = read_truth(&arguments.truth)?;
    let ids: HashMap<String, u32> = (0..).zip(&people).map(|(at, row)| (row.id.clone(), at)).collect();
    let names: Vec<String> = people.iter().map(|row| row.id.clone()).collect();
    let people: Vec<(Known, [String; 2])> =
        (0..).zip(people).map(|(at, row)| (known(at, row.person), row.names)).collect();
    let known: Vec<Known> = people.iter().map(|(known, _)| known.clone()).collect();
    let kiosk = arguments.fields == Fields::Kiosk;
    let database: Box<dyn Database> = match arguments.database {
        DatabaseArgument::Memory => Box::new(Memory::build(known.clone())),
        DatabaseArgument::Sqlite => {
            ensure!(kiosk, NOT_STORED);
            Box::new(Stored::in_a_file(&people)?)
        }
        DatabaseArgument::Postgres => {
            ensure!(kiosk, NOT_STORED);
            Box::new(Stored::on_a_server(&people)?)
        }
    };
    let run = Run { database: database.as_ref(), known: &known, ids: &ids, names: &names, arguments };
    match arguments.show {
        Show::Levels => run.levels(&queries, &truth),
        Show::Figures => run.figures(&queries, &truth),
    }
}

struct Run<'a> {
    database: &'a dyn Database,
    known: &'a [Known],
    ids: &'a HashMap<String, u32>,
    names: &'a [String],
    arguments: &'a Arguments,
}

impl Run<'_> {
    fn figures(&self, queries: &[Row], truth: &HashMap<String, Truth>) -> Result<Vec<String>> {
        let mut tally = Tally::default();
        for query in queries {
            self.query(query, truth, &mut tally)?;
        }
        let built = self.database.built();
        let mut lines = tally.lines(self.known.len());
        lines.push(format!(
            "index: {}, built in {:.2} s, {} bytes, {}",
            built.place,
            built.time.as_secs_f64(),
            built.bytes,
            built.keys.map_or_else(|| "keys not counted".to_owned(), |keys| format!("{keys} keys"))
        ));
        Ok(lines)
    }

    fn query(&self, query: &Row, truth: &HashMap<String, Truth>, tally: &mut Tally) -> Result<()> {
        let truth = truth.get(&query.id).with_context(|| format!("no truth for {}", query.id))?;
        let theirs = self.theirs(truth)?;
        let (looked_up, time) = timed(|| self.look_up(query));
        let (judgement, found, frequencies) = looked_up?;
        if self.arguments.errors {
            self.tell(query, truth, &theirs, &judgement);
        }
        let pairs = judgement.comparisons.iter();
        tally.add(Outcome {
            kind: &truth.kind,
            groups: groups(query, truth, &frequencies),
            theirs: &theirs,
            verdict: &judgement.verdict,
            pairs: pairs.map(|pair| (pair.weight.hundredths(), theirs.contains(&pair.patient))).collect(),
            time,
            found,
        });
        Ok(())
    }

    /// All that a registration waits for: keys, records, comparison and decision.
    fn look_up(&self, query: &Row) -> Result<(matching::Judgement, usize, Frequencies)> {
        let (records, frequencies) = self.database.look_up(&query.person)?;
        let none = BTreeSet::new();
        let circumstances = Circumstances {
            policy: self.arguments.policy.policy(),
            frequencies,
            not_the_same: &none,
            today: today()?,
        };
        Ok((judge(&query.person, &records, &circumstances), records.len(), frequencies))
    }

    fn levels(&self, queries: &[Row], truth: &HashMap<String, Truth>) -> Result<Vec<String>> {
        let mut shares = Shares::default();
        for (at, query) in queries.iter().enumerate() {
            let truth = truth.get(&query.id).with_context(|| format!("no truth for {}", query.id))?;
            let theirs: Vec<&Known> = truth
                .records
                .iter()
                .filter_map(|id| self.ids.get(id))
                .filter_map(|at| self.known.get(*at as usize))
                .collect();
            shares.add(at, &query.person, &theirs, self.known);
        }
        Ok(shares.lines())
    }

    fn theirs(&self, truth: &Truth) -> Result<Vec<PatientId>> {
        let id =
            |id: &String| self.ids.get(id).copied().map(patient).with_context(|| format!("no record {id}"));
        truth.records.iter().map(id).collect()
    }

    /// By ids and levels, never by what was typed.
    fn tell(&self, query: &Row, truth: &Truth, theirs: &[PatientId], judgement: &matching::Judgement) {
        let kind = &truth.kind;
        let wrong = match &judgement.verdict {
            Verdict::Linked { patient, .. } if !theirs.contains(patient) => "false link".to_owned(),
            Verdict::New if !theirs.is_empty() => "missed".to_owned(),
            Verdict::Review { doubt, .. } => {
                format!("{}{doubt:?}", if theirs.is_empty() { "newcomer " } else { "" })
            }
            Verdict::New => "newcomer".to_owned(),
            Verdict::Linked { .. } => return,
        };
        let shown: Vec<String> =
            judgement.comparisons.iter().take(4).map(|it| self.shown(it, theirs)).collect();
        println!("{wrong}\t{}\t{kind}\t{}\t{}", query.id, truth.records.join(";"), shown.join(" "));
    }

    fn shown(&self, comparison: &matching::Comparison, theirs: &[PatientId]) -> String {
        let at = usize::try_from(comparison.patient.0.as_u128().wrapping_mul(GATHER)).unwrap_or_default();
        let record = self.names.get(at).map(String::as_str).unwrap_or_default();
        let right = if theirs.contains(&comparison.patient) { "*" } else { "" };
        format!("{record}{right}={}@{:.2}", comparison.levels.code(), comparison.weight.bits())
    }
}

/// The generator's own date, so that ages are what it meant.
fn today() -> Result<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 1, 1).context("1 January is a date")
}

fn known(at: u32, person: Person) -> Known {
    Known { patient: patient(at), version: 1, person, marks: BTreeSet::new() }
}

fn patient(at: u32) -> PatientId {
    PatientId(Uuid::from_u128(u128::from(at).wrapping_mul(SCATTER)))
}

fn groups(query: &Row, truth: &Truth, frequencies: &Frequencies) -> Vec<&'static str> {
    let common = |count: u64| count >= MANY && count * CONCENTRATED > frequencies.records;
    let mut groups = Vec::new();
    if common(frequencies.given) && common(frequencies.family) {
        groups.push("concentrated names");
    }
    if query.traits.beyond_ascii || truth.kind == "translit" || truth.kind == "diacritics" {
        groups.push("transliterated or accented names");
    }
    if query.traits.first_of_january {
        groups.push("born on 1 January");
    }
    if groups.is_empty() {
        groups.push("the rest");
    }
    groups
}
