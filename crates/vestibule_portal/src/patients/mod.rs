//! The practice's records as a file: in and out.

mod export;
mod import;
mod line;
mod place;
#[cfg(test)]
mod tests;

pub(crate) use export::export;
pub(crate) use import::import;
