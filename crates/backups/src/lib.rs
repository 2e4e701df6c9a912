//! Back-ups: taking one, restoring one, and the recovery key to which they are sealed; for the portal on a server and for the
//! kiosk that brings its own.
//!
//! A back-up is one stream, sealed with age to the public half of the recovery key: a header with the master key in it, then
//! the database. Reading it wholly is what proves it: age authenticates each piece and the end. Nothing is put in place before
//! the whole stream was proven. How an encrypted file goes in and out stands here whole ([`back_up`], [`read_aside`]); for a
//! server the portal's program has PostgreSQL's own tools, and takes the parts from here. Where the master key is kept differs,
//! so keeping it is the program's.

mod failure;
mod files;
mod header;
mod master_key;
mod recovery_key;
mod restore;
pub mod sealed;
mod take;

pub use failure::{BackupFailure, Chain};
pub use files::{Aside, NewFile, in_the_way, not_written, spool};
pub use header::{Header, Kind};
pub use master_key::{MasterKey, as_digits, of_digits};
pub use recovery_key::{RecoveryKey, make_first, refuse_older, replace};
pub use restore::{Reports, Wanted, look_through, read_aside};
pub use take::{AccessLogSeen, FileDatabase, Taken, back_up, begin, look_at, open_file, unwritten};
