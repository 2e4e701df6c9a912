//! What staff have settled, taken back: the record gets back what it held, and the review waits again.

use chrono::TimeDelta;
use matching::Unsettled;
use portal::{NotOpenedAgain, NotSettled, Records, UndoRefused, Word};
use registration::ids::ReviewId;
use store::{Act, RecordUpdateState, TaskPurpose};
use uuid::Uuid;

use crate::{
    desk::{EMAIL, MOBILE, practice},
    records::staff_change_the_record,
    reviews::{
        COUSINS, HERS, RECEPTIONIST, account, acts, held, hers, refused, reviewed, reviewed_at, same,
        settled, state, waiting, with_a_cousin,
    },
};

#[tokio::test]
async fn a_review_that_is_opened_again_gives_the_record_back_and_ends_the_link() {
    let (desk, registration, review) = reviewed().await;
    settled(&desk, review, same(HERS, 1)).await;
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    assert_eq!(held(&hers(&desk).await), [Some("+447700900555"), Some("old@example.org")]);
    assert_eq!(account(&desk).await.expect("an account").linked, None);
    assert_eq!(waiting(&desk).await, review);
    let did = acts(&desk, registration.id).await;
    assert!([Act::ReviewOpenedAgain, Act::RecordUnlinked].iter().all(|act| did.contains(act)), "{did:?}");

    settled(&desk, review, Word::DifferentPerson).await;
    let own = account(&desk).await.expect("an account").linked;
    assert!(own.is_some() && own != Some(HERS), "{own:?}");
    assert_eq!(hers(&desk).await.version, 3);
    assert!(desk.portal.verify_access_log().await.expect("readable").faults.is_empty());
}

#[tokio::test]
async fn what_was_settled_wrongly_can_be_settled_for_another_record() {
    let (desk, registration, review) = with_a_cousin(Records::Own).await;
    settled(&desk, review, same(COUSINS, 1)).await;
    desk.pass(TimeDelta::hours(1));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    settled(&desk, review, same(HERS, 1)).await;
    assert_eq!(account(&desk).await.expect("an account").linked, Some(HERS));
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some(EMAIL)]);
    let cousin = desk.store.patient(practice(), COUSINS).await.expect("readable").expect("there");
    assert_eq!(held(&cousin), [None, None]);
    assert_eq!(state(&desk, registration.id).await, Some(RecordUpdateState::Confirmed { version: 2 }));
}

#[tokio::test]
async fn what_is_to_be_put_back_by_hand_is_put_back_before_anything_else_is_settled() {
    let (desk, registration, review) = with_a_cousin(Records::ByHand).await;
    settled(&desk, review, same(COUSINS, 1)).await;
    desk.portal.tick_record_task(registration.id, TaskPurpose::Update, RECEPTIONIST).await.expect("ticked");
    desk.pass(TimeDelta::hours(1));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    let early = refused(&desk, review, same(HERS, 1)).await;
    assert!(matches!(early, NotSettled::Unsettled(Unsettled::TaskWaits)), "{early:?}");
    let tasks = desk.portal.record_tasks(10, RECEPTIONIST).await.expect("readable");
    assert_eq!(
        tasks.iter().map(|task| (task.purpose, task.record.id)).collect::<Vec<_>>(),
        [(TaskPurpose::PutBack, COUSINS)]
    );
    desk.portal.tick_record_task(registration.id, TaskPurpose::PutBack, RECEPTIONIST).await.expect("ticked");
    settled(&desk, review, same(HERS, 1)).await;
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some(EMAIL)]);
}

#[tokio::test]
async fn what_reception_wrote_between_two_settlements_is_what_the_second_undo_gives_back() {
    let (desk, _, review) = reviewed().await;
    settled(&desk, review, same(HERS, 1)).await;
    desk.pass(TimeDelta::hours(1));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    desk.pass(TimeDelta::hours(1));
    staff_change_the_record(&desk, 3).await;
    desk.pass(TimeDelta::hours(1));
    settled(&desk, review, same(HERS, 4)).await;
    desk.pass(TimeDelta::hours(1));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    assert_eq!(held(&hers(&desk).await), [Some("+447700900999"), Some("staff@example.com")]);
}

#[tokio::test]
async fn only_the_latest_review_of_a_registration_is_opened_again() {
    let (desk, _, first) = reviewed().await;
    desk.portal.settle_review(first, same(HERS, 1), RECEPTIONIST).await.expect("settled");
    staff_change_the_record(&desk, 1).await;
    desk.portal.settle().await;
    let second = waiting(&desk).await;
    let again = desk.portal.open_review_again(first, RECEPTIONIST).await;
    assert!(matches!(again, Err(NotOpenedAgain::NotTheLatest)), "{again:?}");
    settled(&desk, second, same(HERS, 2)).await;
    let again = desk.portal.open_review_again(first, RECEPTIONIST).await;
    assert!(matches!(again, Err(NotOpenedAgain::NotTheLatest)), "{again:?}");
    desk.pass(TimeDelta::hours(1));
    desk.portal.open_review_again(second, RECEPTIONIST).await.expect("opened");
    assert_eq!(held(&hers(&desk).await), [Some("+447700900999"), Some("staff@example.com")]);
}

#[tokio::test]
async fn a_review_is_opened_again_where_that_can_be_done_and_within_thirty_days() {
    let (desk, _, review) = reviewed().await;
    let again = async |review| desk.portal.open_review_again(review, RECEPTIONIST).await;
    assert!(matches!(again(review).await, Err(NotOpenedAgain::NotSettled)));
    assert!(matches!(again(ReviewId(Uuid::from_u128(9))).await, Err(NotOpenedAgain::NoSuchReview)));

    desk.portal.settle_review(review, same(HERS, 1), RECEPTIONIST).await.expect("settled");
    assert!(matches!(again(review).await, Err(NotOpenedAgain::UnderWay)), "not written yet");
    desk.portal.settle().await;
    staff_change_the_record(&desk, 2).await;
    let newer = again(review).await;
    assert!(matches!(newer, Err(NotOpenedAgain::NotUndone(UndoRefused::RecordChanged))), "{newer:?}");
    assert_eq!(account(&desk).await.expect("an account").linked, Some(HERS), "nothing was done by halves");

    let (desk, _, review) = reviewed().await;
    settled(&desk, review, Word::DifferentPerson).await;
    let made = desk.portal.open_review_again(review, RECEPTIONIST).await;
    assert!(matches!(made, Err(NotOpenedAgain::RecordMade)), "{made:?}");

    let (desk, _, review) = reviewed().await;
    settled(&desk, review, Word::Rejected).await;
    desk.pass(TimeDelta::days(30));
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    settled(&desk, review, Word::Rejected).await;
    desk.pass(TimeDelta::days(30) + TimeDelta::milliseconds(1));
    let late = desk.portal.open_review_again(review, RECEPTIONIST).await;
    assert!(matches!(late, Err(NotOpenedAgain::TooLate)), "{late:?}");
}

#[tokio::test]
async fn where_changes_are_entered_by_hand_a_settled_review_is_a_task_each_time() {
    let (desk, registration, review) = reviewed_at(Records::ByHand).await;
    settled(&desk, review, same(HERS, 1)).await;
    let tasks = async || desk.portal.record_tasks(10, RECEPTIONIST).await.expect("readable");
    let purposes = async || tasks().await.into_iter().map(|task| task.purpose).collect::<Vec<_>>();
    assert_eq!(purposes().await, [TaskPurpose::Update]);
    desk.portal.tick_record_task(registration.id, TaskPurpose::Update, RECEPTIONIST).await.expect("ticked");
    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    assert_eq!(purposes().await, [TaskPurpose::PutBack]);
    desk.portal.tick_record_task(registration.id, TaskPurpose::PutBack, RECEPTIONIST).await.expect("ticked");
    desk.pass(TimeDelta::minutes(1));
    settled(&desk, review, same(HERS, 3)).await;
    assert_eq!(purposes().await, [TaskPurpose::Update]);
}
