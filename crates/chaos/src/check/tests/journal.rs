//! What a kiosk kept: lost, come twice, begun twice, or never gone on with.

use registration::{ids::RegistrationId, secrets::reference::Reference};
use store::{Channel, JournalEntryFound, JournalEntryListed, JournalFate, JournalRow, JournalWait};
use test_support::rng::seeded;
use uuid::Uuid;

use super::{NEW, World, message, now};
use crate::{check::Broken, ledger::Kept};

const KEPT: Uuid = Uuid::from_u128(900);

fn reference() -> Reference {
    Reference::draw(&mut seeded(900))
}

/// Of the same two, the second was sent home with a reference.
fn whole() -> World {
    let mut world = World::whole();
    world.entries[1].registration = None;
    world.entries[1].kept = Kept::Yes(reference());
    let journals = &mut world.found.journals;
    let entry = JournalEntryFound { id: KEPT, sealed: None, registration: Some(NEW) };
    journals.of_person.insert(1, vec![entry]);
    journals.taken.insert(KEPT, true);
    journals.stand.push(JournalRow {
        id: Uuid::from_u128(0xF0),
        kiosk: "Desk 1".to_owned(),
        given: 1,
        waiting: 0,
        received: 1,
        lost: 0,
        known_lost: 0,
        reported_at: Some(now()),
    });
    world
}

fn kept(world: &mut World) -> &mut Vec<JournalEntryFound> {
    world.found.journals.of_person.get_mut(&1).expect("it is there")
}

#[test]
fn a_world_in_which_somebody_went_home_with_a_reference_is_whole() {
    assert_eq!(whole().broken(), []);
}

#[test]
fn an_entry_that_was_acknowledged_and_is_gone_is_noticed() {
    let mut world = whole();
    kept(&mut world).clear();
    world.found.journals.taken.insert(KEPT, false);
    let broken = world.broken();
    assert!(broken.contains(&Broken::EntryLost(KEPT)), "{broken:?}");
    assert!(broken.contains(&Broken::Entries(1, 0)), "{broken:?}");
}

#[test]
fn an_entry_that_came_twice_is_noticed() {
    let mut world = whole();
    let twice = kept(&mut world)[0].clone();
    kept(&mut world).push(twice);
    assert_eq!(world.broken(), [Broken::Entries(1, 2)]);

    let mut world = whole();
    let stand = &mut world.found.journals.stand[0];
    (stand.given, stand.received) = (2, 2);
    assert_eq!(world.broken(), [Broken::EntriesCame { came: 2, taken: 1 }]);
}

#[test]
fn an_entry_that_was_never_handed_over_is_noticed() {
    let mut world = whole();
    world.found.journals.taken.clear();
    let broken = world.broken();
    assert_eq!(broken, [Broken::EntryNotTaken(1), Broken::EntriesCame { came: 1, taken: 0 }]);
}

#[test]
fn an_entry_that_begins_nothing_or_waits_in_vain_is_noticed() {
    let mut world = whole();
    kept(&mut world)[0].registration = None;
    assert!(world.broken().contains(&Broken::EntryNotBegun(1)));

    for (waits_for, fate) in [
        (None, None),
        (Some(JournalWait::Texts), None),
        (None, Some(JournalFate::NotTexted)),
        (None, Some(JournalFate::Refused)),
    ] {
        let mut world = whole();
        let (reference, kiosk, kept_at) = (reference(), "Desk 1".to_owned(), now());
        let listed = JournalEntryListed { reference, kiosk, kept_at, waits_for, fate };
        world.found.journals.not_entered.push(listed.clone());
        assert_eq!(world.broken(), [Broken::EntryNotEntered(listed.reference, waits_for, fate)]);
        assert_eq!(world.found.is_at_rest(), fate.is_some());
    }
}

#[test]
fn a_request_and_its_entry_that_both_began_are_noticed() {
    let mut world = whole();
    let other = RegistrationId(Uuid::from_u128(102));
    world.found.open.insert(1, vec![other]);
    let to = world.people[1].mobile_typed();
    world.found.messages.push(message(50, Channel::Sms, to));
    assert_eq!(world.broken(), [Broken::OpenTwice(1, 1), Broken::Messages(1, 2, Channel::Sms)]);
}

#[test]
fn entries_that_were_lost_are_noticed_but_for_those_of_which_nobody_was_told() {
    let mut world = whole();
    let stand = &mut world.found.journals.stand[0];
    (stand.given, stand.lost) = (2, 1);
    assert_eq!(world.broken(), [Broken::EntriesLost { lost: 1, interrupted: 0 }]);
    world.entries[0].kept = Kept::Perhaps;
    assert_eq!(world.broken(), []);
}

#[test]
fn counts_of_a_journal_that_do_not_add_up_are_noticed() {
    for (given, waiting) in [(1, 1), (2, 0), (0, 0)] {
        let mut world = whole();
        let stand = &mut world.found.journals.stand[0];
        (stand.given, stand.waiting) = (given, waiting);
        assert_eq!(world.broken(), [Broken::JournalStands("Desk 1".to_owned(), given, 1, waiting, 0)]);
    }
}
