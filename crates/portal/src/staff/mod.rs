//! What staff do, in a kiosk's admin mode and in a browser at the desk: letting them in, and each ask of theirs.
//!
//! Every ask passes [`asks`], where the role is asked for before anything is done. The rules stand in the crate of the same name, in
//! `registration` and `matching`; who did it, where and what for is kept in the access log with the act.
//! To add an ask: a variant in `kiosk_api::staff::ask`, its permission and its arm in [`asks`], its words in the interface.

mod anew;
mod asks;
mod attention;
pub(crate) mod console;
mod csv;
mod days;
mod figures;
mod help;
mod id_seen;
mod kiosks;
pub(crate) mod letting_in;
mod log;
mod members;
pub(crate) mod over_http;
mod patients;
mod records;
pub(crate) mod refused;
mod reviewing;
mod sync;
mod unlinking;
mod vouching;

pub use members::{FirstRefused, Invitation};
pub(crate) use patients::LISTED_TO;
