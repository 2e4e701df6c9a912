//! How fast the outbox moves record updates into PostgreSQL, beside the same row writes in bare batches: one line of JSON.
//!
//! Both write record, history, what became of it, access log and the end of the promise; both into one server of this
//! program's own that writes through to the disk, in turns. `cargo xtask bench outbox` runs this in release.
#![expect(clippy::print_stdout, reason = "the line is what the bench reads")]

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use registration::{
    flow::{Registration, State},
    ids::{PatientId, draw_uuid},
};
use serde_json::json;
use store::{AccessEntry, Act, Actor, ContactUpdate, OutboxKind, RecordUpdateState, Store};
use test_support::rng::seeded;

use crate::desk::{Desk, HELD_BACK, patient_of_person, practice};

#[path = "../tests/it/desk.rs"]
#[expect(dead_code, unused_imports, reason = "what tests ask of a desk and a bench does not")]
mod desk;

/// Updates of one turn; there are a thousand invented numbers.
const UPDATES: u16 = 120;
/// Turns of each; the first of each is for warming up.
const TURNS: u16 = 4;
/// Updates that the bare writer commits together.
const BATCH: usize = 50;

#[tokio::main]
async fn main() {
    let desk = Desk::open().await;
    let (mut outbox, mut bare) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let first = turn * 2 * UPDATES;
        let own = by_the_outbox(&desk, first..first + UPDATES).await;
        let batches = in_bare_batches(&desk, first + UPDATES..first + 2 * UPDATES).await;
        if turn > 0 {
            outbox.push(own);
            bare.push(batches);
        }
    }
    let (outbox, bare) = (a_second(&outbox), a_second(&bare));
    println!("{}", json!({ "outbox_a_second": outbox, "bare_a_second": bare, "ratio": outbox / bare }));
}

async fn by_the_outbox(desk: &Desk, people: Range<u16>) -> Duration {
    let promised = desk.promised_updates(people).await;
    desk.pass(HELD_BACK);
    let start = now();
    desk.portal.settle().await;
    let took = start.elapsed();
    for registration in &promised {
        let update = desk.store.record_update(practice(), registration.id).await.expect("readable");
        assert_eq!(update.expect("kept").state, RecordUpdateState::Confirmed { version: 2 });
    }
    took
}

async fn in_bare_batches(desk: &Desk, people: Range<u16>) -> Duration {
    let promised = desk.promised_updates(people.clone()).await;
    let patients: Vec<_> = people.map(patient_of_person).collect();
    let updates: Vec<_> = promised.iter().zip(patients).collect();
    let start = now();
    for batch in updates.chunks(BATCH) {
        write(desk, &desk.store, batch).await;
    }
    start.elapsed()
}

async fn write(desk: &Desk, store: &Store, batch: &[(&Registration, PatientId)]) {
    let at = desk.now();
    let mut tx = store.begin(practice()).await.expect("begun");
    for (registration, patient) in batch {
        let State::Registered { mobile, email, .. } = &registration.state else { panic!("registered") };
        let update = ContactUpdate {
            practice: practice(),
            patient: *patient,
            expected_version: 1,
            mobile: mobile.clone(),
            email: Some(email.clone()),
            registration: registration.id,
            at,
        };
        assert!(tx.apply_contact_update(&update).await.expect("written"));
        let confirmed = RecordUpdateState::Confirmed { version: 2 };
        tx.keep_record_update(practice(), registration.id, Some(*patient), confirmed, at)
            .await
            .expect("kept");
        let entry = AccessEntry {
            id: draw_uuid(at, &mut seeded(seed_of(registration))),
            practice: practice(),
            at,
            actor: Actor::Portal,
            act: Act::RecordUpdated,
            registration: Some(registration.id),
            patient: Some(*patient),
            account: None,
            purpose: None,
            about_staff: None,
        };
        tx.log(entry).await.expect("logged");
        let kinds = [OutboxKind::RecordUpdate];
        tx.cancel_outbox(practice(), registration.id, &kinds, at).await.expect("ended");
    }
    tx.commit().await.expect("committed");
}

/// A line's id differs from every other line's.
fn seed_of(registration: &Registration) -> u64 {
    registration.id.0.as_u64_pair().1
}

fn a_second(turns: &[Duration]) -> f64 {
    let seconds: f64 = turns.iter().map(Duration::as_secs_f64).sum();
    f64::from(UPDATES) * f64::from(u32::try_from(turns.len()).unwrap_or(u32::MAX)) / seconds
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]
fn now() -> Instant {
    Instant::now()
}
