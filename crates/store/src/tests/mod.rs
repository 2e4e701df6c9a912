//! The contract of the store, each part on a real encrypted file and on a real PostgreSQL. What only one of them has is in
//! [`away`], [`opening`], [`logs`], [`plans`] and [`postgres`].

mod access_log;
mod accounts;
mod answers;
mod away;
mod bare;
mod codes;
mod corrupt;
mod database;
mod figures;
mod fixture;
mod identities;
mod isolation;
mod journal;
mod kiosks;
mod limits;
mod links;
mod listed;
mod logs;
mod match_keys;
mod match_keys_removed;
mod matches;
mod opening;
mod outbox;
mod patients;
mod plans;
mod postgres;
mod purge;
mod record_updates;
mod registrations;
mod reviews;
mod sandbox;
mod schema;
mod staff;
mod test_links;
