//! Somebody's record in the practice's own software: lost, written twice, or written too early.

use registration::flow::StateName;
use store::{Act, RecordUpdateState, UpdateTrouble};

use super::{KNOWN, NEW, World};
use crate::{
    check::Broken,
    found::{There, ThereRecord},
    people::Person,
};

/// As the system shows somebody who has registered.
fn proven(person: &Person, changes: usize) -> ThereRecord {
    let (family, email) = (person.family.clone(), person.email.clone());
    ThereRecord { family, mobile: person.mobile_typed(), email, changes }
}

/// The same two, in a practice whose records are in its own software; ours are copies.
fn whole(tells_new: bool) -> World {
    let mut world = World::whole();
    let records = vec![proven(&world.people[0], 1), proven(&world.people[1], 0)];
    world.found.there = Some(There { tells_new, held: 0, worked_on_late: 0, records });
    world
}

fn records(world: &mut World) -> &mut Vec<ThereRecord> {
    &mut world.found.there.as_mut().expect("it is elsewhere").records
}

/// A system in which nobody can be told to be new: the second of the two is for staff.
fn left_to_staff() -> World {
    let mut world = whole(false);
    records(&mut world).pop();
    world.found.records.pop();
    world.found.reviews = 1;
    let new = world.registration(NEW);
    new.acts.retain(|act| *act != Act::RecordCreated);
    new.update = Some((RecordUpdateState::NeedsStaff(UpdateTrouble::NewCannotBeTold), None));
    world
}

#[test]
fn a_world_whose_records_are_elsewhere_is_whole_with_one_change_for_each() {
    assert_eq!(whole(true).broken(), []);
    assert_eq!(left_to_staff().broken(), []);
}

#[test]
fn a_second_record_or_none_in_the_practice_system_is_noticed() {
    let mut world = whole(true);
    let twice = records(&mut world)[1].clone();
    records(&mut world).push(twice);
    assert_eq!(world.broken(), [Broken::ThereRecords(1, 2)]);
    records(&mut world).truncate(1);
    assert_eq!(world.broken(), [Broken::ThereRecords(1, 0)]);
}

#[test]
fn a_record_that_was_written_twice_or_never_is_noticed() {
    for changes in [0, 2] {
        let mut world = whole(true);
        records(&mut world)[0].changes = changes;
        assert_eq!(world.broken(), [Broken::ThereChanges(0, changes)]);
    }
    let mut world = whole(true);
    let old = world.people[0].old_email();
    records(&mut world)[0].email = old;
    assert_eq!(world.broken(), [Broken::ThereNotHeld(0)]);
    let mut world = whole(true);
    records(&mut world)[1].mobile = "07700 900999".to_owned();
    assert_eq!(world.broken(), [Broken::ThereNotHeld(1)]);
}

#[test]
fn a_record_that_changed_before_the_terms_were_accepted_is_noticed() {
    let mut world = whole(true);
    world.registration(KNOWN).state = StateName::AwaitingTerms;
    let broken = world.broken();
    assert!(broken.contains(&Broken::ThereNotHeld(0)), "{broken:?}");
    assert!(broken.contains(&Broken::ThereChanges(0, 1)), "{broken:?}");
}

#[test]
fn a_record_of_somebody_whom_nobody_invented_is_noticed() {
    let mut world = whole(true);
    let mut stranger = records(&mut world)[0].clone();
    stranger.family = "Nobody".to_owned();
    records(&mut world).push(stranger);
    assert_eq!(world.broken(), [Broken::ThereStrangers(1)]);
}

#[test]
fn a_request_that_was_given_up_and_never_asked_again_is_noticed() {
    let mut world = whole(true);
    world.found.there.as_mut().expect("it is elsewhere").held = 1;
    assert_eq!(world.broken(), [Broken::ThereGivenUp(1)]);
}

#[test]
fn what_was_left_to_staff_without_need_is_noticed() {
    let mut world = whole(true);
    world.found.reviews = 1;
    assert_eq!(world.broken(), [Broken::Reviews { expected: 0, found: 1 }]);
    let mut world = left_to_staff();
    let refused = RecordUpdateState::NeedsStaff(UpdateTrouble::Refused);
    world.registration(NEW).update = Some((refused, None));
    assert_eq!(world.broken(), [Broken::UpdateNotDone(NEW, Some(refused))]);
}
