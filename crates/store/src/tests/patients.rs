//! The practice's record: filled, found, updated once both contact points are proven, never over something newer.

use std::time::Duration;

use registration::{
    flow::{Registration, State},
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};
use rstest::rstest;
use test_support::people;

use super::fixture::{
    Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, patient_id, registered, registration_id,
};
use crate::{ContactField, ContactUpdate, NewContact, NewPatient, NewPatientFrom, StoreError};

/// A record with the given contact points.
pub(super) fn patient(n: u128, person: u16, contacts: Vec<NewContact>) -> NewPatient {
    let details = people::numbered(person);
    NewPatient {
        id: patient_id(n),
        name: details.name.clone(),
        date_of_birth: Some(details.date_of_birth.date()),
        contacts,
    }
}

pub(super) fn phone(field: ContactField, value: &str) -> NewContact {
    NewContact::phone(field, value, &people::policy())
}

pub(super) async fn import(database: &Database, patients: &[NewPatient]) {
    database.store.import_patients(OURS, patients, at(0)).await.expect("imported");
}

pub(super) fn proofs(registered: &Registration) -> (Verified<MobileNumber>, Verified<EmailAddress>) {
    match &registered.state {
        State::Registered { mobile, email, .. } => (mobile.clone(), email.clone()),
        other => panic!("{:?}", other.name()),
    }
}

fn update(registered: &Registration, n: u128, expected_version: i64) -> ContactUpdate {
    let (mobile, email) = proofs(registered);
    ContactUpdate {
        practice: OURS,
        patient: patient_id(n),
        expected_version,
        mobile,
        email: Some(email),
        registration: registered.id,
        at: at(100),
    }
}

async fn apply(database: &Database, update: &ContactUpdate) -> bool {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let applied = tx.apply_contact_update(update).await.expect("answered");
    tx.commit().await.expect("committed");
    applied
}

#[rstest]
#[tokio::test]
async fn a_thousand_patients_are_imported_at_once_and_quickly(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let patients: Vec<_> = (0..1000_u16)
        .map(|n| {
            let contacts = vec![
                phone(ContactField::Home, "0161 496 0018"),
                phone(ContactField::Mobile, &format!("07700 900{n:03}")),
                NewContact::email(&format!("person{n}@example.com")),
            ];
            patient(u128::from(n) + 1, n, contacts)
        })
        .collect();
    // Measured: under 1 s for this whole test, unoptimised, on two cores. The time-out is for a machine that does much else.
    let imported = database.store.import_patients(OURS, &patients, at(0));
    tokio::time::timeout(Duration::from_secs(20), imported).await.expect("in time").expect("imported");
    assert_eq!(database.store.patient_count(OURS).await.expect("counted"), 1000);
    assert_eq!(database.store.patient_count(THEIRS).await.expect("counted"), 0);
}

#[rstest]
#[tokio::test]
async fn an_import_that_fails_leaves_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let twice = [patient(1, 1, Vec::new()), patient(2, 2, Vec::new()), patient(1, 3, Vec::new())];
    let failed = database.store.import_patients(OURS, &twice, at(0)).await;
    assert!(matches!(failed, Err(StoreError::Conflict)));
    assert_eq!(database.store.patient_count(OURS).await.expect("counted"), 0);
}

#[rstest]
#[tokio::test]
async fn a_record_is_read_back_with_what_can_be_compared(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let contacts = vec![
        phone(ContactField::Home, "07700 900001"),
        phone(ContactField::Work, "ask for Sam"),
        NewContact::email(" Sam@Example.COM "),
    ];
    import(&database, &[patient(1, 1, contacts)]).await;
    let record = database.store.patient(OURS, patient_id(1)).await.expect("read").expect("a record");
    assert_eq!((record.version, record.changed_at), (1, at(0)));
    assert_eq!(record.name, people::numbered(1).name);
    assert_eq!(record.date_of_birth, Some(people::numbered(1).date_of_birth.date()));
    let comparable =
        |field| record.contact(field).map(|contact| (contact.value.as_str(), contact.comparable.as_deref()));
    assert_eq!(comparable(ContactField::Home), Some(("07700 900001", Some("+447700900001"))));
    assert_eq!(comparable(ContactField::Work), Some(("ask for Sam", None)));
    assert_eq!(comparable(ContactField::Email), Some((" Sam@Example.COM ", Some("sam@example.com"))));
    assert_eq!(comparable(ContactField::Mobile), None);
    assert!(record.contacts.iter().all(|contact| contact.verified.is_none()));
}

#[rstest]
#[tokio::test]
async fn the_corrected_number_stands_verified_in_the_mobile_field(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Home, "07700 900001")])]).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    assert!(apply(&database, &update(&registered, 1, 1)).await);

    let record = database.store.patient(OURS, patient_id(1)).await.expect("read").expect("a record");
    assert_eq!((record.version, record.changed_at), (2, at(100)));
    let mobile = record.contact(ContactField::Mobile).expect("a mobile");
    assert_eq!((mobile.value.as_str(), mobile.verified), ("+447700900001", Some((at(50), registered.id))));
    let email = record.contact(ContactField::Email).expect("an address");
    assert_eq!(
        (email.value.as_str(), email.verified),
        ("person1@example.com", Some((at(50), registered.id)))
    );
    let home = record.contact(ContactField::Home).expect("still there");
    assert_eq!((home.value.as_str(), home.verified), ("07700 900001", None));
    let found = database.store.patient_of_registration(OURS, registered.id).await.expect("read");
    assert_eq!(found, Some(patient_id(1)));
}

#[rstest]
#[tokio::test]
async fn the_old_values_stay_in_the_history(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let contacts = vec![phone(ContactField::Mobile, "07700 900999"), NewContact::email("old@example.com")];
    import(&database, &[patient(1, 1, contacts)]).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    assert!(apply(&database, &update(&registered, 1, 1)).await);
    assert!(apply(&database, &ContactUpdate { at: at(200), ..update(&registered, 1, 2) }).await);

    let history = database.store.patient_contact_history(OURS, patient_id(1)).await.expect("read");
    let mobiles: Vec<_> = history
        .iter()
        .filter(|contact| contact.field == ContactField::Mobile)
        .map(|contact| (contact.value.as_str(), contact.created_at, contact.replaced_at))
        .collect();
    let expected = [
        ("07700 900999", at(0), Some(at(100))),
        ("+447700900001", at(100), Some(at(200))),
        ("+447700900001", at(200), None),
    ];
    assert_eq!(mobiles, expected);
    assert_eq!(history.len(), 6);
}

#[rstest]
#[tokio::test]
async fn a_newer_record_is_not_overwritten(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900999")])]).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    let before = database.store.patient(OURS, patient_id(1)).await.expect("read");
    for version in [0, 2] {
        assert!(!apply(&database, &update(&registered, 1, version)).await);
    }
    assert!(!apply(&database, &update(&registered, 2, 1)).await);
    assert!(!apply(&database, &ContactUpdate { practice: THEIRS, ..update(&registered, 1, 1) }).await);
    assert!(database.store.patient(OURS, patient_id(1)).await.expect("read") == before);
    assert_eq!(database.store.patient_of_registration(OURS, registered.id).await.expect("read"), None);
}

#[rstest]
#[tokio::test]
async fn a_new_record_has_both_contact_points_verified(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let registered = registered(&database, 7, people::numbered(1), at(50)).await;
    let (mobile, email) = proofs(&registered);
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.create_patient_from(&NewPatientFrom {
        practice: OURS,
        patient: patient_id(1),
        registration: registered.id,
        details: &registered.details,
        mobile: &mobile,
        email: Some(&email),
        at: at(60),
    })
    .await
    .expect("created");
    let record = tx.patient(OURS, patient_id(1)).await.expect("read").expect("a record");
    tx.commit().await.expect("committed");
    assert_eq!(record.name, registered.details.name);
    for field in [ContactField::Mobile, ContactField::Email] {
        let contact = record.contact(field).expect("a contact");
        assert_eq!(contact.verified, Some((at(50), registration_id(7))));
    }
}

#[rstest]
#[tokio::test]
async fn records_are_found_by_any_part_of_the_name(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let jo = people::jo();
    import(
        &database,
        &[
            NewPatient {
                id: patient_id(1),
                name: jo.name.clone(),
                date_of_birth: None,
                contacts: Vec::new(),
            },
            patient(2, 2, Vec::new()),
        ],
    )
    .await;
    let found = async |typed: &str| {
        let found = database.store.search_patients(OURS, typed, 10).await.expect("searched");
        found.iter().map(|record| record.id).collect::<Vec<_>>()
    };
    for typed in ["obrien", "O'BRIEN", "Jo O’Brien", "brien-smith jo", "smith"] {
        assert_eq!(found(typed).await, [patient_id(1)], "{typed}");
    }
    assert_eq!(found("").await, [patient_id(2), patient_id(1)]);
    for typed in ["nobody", "%", "_", "'; DROP TABLE patients"] {
        assert!(found(typed).await.is_empty(), "{typed}");
    }
    assert_eq!(database.store.search_patients(OURS, "", 1).await.expect("searched").len(), 1);
    assert!(database.store.search_patients(THEIRS, "", 10).await.expect("searched").is_empty());
}

#[rstest]
#[tokio::test]
async fn a_record_that_is_there_stays_as_it_is_and_all_are_read_page_by_page(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    for n in [3, 1, 2] {
        let new = patient(n, 1, vec![phone(ContactField::Mobile, "07700 900001")]);
        assert!(tx.add_missing_patients(OURS, std::slice::from_ref(&new), at(0)).await.expect("added") == 1);
        let other = patient(n, 2, Vec::new());
        assert!(
            tx.add_missing_patients(OURS, std::slice::from_ref(&other), at(1)).await.expect("there") == 0
        );
    }
    tx.commit().await.expect("committed");
    let page = async |after: Option<u128>, most| {
        let after = after.map(patient_id);
        let records = database.store.patients_after(OURS, after, most).await.expect("read");
        assert!(records.iter().all(|it| it.contacts.len() == 1 && it.name == people::numbered(1).name));
        records.iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2).await, [patient_id(1), patient_id(2)]);
    assert_eq!(page(Some(2), 2).await, [patient_id(3)]);
    assert!(page(Some(3), 2).await.is_empty());
    assert!(database.store.patients_after(THEIRS, None, 2).await.expect("read").is_empty());
}
