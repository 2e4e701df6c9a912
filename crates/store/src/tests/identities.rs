//! Staff who have seen who a patient is, the record that they named, and the desk where they begin registrations.

use registration::{ids::PracticeId, values::id_seen::IdSeen};
use rstest::rstest;
use staff::{StaffId, initials::Initials, permission::Role};
use test_support::people;
use uuid::Uuid;

use super::fixture::{
    Database, Kind, OURS, Postgres, Sqlite, THEIRS, at, confirmed_in, days, hash_of, patient_id,
    registration_id,
};
use crate::{DESK, IdentitySeen, NamedRecord, NewIdentitySeen, NewStaff};

const JO: StaffId = StaffId(Uuid::from_u128(0x51));

fn identity(practice: PracticeId, n: u128, seen: IdSeen, patient: Option<u128>) -> NewIdentitySeen {
    NewIdentitySeen {
        id: Uuid::from_u128(n),
        practice,
        registration: registration_id(1),
        seen,
        staff: JO.0,
        record: patient.map(|patient| (patient_id(patient), 4)),
        at: at(10 + i64::try_from(n).unwrap()),
    }
}

/// Registration 1 in both practices, where a colleague of the same id works.
async fn with_colleagues(on: Kind) -> Database {
    let database = Database::new(on).await;
    for (practice, token) in [(OURS, 1), (THEIRS, 2)] {
        database.add(&confirmed_in(practice, 1, people::jo(), at(0))).await;
        let mut tx = database.store.begin(practice).await.expect("begun");
        let (initials, invitation) = (Initials::parse("JS").expect("initials"), hash_of(token));
        let new = NewStaff {
            id: JO,
            name: "Jo Smith",
            initials: &initials,
            role: Role::Receptionist,
            invitation: &invitation,
            invitation_expires_at: at(9_000),
        };
        tx.add_staff(practice, new, at(0)).await.expect("added");
        tx.commit().await.expect("committed");
    }
    database
}

async fn keep(database: &Database, identity: NewIdentitySeen) {
    let mut tx = database.store.begin(identity.practice).await.expect("begun");
    tx.add_identity_seen(identity).await.expect("kept");
    tx.commit().await.expect("committed");
}

async fn named(database: &Database, practice: PracticeId) -> Option<NamedRecord> {
    let mut tx = database.store.begin(practice).await.expect("begun");
    tx.named_record(practice, registration_id(1)).await.expect("read")
}

#[rstest]
#[tokio::test]
async fn what_was_seen_is_read_back_in_order_with_the_colleagues_initials(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_colleagues(on).await;
    for n in [3, 1, 4, 2] {
        keep(&database, identity(OURS, n, IdSeen::ALL[usize::try_from(n).unwrap() - 1], None)).await;
    }
    let read = database.store.identities_seen(OURS, registration_id(1)).await.expect("read");
    let expected = (1..).zip(IdSeen::ALL).map(|(n, seen)| IdentitySeen {
        seen,
        by: Initials::parse("JS"),
        at: at(10 + n),
    });
    assert_eq!(read, expected.collect::<Vec<_>>());
    assert_eq!(database.store.identities_seen(THEIRS, registration_id(1)).await.expect("read"), []);
}

#[rstest]
#[tokio::test]
async fn the_record_that_was_named_last_is_the_patients_and_in_one_practice_alone(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_colleagues(on).await;
    keep(&database, identity(OURS, 1, IdSeen::Passport, None)).await;
    assert_eq!(named(&database, OURS).await, None);
    keep(&database, identity(OURS, 2, IdSeen::Passport, Some(7))).await;
    keep(&database, identity(OURS, 3, IdSeen::PhotoCard, Some(8))).await;
    keep(&database, identity(OURS, 4, IdSeen::DrivingLicence, None)).await;
    let expected =
        NamedRecord { patient: patient_id(8), version: 4, seen: IdSeen::PhotoCard, staff: JO.0, at: at(13) };
    assert_eq!(named(&database, OURS).await, Some(expected));
    assert_eq!(named(&database, THEIRS).await, None);
}

#[rstest]
#[tokio::test]
async fn what_was_seen_goes_with_the_details_of_whoever_it_was(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_colleagues(on).await;
    keep(&database, identity(OURS, 1, IdSeen::Passport, Some(7))).await;
    keep(&database, identity(THEIRS, 1, IdSeen::Passport, None)).await;
    let ours = confirmed_in(OURS, 1, people::jo(), at(0));
    database.save(&ours.clone().abandon(at(20)).expect("a move").registration, &ours).await;
    database.store.purge(OURS, at(20) + days(7)).await.expect("purged");
    assert_eq!(database.number("SELECT count(*) FROM identities_seen").await, 1);
}

#[rstest]
#[tokio::test]
async fn the_desk_is_there_once_is_no_kiosk_of_the_list_and_lets_nobody_in(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let before = database.store.kiosks(OURS).await.expect("read").len();
    for nobodys in [[0xD1; 32], [0xD2; 32]] {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.put_desk(OURS, &nobodys, at(1)).await.expect("put");
        tx.commit().await.expect("committed");
    }
    assert_eq!(database.number("SELECT count(*) FROM kiosks WHERE name = ''").await, 1);
    assert_eq!(database.store.kiosks(OURS).await.expect("read").len(), before);
    assert!(database.store.kiosk_by_credential(OURS, &[0xD1; 32]).await.expect("read").is_none());
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_registration(&confirmed_in(OURS, 5, people::jo(), at(0)), DESK).await.expect("added");
    tx.commit().await.expect("committed");
    let kiosk = database.store.kiosk_of(OURS, registration_id(5)).await.expect("read");
    assert_eq!(kiosk, Some(DESK));
}
