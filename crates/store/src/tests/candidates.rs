//! Who is shown to the decision, and the decision on them.

use matching::{Candidate, Decision, Registrant, decide};
use rstest::rstest;
use test_support::people;

use super::{
    fixture::{Database, Kind, OURS, Postgres, Sqlite, THEIRS, patient_id},
    patients::{import, patient, phone},
};
use crate::{ContactField, NewContact, NewPatient};

fn registrant(person: u16) -> Registrant {
    let details = people::numbered(person);
    Registrant {
        folded_given: details.name.folded_given(),
        folded_family: details.name.folded_family(),
        date_of_birth: details.date_of_birth.date(),
        mobile_e164: details.mobile.e164().to_owned(),
        email: details.email.as_ref().expect("an address").as_str().to_owned(),
    }
}

async fn candidates(database: &Database, person: u16) -> Vec<Candidate> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.candidates(OURS, &registrant(person)).await.expect("found")
}

#[rstest]
#[tokio::test]
async fn everyone_who_shares_the_date_or_a_contact_is_shown_once_with_all_they_have(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let same_date = NewPatient {
        date_of_birth: Some(people::numbered(1).date_of_birth.date()),
        ..patient(1, 9, Vec::new())
    };
    let same_home = patient(
        2,
        2,
        vec![phone(ContactField::Home, "07700 900001"), phone(ContactField::Work, "0161 496 0018")],
    );
    let same_email =
        NewPatient { date_of_birth: None, ..patient(3, 3, vec![NewContact::email("PERSON1@example.com")]) };
    let all = patient(
        4,
        1,
        vec![
            phone(ContactField::Home, "07700 900001"),
            phone(ContactField::Mobile, "+44 7700 900001"),
            NewContact::email("person1@example.com"),
        ],
    );
    let stranger = patient(5, 5, vec![phone(ContactField::Mobile, "07700 900005")]);
    import(&database, &[same_date, same_home, same_email, all, stranger]).await;

    let found = candidates(&database, 1).await;
    let ids: Vec<_> = found.iter().map(|candidate| candidate.patient).collect();
    assert_eq!(ids, [patient_id(1), patient_id(2), patient_id(3), patient_id(4)]);
    assert!(found[0].phones.is_empty() && found[0].emails.is_empty());
    assert_eq!(found[1].phones, ["+447700900001", "+441614960018"]);
    assert_eq!(
        (found[2].date_of_birth, found[2].emails.as_slice()),
        (None, &["person1@example.com".to_owned()][..])
    );
    assert_eq!(found[3].phones, ["+447700900001", "+447700900001"]);
    assert_eq!(found[3].version, 1);
}

#[rstest]
#[tokio::test]
async fn a_mobile_in_the_home_field_links(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Home, "07700 900001")])]).await;
    let decision = decide(&registrant(1), &candidates(&database, 1).await);
    assert_eq!(decision, Decision::Linked { patient: patient_id(1), version: 1 });
}

#[rstest]
#[tokio::test]
async fn a_number_that_was_replaced_links_nobody(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900001")])]).await;
    database.tamper("UPDATE patient_contact_points SET replaced_at = created_at").await;
    let decision = decide(&registrant(1), &candidates(&database, 1).await);
    assert!(matches!(decision, Decision::Review { .. }), "{decision:?}");
}

#[rstest]
#[tokio::test]
async fn nobody_of_another_practice_is_shown(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let contacts = vec![phone(ContactField::Mobile, "07700 900001")];
    let theirs = [patient(1, 1, contacts)];
    database.store.import_patients(THEIRS, &theirs, super::fixture::at(0)).await.expect("imported");
    assert!(candidates(&database, 1).await.is_empty());
}
