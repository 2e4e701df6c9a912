//! Back-ups, as this program's commands take and restore them: `backups` has the stream, the recovery key and the way of a file;
//! here are the configuration, the server with PostgreSQL's own programs, and the master key's file.

mod failure;
mod key_file;
mod recovery_key;
mod restore;
mod take;
mod tools;

pub(crate) use failure::NotDone;
pub(crate) use recovery_key::{make_first, replace};
pub(crate) use restore::restore;
pub(crate) use take::take;
