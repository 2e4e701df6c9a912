//! The practice's records: in and out as a file, and what they are like.

mod check;
mod export;
mod import;
mod line;
mod place;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub(crate) use export::export;
pub(crate) use import::import;
