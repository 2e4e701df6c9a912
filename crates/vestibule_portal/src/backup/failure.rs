//! Why a command about back-ups did not do what was asked, where `backups` does not know it.

use std::path::PathBuf;

use crate::failure::Failure;

/// Situations, each with what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDone {
    #[error("a back-up is no text for a terminal: name a file with --to, or send it to a program")]
    ToTerminal,
    #[error("{0} was not found: install the PostgreSQL client programs, of the server's version or newer")]
    ToolMissing(&'static str),
    #[error("{tool} ended with an error, so there is nothing: {words}")]
    ToolFailed { tool: &'static str, words: String },
    #[error(
        "a back-up comes from a file or a program, not from a terminal: vestibule-portal restore < back-up"
    )]
    FromTerminal,
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
