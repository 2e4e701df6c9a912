//! Why a command did not do what was asked.

use std::io;

use backups::{BackupFailure, Chain};
use portal::{
    FirstRefused, NotEntered, NotOpenedAgain, NotSettled, NotShown, StartRefused, UndoRefused,
    sandbox::NotASandbox,
};
use practice_systems::Situation;
use store::{OpenError, StoreError};

use crate::{backup::NotDone, config::Problems};

/// Said by whoever opens the database for work, and by `check-config`.
pub(crate) const OTHER_MASTER_KEY: &str =
    "is not the key of this database: its match keys were made under another one";

/// Shown with everything that led to it; no part of it carries a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Configuration(Problems),
    #[error("the database was not opened: {}", Chain(.0))]
    Open(#[from] OpenError),
    #[error("the database did not do it: {}", Chain(.0))]
    Store(#[from] StoreError),
    #[error("master_key_file: {OTHER_MASTER_KEY}. Nothing was changed")]
    OtherMasterKey,
    #[error("the portal does not start: {0}")]
    Start(#[from] StartRefused),
    #[error("the portal does not start: {0}")]
    Sandbox(#[from] NotASandbox),
    #[error("{key}: nothing can listen there: {source}")]
    Listen { key: &'static str, source: io::Error },
    #[error("the machine refused: {0}")]
    Machine(#[from] io::Error),
    #[error("this is no CSV file with commas: {0}")]
    NotCsv(&'static str),
    #[error(
        "line {line}: a quote is opened and not closed on this line; mend it, and start again with the whole file"
    )]
    QuoteLeftOpen { line: u64 },
    #[error("column {number} has a name that is not known; these are: {known}")]
    UnknownColumn { number: usize, known: String },
    #[error("there are two columns named {0}")]
    ColumnTwice(&'static str),
    #[error("there is no column named {0}")]
    ColumnMissing(&'static str),
    #[error("no kiosk of that name has a credential: vestibule-portal kiosk list says which have")]
    NoSuchKiosk,
    #[error("there is no such journal: vestibule-portal journal list says which there are")]
    NoSuchJournal,
    #[error("{0}{advice}", advice = new_key_advice(.0))]
    Backup(#[from] BackupFailure),
    #[error("{0}")]
    BackupNotDone(#[from] NotDone),
    #[error("practice_system: {0}. {advice}", advice = .0.advice())]
    PracticeSystem(#[from] Situation),
    #[error("nothing was undone: {0}")]
    Undo(#[from] UndoRefused),
    #[error("{0}: vestibule-portal tasks list shows those that wait")]
    NotEntered(#[from] NotEntered),
    #[error("{0}: vestibule-portal reviews list shows those that wait")]
    NotShown(#[from] NotShown),
    #[error("nothing was settled: {0}")]
    NotSettled(#[from] NotSettled),
    #[error("the review was not opened again: {0}")]
    NotOpenedAgain(#[from] NotOpenedAgain),
    #[error("nobody was invited: {0}")]
    FirstManager(#[from] FirstRefused),
    #[error("the workers broke off")]
    WorkersEnded,
    /// One of several.
    #[error("{practice}: {failure}")]
    OfPractice { practice: String, failure: Box<Self> },
}

impl Failure {
    /// Says whose it is, where there are several.
    pub(crate) fn of(self, practice: Option<&str>) -> Self {
        match practice {
            Some(practice) => Self::OfPractice { practice: practice.to_owned(), failure: Box::new(self) },
            None => self,
        }
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Machine(error),
            _ => Self::NotCsv("a line cannot be written"),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Configuration(problems)
    }
}

fn new_key_advice(failure: &BackupFailure) -> &'static str {
    if failure.wants_another_recovery_key() { ": vestibule-portal recovery-key new prints one" } else { "" }
}
