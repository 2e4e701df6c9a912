//! Why there is no back-up, or nothing was restored.

use std::{fmt, io, path::PathBuf};

use store::{OpenError, StoreError};

/// Situations, in words for whoever keeps the machine.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each says in its words what it is")]
pub enum BackupFailure {
    #[error("there is no recovery key yet, so nobody could open a back-up")]
    NoRecoveryKey,
    #[error("the recovery key's public half is damaged in the database")]
    RecipientDamaged,
    #[error("the recovery key could not be shown, and nobody has it")]
    KeyNotShown(#[source] io::Error),
    #[error("there is no database: {} is not there", .0.display())]
    NoDatabase(PathBuf),
    #[error("{} is there already, and no back-up takes the place of another: name a new file", .0.display())]
    BackupExists(PathBuf),
    #[error("{what} cannot be written: {source}; nothing is left of it")]
    NotWritten { what: String, source: io::Error },
    #[error(
        "there is no terminal to ask for the recovery key: put it into a file that only you can read, and name that with --recovery-key-file"
    )]
    NobodyToAsk,
    #[error("this is no recovery key: it begins with AGE-SECRET-KEY-1 and has 74 characters")]
    NotARecoveryKey,
    #[error("this is no back-up of Vestibule")]
    NotABackup,
    #[error(
        "this recovery key does not open this back-up: it was made for another key, or its beginning was altered"
    )]
    WrongRecoveryKey,
    #[error(
        "the back-up was altered or its end is missing: nothing was restored; take another copy of it, or an older one"
    )]
    NotWhole,
    #[error("the back-up could not be read to its end: {0}; nothing was restored")]
    Unreadable(#[source] io::Error),
    #[error(
        "the back-up is of a newer format or database than this program knows: restore it with the newer program"
    )]
    TooNew,
    #[error("the back-up is of {found}, and here belongs {wanted}: a back-up goes back where it came from")]
    OtherDatabase { found: &'static str, wanted: &'static str },
    #[error(
        "mode: the back-up is of a {found} database, which it stays for ever; this program was told {wanted}"
    )]
    OtherMode { found: &'static str, wanted: &'static str },
    #[error("practice_id: the back-up is of another practice than any here")]
    OtherPractice,
    #[error("the database in the back-up is not the one its beginning tells of: nothing was restored")]
    NotAsDescribed,
    #[error("{} is there, and restoring replaces nothing: move it away first", .0.display())]
    FileExists(PathBuf),
    #[error("the copy of the database could not be read: {0}")]
    CopyUnreadable(#[source] io::Error),
    #[error("the database was not opened: {}", Chain(.0))]
    Open(#[from] OpenError),
    #[error("the database did not do it: {}", Chain(.0))]
    Store(#[from] StoreError),
}

impl BackupFailure {
    /// Whether another recovery key mends it. How one is made, each program says itself.
    #[must_use]
    pub const fn wants_another_recovery_key(&self) -> bool {
        matches!(self, Self::NoRecoveryKey | Self::RecipientDamaged | Self::KeyNotShown(_))
    }
}

/// An error and its sources on one line.
#[derive(Debug)]
pub struct Chain<'e>(pub &'e (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
