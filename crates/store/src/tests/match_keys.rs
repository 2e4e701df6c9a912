//! Who is found, by which keys, and that keys follow the record.

use chrono::NaiveDate;
use matching::{Circumstances, Known, MOST_RECORDS_UNDER_A_KEY, Person, Policy, Verdict, judge};
use registration::{ids::PracticeId, values::name::NamePart};
use rstest::rstest;
use test_support::people;

use super::{
    fixture::{Database, Kind, OURS, PEPPER, Postgres, Sqlite, THEIRS, at, patient_id, registered},
    patients::{import, patient, phone, proofs},
};
use crate::{
    ContactField, ContactUndo, ContactUpdate, LookedUp, NewContact, NewPatient, StoreError, SystemCopy,
    SystemRecord,
};

pub(super) fn registrant(person: u16) -> Person {
    let details = people::numbered(person);
    let given = details.name.given.as_ref().map(NamePart::as_typed).unwrap_or_default();
    let email = details.email.as_ref().expect("an address");
    let born = Some(details.date_of_birth.date());
    Person::of(given, details.name.family.as_typed(), born, [details.mobile.e164()], [email.as_str()])
}

pub(super) async fn look_up(database: &Database, practice: PracticeId, person: &Person) -> LookedUp {
    let mut tx = database.store.begin(practice).await.expect("begun");
    tx.look_up(practice, person).await.expect("looked up")
}

async fn found(database: &Database, person: &Person) -> Vec<Known> {
    let mut records = look_up(database, OURS, person).await.records;
    records.sort_by_key(|it| it.patient);
    records
}

/// Nothing but this number.
fn with_phone(e164: &str) -> Person {
    Person::of("", "", None, [e164], [])
}

fn verdict(person: &Person, found: &LookedUp) -> Verdict {
    let circumstances = Circumstances {
        policy: Policy::Strict,
        frequencies: found.frequencies,
        not_the_same: &std::collections::BTreeSet::new(),
        today: NaiveDate::from_ymd_opt(2027, 1, 15).expect("a date"),
    };
    judge(person, &found.records, &circumstances).verdict
}

fn numbers(record: &Known) -> Vec<&str> {
    let mut numbers: Vec<_> = record.person.phones.iter().map(matching::Phone::as_str).collect();
    numbers.sort_unstable();
    numbers
}

#[rstest]
#[tokio::test]
async fn everyone_who_shares_the_date_or_a_contact_is_found_once_with_all_they_have(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let born = people::numbered(1).date_of_birth.date();
    let same_date = NewPatient { date_of_birth: Some(born), ..patient(1, 9, Vec::new()) };
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
    let stranger = patient(5, 25, vec![phone(ContactField::Mobile, "07700 900005")]);
    import(&database, &[same_date, same_home, same_email, all, stranger]).await;

    let looked_up = look_up(&database, OURS, &registrant(1)).await;
    assert_eq!((looked_up.frequencies.records, looked_up.frequencies.born), (5, 2));
    assert_eq!((looked_up.frequencies.phone, looked_up.frequencies.email), (2, 2));
    let found = found(&database, &registrant(1)).await;
    let ids: Vec<_> = found.iter().map(|record| record.patient).collect();
    assert!(ids.starts_with(&[patient_id(1), patient_id(2), patient_id(3), patient_id(4)]), "{ids:?}");
    assert!(found[0].person.phones.is_empty() && found[0].person.emails.is_empty());
    assert_eq!(numbers(&found[1]), ["+441614960018", "+447700900001"]);
    assert!(found[2].person.born.known().is_none() && found[2].person.emails.len() == 1);
    assert_eq!((numbers(&found[3]), found[3].version), (vec!["+447700900001", "+447700900001"], 1));
}

#[rstest]
#[tokio::test]
async fn a_mobile_in_the_home_field_links(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Home, "07700 900001")])]).await;
    // Among nobody else no name is rare.
    let others: Vec<_> = (2..200).map(|n| patient(n, u16::try_from(n).expect("small"), Vec::new())).collect();
    import(&database, &others).await;
    let found = look_up(&database, OURS, &registrant(1)).await;
    assert_eq!(verdict(&registrant(1), &found), Verdict::Linked { patient: patient_id(1), version: 1 });
}

#[rstest]
#[tokio::test]
async fn nobody_of_another_practice_is_found_or_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let theirs = [patient(1, 1, vec![phone(ContactField::Mobile, "07700 900001")])];
    database.store.import_patients(THEIRS, &theirs, at(0)).await.expect("imported");
    let ours = look_up(&database, OURS, &registrant(1)).await;
    assert_eq!((ours.records.len(), ours.frequencies.records, ours.frequencies.family), (0, 0, 0));
    import(&database, &[patient(1, 2, vec![phone(ContactField::Mobile, "07700 900001")])]).await;
    let ours = look_up(&database, OURS, &with_phone("+447700900001")).await;
    assert_eq!(ours.records.iter().map(|it| it.person.clone()).collect::<Vec<_>>().len(), 1);
    assert!(ours.records[0].person.family == registrant(2).family);
}

#[rstest]
#[tokio::test]
async fn keys_follow_an_update_and_its_undoing(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900555")])]).await;
    let done = registered(&database, 2, people::numbered(1), at(50)).await;
    let (mobile, email) = proofs(&done);
    let update = ContactUpdate {
        practice: OURS,
        patient: patient_id(1),
        expected_version: 1,
        mobile,
        email: Some(email),
        registration: done.id,
        at: at(60),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    tx.commit().await.expect("committed");
    assert_eq!(found(&database, &with_phone("+447700900001")).await.len(), 1);
    assert!(found(&database, &with_phone("+447700900555")).await.is_empty(), "the old number finds nobody");

    let undo = ContactUndo {
        practice: OURS,
        patient: patient_id(1),
        expected_version: 2,
        registration: done.id,
        at: at(70),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.undo_contact_update(&undo).await.expect("answered"));
    tx.commit().await.expect("committed");
    assert!(found(&database, &with_phone("+447700900001")).await.is_empty());
    assert_eq!(found(&database, &with_phone("+447700900555")).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_record_that_a_program_of_another_version_changed_is_found_by_what_it_says_now(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900555")])]).await;
    let done = registered(&database, 2, people::numbered(1), at(50)).await;
    database.attempt(aged()).await.expect("of another version");
    let (mobile, email) = proofs(&done);
    let update = ContactUpdate {
        practice: OURS,
        patient: patient_id(1),
        expected_version: 1,
        mobile,
        email: Some(email),
        registration: done.id,
        at: at(60),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    tx.commit().await.expect("committed");
    let ours = format!("UPDATE match_indexes SET empty_key = {}", matching::empty_key(&PEPPER).0);
    database.attempt(ours.leak()).await.expect("given back");
    assert!(found(&database, &with_phone("+447700900001")).await.is_empty(), "as the index has it");

    assert_eq!(database.store.place_new_records(OURS).await.expect("placed"), 1);
    assert_eq!(database.store.place_new_records(OURS).await.expect("all are"), 0);
    assert_eq!(found(&database, &with_phone("+447700900001")).await.len(), 1);
    assert!(found(&database, &with_phone("+447700900555")).await.is_empty(), "the old number finds nobody");
}

#[rstest]
#[tokio::test]
async fn nobody_is_linked_by_a_number_that_another_version_took_from_the_record(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, vec![phone(ContactField::Mobile, "07700 900001")])]).await;
    let others: Vec<_> = (2..200).map(|n| patient(n, u16::try_from(n).expect("small"), Vec::new())).collect();
    import(&database, &others).await;
    let found = look_up(&database, OURS, &registrant(1)).await;
    assert!(matches!(verdict(&registrant(1), &found), Verdict::Linked { .. }));
    // Without a word to the index.
    for sql in [
        "UPDATE patient_contact_points SET comparable = '+447700900777' WHERE comparable = '+447700900001'",
        "UPDATE patients SET version = 2 WHERE version = 1 AND id IN (
            SELECT patient_id FROM patient_contact_points WHERE comparable = '+447700900777')",
    ] {
        database.attempt(sql).await.expect("changed");
    }
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let found = tx.look_up(OURS, &registrant(1)).await.expect("looked up");
    assert!(!matches!(verdict(&registrant(1), &found), Verdict::Linked { .. }));
    let stale = found.records.iter().find(|record| record.patient == patient_id(1)).expect("of the same day");
    assert_eq!((stale.version, numbers(stale)), (2, vec!["+447700900777"]));
    tx.commit().await.expect("committed");
    assert_eq!(
        look_up(&database, OURS, &with_phone("+447700900777")).await.records.len(),
        1,
        "and put right"
    );
}

#[rstest]
#[tokio::test]
async fn a_key_that_a_crowd_shares_finds_nobody_and_is_counted_as_a_crowd(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let crowd = MOST_RECORDS_UNDER_A_KEY as u128 + 1;
    let everybody: Vec<_> = (1..=crowd)
        .map(|n| NewPatient {
            date_of_birth: None,
            ..patient(n, 1, vec![phone(ContactField::Work, "0161 496 0018")])
        })
        .collect();
    import(&database, &everybody[1..]).await;
    let before = look_up(&database, OURS, &with_phone("+441614960018")).await;
    assert_eq!(before.records.len() as u128, crowd - 1);
    import(&database, &everybody[..1]).await;
    let after = look_up(&database, OURS, &with_phone("+441614960018")).await;
    assert_eq!((after.records.len(), u128::from(after.frequencies.phone)), (0, crowd));
}

/// Of a former normaliser, under the same secret.
pub(super) fn aged() -> &'static str {
    let empty_key = matching::empty_key_of(&PEPPER, 1).0;
    format!("UPDATE match_indexes SET normaliser_version = 1, empty_key = {empty_key}").leak()
}

/// As before there were keys.
const WITHOUT_KEYS: [&str; 4] = [
    "DELETE FROM match_records",
    "DELETE FROM match_keys",
    "DELETE FROM match_counts",
    "DELETE FROM match_indexes",
];

#[rstest]
#[tokio::test]
async fn records_from_before_there_were_keys_get_theirs_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let people: Vec<_> = (1..=2_100_u16)
        .map(|n| patient(u128::from(n), n, vec![phone(ContactField::Mobile, &format!("07700 9{n:05}"))]))
        .collect();
    import(&database, &people).await;
    let before = look_up(&database, OURS, &registrant(1)).await;
    let keys = database.number("SELECT count(*) FROM match_keys").await;
    for sql in WITHOUT_KEYS {
        database.attempt(sql).await.expect("taken away");
    }
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let refused = tx.look_up(OURS, &registrant(1)).await;
    assert!(matches!(refused, Err(StoreError::KeysNotMade)), "{refused:?}");
    drop(tx);
    // Meanwhile somebody new comes, too.
    import(&database, &[patient(9_000, 1, Vec::new())]).await;

    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), 2_101);
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), 0);
    let after = look_up(&database, OURS, &registrant(1)).await;
    assert_eq!(after.records.len(), before.records.len() + 1);
    assert_eq!(after.frequencies.family, before.frequencies.family + 1);
    assert!(database.number("SELECT count(*) FROM match_keys").await > keys);
}

#[rstest]
#[tokio::test]
async fn keys_of_another_normaliser_are_made_anew_and_the_old_ones_go(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    let keys = database.number("SELECT count(*) FROM match_keys").await;
    database.attempt(aged()).await.expect("aged");
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(matches!(tx.look_up(OURS, &registrant(1)).await, Err(StoreError::KeysNotMade)));
    drop(tx);
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), 2);
    assert_eq!(found(&database, &registrant(1)).await[0].patient, patient_id(1));
    database.store.remove_old_match_keys(OURS).await.expect("removed");
    assert_eq!(database.number("SELECT count(*) FROM match_indexes").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM match_keys").await, keys);
}

#[rstest]
#[tokio::test]
async fn keys_of_a_newer_program_are_left_alone_and_what_an_older_one_writes_gets_keys_later(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    database
        .attempt("UPDATE match_indexes SET normaliser_version = 99, empty_key = empty_key / 2")
        .await
        .expect("aged");
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("left"), 0);
    import(&database, &[patient(2, 2, Vec::new())]).await;
    assert_eq!(database.number("SELECT count(*) FROM match_records").await, 1);
    // The newer one, whose keys they are, finds the record.
    let theirs = format!("UPDATE match_indexes SET empty_key = {}", matching::empty_key(&PEPPER).0);
    database.attempt(theirs.leak()).await.expect("given back");
    assert_eq!(database.store.place_new_records(OURS).await.expect("placed"), 1);
    assert_eq!(found(&database, &registrant(2)).await[0].patient, patient_id(2));
}

#[rstest]
#[tokio::test]
async fn an_index_that_was_left_half_made_is_made_again(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    import(&database, &[patient(1, 1, Vec::new())]).await;
    database.attempt("UPDATE match_indexes SET made_at = NULL").await.expect("as if killed");
    assert_eq!(database.store.make_match_keys(OURS, at(9)).await.expect("made"), 1);
    assert_eq!(database.number("SELECT count(*) FROM match_indexes").await, 1);
    assert_eq!(look_up(&database, OURS, &registrant(1)).await.frequencies.family, 1);
}

#[tokio::test]
async fn two_portals_that_start_at_once_make_one_index() {
    let database = Database::new(Postgres).await;
    import(&database, &[patient(1, 1, Vec::new()), patient(2, 2, Vec::new())]).await;
    database.attempt(aged()).await.expect("aged");
    let (one, other) = (database.store.clone(), database.store.clone());
    let made =
        futures::future::join(one.make_match_keys(OURS, at(9)), other.make_match_keys(OURS, at(9))).await;
    assert_eq!(made.0.expect("made") + made.1.expect("made"), 2);
    database.store.remove_old_match_keys(OURS).await.expect("removed");
    assert_eq!(database.number("SELECT count(*) FROM match_indexes").await, 1);
}

#[tokio::test]
async fn of_two_who_add_records_at_once_none_is_left_out_or_counted_twice() {
    let database = Database::new(Postgres).await;
    let people: Vec<_> = (1..=40_u16).map(|n| patient(u128::from(n), n, Vec::new())).collect();
    let imports = people.chunks(5).map(|some| database.store.import_patients(OURS, some, at(0)));
    for imported in futures::future::join_all(imports).await {
        imported.expect("imported");
    }
    assert_eq!(database.number("SELECT count(*) FROM match_indexes").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM match_records").await, 40);
    assert_eq!(look_up(&database, OURS, &registrant(1)).await.frequencies.records, 40);
}

#[rstest]
#[tokio::test]
async fn a_copy_whose_name_and_date_of_birth_the_practice_system_corrects_lies_in_the_index_once(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let shown = async |person: &NewPatient, version: &str, read_at: i64| {
        let record = SystemRecord {
            system: "dentally".to_owned(),
            record_id: "42".to_owned(),
            read_version: version.to_owned(),
        };
        let copy = SystemCopy { practice: OURS, record: &record, patient: person, read_at: at(read_at) };
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let id = tx.copy_system_record(&copy).await.expect("copied");
        tx.commit().await.expect("committed");
        id
    };
    let first = patient(1, 1, vec![phone(ContactField::Mobile, "07700 900999")]);
    assert_eq!(shown(&first, "1", 10).await, patient_id(1));
    let corrected = patient(2, 2, vec![phone(ContactField::Mobile, "07700 900999")]);
    assert_eq!(shown(&corrected, "2", 20).await, patient_id(1), "the same copy");

    let ids = |found: Vec<Known>| found.into_iter().map(|it| it.patient).collect::<Vec<_>>();
    assert_eq!(ids(found(&database, &registrant(2)).await), [patient_id(1)]);
    assert!(found(&database, &registrant(1)).await.is_empty(), "not under the former name and date");
    assert_eq!(ids(found(&database, &with_phone("+447700900999")).await), [patient_id(1)]);
    assert_eq!(database.number("SELECT count(*) FROM match_records").await, 1);
    assert_eq!(
        database.store.place_new_records(OURS).await.expect("looked"),
        0,
        "nothing is left to be done"
    );

    let stale = shown(&first, "1", 15).await;
    assert_eq!(stale, patient_id(1));
    assert_eq!(
        ids(found(&database, &registrant(2)).await),
        [patient_id(1)],
        "what was read earlier changes nothing"
    );
}
