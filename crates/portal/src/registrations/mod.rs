//! The use cases. Each is: load, count what must be counted, move, and one transaction that writes the new state, what
//! it promised, the access log and the answer to be given again. Nothing is sent here; the workers send.
//!
//! At the kiosk: confirm, check, resend, password, leave, abandon. From a kiosk's journal: begin. On a phone: beginning with the number, or with a link.
//! To add one: a method on [`Portal`](crate::Portal), its move in `registration::flow`.

mod account;
mod code;
mod confirm;
mod counting;
mod desk;
mod fresh_code;
mod journal;
mod keeping;
mod link;
mod linking;
mod logging;
mod password;
mod phone;
mod terms;
mod verdict;
mod view;

pub(crate) use account::{has_contacts, records_of};
pub(crate) use journal::{CONFIRM_ROUTE, FromJournal};
use keeping::LinkDue;
pub(crate) use keeping::{AtKiosk, Carried};
pub use verdict::SayRefused;
pub(crate) use verdict::{Found, person, proven_email};
pub(crate) use view::state as state_told;
