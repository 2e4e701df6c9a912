//! What staff see of the changes of records, and do about those that need somebody.

use chrono::TimeDelta;
use futures::future::join;
use portal::{Records, documents::TERMS};
use registration::{flow::Registration, ids::RegistrationId};
use serde_json::{Value, json};
use store::{Act, RecordUpdateState, UpdateTrouble};
use test_support::practice_systems::Failure;
use uuid::Uuid;

use crate::{
    desk::{Desk, PASSWORD, jo, practice},
    elsewhere::{add_jo, at_dentally, look_again_after},
    journal::reported,
    journeys::jos_record,
    records::{jos, staff_change_the_record},
    staff::{Browser, invited, logged, manager},
};

async fn receptionist(desk: &Desk) -> Browser {
    let mut manager = manager(desk).await;
    invited(desk, &mut manager, "RH", "receptionist").await
}

async fn sync(desk: &Desk, by: &mut Browser) -> Value {
    by.ask(desk, json!({ "ask": "sync" })).await.ok()["sync"].clone()
}

async fn changes(desk: &Desk, by: &mut Browser) -> Value {
    by.ask(desk, json!({ "ask": "attention" })).await.ok()["attention"]["changes"].clone()
}

fn see_to(id: RegistrationId, act: &str) -> Value {
    json!({ "ask": "see_to_change", "registration": id.to_string(), "act": act })
}

async fn state(desk: &Desk, id: RegistrationId) -> RecordUpdateState {
    desk.store.record_update(practice(), id).await.expect("readable").expect("promised").state
}

async fn times(desk: &Desk, id: RegistrationId, wanted: Act) -> usize {
    let acts = desk.store.acts_of(practice(), id).await.expect("readable");
    acts.iter().filter(|(act, _)| *act == wanted).count()
}

/// Jo, whose record the practice has had for a while, up to the promise of its change.
async fn accepted(desk: &Desk) -> Registration {
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.pass(TimeDelta::minutes(1));
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted")
}

/// The same, and nobody can read what was promised: the machine does no more about it.
async fn given_up(desk: &Desk) -> Registration {
    let jo = accepted(desk).await;
    let lease = TimeDelta::seconds(60);
    let leased = desk.store.claim_outbox(practice(), desk.now(), lease, 10).await.expect("leased");
    desk.store.reseal_outbox(&leased[0], b"altered").await.expect("altered");
    for _ in 0..10 {
        desk.pass(TimeDelta::minutes(15));
        desk.portal.settle().await;
    }
    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::PromiseUnreadable);
    assert_eq!(state(desk, jo.id).await, needs_staff);
    jo
}

/// Jo, whose record was changed after it had got what she proved.
async fn differing(desk: &Desk) -> Registration {
    let jo = accepted(desk).await;
    desk.portal.settle().await;
    desk.pass(TimeDelta::days(2));
    staff_change_the_record(desk, 2).await;
    desk.portal.look_for_differences().await;
    jo
}

async fn waiting_review(desk: &Desk, by: &mut Browser) -> String {
    let reviews = by.ask(desk, json!({ "ask": "reviews" })).await.ok();
    assert_eq!(reviews["in_all"], 1, "{reviews}");
    reviews["waiting"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn where_everything_arrives_by_itself_nobody_is_named_and_nothing_is_logged() {
    let desk = Desk::open().await;
    let mut robin = receptionist(&desk).await;
    accepted(&desk).await;
    let on_its_way = sync(&desk, &mut robin).await;
    assert_eq!((&on_its_way["on_their_way"], &on_its_way["trouble"]), (&json!(1), &json!([])));
    desk.portal.settle().await;
    let nothing = json!({
        "on_their_way": 0, "for_staff": 0, "trouble": [], "differing": [], "by_hand": 0, "journals": [],
    });
    assert_eq!(sync(&desk, &mut robin).await, nothing);
    assert_eq!(changes(&desk, &mut robin).await, 0);
    assert!(!logged(&desk, Act::ChangesListed).await);
}

#[tokio::test]
async fn a_change_that_was_given_up_is_shown_with_its_reason_and_is_written_when_it_is_tried_again() {
    let desk = Desk::open().await;
    let jo = given_up(&desk).await;
    let mut robin = receptionist(&desk).await;
    assert_eq!(changes(&desk, &mut robin).await, 1);
    let review = waiting_review(&desk, &mut robin).await;
    let shown = sync(&desk, &mut robin).await;
    let row = &shown["trouble"][0];
    assert_eq!((&row["name"], &row["trouble"]), (&json!("Jo O’Brien-Smith"), &json!("promise_unreadable")));
    assert_eq!((&row["review"], &row["may"]), (&json!(review), &json!(["retry"])));
    assert!(logged(&desk, Act::ChangesListed).await);

    let after = robin.ask(&desk, see_to(jo.id, "retry")).await.ok();
    assert_eq!((&after["sync"]["on_their_way"], &after["sync"]["for_staff"]), (&json!(1), &json!(0)));
    assert!(desk.reviews().await.is_empty(), "what was asked because of it is over");
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert_eq!(jos(&desk).await.version, 2);
    assert_eq!(changes(&desk, &mut robin).await, 0);
    assert_eq!(times(&desk, jo.id, Act::ChangeTriedAgain).await, 1);
    assert_eq!(robin.ask(&desk, see_to(jo.id, "retry")).await.problem(), "not_possible_now");
}

#[tokio::test]
async fn two_who_try_again_at_once_write_once_and_one_of_them_is_told() {
    let desk = Desk::open().await;
    let jo = given_up(&desk).await;
    let mut meera = manager(&desk).await;
    let mut robin = invited(&desk, &mut meera, "RH", "receptionist").await;
    let again = see_to(jo.id, "retry");
    let (one, other) = join(meera.ask(&desk, again.clone()), robin.ask(&desk, again)).await;
    let told: Vec<_> = [one, other]
        .iter()
        .filter(|reply| !reply.status.is_success())
        .map(crate::desk::Reply::problem)
        .collect();
    assert_eq!(told.len(), 1);
    assert!(["not_possible_now", "changed_meanwhile"].contains(&told[0].as_str()), "{told:?}");
    desk.portal.settle().await;
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 2);
    assert_eq!(times(&desk, jo.id, Act::ChangeTriedAgain).await, 1);
}

#[tokio::test]
async fn what_somebody_wrote_into_the_record_meanwhile_is_not_written_over_by_trying_again() {
    let desk = Desk::open().await;
    let jo = given_up(&desk).await;
    let mut robin = receptionist(&desk).await;
    staff_change_the_record(&desk, 1).await;
    let newer = jos(&desk).await;
    assert_eq!(sync(&desk, &mut robin).await["trouble"][0]["may"], json!([]));
    assert_eq!(robin.ask(&desk, see_to(jo.id, "retry")).await.problem(), "not_possible_now");
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await, newer);
    assert_eq!(times(&desk, jo.id, Act::ChangeTriedAgain).await, 0);
    assert_eq!(desk.reviews().await, ["record_not_written"], "which still waits");
}

#[tokio::test]
async fn a_change_that_is_tried_again_and_taken_back_waits_for_a_decision_again() {
    let desk = Desk::open().await;
    let jo = given_up(&desk).await;
    let mut robin = receptionist(&desk).await;
    let review = waiting_review(&desk, &mut robin).await;
    robin.ask(&desk, see_to(jo.id, "retry")).await.ok();
    let open_again = json!({ "ask": "open_review_again", "id": review });
    assert_eq!(robin.ask(&desk, open_again.clone()).await.problem(), "change_under_way");
    desk.portal.settle().await;
    robin.ask(&desk, open_again).await.ok();
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Undone { version: 2 });
    assert_eq!(desk.reviews().await, ["record_not_written"]);
}

#[tokio::test]
async fn in_a_practice_system_the_person_is_looked_for_anew() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    let jo = crate::elsewhere::accepted(&desk).await;
    fake.fail_next((0..100).map(|_| Failure::NotJson));
    for _ in 0..12 {
        look_again_after(&desk, TimeDelta::minutes(30)).await;
    }
    let mut robin = receptionist(&desk).await;
    let row = sync(&desk, &mut robin).await["trouble"][0].clone();
    assert_eq!((&row["trouble"], &row["may"]), (&json!("not_understood"), &json!(["retry"])));
    fake.clear_failures();
    robin.ask(&desk, see_to(jo.id, "retry")).await.ok();
    look_again_after(&desk, TimeDelta::minutes(30)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert!(desk.reviews().await.is_empty());
    assert!(desk.patient_of(jo.id).await.is_some(), "and their account shows it");
}

#[tokio::test]
async fn a_difference_becomes_a_review_in_which_somebody_decides_for_what_was_proven() {
    let desk = Desk::open().await;
    let jo = differing(&desk).await;
    let mut robin = receptionist(&desk).await;
    let row = sync(&desk, &mut robin).await["differing"][0].clone();
    assert_eq!((&row["trouble"], &row["may"]), (&Value::Null, &json!(["review"])));
    assert_eq!(robin.ask(&desk, see_to(jo.id, "retry")).await.problem(), "not_possible_now");

    let after = robin.ask(&desk, see_to(jo.id, "review")).await.ok()["sync"].clone();
    let review = waiting_review(&desk, &mut robin).await;
    assert_eq!((&after["differing"], &after["trouble"][0]["review"]), (&json!([]), &json!(review)));
    assert_eq!(
        robin.ask(&desk, see_to(jo.id, "review")).await.problem(),
        "not_possible_now",
        "one at a time"
    );
    assert_eq!(jos(&desk).await.version, 3, "nothing is written before somebody decides");

    let shown = robin.ask(&desk, json!({ "ask": "review", "id": review })).await.ok();
    let (patient, version) = (&shown["review"]["in_question"][0]["patient"], 3);
    let word = json!({ "word": "same_person", "patient": patient, "version": version });
    robin.ask(&desk, json!({ "ask": "settle_review", "id": review, "word": word })).await.ok();
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 4 });
    desk.portal.look_for_differences().await;
    assert_eq!(sync(&desk, &mut robin).await["differing"], json!([]));
    assert_eq!(times(&desk, jo.id, Act::ChangeSentToReview).await, 1);
}

#[tokio::test]
async fn a_difference_that_is_right_as_it_stands_is_rejected_and_no_longer_shown() {
    let desk = Desk::open().await;
    let jo = differing(&desk).await;
    let mut robin = receptionist(&desk).await;
    robin.ask(&desk, see_to(jo.id, "review")).await.ok();
    let review = waiting_review(&desk, &mut robin).await;
    let rejected = json!({ "ask": "settle_review", "id": review, "word": { "word": "rejected" } });
    robin.ask(&desk, rejected).await.ok();
    desk.portal.settle().await;
    desk.portal.look_for_differences().await;
    let shown = sync(&desk, &mut robin).await;
    assert_eq!((&shown["differing"], &shown["trouble"]), (&json!([]), &json!([])));
    assert_eq!(jos(&desk).await.version, 3);
    assert_eq!(changes(&desk, &mut robin).await, 0);
}

#[tokio::test]
async fn what_a_colleague_has_rejected_is_neither_tried_again_nor_asked_again() {
    let desk = Desk::open().await;
    let jo = given_up(&desk).await;
    let mut robin = receptionist(&desk).await;
    let review = waiting_review(&desk, &mut robin).await;
    let rejected = json!({ "ask": "settle_review", "id": review, "word": { "word": "rejected" } });
    robin.ask(&desk, rejected).await.ok();
    for act in ["retry", "review"] {
        assert_eq!(robin.ask(&desk, see_to(jo.id, act)).await.problem(), "not_possible_now", "{act}");
    }
    desk.portal.settle().await;
    assert!(desk.reviews().await.is_empty());
    assert_eq!(times(&desk, jo.id, Act::RecordUpdated).await, 0);
}

#[tokio::test]
async fn what_waits_for_hands_is_no_difference_to_review_before_it_is_entered() {
    let desk = Desk::with(Records::ByHand).await;
    let jo = differing(&desk).await;
    let mut robin = receptionist(&desk).await;
    assert_eq!(sync(&desk, &mut robin).await["differing"][0]["may"], json!([]));
    assert_eq!(robin.ask(&desk, see_to(jo.id, "review")).await.problem(), "not_possible_now");
}

#[tokio::test]
async fn a_change_to_enter_by_hand_is_shown_field_by_field_and_ticked() {
    let desk = Desk::with(Records::ByHand).await;
    let mut robin = receptionist(&desk).await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(changes(&desk, &mut robin).await, 1);
    assert_eq!(sync(&desk, &mut robin).await["by_hand"], 1);
    let shown = robin.ask(&desk, json!({ "ask": "by_hand" })).await.ok();
    let fields = json!([
        { "field": "mobile", "before": null, "now": "+447700900123" },
        { "field": "email", "before": "old@example.org", "now": "Jo.OBrien@Example.com" },
    ]);
    let row = &shown["rows"][0];
    assert_eq!((&shown["in_all"], &row["purpose"]), (&json!(1), &json!("update")));
    assert_eq!((&row["fields"], &row["date_of_birth"]), (&fields, &json!("1985-03-07")));
    let done = entered(jo.id);
    let after = robin.ask(&desk, done.clone()).await.ok();
    assert_eq!((&after["rows"], &after["in_all"]), (&json!([]), &json!(0)));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert_eq!(robin.ask(&desk, done).await.problem(), "changed_meanwhile");
    assert_eq!(times(&desk, jo.id, Act::RecordEnteredByHand).await, 1);
    assert_eq!(changes(&desk, &mut robin).await, 0);
}

fn entered(id: RegistrationId) -> Value {
    json!({ "ask": "entered_by_hand", "registration": id.to_string(), "purpose": "update" })
}

#[tokio::test]
async fn of_two_who_tick_at_once_one_is_told_that_it_was_done() {
    let desk = Desk::with(Records::ByHand).await;
    let mut meera = manager(&desk).await;
    let mut robin = invited(&desk, &mut meera, "RH", "receptionist").await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let (one, other) = join(meera.ask(&desk, entered(jo.id)), robin.ask(&desk, entered(jo.id))).await;
    let problems: Vec<_> = [one, other]
        .iter()
        .filter(|reply| !reply.status.is_success())
        .map(crate::desk::Reply::problem)
        .collect();
    assert_eq!(problems, ["changed_meanwhile"]);
    assert_eq!(times(&desk, jo.id, Act::RecordEnteredByHand).await, 1);
}

#[tokio::test]
async fn details_that_stay_on_a_screen_are_in_the_log_once_in_five_minutes_for_each_who_looks() {
    let desk = Desk::with(Records::ByHand).await;
    let mut meera = manager(&desk).await;
    let mut robin = invited(&desk, &mut meera, "RH", "receptionist").await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let look = json!({ "ask": "by_hand" });
    for expected in [1, 1] {
        robin.ask(&desk, look.clone()).await.ok();
        assert_eq!(times(&desk, jo.id, Act::RecordTaskShown).await, expected);
        desk.pass(TimeDelta::minutes(2));
    }
    meera.ask(&desk, look.clone()).await.ok();
    assert_eq!(times(&desk, jo.id, Act::RecordTaskShown).await, 2, "another person");
    desk.pass(TimeDelta::minutes(2));
    robin.ask(&desk, look).await.ok();
    assert_eq!(times(&desk, jo.id, Act::RecordTaskShown).await, 3, "another time");
}

#[tokio::test]
async fn lost_details_that_somebody_knows_of_are_new_no_longer_until_more_are_lost() {
    let desk = Desk::open().await;
    let mut robin = receptionist(&desk).await;
    reported(&desk, 4, 2).await.ok();
    let journal = sync(&desk, &mut robin).await["journals"][0].clone();
    assert_eq!((&journal["kiosk"], &journal["waiting"]), (&json!("Front desk"), &json!(2)));
    assert_eq!((&journal["lost"], &journal["lost_and_unseen"]), (&json!(2), &json!(2)));
    assert_eq!(changes(&desk, &mut robin).await, 1, "one kiosk to hear of");

    // Another one is lost between the look and the word.
    reported(&desk, 4, 1).await.ok();
    let know = |lost: u32| json!({ "ask": "know_of_lost", "journal": journal["id"], "lost": lost });
    let after = robin.ask(&desk, know(2)).await.ok()["sync"].clone();
    assert_eq!(after["journals"][0]["lost_and_unseen"], 1);
    let after = robin.ask(&desk, know(99)).await.ok()["sync"].clone();
    let counts = (&after["journals"][0]["lost"], &after["journals"][0]["lost_and_unseen"]);
    assert_eq!(counts, (&json!(3), &json!(0)));
    let after = robin.ask(&desk, know(1)).await.ok()["sync"].clone();
    assert_eq!(after["journals"][0]["lost_and_unseen"], 0, "nobody forgets");
    assert_eq!(changes(&desk, &mut robin).await, 0);
    assert!(logged(&desk, Act::LostDetailsKnown).await);

    reported(&desk, 5, 1).await.ok();
    assert_eq!(changes(&desk, &mut robin).await, 1, "more than was known of, not more than was guessed");
}

#[tokio::test]
async fn a_stranger_to_the_practices_records_is_told_what_is_not_there() {
    let desk = Desk::open().await;
    let mut robin = receptionist(&desk).await;
    let nobody = RegistrationId(Uuid::from_u128(9));
    assert_eq!(robin.ask(&desk, see_to(nobody, "retry")).await.problem(), "not_found");
    assert_eq!(robin.ask(&desk, see_to(nobody, "review")).await.problem(), "not_found");
    assert_eq!(robin.ask(&desk, entered(nobody)).await.problem(), "changed_meanwhile");
}
