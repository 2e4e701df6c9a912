//! Back-ups: taking one, restoring one, and the recovery key to which they are sealed.
//!
//! A back-up is one stream, sealed with age to the public half of the recovery key: a [`header`] with the master key in it, then
//! the database. Reading it wholly is what proves it: age authenticates each piece and the end. Nothing of a server's database
//! lies on a disk in the clear on the way, and nothing is put in place before the whole stream was proven.

mod failure;
mod files;
mod header;
mod recovery_key;
mod restore;
mod sealed;
mod take;
mod tools;

pub(crate) use failure::BackupFailure;
pub(crate) use recovery_key::{make_first, replace};
pub(crate) use restore::restore;
pub(crate) use take::take;
