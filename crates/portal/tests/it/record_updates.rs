//! What staff see of the changes to records, and take back.

use std::sync::Arc;

use chrono::TimeDelta;
use portal::UndoRefused;
use registration::{flow::Registration, ids::RegistrationId};
use store::{Act, ByStaff, ContactField, OutboxKind, PromiseState, RecordUpdateState, UpdateTrouble};
use uuid::Uuid;

use crate::{
    desk::{Desk, EMAIL, HELD_BACK, MASTER, jo, patient_of_person, person, practice, settings},
    outbox::fate,
    records::{JOS_RECORD, accepted, jos, staff_change_the_record},
};

const RECEPTIONIST: ByStaff = ByStaff::command(Uuid::from_u128(77));

/// Jo, whose record was updated.
async fn updated(desk: &Desk) -> Registration {
    let registration = accepted(desk).await;
    desk.portal.settle().await;
    registration
}

async fn state(desk: &Desk, id: RegistrationId) -> Option<RecordUpdateState> {
    let updates = desk.portal.record_updates(100).await.expect("readable");
    updates.iter().find(|update| update.registration == id).map(|update| update.state)
}

async fn acts(desk: &Desk, id: RegistrationId) -> Vec<Act> {
    let acts = desk.store.acts_of(practice(), id).await.expect("readable");
    acts.into_iter().map(|(act, _)| act).collect()
}

async fn values(desk: &Desk) -> [Option<String>; 2] {
    let record = jos(desk).await;
    [ContactField::Mobile, ContactField::Email]
        .map(|field| record.contact(field).map(|contact| contact.value.clone()))
}

fn notices_to(desk: &Desk, address: &str) -> usize {
    desk.email.sent().iter().filter(|email| email.to.as_str() == address).count()
}

#[tokio::test]
async fn an_update_waits_until_the_record_holds_it() {
    let desk = Desk::open().await;
    let jo = accepted(&desk).await;
    assert_eq!(state(&desk, jo.id).await, Some(RecordUpdateState::Waiting));
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, Some(RecordUpdateState::Confirmed { version: 2 }));
    let update = desk.portal.record_updates(1).await.expect("readable").remove(0);
    assert_eq!(update.patient, Some(JOS_RECORD));
    assert!(desk.portal.record_updates_for_staff(10).await.expect("readable").is_empty());
}

#[tokio::test]
async fn somebody_new_has_a_record_in_the_end() {
    let desk = Desk::open().await;
    let sam = desk.registered(&person(1)).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, sam.id).await, Some(RecordUpdateState::Confirmed { version: 1 }));
    let undone = desk.portal.undo_record_update(sam.id, RECEPTIONIST).await;
    assert!(matches!(undone, Err(UndoRefused::NothingBefore)), "{undone:?}");
}

#[tokio::test]
async fn an_update_that_met_a_newer_record_is_left_to_staff() {
    let desk = Desk::open().await;
    let jo = accepted(&desk).await;
    staff_change_the_record(&desk, 1).await;
    desk.portal.settle().await;
    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged);
    assert_eq!(state(&desk, jo.id).await, Some(needs_staff));
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
}

#[tokio::test]
async fn reception_takes_an_update_back_and_the_record_is_as_it_was() {
    let desk = Desk::open().await;
    let jo = updated(&desk).await;
    assert_eq!(
        values(&desk).await,
        [Some("+447700900123".to_owned()), Some("Jo.OBrien@Example.com".to_owned())]
    );
    let before = notices_to(&desk, EMAIL);
    desk.pass(TimeDelta::hours(1));
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    desk.portal.settle().await;

    assert_eq!(values(&desk).await, [None, Some("old@example.org".to_owned())]);
    assert_eq!(state(&desk, jo.id).await, Some(RecordUpdateState::Undone { version: 2 }));
    assert_eq!(acts(&desk, jo.id).await.last(), Some(&Act::RecordUpdateUndone));
    assert_eq!(notices_to(&desk, EMAIL), before + 1, "who is no longer the contact is told");
    let again = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(again, Err(UndoRefused::NothingWritten)), "{again:?}");
    assert_eq!(jos(&desk).await.version, 3);
}

#[tokio::test]
async fn a_notice_that_has_not_gone_when_its_update_is_undone_never_goes() {
    let desk = Desk::open().await;
    let jo = accepted(&desk).await;
    desk.pass(TimeDelta::hours(10));
    desk.portal.settle().await;
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    desk.pass(TimeDelta::hours(12));
    let before = notices_to(&desk, EMAIL);
    desk.portal.settle().await;
    assert_eq!(notices_to(&desk, "old@example.org"), 0, "the contact that is back");
    assert_eq!(notices_to(&desk, EMAIL), before + 1, "the contact that went");
}

#[tokio::test]
async fn who_registers_again_changes_nothing_and_the_first_update_can_still_be_undone() {
    let desk = Desk::open().await;
    let first = updated(&desk).await;
    desk.pass(TimeDelta::hours(1));
    let again = desk.registered(&jo()).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, again.id).await, Some(RecordUpdateState::AlreadyHeld));
    assert_eq!(jos(&desk).await.version, 2);
    assert!(desk.reviews().await.is_empty());
    let undone = desk.portal.undo_record_update(again.id, RECEPTIONIST).await;
    assert!(matches!(undone, Err(UndoRefused::NothingWritten)), "{undone:?}");
    desk.portal.undo_record_update(first.id, RECEPTIONIST).await.expect("undone");
    assert_eq!(values(&desk).await, [None, Some("old@example.org".to_owned())]);
}

#[tokio::test]
async fn two_much_alike_with_one_mobile_do_not_both_become_new_records() {
    let desk = Desk::open().await;
    let mut pairs = Vec::new();
    let strangers = [
        ("Ada", "Okafor", "1941", "1"),
        ("Bertil", "Lindqvist", "1957", "9"),
        ("Carmen", "Delgado", "1963", "12"),
        ("Dilip", "Mukherjee", "1976", "3"),
        ("Eun", "Yamaguchi", "1989", "7"),
        ("Fatou", "Schwarz", "1995", "10"),
    ];
    for (n, (given, family, year, month)) in (0..).zip(strangers) {
        let mut one = person(n);
        one["given_name"] = given.into();
        one["family_name"] = family.into();
        one["date_of_birth"]["year"] = year.into();
        one["date_of_birth"]["month"] = month.into();
        let mut other = one.clone();
        other["given_name"] = format!("{given}h").into();
        other["email"] = format!("other{n}@example.com").into();
        pairs.push([desk.promised(&one).await.id, desk.promised(&other).await.id]);
    }
    desk.pass(HELD_BACK);
    desk.portal.settle().await;
    for pair in pairs {
        let states = [state(&desk, pair[0]).await, state(&desk, pair[1]).await];
        let made =
            states.iter().filter(|it| **it == Some(RecordUpdateState::Confirmed { version: 1 })).count();
        assert_eq!(made, 1, "{states:?}");
    }
    assert_eq!(desk.reviews().await.len(), 6);
}

#[tokio::test]
async fn two_who_undo_at_once_undo_once() {
    let desk = Desk::open().await;
    let jo = updated(&desk).await;
    let undo = || desk.portal.undo_record_update(jo.id, RECEPTIONIST);
    let (one, other) = tokio::join!(undo(), undo());
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {other:?}");
    assert_eq!(jos(&desk).await.version, 3);
    let undone = acts(&desk, jo.id).await.iter().filter(|act| **act == Act::RecordUpdateUndone).count();
    assert_eq!(undone, 1);
}

#[tokio::test]
async fn what_reception_wrote_since_is_not_undone() {
    let desk = Desk::open().await;
    let jo = updated(&desk).await;
    let record = jos(&desk).await;
    staff_change_the_record(&desk, record.version).await;
    let newer = jos(&desk).await;
    let undone = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(undone, Err(UndoRefused::RecordChanged)), "{undone:?}");
    assert_eq!(jos(&desk).await, newer);
    assert!(!acts(&desk, jo.id).await.contains(&Act::RecordUpdateUndone));
}

#[tokio::test]
async fn after_thirty_days_an_update_stands() {
    let desk = Desk::open().await;
    let jo = updated(&desk).await;
    desk.pass(TimeDelta::days(30));
    desk.pass(TimeDelta::seconds(1));
    let undone = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(undone, Err(UndoRefused::TooLate)), "{undone:?}");
    assert_eq!(jos(&desk).await.version, 2);
}

#[tokio::test]
async fn a_registration_that_changed_nothing_has_nothing_to_undo() {
    let desk = Desk::open().await;
    let jo = accepted(&desk).await;
    for id in [jo.id, RegistrationId(Uuid::from_u128(5))] {
        let undone = desk.portal.undo_record_update(id, RECEPTIONIST).await;
        assert!(matches!(undone, Err(UndoRefused::NothingWritten)), "{undone:?}");
    }
}

#[tokio::test]
async fn a_promise_that_cannot_be_read_is_left_to_staff_and_holds_up_nobody() {
    let desk = Desk::open().await;
    let jo_accepted = accepted(&desk).await;
    let leased =
        desk.store.claim_outbox(practice(), desk.now(), TimeDelta::seconds(60), 10).await.expect("leased");
    assert_eq!(leased.len(), 1);
    desk.store.reseal_outbox(&leased[0], b"altered").await.expect("altered");
    desk.pass(TimeDelta::seconds(60));
    let sam = desk.registered(&person(1)).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo_accepted.id).await, Some(RecordUpdateState::Waiting), "the key may come back");
    for _ in 0..10 {
        desk.pass(TimeDelta::minutes(15));
        desk.portal.settle().await;
    }

    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::PromiseUnreadable);
    assert_eq!(state(&desk, jo_accepted.id).await, Some(needs_staff));
    let listed = desk.portal.record_updates_for_staff(10).await.expect("readable");
    assert_eq!(listed.iter().map(|it| it.registration).collect::<Vec<_>>(), [jo_accepted.id]);
    let id = jo_accepted.id.to_string();
    assert_eq!(fate(&desk, &id, OutboxKind::RecordUpdate).await, PromiseState::Failed);
    let left = acts(&desk, jo_accepted.id).await;
    assert_eq!(left.iter().filter(|act| **act == Act::RecordUpdateLeftToStaff).count(), 1);
    assert_eq!(jos(&desk).await.version, 1);
    assert_eq!(state(&desk, sam.id).await, Some(RecordUpdateState::Confirmed { version: 1 }));
}

#[tokio::test]
async fn a_record_that_somebody_changed_since_is_listed_as_differing() {
    let desk = Desk::open().await;
    let registered = updated(&desk).await;
    desk.portal.look_for_differences().await;
    assert!(desk.portal.differing_record_updates(10).await.expect("readable").is_empty());
    staff_change_the_record(&desk, 2).await;
    desk.portal.look_for_differences().await;
    let differing = desk.portal.differing_record_updates(10).await.expect("readable");
    assert_eq!(differing.iter().map(|it| it.registration).collect::<Vec<_>>(), [registered.id]);
    assert_eq!(jos(&desk).await.version, 3, "nothing was written");
}

#[tokio::test]
async fn two_portals_on_one_database_write_each_update_once() {
    const PEOPLE: u16 = 40;
    let desk = Desk::open().await;
    let promised = desk.promised_updates(0..PEOPLE).await;
    desk.pass(HELD_BACK);
    let other = desk.beside(&MASTER, settings(), Arc::new(desk.email.clone()));
    tokio::join!(desk.portal.settle(), other.settle());

    for (n, registration) in (0..).zip(&promised) {
        let record = desk.store.patient(practice(), patient_of_person(n)).await.expect("readable");
        assert_eq!(record.expect("there").version, 2);
        let acts = acts(&desk, registration.id).await;
        assert_eq!(acts.iter().filter(|act| **act == Act::RecordUpdated).count(), 1);
        assert_eq!(state(&desk, registration.id).await, Some(RecordUpdateState::Confirmed { version: 2 }));
    }
    assert!(desk.reviews().await.is_empty());
}
