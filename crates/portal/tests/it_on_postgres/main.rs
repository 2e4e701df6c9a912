//! Everything in `tests/it` once more, with the database on a real server.

#[path = "../it/access_log.rs"]
mod access_log;
#[path = "../it/accounts.rs"]
mod accounts;
#[path = "../it/by_hand.rs"]
mod by_hand;
#[path = "../it/codes.rs"]
mod codes;
#[path = "../it/day_limits.rs"]
mod day_limits;
#[path = "../it/desk.rs"]
mod desk;
#[path = "../it/elsewhere.rs"]
mod elsewhere;
#[path = "../it/elsewhere_troubled.rs"]
mod elsewhere_troubled;
#[path = "../it/enrolment.rs"]
mod enrolment;
#[path = "../it/guarding.rs"]
mod guarding;
#[path = "../it/idempotency.rs"]
mod idempotency;
#[path = "../it/journal.rs"]
mod journal;
#[path = "../it/journeys.rs"]
mod journeys;
mod keys;
#[path = "../it/kills.rs"]
mod kills;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/links.rs"]
mod links;
#[path = "../it/logs.rs"]
mod logs;
#[path = "../it/outbox.rs"]
mod outbox;
#[path = "../it/phones.rs"]
mod phones;
mod poison;
#[path = "../it/record_updates.rs"]
mod record_updates;
#[path = "../it/records.rs"]
mod records;
#[path = "../it/reviews.rs"]
mod reviews;
#[path = "../it/reviews_again.rs"]
mod reviews_again;
#[path = "../it/reviews_elsewhere.rs"]
mod reviews_elsewhere;
#[path = "../it/slow_providers.rs"]
mod slow_providers;
#[path = "../it/staff.rs"]
mod staff;
#[path = "../it/staff_calls.rs"]
mod staff_calls;
#[path = "../it/staff_figures.rs"]
mod staff_figures;
#[path = "../it/staff_helps.rs"]
mod staff_helps;
#[path = "../it/staff_ids.rs"]
mod staff_ids;
#[path = "../it/staff_kiosks.rs"]
mod staff_kiosks;
#[path = "../it/staff_log.rs"]
mod staff_log;
#[path = "../it/staff_records.rs"]
mod staff_records;
#[path = "../it/staff_roles.rs"]
mod staff_roles;
#[path = "../it/staff_sync.rs"]
mod staff_sync;
#[path = "../it/staff_vouching.rs"]
mod staff_vouching;
#[path = "../it/starting.rs"]
mod starting;
#[path = "../it/who_is_this.rs"]
mod who_is_this;
#[path = "../it/wire.rs"]
mod wire;
