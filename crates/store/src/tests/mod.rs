//! The contract of the store, each part against a real encrypted file. The PostgreSQL store will have to keep the same one.

mod access_log;
mod accounts;
mod answers;
mod candidates;
mod codes;
mod corrupt;
mod fixture;
mod isolation;
mod limits;
mod logs;
mod opening;
mod outbox;
mod patients;
mod plans;
mod purge;
mod registrations;
mod sandbox;
mod schema;
