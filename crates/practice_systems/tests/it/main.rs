//! The practice systems against servers on this machine: one contract for all, then what each has of its own.

mod contract;
mod dentally;
mod desk;
mod failures;
mod fhir;
mod late;
mod open_dental;
