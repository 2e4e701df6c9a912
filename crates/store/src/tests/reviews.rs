//! A review is settled once, and what follows from it is promised anew.

use matching::{ReviewReason, Settlement};
use registration::ids::{PracticeId, ReviewId};
use rstest::rstest;
use test_support::people;
use uuid::Uuid;

use super::{
    fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, patient_id, registered, registration_id},
    patients::{import, patient},
};
use crate::{RecordUpdateState, ReviewRow, Said, Settled, StoreError, TaskPurpose, UpdateTrouble};

const REVIEW: ReviewId = ReviewId(Uuid::from_u128(1));
const STAFF: Uuid = Uuid::from_u128(0xEE);

async fn with_review(on: Kind) -> Database {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    let registration = registered(&database, 7, people::jo(), at(0)).await.id;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let review = ReviewRow {
        id: REVIEW,
        practice: OURS,
        registration,
        reason: ReviewReason::AnotherRecordIsNear,
        candidates: vec![patient_id(2)],
        at: at(50),
    };
    tx.add_review(&review).await.expect("opened");
    tx.commit().await.expect("committed");
    database
}

#[rstest]
#[tokio::test]
async fn a_review_is_settled_once_until_it_is_opened_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for settlement in
        [Settlement::SamePerson(patient_id(2)), Settlement::DifferentPerson, Settlement::Rejected]
    {
        let said = Said { settlement, staff: STAFF };
        assert!(matches!(tx.open_review_again(OURS, REVIEW, at(60)).await, Err(StoreError::Conflict)));
        tx.settle_review(OURS, REVIEW, said, at(60)).await.expect("settled");
        let late = Said { settlement: Settlement::Rejected, staff: Uuid::from_u128(2) };
        assert!(matches!(tx.settle_review(OURS, REVIEW, late, at(61)).await, Err(StoreError::Conflict)));
        let (review, settled) = tx.review(OURS, REVIEW).await.expect("read").expect("there");
        assert_eq!(
            (review.candidates, review.reason),
            (vec![patient_id(2)], ReviewReason::AnotherRecordIsNear)
        );
        assert_eq!(settled, Some(Settled { said: Some(said), at: at(60) }));
        assert!(matches!(tx.open_review_again(OURS, REVIEW, at(59)).await, Err(StoreError::Conflict)));
        tx.open_review_again(OURS, REVIEW, at(60)).await.expect("opened");
        assert_eq!(tx.review(OURS, REVIEW).await.expect("read").expect("there").1, None);
    }
    tx.commit().await.expect("committed");
}

#[rstest]
#[tokio::test]
async fn nobody_settles_what_is_not_there_or_another_practices(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let said = Said { settlement: Settlement::Rejected, staff: STAFF };
    let nowhere: [(PracticeId, ReviewId); 2] = [(THEIRS, REVIEW), (OURS, ReviewId(Uuid::from_u128(2)))];
    for (practice, id) in nowhere {
        assert!(matches!(tx.settle_review(practice, id, said, at(60)).await, Err(StoreError::Conflict)));
        assert!(tx.review(practice, id).await.expect("read").is_none());
    }
    assert_eq!(tx.review(OURS, REVIEW).await.expect("read").expect("there").1, None);
}

#[rstest]
#[tokio::test]
async fn the_newest_review_of_a_registration_has_no_later_one(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(!tx.has_later_review(OURS, REVIEW).await.expect("read"));
    let (first, _) = tx.review(OURS, REVIEW).await.expect("read").expect("there");
    let second = ReviewRow { id: ReviewId(Uuid::from_u128(2)), at: at(51), ..first };
    tx.add_review(&second).await.expect("opened");
    assert!(tx.has_later_review(OURS, REVIEW).await.expect("read"));
    assert!(!tx.has_later_review(OURS, second.id).await.expect("read"));
}

#[rstest]
#[tokio::test]
async fn a_record_comes_into_question_once_and_last(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for _ in 0..2 {
        tx.add_review_candidate(OURS, REVIEW, patient_id(1)).await.expect("added");
    }
    let (review, _) = tx.review(OURS, REVIEW).await.expect("read").expect("there");
    assert_eq!(review.candidates, [patient_id(2), patient_id(1)]);
}

#[rstest]
#[tokio::test]
async fn what_staff_have_settled_is_promised_anew_and_what_is_under_way_is_not(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_review(on).await;
    let (id, hers, other) = (registration_id(7), patient_id(1), patient_id(2));
    let state = async || database.store.record_update(OURS, id).await.expect("read").expect("there");
    let promise = async |patient| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.promise_record_update(OURS, id, patient, at(70)).await?;
        tx.commit().await
    };
    let keep = async |patient, becomes| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.keep_record_update(OURS, id, patient, becomes, at(71)).await.expect("kept");
        tx.commit().await.expect("committed");
    };
    promise(Some(hers)).await.expect("the first");
    assert!(matches!(promise(Some(other)).await, Err(StoreError::Conflict)), "under way");
    for trouble in [UpdateTrouble::NotWritten, UpdateTrouble::InReview] {
        keep(None, RecordUpdateState::NeedsStaff(trouble)).await;
        promise(None).await.expect("again, of a record that is to be made");
        let waits = state().await;
        assert_eq!((waits.state, waits.patient), (RecordUpdateState::Waiting, None));
    }
    keep(Some(hers), RecordUpdateState::AlreadyHeld).await;
    promise(Some(other)).await.expect("of another record");
    assert_eq!(state().await.patient, Some(other));
    keep(Some(other), RecordUpdateState::Confirmed { version: 2 }).await;
    assert!(matches!(promise(Some(hers)).await, Err(StoreError::Conflict)), "written");
}

#[rstest]
#[tokio::test]
async fn a_change_that_was_rejected_is_no_longer_for_staff(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let needs_staff = RecordUpdateState::NeedsStaff(UpdateTrouble::Refused);
    tx.keep_record_update(OURS, registration_id(7), None, needs_staff, at(55)).await.expect("kept");
    tx.commit().await.expect("committed");
    let listed = async || {
        let updates = database.store.changes_for_staff(OURS, at(0), 10).await;
        updates.expect("read").len()
    };
    assert_eq!(listed().await, 1);
    for (settlement, left) in [(Settlement::DifferentPerson, 1), (Settlement::Rejected, 0)] {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.settle_review(OURS, REVIEW, Said { settlement, staff: STAFF }, at(60)).await.expect("settled");
        tx.commit().await.expect("committed");
        assert_eq!(listed().await, left, "{settlement:?}");
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.open_review_again(OURS, REVIEW, at(60)).await.expect("opened");
        tx.commit().await.expect("committed");
    }
    assert_eq!(listed().await, 1, "it waits again");
}

#[rstest]
#[tokio::test]
async fn a_task_that_is_over_can_be_asked_for_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_review(on).await;
    let (id, hers, other) = (registration_id(7), patient_id(1), patient_id(2));
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_record_task(OURS, id, TaskPurpose::Update, hers, at(60)).await.expect("asked");
    let twice = tx.add_record_task(OURS, id, TaskPurpose::Update, other, at(61)).await;
    assert!(matches!(twice, Err(StoreError::Conflict)));
    tx.withdraw_record_task(OURS, id, at(62)).await.expect("taken back");
    tx.add_record_task(OURS, id, TaskPurpose::Update, other, at(63)).await.expect("asked again");
    tx.commit().await.expect("committed");
    let tasks = database.store.record_tasks(OURS, 10).await.expect("read");
    assert_eq!(tasks.iter().map(|task| task.record.id).collect::<Vec<_>>(), [other]);
}
