//! A practice system that is slow, down, full or says nothing: everything is done once in the end, and nobody waits for it.

use std::future::pending;

use async_trait::async_trait;
use chrono::TimeDelta;
use practice_systems::{
    Candidates, Capabilities, Checked, ContactUpdate, Created, NewRecord, PatientRecord, PracticeSystem,
    RecordId, Situation, Sought, Updated,
};
use serde_json::json;
use store::{OutboxKind, RecordUpdateState, UpdateTrouble};
use test_support::practice_systems::{Failure, KeyState};

use crate::{
    desk::{Desk, e164, jo, person, practice},
    elsewhere::{
        OLD_MOBILE, RECEPTIONIST, accepted, add_jo, at_dentally, at_fhir, contact, elsewhere,
        look_again_after, state,
    },
};

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_confirmed_and_not_made_again() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.fail_next_write(Failure::DoneThenCut);
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    look_again_after(&desk, TimeDelta::minutes(5)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert_eq!(fake.writes().len(), 1);
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    assert_eq!(contact(&fake, id), (json!("07700 900999"), json!("jo.obrien@example.com")));
}

#[tokio::test]
async fn a_system_that_was_asked_too_often_is_left_alone_for_as_long_as_it_says_and_nothing_is_given_up() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.fail_next([Failure::TooManyRequests(Some(("retry-after", "3600")))]);
    desk.portal.settle().await;
    assert_eq!(fake.seen().len(), 1);
    for _ in 0..50 {
        look_again_after(&desk, TimeDelta::minutes(1)).await;
    }
    assert_eq!(fake.seen().len(), 1, "nobody asks before");
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    look_again_after(&desk, TimeDelta::minutes(11)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn a_system_that_is_down_all_day_is_asked_less_and_less_and_the_change_goes_when_it_is_back() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.fail_next((0..2_000).map(|_| Failure::Status(503)));
    for _ in 0..24 * 60 {
        look_again_after(&desk, TimeDelta::minutes(1)).await;
    }
    let asked = fake.seen().len();
    assert!((50..300).contains(&asked), "{asked}");
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    let waiting = desk.portal.record_updates_for_staff(10).await.expect("readable");
    assert_eq!(waiting.len(), 1, "staff see what has waited for a day");
    fake.clear_failures();
    look_again_after(&desk, TimeDelta::minutes(30)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
}

#[tokio::test]
async fn an_update_waits_for_a_new_key_where_the_old_one_has_ended() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.with(|dentally| dentally.key = KeyState::Expired);
    desk.portal.settle().await;
    for _ in 0..20 {
        look_again_after(&desk, TimeDelta::minutes(20)).await;
    }
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    fake.with(|dentally| dentally.key = KeyState::Good);
    look_again_after(&desk, TimeDelta::hours(1)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
}

#[tokio::test]
async fn answers_that_nobody_understands_end_with_staff() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.fail_next((0..100).map(|_| Failure::NotJson));
    for _ in 0..12 {
        look_again_after(&desk, TimeDelta::minutes(30)).await;
    }
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::NotUnderstood));
    assert_eq!(desk.reviews().await, ["record_not_written"]);
}

#[tokio::test]
async fn a_change_that_the_system_does_not_keep_is_for_staff() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    fake.with(|dentally| dentally.drops_mobiles = true);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::NotKept));
    assert_eq!(desk.reviews().await, ["record_not_written"]);
}

#[tokio::test]
async fn a_change_that_could_not_be_looked_at_again_is_sent_and_confirmed_later() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = accepted(&desk).await;
    fake.fail_after_next_write(Failure::Status(503));
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Sent);
    look_again_after(&desk, TimeDelta::minutes(5)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert_eq!(fake.writes().len(), 1);
}

/// Says nothing, ever.
struct Silent;

#[async_trait]
impl PracticeSystem for Silent {
    async fn capabilities(&self) -> Result<Capabilities, Situation> {
        pending().await
    }

    async fn check(&self) -> Result<Checked, Situation> {
        pending().await
    }

    async fn find_candidates(&self, _: &Sought) -> Result<Candidates, Situation> {
        pending().await
    }

    async fn read(&self, _: &RecordId) -> Result<Option<PatientRecord>, Situation> {
        pending().await
    }

    async fn create(&self, _: &NewRecord) -> Result<Created, Situation> {
        pending().await
    }

    async fn update_contact(&self, _: &ContactUpdate) -> Result<Updated, Situation> {
        pending().await
    }
}

#[tokio::test]
async fn a_system_that_says_nothing_holds_up_no_message() {
    let desk = Desk::with(elsewhere("silent", Silent)).await;
    let jo = accepted(&desk).await;
    let portal = desk.portal.clone();
    let stuck = tokio::spawn(async move { portal.settle().await });
    let is_taken = async || {
        let fates = desk.store.promises_of(practice(), jo.id).await.expect("readable");
        fates.iter().any(|fate| fate.kind == OutboxKind::RecordUpdate && fate.attempts == 1)
    };
    while !is_taken().await {
        tokio::task::yield_now().await;
    }
    desk.confirm(&person(1)).await.ok();
    desk.portal.settle().await;
    assert!(desk.sms.newest_to(&e164("07700 900001")).is_some(), "the next patient's code goes out");
    assert!(!stuck.is_finished());
    stuck.abort();
}

#[tokio::test]
async fn who_registers_twice_while_the_system_is_down_gets_one_record() {
    let (desk, fake) = at_fhir().await;
    let first = accepted(&desk).await;
    fake.fail_next((0..200).map(|_| Failure::Status(503)));
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(1));
    let again = desk.registered(&jo()).await;
    desk.portal.settle().await;
    fake.clear_failures();
    for _ in 0..10 {
        look_again_after(&desk, TimeDelta::minutes(10)).await;
    }
    assert_eq!(fake.with(|server| server.patients.len()), 1);
    assert_eq!(state(&desk, first.id).await, RecordUpdateState::Confirmed { version: 1 });
    assert_eq!(state(&desk, again.id).await, RecordUpdateState::AlreadyHeld);
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn the_notice_and_the_undo_outlive_an_answer_that_was_lost_and_somebody_who_looked_meanwhile() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let first = accepted(&desk).await;
    fake.fail_next_write(Failure::DoneThenCut);
    desk.portal.settle().await;
    // The same person once more, whose look sees the values that were written and not yet confirmed.
    desk.pass(TimeDelta::seconds(1));
    desk.registered(&jo()).await;
    look_again_after(&desk, TimeDelta::minutes(10)).await;
    look_again_after(&desk, TimeDelta::hours(24)).await;
    assert_eq!(state(&desk, first.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert!(desk.sms.newest_to(OLD_MOBILE).is_some());
    desk.portal.undo_record_update(first.id, RECEPTIONIST).await.expect("undone");
    assert_eq!(contact(&fake, id).0, json!("07700 900999"));
}
