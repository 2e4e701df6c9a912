//! Why there is no back-up, or nothing was restored.

use std::{io, path::PathBuf};

use crate::failure::Failure;

/// Situations, each with what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupFailure {
    #[error(
        "there is no recovery key yet, so nobody could open a back-up: vestibule-portal recovery-key new prints one"
    )]
    NoRecoveryKey,
    #[error(
        "the recovery key's public half is damaged in the database: vestibule-portal recovery-key new makes another"
    )]
    RecipientDamaged,
    #[error(
        "the recovery key could not be shown, and nobody has it: make another with vestibule-portal recovery-key new"
    )]
    KeyNotShown(#[source] io::Error),
    #[error("database_file: {} is not there", .0.display())]
    NoDatabase(PathBuf),
    #[error("a back-up is no text for a terminal: name a file with --to, or send it to a program")]
    ToTerminal,
    #[error("{} is there already, and no back-up takes the place of another: name a new file", .0.display())]
    BackupExists(PathBuf),
    #[error("{what} cannot be written: {source}; nothing is left of it")]
    NotWritten { what: String, source: io::Error },
    #[error("{0} was not found: install the PostgreSQL client programs, of the server's version or newer")]
    ToolMissing(&'static str),
    #[error("{tool} ended with an error, so there is nothing: {words}")]
    ToolFailed { tool: &'static str, words: String },
    #[error(
        "a back-up comes from a file or a program, not from a terminal: vestibule-portal restore < back-up"
    )]
    FromTerminal,
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
    #[error(
        "the back-up is of {found}, and the configuration names {wanted}: a back-up goes back where it came from"
    )]
    OtherDatabase { found: &'static str, wanted: &'static str },
    #[error(
        "mode: the back-up is of a {found} database, which it stays for ever; the configuration says {wanted}"
    )]
    OtherMode { found: &'static str, wanted: &'static str },
    #[error("practice_id: the back-up is of another practice than any that the configuration names")]
    OtherPractice,
    #[error("the database in the back-up is not the one its beginning tells of: nothing was restored")]
    NotAsDescribed,
    #[error("database_file: {} is there, and restoring replaces nothing: move it away first", .0.display())]
    FileExists(PathBuf),
    #[error("owner_address: the database holds something, and restoring replaces nothing: make an empty one")]
    DatabaseNotEmpty,
    #[error("master_key_file: {} holds another key than the back-up: move it away first", .0.display())]
    OtherMasterKey(PathBuf),
    #[error("everything was restored, and then: {0}; next: vestibule-portal migrate, then access-log verify")]
    AfterRestoring(#[source] Box<Failure>),
    #[error(
        "the back-up is whole and kept, and the access log in it is not: either that was altered, or master_key_file is not the \
         key of this portal, and then nobody can use the back-up; look at access-log verify"
    )]
    BackedUpWithFaults,
    #[error(
        "everything was restored, and the access log in it is not whole: it was altered before the back-up was taken"
    )]
    AccessLogAltered,
}
