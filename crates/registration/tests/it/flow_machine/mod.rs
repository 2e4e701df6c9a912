//! Hostile and clumsy use of the flow, played against a model: many registrations on two numbers, wrong codes, resends
//! to refill tries, moves out of order, a clock that jumps both ways, restarts in between.

mod acts;
mod desk;
mod model;

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::TestRunner,
};
use proptest_state_machine::{ReferenceStateMachine as _, StateMachineTest, prop_state_machine};
use registration::{
    flow::{State, StateName},
    time::Timestamp,
};

use self::{
    desk::{Desk, Kept},
    model::{CODE_LIVES, DAY, GAPS, Model, Transition},
};
use crate::support::{at, config, mobile};

struct Flow;

/// The desk, and how each registration that has ended looked then.
#[derive(Default)]
struct Watched {
    desk: Desk,
    ended: BTreeMap<usize, String>,
}

impl StateMachineTest for Flow {
    type SystemUnderTest = Watched;
    type Reference = Model;

    fn init_test(_: &Model) -> Watched {
        Watched::default()
    }

    fn apply(mut watched: Watched, model: &Model, transition: Transition) -> Watched {
        let target = transition.target(watched.desk.kept.len());
        let answer = watched.desk.act(target, &transition.act);
        assert_eq!(answer, model.answer, "{transition:?}");
        for (which, Kept { registration, .. }) in watched.desk.kept.iter().enumerate() {
            if !registration.state.name().is_open() {
                let looks = format!("{registration:?} {:?}", ended_at(&registration.state));
                let looked = watched.ended.entry(which).or_insert_with(|| looks.clone());
                assert_eq!(*looked, looks, "an end is for ever");
            }
        }
        watched
    }

    fn check_invariants(watched: &Watched, model: &Model) {
        let desk = &watched.desk;
        assert_eq!(desk.now, model.now);
        assert_eq!(desk.kept.len(), model.people.len());
        each_registration_is_where_the_model_says(desk, model);
        no_contact_is_verified_before_its_proof(desk, model);
        tries_are_never_refilled(desk);
        codes_are_sent_with_gaps(desk);
    }
}

fn each_registration_is_where_the_model_says(desk: &Desk, model: &Model) {
    for (Kept { registration, .. }, person) in desk.kept.iter().zip(&model.people) {
        assert_eq!(registration.state.name(), person.state);
        let next = registration.next(at(desk.now));
        if person.state == StateName::AwaitingCode {
            let tries_left = 5_u8.saturating_sub(person.code_tries);
            let age = desk.now - person.code_at;
            let alive = tries_left > 0 && (0..CODE_LIVES).contains(&age);
            assert_eq!(next.tries_left, tries_left);
            assert_eq!(next.may_check_at.is_some(), alive);
            let may_resend = |gap: &i64| at(if age < 0 { desk.now } else { person.code_at + gap });
            assert_eq!(next.may_resend_at, GAPS.get(person.sends - 1).map(may_resend));
        } else {
            assert_eq!(next, registration::flow::NextAction::default());
        }
    }
}

fn no_contact_is_verified_before_its_proof(desk: &Desk, model: &Model) {
    for (Kept { registration, number, .. }, person) in desk.kept.iter().zip(&model.people) {
        if let Some(verified) = registration.verified_mobile() {
            assert_eq!(Some(verified.at()), person.mobile_proven_at.map(at));
            assert!(*verified.value() == mobile(*number));
        }
        if let State::AwaitingTerms { email, .. } | State::Registered { email, .. } = &registration.state {
            assert_eq!(Some(email.at()), person.email_proven_at.map(at));
            assert!(Some(email.value()) == registration.details.email.as_ref());
        }
    }
}

/// At most five compared tries on a code, ten on a number in one window, and none on a dead code.
fn tries_are_never_refilled(desk: &Desk) {
    let mut on_code: BTreeMap<u32, usize> = BTreeMap::new();
    let mut on_number: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for compared in &desk.compared {
        assert!((0..CODE_LIVES).contains(&compared.seconds_after_sending), "whatever the clock did");
        *on_code.entry(compared.code).or_default() += 1;
        on_number.entry(compared.number).or_default().push(compared.odometer);
    }
    assert!(on_code.values().all(|tries| *tries <= 5), "{on_code:?}");
    // Twenty-one tries reach into three windows, so that one whole day lies between them, however the clock was put back.
    for odometers in on_number.values() {
        assert!(odometers.windows(21).all(|span| span[20] - span[0] >= DAY), "{odometers:?}");
    }
}

fn codes_are_sent_with_gaps(desk: &Desk) {
    let mut sends: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for sent in &desk.sent {
        sends.entry(sent.target).or_default().push(sent.at);
    }
    for times in sends.values() {
        assert!(times.len() <= 5);
        // Between two codes lies the gap, or a clock that was put back.
        let apart = |(pair, gap): (&[i64], i64)| pair[1] < pair[0] || pair[1] - pair[0] >= gap;
        assert!(times.windows(2).zip(GAPS).all(apart), "{times:?}");
    }
}

fn ended_at(state: &State) -> Option<Timestamp> {
    match state {
        State::Registered { at, .. }
        | State::Expired { at }
        | State::Abandoned { at }
        | State::Declined { at }
        | State::Locked { at }
        | State::Superseded { at, .. } => Some(*at),
        State::HandedToDesk { mobile } => Some(mobile.at()),
        State::AwaitingCode { .. }
        | State::AwaitingPassword { .. }
        | State::AwaitingLink { .. }
        | State::AwaitingTerms { .. } => None,
    }
}

/// Five wrong passwords on one link in a row are rare, so that a few hundred cases do not always lock one.
const CASES: u32 = 4000;

#[test]
fn the_acts_reach_every_state_and_every_answer() {
    let mut runner = TestRunner::new(config(CASES));
    let strategy = Model::sequential_strategy(1..60);
    let (mut states, mut answers) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..CASES {
        let (mut model, acts, _) = strategy.new_tree(&mut runner).expect("a case").current();
        for act in &acts {
            model = Model::apply(model, act);
            states.extend(model.people.iter().map(|person| person.state));
            answers.insert(format!("{:?}", model.answer));
        }
    }
    assert_eq!(states, BTreeSet::from(StateName::ALL));
    for answer in [
        "Nothing",
        "CodeExpired",
        "CodeTriesUsedUp",
        "NumberTriesUsedUp",
        "TooManySends",
        "NotFromHere",
        "TooSoon",
        "NoMoreSends",
        "Unproven",
        "LinkExpired",
        "Wrong { tries_left: 0 }",
        "Wrong { tries_left: 4 }",
        "Is(Locked)",
    ] {
        assert!(answers.contains(answer), "{answer} is not in {answers:?}");
    }
}

prop_state_machine! {
    #![proptest_config(config(400))]

    #[test]
    fn no_order_of_acts_gets_around_the_flow(sequential 1..60 => Flow);
}
