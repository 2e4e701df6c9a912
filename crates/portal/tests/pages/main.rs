//! The patient's pages, asked in-process as a browser, a mail scanner and an attacker would ask them.

mod app;
mod hostile;
mod neutral;
mod passes;
mod purity;
mod sandbox;
mod tokens;
