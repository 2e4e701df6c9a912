//! Two practices in one database never meet, even where everything they hold is the same.

use std::{fs, path::Path};

use chrono::TimeDelta;
use registration::{
    flow::{FreshCode, SentCode},
    ids::{OutboxId, PracticeId},
    limits::Limit,
    secrets::code::CodePurpose,
    values::id_seen::IdSeen,
};
use rstest::rstest;
use staff::{StaffId, initials::Initials, permission::Role};
use test_support::people;
use uuid::Uuid;

use super::{
    fixture::{
        Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, confirmed_in, days, hash_of, linked, mac,
        new_link, password, patient_id, proven, registered, registration_id,
    },
    patients::{patient, phone, proofs},
};
use crate::{
    AccessEntry, Act, Actor, Claim, ContactField, ContactUpdate, KioskPresence, LimitSubject,
    NewIdentitySeen, NewStaff, OutboxKind, OutboxOutcome, OutboxRow, StoreError,
};

/// The same registration, of the same ids, in both; ours went on.
async fn twice(on: Kind) -> Database {
    let database = Database::new(on).await;
    for practice in [OURS, THEIRS] {
        database.add(&confirmed_in(practice, 1, people::jo(), at(0))).await;
    }
    let ours = confirmed_in(OURS, 1, people::jo(), at(0));
    let proven = proven(&ours, at(1));
    database.save(&proven, &ours).await;
    database.save(&linked(&ours, Some(password()), 1, at(2)), &proven).await;
    database
}

#[rstest]
#[tokio::test]
async fn a_move_of_one_moves_nothing_of_the_other(#[values(Sqlite, Postgres)] on: Kind) {
    let database = twice(on).await;
    let theirs =
        database.store.registration(THEIRS, registration_id(1)).await.expect("read").expect("theirs");
    assert_eq!(theirs.version, 1);
    assert_eq!(database.store.open_registrations_of(THEIRS, "+447700900123").await.expect("read").len(), 1);
    assert!(database.store.registration_by_link(THEIRS, &hash_of(1)).await.expect("read").is_none());
    assert!(database.store.registration_of_kiosk(THEIRS, KIOSK, theirs.id).await.expect("read").is_some());
}

#[rstest]
#[tokio::test]
async fn a_save_under_another_practice_is_a_conflict(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let ours = confirmed_in(OURS, 1, people::jo(), at(0));
    database.add(&ours).await;
    let mut moved = proven(&ours, at(1));
    moved.practice = THEIRS;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(matches!(tx.save(&moved, ours.state.name()).await, Err(StoreError::Conflict)));
}

#[rstest]
#[tokio::test]
async fn tries_and_codes_of_one_are_not_the_others(#[values(Sqlite, Postgres)] on: Kind) {
    let database = twice(on).await;
    let id = registration_id(1);
    let store = &database.store;
    assert!(store.count_code_try(OURS, id, CodePurpose::Register).await.expect("asked").is_none());
    let theirs = store.count_code_try(THEIRS, id, CodePurpose::Register).await.expect("counted");
    assert_eq!(theirs.expect("a code").tries_used(), 1);
    assert!(store.count_link_try(THEIRS, id).await.expect("asked").is_none());
    let theirs = store.fresh_code(THEIRS, id, CodePurpose::Register).await.expect("read").expect("a code");
    let mut tx = store.begin(OURS).await.expect("begun");
    assert!(!tx.delete_fresh_code(OURS, id, CodePurpose::Register, &theirs.mac).await.expect("asked"));
    drop(tx);
    let mut tx = store.begin(THEIRS).await.expect("begun");
    assert!(tx.delete_fresh_code(THEIRS, id, CodePurpose::Register, &theirs.mac).await.expect("asked"));
}

#[rstest]
#[tokio::test]
async fn the_same_person_is_looked_for_in_one_practice(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    database.add(&confirmed_in(THEIRS, 1, people::jo(), at(0))).await;
    let ours = confirmed_in(OURS, 2, people::jo(), at(1));
    database.add(&ours).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(tx.same_person_open(&ours).await.expect("read").is_empty());
}

fn link_email(practice: PracticeId) -> OutboxRow {
    OutboxRow {
        id: OutboxId(Uuid::from_u128(1)),
        practice,
        registration: Some(registration_id(1)),
        kind: OutboxKind::LinkEmail,
        not_before: at(0),
        expires_at: at(0) + days(9),
        sealed: vec![1],
        attempts: 0,
        created_at: at(0),
    }
}

#[rstest]
#[tokio::test]
async fn promises_of_one_are_neither_shown_to_nor_cancelled_by_the_other(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = twice(on).await;
    // The same id in both: neither hides the other.
    for practice in [OURS, THEIRS] {
        let mut tx = database.store.begin(practice).await.expect("begun");
        tx.promise(&link_email(practice)).await.expect("promised");
        tx.commit().await.expect("committed");
    }
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.cancel_outbox(OURS, registration_id(1), &[OutboxKind::LinkEmail], at(1)).await.expect("cancelled");
    tx.commit().await.expect("committed");
    for (practice, promised) in [(OURS, 0), (THEIRS, 1)] {
        let claimed = database.store.claim_outbox(practice, at(1), TimeDelta::seconds(9), 9).await;
        assert_eq!(claimed.expect("claimed").len(), promised);
    }
    assert_eq!(database.store.promises_of(OURS, registration_id(1)).await.expect("read").len(), 1);
}

/// Everything that belongs to a practice, as text.
async fn held_by(database: &Database, practice: PracticeId) -> Vec<String> {
    let mut held = Vec::new();
    for (table, columns) in super::schema::columns(&Database::new(Sqlite).await).await {
        if !columns.iter().any(|column| column == "practice_id") {
            continue;
        }
        let rows = database.rows_of(&table, &columns, practice).await;
        held.extend(rows.iter().map(|row| format!("{table}: {row}")));
    }
    held
}

const STAFF: StaffId = StaffId(Uuid::from_u128(0x51));
const ONCE_A_MINUTE: Limit = Limit::new("test", 1, 60);
const LOG_KEY: [u8; 32] = [0x11; 32];

fn request(practice: PracticeId) -> Claim<'static> {
    Claim { practice, kiosk: KIOSK, route: "POST /registrations", key: "key" }
}

/// Puts the same of everything, under the same ids, into a practice.
async fn fill(database: &Database, practice: PracticeId, sends: u8) {
    let store = &database.store;
    let waiting = confirmed_in(practice, 1, people::numbered(1), at(0));
    database.add(&waiting).await;
    let proven = proven(&waiting, at(1));
    database.save(&proven, &waiting).await;
    // The token is another one: a link's hash is as good as unique.
    let link = new_link(u64::from(sends));
    let left = proven.clone().continue_on_phone(link, at(2)).expect("a move").registration;
    database.save(&left, &proven).await;
    let contacts = vec![phone(ContactField::Mobile, &format!("07700 90080{sends}"))];
    store.import_patients(practice, &[patient(1, 1, contacts)], at(0)).await.expect("imported");
    let takes = [(ONCE_A_MINUTE, LimitSubject("a".to_owned()))];
    store.take_limits(practice, &takes, at(3600)).await.expect("answered").expect("free");
    let mut tx = store.begin(practice).await.expect("begun");
    let mac = mac("111111", waiting.id, &waiting.details);
    let code = SentCode { mac, sent_at: at(3), tries_used: 0, sends };
    tx.put_fresh_code(practice, waiting.id, CodePurpose::Resume, None, &code).await.expect("put");
    tx.promise(&link_email(practice)).await.expect("promised");
    tx.claim_answer(request(practice), &[sends], at(3)).await.expect("claimed");
    let (initials, invitation) = (Initials::parse("JS").expect("initials"), hash_of(u64::from(sends) + 100));
    let new = NewStaff {
        id: STAFF,
        name: "Jo Smith",
        initials: &initials,
        role: Role::Manager,
        invitation: &invitation,
        invitation_expires_at: at(9_000),
    };
    tx.add_staff(practice, new, at(3)).await.expect("added");
    tx.begin_staff_session(practice, &hash_of(200), STAFF, Some(KIOSK), at(3)).await.expect("let in");
    let call = (KIOSK, &waiting.reference, Some(waiting.id));
    tx.add_help_call(practice, Uuid::from_u128(7), call, at(3), at(0)).await.expect("called");
    tx.pause_kiosk(practice, KIOSK, Some(at(3))).await.expect("paused");
    let (id, seen, registration) = (Uuid::from_u128(8), IdSeen::PhotoCard, waiting.id);
    let (staff, record) = (STAFF.0, Some((patient_id(1), 1)));
    let identity = NewIdentitySeen { id, practice, registration, seen, staff, record, at: at(3) };
    tx.add_identity_seen(identity).await.expect("kept");
    for n in 1..=2 {
        tx.log(AccessEntry {
            id: Uuid::from_u128(n),
            practice,
            at: at(3),
            actor: Actor::Patient,
            act: Act::DetailsConfirmed,
            registration: None,
            patient: None,
            account: None,
            purpose: None,
            about_staff: None,
        })
        .await
        .expect("logged");
    }
    tx.commit().await.expect("committed");
    store.count_staff_try(practice, STAFF, KIOSK.0, at(3)).await.expect("counted").expect("taken");
    let presence =
        KioskPresence { seen_at: at(3), began_at: at(0), version: format!("{sends}"), in_use: true, kept: 0 };
    store.note_kiosk_presence(practice, KIOSK, &presence).await.expect("noted");
}

#[rstest]
#[tokio::test]
async fn whatever_one_practice_does_changes_no_row_of_another_with_the_same_ids(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let store = &database.store;
    fill(&database, OURS, 1).await;
    fill(&database, THEIRS, 2).await;
    store.seal_access_log(THEIRS, &LOG_KEY, at(9)).await.expect("sealed");
    let lease = TimeDelta::hours(24);
    let theirs = store.claim_outbox(THEIRS, at(3), lease, 9).await.expect("claimed");
    assert_eq!(theirs.iter().map(|row| row.practice).collect::<Vec<_>>(), [THEIRS]);
    let before = held_by(&database, THEIRS).await;
    assert!(before.len() > 10, "{before:?}");

    let left = store.registration(OURS, registration_id(1)).await.expect("read").expect("ours");
    let fresh = FreshCode::checked(left.id, left.details.mobile.clone(), at(4));
    let resent = left.clone().send_new_link(&fresh, None, new_link(9), at(4)).expect("a move");
    database.save(&resent.registration, &left).await;
    store.count_link_try(OURS, left.id).await.expect("counted").expect("a link");
    store.count_code_try(OURS, left.id, CodePurpose::Resume).await.expect("counted").expect("a code");
    assert!(!store.due_registrations(OURS, at(0) + days(30), 9).await.expect("read").is_empty());
    let ours = store.claim_outbox(OURS, at(3), lease, 9).await.expect("claimed");
    store.reseal_outbox(&ours[0], &[7]).await.expect("kept");
    store.finish_outbox(&ours[0], at(5), OutboxOutcome::RetryAt(at(40))).await.expect("kept");
    let again = store.claim_outbox(OURS, at(40), lease, 9).await.expect("claimed");
    assert_eq!(again.iter().map(|row| row.practice).collect::<Vec<_>>(), [OURS]);
    let takes = [(ONCE_A_MINUTE, LimitSubject("a".to_owned()))];
    store.take_limits(OURS, &takes, at(0)).await.expect("answered").expect_err("used up");
    store.seal_access_log(OURS, &LOG_KEY, at(9)).await.expect("sealed");
    assert_eq!(store.purge_access_log(OURS, &LOG_KEY, at(99)).await.expect("purged"), 2);
    let done = registered(&database, 2, people::numbered(1), at(50)).await;
    let (mobile, email) = proofs(&done);
    let ours = store.fresh_code(OURS, left.id, CodePurpose::Resume).await.expect("read").expect("a code");
    let mut tx = store.begin(OURS).await.expect("begun");
    tx.keep_answer(request(OURS), 201, "{}").await.expect("kept");
    tx.answer_help_call(OURS, Uuid::from_u128(7), STAFF, at(60)).await.expect("answered");
    tx.forget_staff_tries(OURS, STAFF, KIOSK.0).await.expect("forgotten");
    tx.clean_kiosk(OURS, KIOSK, Some(at(90))).await.expect("cleaned");
    tx.restart_kiosk(OURS, KIOSK, at(60)).await.expect("asked");
    tx.remove_staff(OURS, STAFF, at(60)).await.expect("removed");
    let update = ContactUpdate {
        practice: OURS,
        patient: patient_id(1),
        expected_version: 1,
        mobile,
        email: Some(email),
        registration: done.id,
        at: at(60),
    };
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    tx.delete_fresh_code(OURS, left.id, CodePurpose::Resume, &ours.mac).await.expect("answered");
    tx.cancel_outbox(OURS, left.id, &OutboxKind::ALL, at(61)).await.expect("cancelled");
    tx.commit().await.expect("committed");
    store.finish_outbox(&again[0], at(62), OutboxOutcome::Sent).await.expect("kept");
    assert_eq!(held_by(&database, THEIRS).await, before);
}

#[rstest]
#[tokio::test]
async fn what_one_practice_reads_is_its_own(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    fill(&database, OURS, 1).await;
    fill(&database, THEIRS, 2).await;
    for (practice, sends) in [(OURS, 1), (THEIRS, 2)] {
        let store = &database.store;
        let code = store.fresh_code(practice, registration_id(1), CodePurpose::Resume).await.expect("read");
        assert_eq!(code.expect("a code").sends, sends);
        let answer = store.answered(practice, KIOSK, "POST /registrations", "key").await.expect("read");
        assert_eq!(answer.expect("a claim").fingerprint, [sends]);
        let contacts = store.patient_contact_history(practice, patient_id(1)).await.expect("read");
        let values: Vec<_> = contacts.iter().map(|contact| contact.value.clone()).collect();
        assert_eq!(values, [format!("07700 90080{sends}")]);
        let record = store.patient(practice, patient_id(1)).await.expect("read").expect("a record");
        assert!(record.contacts == contacts);
    }
}

/// Queries of opening, before any practice is known, and of the whole database's keeper.
const OF_ALL_PRACTICES: [&str; 5] = [
    "FROM sqlite_master",
    "FROM pg_class",
    "FROM _sqlx_migrations",
    "FROM database_stamp",
    "FROM recovery_key",
];

/// An index of match keys gets a number that no other practice's has.
const NUMBERS_AN_INDEX: &str = "INSERT INTO match_indexes";

/// The practice's own row has the practice's id, and nothing else to be named.
const OWN_ROW: &str = "UPDATE practices SET name = name WHERE id = $1";

#[test]
fn every_other_query_names_its_practice_for_every_table_it_touches() {
    let mut queries = 0;
    for (file, source) in sources(Path::new("src")) {
        for sql in literals(&source) {
            let touched = ["FROM ", "JOIN ", "UPDATE "].map(|word| tables_after(&sql, word)).concat();
            let is_other = sql.contains(NUMBERS_AN_INDEX) || sql == OWN_ROW;
            if touched.is_empty() || is_other || OF_ALL_PRACTICES.iter().any(|of_all| sql.contains(of_all)) {
                continue;
            }
            queries += 1;
            // The number of an index is one practice's.
            let named = sql.matches("practice_id = ").count() + sql.matches("match_index = ").count();
            assert!(named >= touched.len(), "{file}: {named} of {touched:?} in {sql}");
        }
    }
    assert!(queries > 30, "{queries} were understood");
}

/// Every source of the crate but the tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a source")));
        }
    }
    found
}

/// Texts in quotes that are SQL, on one line each; a `concat!` is one text.
fn literals(source: &str) -> Vec<String> {
    let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let joined = code.join(" ").replace("\", \"", "");
    let texts = joined.split('"').skip(1).step_by(2);
    let texts = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    texts
        .filter(|text| {
            ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WHERE "].iter().any(|word| text.contains(word))
        })
        .collect()
}

/// Tables named after the word; a query in brackets and what it found are none.
fn tables_after(sql: &str, word: &str) -> Vec<String> {
    let words = sql.split(word).skip(1).filter_map(|rest| rest.split_whitespace().next());
    let names = words.map(|name| name.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '_').to_owned());
    names
        .filter(|name| {
            !matches!(name.as_str(), "" | "found" | "few" | "json_each" | "unnest" | "generate_series")
                && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .collect()
}
