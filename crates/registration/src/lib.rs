//! Values, flow, limits and policies of a registration.
//!
//! Pure: no I/O, no clock, no async; time and randomness are parameters. Start reading at [`flow`].

pub mod flow;
pub mod ids;
pub mod journal;
pub mod limits;
pub mod record_change;
pub mod secrets;
pub mod time;
pub mod values;

#[cfg(test)]
mod testing;
