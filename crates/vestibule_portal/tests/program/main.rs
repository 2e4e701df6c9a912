//! The built program, started as an operator starts it, against a PostgreSQL of its own.

mod backups;
mod commands;
mod configuration;
mod journal;
mod journey;
mod kiosks;
mod master_key;
mod outage;
mod patients;
mod patients_check;
mod place;
mod practice_system;
mod practices;
mod reviews;
mod serving;
mod tasks;
mod test_link;
