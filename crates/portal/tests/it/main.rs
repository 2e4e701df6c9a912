//! The portal as its kiosks, its patients and its enemies meet it: over HTTP, on a real encrypted database, with a clock
//! that moves when it is told to and senders that keep what they are handed.

mod access_log;
mod accounts;
mod by_hand;
mod codes;
mod day_limits;
mod desk;
mod elsewhere;
mod elsewhere_troubled;
mod enrolment;
mod guarding;
mod idempotency;
mod journal;
mod journeys;
mod kills;
mod limits;
mod links;
mod logs;
mod outbox;
mod phones;
mod record_updates;
mod records;
mod reviews;
mod reviews_again;
mod reviews_elsewhere;
mod slow_providers;
mod staff;
mod staff_calls;
mod staff_helps;
mod staff_roles;
mod starting;
mod who_is_this;
mod wire;
