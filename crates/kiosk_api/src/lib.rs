//! Request and response types of the kiosk API, and of the commands between the kiosk's window and its Rust side.
//!
//! Nothing here decides anything: rules live in `registration`. Every type derives its TypeScript twin, written to
//! `ui/src/bindings.ts` by `cargo test -p kiosk_api`, which fails when the file was out of date.
//! To add a situation a person can be in: a variant in [`problem`], then words for it in the interface's table.

pub mod details;
pub mod enrolment;
pub mod journal;
pub mod kiosk;
pub mod problem;
mod refusals;
pub mod registration;
pub mod staff;

/// Where the portal serves this API.
pub const BASE_PATH: &str = "/api/kiosk/v1";

/// Every POST carries one, so that a lost answer can be asked for again without doing the work twice.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";
