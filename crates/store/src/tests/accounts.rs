//! One account for a person; reviews, acceptances and references beside it.

use matching::ReviewReason;
use registration::{
    ids::{AccountId, ReviewId},
    secrets::{password::PasswordHash, reference::Reference},
};
use rstest::rstest;
use test_support::{people, rng::seeded};
use uuid::Uuid;

use super::{
    fixture::{
        Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, password, patient_id, registered,
        registration_id,
    },
    patients::{import, patient, proofs},
};
use crate::{Acceptance, DeskReason, DeskReferenceRow, NewAccount, NewProfile, ReviewRow, StoreError};

fn account_id(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

async fn add_account(
    database: &Database,
    registered: &registration::flow::Registration,
    n: u128,
) -> Result<(), StoreError> {
    let ((mobile, email), password) = (proofs(registered), password());
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let account = NewAccount {
        practice: OURS,
        id: account_id(n),
        registration: registered.id,
        details: &registered.details,
        mobile: &mobile,
        email: &email,
        password: &password,
        at: at(60),
    };
    tx.add_account(&account).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn a_person_has_one_account(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let first = registered(&database, 1, people::jo(), at(0)).await;
    let second = registered(&database, 2, people::jo(), at(10)).await;
    add_account(&database, &first, 1).await.expect("made");
    assert!(matches!(add_account(&database, &second, 2).await, Err(StoreError::Conflict)));

    let mut tx = database.store.begin(OURS).await.expect("begun");
    let (name, born) = (&first.details.name, first.details.date_of_birth);
    let account = tx.account_of_person(OURS, name, born).await.expect("read").expect("an account");
    assert_eq!(account.id, account_id(1));
    assert_eq!(
        (account.mobile_e164.as_str(), account.email.as_str()),
        ("+447700900123", "jo.obrien@example.com")
    );
    assert_eq!(tx.account_of_person(THEIRS, name, born).await.expect("read"), None);
    let other = people::numbered(5);
    assert_eq!(tx.account_of_person(OURS, &other.name, born).await.expect("read"), None);
    assert_eq!(tx.account_of_person(OURS, name, other.date_of_birth).await.expect("read"), None);
}

#[rstest]
#[tokio::test]
async fn a_reset_changes_the_password_and_nothing_else(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registered = registered(&database, 1, people::jo(), at(0)).await;
    add_account(&database, &registered, 1).await.expect("made");
    let new = PasswordHash::from_phc(
        "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21l$YW5vdGhlcmhhc2hvZmFwYXNzd29yZA",
    )
    .expect("a PHC string");
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.reset_account_password(OURS, account_id(1), &new, at(90)).await.expect("reset");
    for (practice, account) in [(OURS, account_id(2)), (THEIRS, account_id(1))] {
        let unknown = tx.reset_account_password(practice, account, &new, at(90)).await;
        assert!(matches!(unknown, Err(StoreError::Conflict)));
    }
    tx.commit().await.expect("committed");
    let reset =
        "SELECT count(*) FROM accounts WHERE password_phc LIKE '%m=65536%' AND password_set_at > created_at";
    assert_eq!(database.number(reset).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_link_ends_once_and_only_where_it_is(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    let registered = registered(&database, 7, people::jo(), at(0)).await;
    add_account(&database, &registered, 1).await.expect("made");
    let (account, registration) = (account_id(1), registered.id);
    let profile =
        |n| NewProfile { practice: OURS, account, patient: patient_id(n), registration, at: at(70) };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for n in [1, 2] {
        assert!(tx.add_profile(profile(n)).await.expect("linked"));
    }
    for (practice, patient) in [(THEIRS, patient_id(1)), (OURS, patient_id(3))] {
        let nowhere = tx.end_profile(practice, account, patient, at(80)).await;
        assert!(matches!(nowhere, Err(StoreError::Conflict)));
        let nobodys = tx.end_profile_of_registration(practice, registration, patient, at(70), at(80)).await;
        assert_eq!(nobodys.expect("looked"), None);
    }
    tx.end_profile(OURS, account, patient_id(1), at(80)).await.expect("ended");
    assert!(matches!(tx.end_profile(OURS, account, patient_id(1), at(81)).await, Err(StoreError::Conflict)));
    for (of, from) in [(registration_id(8), at(70)), (registration, at(71))] {
        let of_other = tx.end_profile_of_registration(OURS, of, patient_id(2), from, at(80)).await;
        assert_eq!(of_other.expect("looked"), None);
    }
    let shown_by = tx.account_of_record(OURS, patient_id(2)).await.expect("read").expect("an account");
    assert_eq!((shown_by.id, shown_by.linked), (account, Some(patient_id(2))));
    assert_eq!(tx.account_of_record(OURS, patient_id(1)).await.expect("read"), None);
    assert_eq!(tx.account_of_record(THEIRS, patient_id(2)).await.expect("read"), None);
    assert_eq!(tx.record_of_account(OURS, account).await.expect("read"), Some(patient_id(2)));
    assert_eq!(tx.record_of_account(OURS, account_id(2)).await.expect("read"), None);
    assert_eq!(tx.record_of_account(THEIRS, account).await.expect("read"), None);
    let ended = tx.end_profile_of_registration(OURS, registration, patient_id(2), at(70), at(80)).await;
    assert_eq!(ended.expect("ended"), Some(account));
    let (name, born) = (&registered.details.name, registered.details.date_of_birth);
    let found = tx.account_of_person(OURS, name, born).await.expect("read").expect("an account");
    assert_eq!(found.linked, None);
    tx.commit().await.expect("committed");
    assert_eq!(database.number("SELECT count(*) FROM profiles WHERE ended_at IS NOT NULL").await, 2);
}

#[rstest]
#[tokio::test]
async fn a_profile_links_account_and_record_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    let registered = registered(&database, 7, people::jo(), at(0)).await;
    add_account(&database, &registered, 1).await.expect("made");
    let profile = NewProfile {
        practice: OURS,
        account: account_id(1),
        patient: patient_id(1),
        registration: registered.id,
        at: at(70),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.add_profile(profile).await.expect("linked"));
    assert!(!tx.add_profile(NewProfile { at: at(71), ..profile }).await.expect("linked already"));
    tx.commit().await.expect("committed");
    let found = database.store.patient_of_registration(OURS, registered.id).await.expect("read");
    assert_eq!(found, Some(patient_id(1)));
    assert_eq!(database.store.patient_of_registration(THEIRS, registered.id).await.expect("read"), None);
}

#[rstest]
#[tokio::test]
async fn reviews_wait_newest_first_with_their_candidates(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    let registered = registered(&database, 7, people::jo(), at(0)).await;
    let mut expected = Vec::new();
    for (n, reason) in (1..).zip(ReviewReason::ALL) {
        let candidates = if n % 2 == 0 { Vec::new() } else { vec![patient_id(1), patient_id(2)] };
        expected.insert(
            0,
            ReviewRow {
                id: ReviewId(Uuid::from_u128(n)),
                practice: OURS,
                registration: registered.id,
                reason,
                candidates,
                at: at(i64::try_from(n).unwrap()),
            },
        );
    }
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for review in &expected {
        tx.add_review(review).await.expect("opened");
    }
    tx.commit().await.expect("committed");
    assert_eq!(database.store.reviews_waiting(OURS, 50).await.expect("read"), expected);
    assert_eq!(database.store.reviews_waiting(OURS, 2).await.expect("read"), expected[..2]);
    assert!(database.store.reviews_waiting(THEIRS, 50).await.expect("read").is_empty());
}

#[rstest]
#[tokio::test]
async fn terms_are_accepted_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registered = registered(&database, 1, people::jo(), at(0)).await;
    let acceptance = Acceptance {
        practice: OURS,
        registration: registered.id,
        terms_version: "draft-1",
        document_sha256: [7; 32],
        at: at(5),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_acceptance(acceptance).await.expect("kept");
    tx.commit().await.expect("committed");
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let again = tx.add_acceptance(Acceptance { terms_version: "draft-2", ..acceptance }).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    drop(tx);
    assert_eq!(
        database.number("SELECT count(*) FROM terms_acceptances WHERE terms_version = 'draft-1'").await,
        1
    );
}

#[rstest]
#[tokio::test]
async fn a_reference_given_twice_is_kept_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let row = DeskReferenceRow {
        practice: OURS,
        reference: Reference::draw(&mut seeded(1)),
        kiosk: KIOSK,
        reason: DeskReason::AskedForHelp,
        registration: None,
        at: at(0),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for (n, reason) in
        [DeskReason::AskedForHelp, DeskReason::NoMobile, DeskReason::Under16].iter().enumerate()
    {
        let again = DeskReferenceRow { reason: *reason, ..row.clone() };
        assert_eq!(tx.add_desk_reference(&again).await.expect("asked"), n == 0);
        let other = DeskReferenceRow { reference: Reference::draw(&mut seeded(10)), ..again };
        assert_eq!(tx.add_desk_reference(&other).await.expect("asked"), n == 0);
    }
    tx.commit().await.expect("committed");
    assert_eq!(
        database.number("SELECT count(*) FROM desk_references WHERE reason = 'asked_for_help'").await,
        2
    );
}

#[rstest]
#[tokio::test]
async fn a_transaction_in_which_a_statement_failed_keeps_nothing_and_says_so(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let registered = registered(&database, 1, people::jo(), at(0)).await;
    let acceptance = Acceptance {
        practice: OURS,
        registration: registered.id,
        terms_version: "draft-1",
        document_sha256: [7; 32],
        at: at(5),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_acceptance(acceptance).await.expect("kept so far");
    tx.add_acceptance(acceptance).await.expect_err("twice");
    assert!(tx.commit().await.is_err());
    assert_eq!(database.number("SELECT count(*) FROM terms_acceptances").await, 0);
}
