//! What decisions rested on, and what staff have said.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use matching::{Circumstances, Doubt, Judgement, Mark, Policy, judge};
use rstest::rstest;
use test_support::people;

use super::{
    fixture::{Database, Kind, OURS, Postgres, Sqlite, at, confirmed_in, patient_id, registration_id},
    match_keys::registrant,
    patients::{import, patient, phone},
};
use crate::{ContactField, NotTheSame, ReviewReason, ReviewRow};

async fn judged(database: &Database) -> Judgement {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let found = tx.look_up(OURS, &registrant(1)).await.expect("looked up");
    let circumstances = Circumstances {
        policy: Policy::Strict,
        frequencies: found.frequencies,
        not_the_same: &BTreeSet::new(),
        today: NaiveDate::from_ymd_opt(2027, 1, 15).expect("a date"),
    };
    judge(&registrant(1), &found.records, &circumstances)
}

#[rstest]
#[tokio::test]
async fn a_decision_is_kept_with_what_it_rested_on_each_time(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&confirmed_in(OURS, 1, people::numbered(1), at(0))).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 1, Vec::new())]).await;
    let judgement = judged(&database).await;
    for second in [1, 2] {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.keep_judgement(OURS, registration_id(1), &judgement, Policy::Strict, at(second))
            .await
            .expect("kept");
        tx.commit().await.expect("committed");
    }
    let kept = database.store.match_decisions(OURS, registration_id(1)).await.expect("read");
    assert_eq!(kept.iter().map(|it| (it.position, it.at)).collect::<Vec<_>>(), [(1, at(1)), (2, at(2))]);
    assert_eq!((kept[0].doubt, kept[0].policy), (Some(Doubt::SeveralRecordsAgree), Policy::Strict));
    let compared: Vec<_> = judgement.comparisons.iter().map(|it| (it.patient, it.levels)).collect();
    assert_eq!(kept[1].comparisons, compared);
    assert!(kept[0].comparisons[0].1.explain().starts_with("Same name, same date of birth"));
}

#[rstest]
#[tokio::test]
async fn not_the_same_is_remembered_for_who_has_the_mobile_or_the_address(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    let details = people::numbered(1);
    let (name, born) = (&details.name, details.date_of_birth.date());
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let said = NotTheSame {
        practice: OURS,
        patient: patient_id(1),
        registration: registration_id(1),
        name,
        date_of_birth: born,
        mobile_e164: "+447700900001",
        email: None,
        at: at(1),
    };
    // Said twice is said.
    tx.say_not_the_same(&said).await.expect("said");
    tx.say_not_the_same(&said).await.expect("said");
    let other = people::numbered(2);
    for (name, mobile, email, remembered) in [
        (name, "+447700900001", "anything@example.com", true),
        (name, "+447700900009", "", false),
        (&other.name, "+447700900001", "", false),
    ] {
        let found = tx.not_the_same(OURS, name, born, mobile, email).await.expect("read");
        assert_eq!(found.contains(&patient_id(1)), remembered, "{mobile}");
    }
}

#[rstest]
#[tokio::test]
async fn a_mark_is_read_with_the_record_until_it_is_taken_away(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900001")])]).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for mark in Mark::ALL {
        tx.mark_patient(OURS, patient_id(1), mark, at(1)).await.expect("marked");
    }
    tx.unmark_patient(OURS, patient_id(1), Mark::Merged).await.expect("taken away");
    let found = tx.look_up(OURS, &registrant(1)).await.expect("looked up");
    assert_eq!(found.records[0].marks, BTreeSet::from([Mark::Deceased, Mark::Sensitive, Mark::Twin]));
}

#[rstest]
#[tokio::test]
async fn a_review_says_its_full_reason_and_keeps_the_order_of_its_records(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    database.add(&confirmed_in(OURS, 1, people::numbered(1), at(0))).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    for (second, reason) in (1_i64..).zip(ReviewReason::ALL) {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let review = ReviewRow {
            id: registration::ids::ReviewId(uuid::Uuid::from_u128(u128::from(second.unsigned_abs()))),
            practice: OURS,
            registration: registration_id(1),
            reason,
            candidates: vec![patient_id(2), patient_id(1)],
            at: at(second),
        };
        tx.add_review(&review).await.expect("opened");
        tx.commit().await.expect("committed");
        assert_eq!(database.store.reviews_waiting(OURS, 1).await.expect("read"), [review]);
    }
}
