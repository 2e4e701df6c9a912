//! The built program, started as an operator starts it, against a PostgreSQL of its own.

mod commands;
mod configuration;
mod journey;
mod kiosks;
mod patients;
mod place;
mod serving;
mod tasks;
