//! The log as a manager reads it.

use registration::ids::KioskId;
use rstest::rstest;
use staff::{StaffId, initials::Initials, permission::Role};
use test_support::people;
use uuid::Uuid;

use super::fixture::{
    Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, confirmed, enrol, hash_of, patient_id,
    registration_id,
};
use crate::{
    AccessEntry, Act, Actor, ByStaff, LinesSought, LinesWithin, LoggedBy, LoggedLine, NewStaff, Purpose,
};

const JO: StaffId = StaffId(Uuid::from_u128(0x51));
const OTHER_KIOSK: KioskId = KioskId(Uuid::from_u128(0xC4));

fn entry(n: u128, second: i64, actor: Actor, act: Act) -> AccessEntry {
    AccessEntry { actor, ..AccessEntry::by_portal(Uuid::from_u128(n), OURS, act, at(second)) }
}

async fn log(database: &Database, entries: &[AccessEntry]) {
    for entry in entries {
        let mut tx = database.store.begin(entry.practice).await.expect("begun");
        tx.log(*entry).await.expect("logged");
        tx.commit().await.expect("committed");
    }
}

async fn with_jo(on: Kind) -> Database {
    let database = Database::new(on).await;
    enrol(&database.store, OURS, OTHER_KIOSK, "Back door", 3, at(0)).await;
    let initials = Initials::parse("JS").expect("initials");
    let new = NewStaff {
        id: JO,
        name: "Jo Smith",
        initials: &initials,
        role: Role::Manager,
        invitation: &hash_of(1),
        invitation_expires_at: at(9_000),
    };
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.add_staff(OURS, new, at(0)).await.expect("added");
    tx.commit().await.expect("committed");
    database
}

async fn lines(
    database: &Database,
    sought: LinesSought,
    within: (i64, i64, u128),
    most: u32,
) -> Vec<LoggedLine> {
    let (from, until, before) = within;
    let within = LinesWithin { from: at(from), until: at(until), until_id: Uuid::from_u128(before) };
    database.store.lines_listed(OURS, &sought, within, most).await.expect("read")
}

/// Of the lines sought, which.
async fn sought(database: &Database, sought: LinesSought) -> Vec<u128> {
    let lines = lines(database, sought, (0, 1_000, 0), 100).await;
    lines.iter().map(|line| line.id.as_u128()).collect()
}

const HERE: ByStaff = ByStaff { id: JO.0, kiosk: Some(KIOSK) };

#[rstest]
#[tokio::test]
async fn a_line_says_in_the_practices_words_who_did_it_where_and_to_whom(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_jo(on).await;
    let registration = confirmed(1, people::jo(), at(1));
    database.add(&registration).await;
    let shown = AccessEntry {
        registration: Some(registration.id),
        patient: Some(patient_id(4)),
        purpose: Some(Purpose::HelpPatient),
        about_staff: Some(JO),
        ..entry(1, 10, Actor::Staff(HERE), Act::RegistrationShown)
    };
    let stranger = Actor::Staff(ByStaff::command(Uuid::from_u128(99)));
    log(&database, &[shown, entry(2, 20, Actor::Kiosk(OTHER_KIOSK), Act::DeskReferenceGiven)]).await;
    log(&database, &[entry(3, 30, stranger, Act::ReviewShown)]).await;
    let found = lines(&database, LinesSought::Everything, (0, 100, 0), 9).await;
    let by: Vec<_> = found.iter().map(|line| line.by.clone()).collect();
    let initials = Initials::parse("JS").expect("initials");
    assert_eq!(
        by,
        [
            LoggedBy::Staff(None),
            LoggedBy::Kiosk(Some("Back door".to_owned())),
            LoggedBy::Staff(Some(initials.clone())),
        ]
    );
    let expected = LoggedLine {
        id: Uuid::from_u128(1),
        at: at(10),
        by: LoggedBy::Staff(Some(initials.clone())),
        act: "registration_shown".to_owned(),
        at_kiosk: Some("Front desk".to_owned()),
        reference: Some(registration.reference.clone()),
        patient: Some(patient_id(4)),
        purpose: Some("help_patient".to_owned()),
        about: Some(initials),
    };
    assert_eq!(found.last(), Some(&expected));
}

#[rstest]
#[tokio::test]
async fn older_lines_follow_without_a_gap_also_where_several_are_of_one_instant(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_jo(on).await;
    let entries: Vec<_> =
        (1..=7).map(|n| entry(n, if n < 6 { 10 } else { 20 }, Actor::Portal, Act::RecordsChecked)).collect();
    log(&database, &entries).await;
    let (mut found, mut before) = (Vec::new(), (0, 100, 0));
    loop {
        let page = lines(&database, LinesSought::Everything, before, 2).await;
        let Some(last) = page.last() else { break };
        before = (0, last.at.instant().timestamp() - at(0).instant().timestamp(), last.id.as_u128());
        found.extend(page.iter().map(|line| line.id.as_u128()));
    }
    assert_eq!(found, [7, 6, 5, 4, 3, 2, 1]);
    let of_the_day = lines(&database, LinesSought::Everything, (10, 20, 0), 9).await;
    assert_eq!(of_the_day.len(), 5, "the first instant is among them, the last is not");
}

#[rstest]
#[tokio::test]
async fn of_a_colleague_there_is_what_they_did_and_what_was_done_about_them(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_jo(on).await;
    let about = AccessEntry { about_staff: Some(JO), ..entry(2, 20, Actor::Portal, Act::StaffInvited) };
    let other = Actor::Staff(ByStaff::command(Uuid::from_u128(99)));
    log(&database, &[entry(1, 10, Actor::Staff(HERE), Act::StaffLetIn), about]).await;
    log(&database, &[entry(3, 30, other, Act::StaffLetIn), entry(4, 40, Actor::Portal, Act::RecordsChecked)])
        .await;
    assert_eq!(sought(&database, LinesSought::Staff(JO)).await, [2, 1]);
}

#[rstest]
#[tokio::test]
async fn of_a_kiosk_there_is_what_it_did_and_what_was_done_at_it(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    log(
        &database,
        &[
            entry(1, 10, Actor::Kiosk(KIOSK), Act::DeskReferenceGiven),
            entry(2, 20, Actor::Staff(HERE), Act::StaffLetIn),
            entry(3, 30, Actor::PatientAt(KIOSK), Act::DetailsConfirmed),
            entry(4, 40, Actor::Kiosk(OTHER_KIOSK), Act::DeskReferenceGiven),
            entry(5, 50, Actor::Patient, Act::LinkOpened),
        ],
    )
    .await;
    assert_eq!(sought(&database, LinesSought::Kiosk(KIOSK)).await, [3, 2, 1]);
    assert_eq!(sought(&database, LinesSought::Kiosk(OTHER_KIOSK)).await, [4]);
}

#[rstest]
#[tokio::test]
async fn of_a_patient_there_is_what_was_done_with_their_registrations_and_nobody_elses(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_jo(on).await;
    let (theirs, others) = (confirmed(1, people::jo(), at(1)), confirmed(2, people::jo(), at(2)));
    database.add(&theirs).await;
    database.add(&others).await;
    let of = |n, registration| AccessEntry {
        registration: Some(registration),
        ..entry(n, i64::try_from(n).unwrap_or(0), Actor::Staff(HERE), Act::RegistrationShown)
    };
    log(&database, &[of(1, theirs.id), of(2, others.id), of(3, registration_id(9))]).await;
    assert_eq!(sought(&database, LinesSought::Patient(theirs.reference)).await, [1]);
    assert_eq!(sought(&database, LinesSought::Patient(others.reference)).await, [2]);
}

#[rstest]
#[tokio::test]
async fn what_a_later_program_did_is_there_by_its_name(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    log(&database, &[entry(1, 10, Actor::Portal, Act::RecordsChecked)]).await;
    database.tamper("DROP TRIGGER access_log_content_never_changes").await;
    database.tamper("UPDATE access_log SET act = 'record_sung_to'").await;
    let found = lines(&database, LinesSought::Everything, (0, 100, 0), 9).await;
    assert_eq!(found[0].act, "record_sung_to");
}

#[rstest]
#[tokio::test]
async fn another_practices_lines_are_not_among_them(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let theirs =
        AccessEntry { practice: THEIRS, ..entry(1, 10, Actor::Kiosk(KIOSK), Act::DeskReferenceGiven) };
    log(&database, &[theirs]).await;
    assert_eq!(sought(&database, LinesSought::Everything).await, Vec::<u128>::new());
    assert_eq!(sought(&database, LinesSought::Kiosk(KIOSK)).await, Vec::<u128>::new());
    assert_eq!(database.store.line_at(OURS, Uuid::from_u128(1)).await.expect("read"), None);
}
