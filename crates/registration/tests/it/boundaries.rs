//! The last second in which a thing counts, and the first in which it does not.

use chrono::TimeDelta;
use registration::{
    flow::{
        CodeVerdict, CountedTry, FreshCode, Moved, NewCode, NewLink, Promise, Registration, StateName, Why,
        figures::LinkLifetime,
    },
    time::Timestamp,
};

use crate::support::{at, begun, fresh_code, mac, mobile, new_link, password, registration_id};

const NUMBER: usize = 1;
const CODE: u32 = 42_917;
const HOUR: i64 = 60 * 60;

fn awaiting_code() -> Registration {
    begun(registration_id(1), NUMBER, Some("jo@example.com"), CODE, at(0))
}

/// Proven and sent on to a phone in the first second.
fn awaiting_link() -> Registration {
    let id = registration_id(1);
    let right = mac(id, NUMBER, CODE);
    let Ok(CodeVerdict::Right(proven)) = awaiting_code().check_code(&right, &CountedTry::committed(1), at(0))
    else {
        panic!("the right code")
    };
    proven.registration.continue_on_phone(new_link(), at(0)).expect("a link").registration
}

fn awaiting_terms() -> Registration {
    let proof = fresh_code(registration_id(1), NUMBER, at(0), TimeDelta::zero());
    awaiting_link().set_password_by_link(&proof, password(), at(0)).expect("a password").registration
}

#[track_caller]
fn check_expiry(registration: &Registration, deadline: i64) {
    assert_eq!(registration.deadline(), Some(at(deadline)));
    let early = registration.clone().expire(at(deadline - 1)).expect_err("too soon");
    assert_eq!(early.why, Why::TooSoon { may_at: at(deadline) });
    let expired = registration.clone().expire(at(deadline)).expect("due").registration;
    assert_eq!(expired.state.name(), StateName::Expired);
}

#[test]
fn a_registration_expires_at_its_deadline_and_not_before() {
    check_expiry(&awaiting_code(), 24 * HOUR);
    check_expiry(&awaiting_link(), 72 * HOUR);
    check_expiry(&awaiting_terms(), 72 * HOUR);
}

#[test]
fn a_clock_put_back_before_the_code_was_sent_neither_revives_it_nor_delays_another() {
    let right = mac(registration_id(1), NUMBER, CODE);
    let verdict = |second| awaiting_code().check_code(&right, &CountedTry::committed(1), at(second));
    assert!(matches!(verdict(0), Ok(CodeVerdict::Right(_))));
    assert!(matches!(verdict(599), Ok(CodeVerdict::Right(_))));
    assert!(matches!(verdict(600), Ok(CodeVerdict::Expired)));
    assert!(matches!(verdict(-1), Ok(CodeVerdict::Expired)));
    let next = awaiting_code().next(at(-HOUR));
    assert_eq!((next.may_check_at, next.may_resend_at), (None, Some(at(-HOUR))));
    let new = NewCode { mac: mac(registration_id(1), NUMBER, CODE + 1) };
    awaiting_code().resend_code(new, at(-HOUR)).expect("another code at once");
}

#[test]
fn a_proof_of_the_mobile_speaks_for_fifteen_minutes() {
    let covers = |now: Timestamp| {
        fresh_code(registration_id(1), NUMBER, at(0), TimeDelta::zero()).covers(
            registration_id(1),
            &mobile(NUMBER),
            now,
        )
    };
    assert!(covers(at(0)));
    assert!(covers(at(15 * 60 - 1)));
    assert!(!covers(at(15 * 60)));
    assert!(!covers(at(-1)), "a clock put back does not make a proof younger");
}

#[test]
fn a_proof_of_the_mobile_speaks_for_one_registration_and_one_number() {
    let proof = FreshCode::checked(registration_id(1), mobile(NUMBER), at(0));
    assert!(!proof.covers(registration_id(2), &mobile(NUMBER), at(0)));
    assert!(!proof.covers(registration_id(1), &mobile(NUMBER + 1), at(0)));
}

#[test]
fn a_link_opens_until_its_last_second() {
    let proof = |now| fresh_code(registration_id(1), NUMBER, now, TimeDelta::zero());
    let last = at(72 * HOUR - 1);
    assert!(awaiting_link().set_password_by_link(&proof(last), password(), last).is_ok());
    let late = at(72 * HOUR);
    let refused = awaiting_link().set_password_by_link(&proof(late), password(), late).expect_err("late");
    assert_eq!(refused.why, Why::LinkExpired);
    let refused = awaiting_terms().open_link(true, &CountedTry::committed(1), late).expect_err("late");
    assert_eq!(refused.why, Why::LinkExpired);
}

/// With a link of so many hours.
fn sent_for(hours: u32) -> Moved {
    let id = registration_id(1);
    let right = mac(id, NUMBER, CODE);
    let Ok(CodeVerdict::Right(proven)) = awaiting_code().check_code(&right, &CountedTry::committed(1), at(0))
    else {
        panic!("the right code")
    };
    let new = NewLink { lifetime: LinkLifetime::hours(hours), ..new_link() };
    proven.registration.continue_on_phone(new, at(0)).expect("a link")
}

#[test]
fn a_link_lives_as_long_as_the_practice_says_from_one_hour_to_seventy_two() {
    for (set, lives) in [(0, 1), (1, 1), (2, 2), (71, 71), (72, 72), (73, 72), (u32::MAX, 72)] {
        check_expiry(&sent_for(set).registration, lives * HOUR);
    }
    assert_eq!(LinkLifetime::default(), LinkLifetime::hours(72));
}

#[test]
fn a_link_that_is_dead_after_a_day_has_no_reminder() {
    for (hours, reminded) in [(1, false), (24, false), (25, true), (72, true)] {
        let reminder = Promise::LinkReminder { at: at(24 * HOUR) };
        assert_eq!(sent_for(hours).promises.contains(&reminder), reminded, "{hours} h");
        assert_eq!(sent_for(hours).promises.len(), 1 + usize::from(reminded), "{hours} h");
    }
}
