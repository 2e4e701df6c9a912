//! A practice whose software we cannot reach: each change is a task that staff tick.

use portal::{NotEntered, Records, UndoRefused};
use registration::{flow::Registration, ids::RegistrationId};
use store::{Act, ByStaff, ContactField, RecordTask, RecordUpdateState, TaskPurpose};
use uuid::Uuid;

use crate::{
    desk::{Desk, person, practice},
    records::accepted,
};

const RECEPTIONIST: ByStaff = ByStaff::command(Uuid::from_u128(77));

async fn updated(desk: &Desk) -> Registration {
    let jo = accepted(desk).await;
    desk.portal.settle().await;
    jo
}

async fn tasks(desk: &Desk) -> Vec<RecordTask> {
    desk.portal.record_tasks(10, RECEPTIONIST).await.expect("readable")
}

async fn state(desk: &Desk, id: RegistrationId) -> RecordUpdateState {
    desk.store.record_update(practice(), id).await.expect("readable").expect("promised").state
}

/// Field, what stands there, what is to stand there.
fn to_enter(task: &RecordTask) -> Vec<(ContactField, Option<&str>, Option<&str>)> {
    task.fields.iter().map(|it| (it.field, it.before.as_deref(), it.now.as_deref())).collect()
}

#[tokio::test]
async fn a_change_waits_for_staff_with_the_old_and_the_new_value_of_each_field() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = updated(&desk).await;
    let tasks = tasks(&desk).await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!((task.registration, task.purpose), (jo.id, TaskPurpose::Update));
    assert_eq!(task.record.name.family.as_typed(), "o'brien smith");
    assert_eq!(
        to_enter(task),
        [
            (ContactField::Mobile, None, Some("+447700900123")),
            (ContactField::Email, Some("old@example.org"), Some("Jo.OBrien@Example.com")),
        ]
    );
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::ByHand { version: 2 });
}

#[tokio::test]
async fn a_tick_confirms_the_change_once_and_is_in_the_log() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = updated(&desk).await;
    assert_eq!(tasks(&desk).await.len(), 1);
    desk.portal.tick_record_task(jo.id, TaskPurpose::Update, RECEPTIONIST).await.expect("ticked");
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert!(tasks(&desk).await.is_empty());
    let again = desk.portal.tick_record_task(jo.id, TaskPurpose::Update, RECEPTIONIST).await;
    assert!(matches!(again, Err(NotEntered::NoSuchTask)), "{again:?}");
    let acts = desk.store.acts_of(practice(), jo.id).await.expect("readable");
    let count = |wanted| acts.iter().filter(|(act, _)| *act == wanted).count();
    assert_eq!((count(Act::RecordTaskShown), count(Act::RecordEnteredByHand)), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_eight_ticks_at_once_counts() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = updated(&desk).await;
    let ticks = (0..8).map(|staff| {
        let portal = desk.portal.clone();
        tokio::spawn(async move {
            portal
                .tick_record_task(jo.id, TaskPurpose::Update, ByStaff::command(Uuid::from_u128(staff)))
                .await
                .is_ok()
        })
    });
    let ticked = futures::future::join_all(ticks).await;
    assert_eq!(ticked.into_iter().filter(|tick| *tick.as_ref().expect("no panic")).count(), 1);
}

#[tokio::test]
async fn somebody_new_is_entered_as_a_whole() {
    let desk = Desk::with(Records::ByHand).await;
    let sam = desk.registered(&person(1)).await;
    desk.portal.settle().await;
    let tasks = tasks(&desk).await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!((task.registration, task.purpose), (sam.id, TaskPurpose::Create));
    assert_eq!(task.record.date_of_birth, Some(sam.details.date_of_birth.date()));
    let fields: Vec<_> =
        task.fields.iter().map(|it| (it.field, it.before.is_some(), it.now.is_some())).collect();
    assert_eq!(fields, [(ContactField::Mobile, false, true), (ContactField::Email, false, true)]);
}

#[tokio::test]
async fn what_is_undone_before_anybody_entered_it_is_no_task_any_more() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = updated(&desk).await;
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    assert!(tasks(&desk).await.is_empty());
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Undone { version: 2 });
    let late = desk.portal.tick_record_task(jo.id, TaskPurpose::Update, RECEPTIONIST).await;
    assert!(matches!(late, Err(NotEntered::NoSuchTask)), "{late:?}");
}

#[tokio::test]
async fn what_is_undone_after_it_was_entered_is_a_task_to_put_back() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = updated(&desk).await;
    desk.portal.tick_record_task(jo.id, TaskPurpose::Update, RECEPTIONIST).await.expect("ticked");
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    let tasks = tasks(&desk).await;
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!(task.purpose, TaskPurpose::PutBack);
    assert_eq!(
        to_enter(task),
        [
            (ContactField::Mobile, Some("+447700900123"), None),
            (ContactField::Email, Some("Jo.OBrien@Example.com"), Some("old@example.org")),
        ]
    );
    desk.portal.tick_record_task(jo.id, TaskPurpose::PutBack, RECEPTIONIST).await.expect("ticked");
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Undone { version: 2 });
    let again = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(again, Err(UndoRefused::NothingWritten)), "{again:?}");
}

#[tokio::test]
async fn a_practice_whose_records_are_ours_has_no_tasks() {
    let desk = Desk::open().await;
    let jo = updated(&desk).await;
    assert!(tasks(&desk).await.is_empty());
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
}
