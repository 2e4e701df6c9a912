//! Details that kiosks kept while the portal was away.

use chrono::TimeDelta;
use registration::{
    ids::{KioskId, PracticeId},
    secrets::reference::Reference,
};
use rstest::rstest;
use test_support::rng::seeded;
use uuid::Uuid;

use super::{
    fixture::{Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, days, enrol, registration_id},
    outbox::promise,
};
use crate::{
    JournalEntryRow, JournalFate, JournalLoss, JournalStands, JournalStep, JournalWait, NewJournalEntry,
    OutboxOutcome, StoreError,
};

const JOURNAL: Uuid = Uuid::from_u128(0xF0);
const SEALED: &[u8] = b"sealed elsewhere";

async fn came(database: &Database, practice: PracticeId, kiosk: KioskId, n: u128, second: i64) -> bool {
    let mut tx = database.store.begin(practice).await.expect("begun");
    let entry = NewJournalEntry {
        practice,
        id: Uuid::from_u128(n),
        kiosk,
        journal: JOURNAL,
        reference: Reference::draw(&mut seeded(u64::try_from(n).expect("small"))),
        kept_at: at(second - 100),
        received_at: at(second),
        not_before: at(second),
        expires_at: at(second) + TimeDelta::hours(24),
        sealed: SEALED,
    };
    let new = tx.add_journal_entry(&entry).await.expect("added");
    tx.commit().await.expect("committed");
    new
}

async fn due(database: &Database, second: i64) -> Vec<JournalEntryRow> {
    database.store.journal_entries_due(OURS, at(second), 10).await.expect("read")
}

async fn begun(database: &Database, entry: &JournalEntryRow, n: u128) -> Result<(), StoreError> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.begin_from_journal(entry, registration_id(n)).await?;
    tx.commit().await
}

async fn ended(
    database: &Database,
    entry: &JournalEntryRow,
    fate: JournalFate,
    second: i64,
) -> Result<(), StoreError> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.end_journal_entry(entry, fate, at(second)).await?;
    tx.commit().await
}

async fn stands(
    database: &Database,
    kiosk: KioskId,
    given: u32,
    waiting: u32,
) -> Result<JournalLoss, StoreError> {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let stands = JournalStands { practice: OURS, journal: JOURNAL, kiosk, given, waiting };
    let loss = tx.journal_stands(stands, at(9)).await?;
    tx.commit().await.expect("committed");
    Ok(loss)
}

#[rstest]
#[tokio::test]
async fn an_entry_comes_once_begins_once_and_ends_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    assert!(came(&database, OURS, KIOSK, 1, 100).await);
    assert!(!came(&database, OURS, KIOSK, 1, 200).await, "again");
    assert!(due(&database, 99).await.is_empty(), "not before its time");
    let [entry] = due(&database, 100).await.try_into().expect("one");
    assert_eq!(entry.step, JournalStep::Sealed(SEALED.to_vec()));
    assert_eq!(entry.expires_at, at(100) + TimeDelta::hours(24), "as it came first");

    begun(&database, &entry, 7).await.expect("begun");
    assert!(matches!(begun(&database, &entry, 8).await, Err(StoreError::Conflict)), "it did already");
    let [entry] = due(&database, 100).await.try_into().expect("one");
    assert_eq!(entry.step, JournalStep::Begun(registration_id(7)));
    assert_eq!(
        database.number("SELECT count(*) FROM journal_entries WHERE sealed IS NOT NULL").await,
        0,
        "the details are the registration's now"
    );

    ended(&database, &entry, JournalFate::Entered, 300).await.expect("ended");
    let again = ended(&database, &entry, JournalFate::Expired, 301).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "it was over");
    assert!(matches!(begun(&database, &entry, 9).await, Err(StoreError::Conflict)));
    assert!(due(&database, 100_000).await.is_empty());
    assert!(database.store.journal_entries(OURS).await.expect("read").is_empty(), "nobody waits");
}

#[rstest]
#[tokio::test]
async fn what_began_is_looked_at_before_what_waits_and_an_entry_waits_as_long_as_it_lives(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    for n in 1..=3 {
        came(&database, OURS, KIOSK, n, 100).await;
    }
    let [first, second, third] = due(&database, 100).await.try_into().expect("three");
    begun(&database, &third, 7).await.expect("begun");
    assert_eq!(database.store.journal_entries_begun(OURS).await.expect("counted"), 1);
    let order: Vec<_> = due(&database, 100).await.iter().map(|entry| entry.id).collect();
    assert_eq!(order, [third.id, first.id, second.id]);

    let put_off = async |until, wait| {
        database.store.put_off_journal_entry(&first, until, wait).await.expect("put off");
    };
    put_off(at(500), Some(JournalWait::Morning)).await;
    assert_eq!(due(&database, 499).await.len(), 2);
    put_off(at(100) + days(9), Some(JournalWait::Texts)).await;
    assert_eq!(due(&database, 100 + 86_400).await.len(), 3, "never later than it lives");
    let listed = database.store.journal_entries(OURS).await.expect("read");
    let waits: Vec<_> = listed.iter().map(|entry| entry.waits_for).collect();
    assert_eq!(waits, [Some(JournalWait::Texts), None, None]);
}

#[rstest]
#[tokio::test]
async fn who_waits_in_vain_is_listed_for_thirty_days(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let fates = [JournalFate::Entered, JournalFate::Expired, JournalFate::Refused, JournalFate::NotTexted];
    for (n, fate) in (1..).zip(fates) {
        came(&database, OURS, KIOSK, n, 100).await;
        let entry = due(&database, 100).await.remove(0);
        ended(&database, &entry, fate, 200).await.expect("ended");
    }
    let listed = database.store.journal_entries(OURS).await.expect("read");
    assert_eq!(
        listed.iter().map(|entry| entry.fate).collect::<Vec<_>>(),
        fates[1..].iter().copied().map(Some).collect::<Vec<_>>()
    );
    assert_eq!(listed[0].kiosk, "Front desk");
    let purged = database.store.purge(OURS, at(199) + days(30)).await.expect("purged");
    assert_eq!(purged.journal_entries, 0);
    let purged = database.store.purge(OURS, at(200) + days(30)).await.expect("purged");
    assert_eq!(purged.journal_entries, 4);
}

#[rstest]
#[tokio::test]
async fn an_entry_that_neither_lies_there_nor_came_is_lost_and_said_once(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let loss = |lost, newly| JournalLoss { lost, newly };
    assert_eq!(stands(&database, KIOSK, 3, 3).await.expect("kept"), loss(0, 0));
    came(&database, OURS, KIOSK, 1, 100).await;
    came(&database, OURS, KIOSK, 1, 100).await;
    assert_eq!(stands(&database, KIOSK, 3, 3).await.expect("kept"), loss(0, 0), "its answer was lost");
    assert_eq!(stands(&database, KIOSK, 3, 2).await.expect("kept"), loss(0, 0));
    assert_eq!(stands(&database, KIOSK, 3, 1).await.expect("kept"), loss(1, 1));
    assert_eq!(stands(&database, KIOSK, 3, 1).await.expect("kept"), loss(1, 0), "known");
    assert_eq!(stands(&database, KIOSK, 4, 0).await.expect("kept"), loss(3, 2));
    let other = enrol(&database.store, OURS, KioskId(Uuid::from_u128(9)), "Side desk", 9, at(0)).await;
    assert!(matches!(stands(&database, other, 9, 0).await, Err(StoreError::Conflict)), "another's journal");

    let journals = database.store.journals(OURS).await.expect("read");
    let [journal] = &journals[..] else { panic!("{journals:?}") };
    assert_eq!((journal.given, journal.waiting, journal.received, journal.lost), (4, 0, 1, 3));
    assert_eq!((journal.kiosk.as_str(), journal.reported_at), ("Front desk", Some(at(9))));
    assert!(database.store.journals(THEIRS).await.expect("read").is_empty());
}

#[rstest]
#[tokio::test]
async fn a_revoked_credential_still_hands_over_for_a_while_from_its_first_use_and_only_lately_revoked(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let id = enrol(&database.store, OURS, KioskId(Uuid::from_u128(9)), "Side desk", 9, at(0)).await;
    let last = async |second: i64| {
        let now = at(second);
        let found =
            database.store.kiosk_for_last_upload(OURS, &[9; 32], now, now - days(3), at(second - 600)).await;
        found.expect("looked").map(|kiosk| kiosk.id)
    };
    let revoke = async |second| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        assert!(tx.revoke_kiosk(OURS, "Side desk", at(second)).await.expect("revoked"));
        tx.commit().await.expect("committed");
    };
    assert_eq!(last(1).await, None, "it was not revoked");
    revoke(10).await;
    assert_eq!(last(1_000).await, Some(id));
    assert_eq!(last(1_599).await, Some(id));
    assert_eq!(last(1_600).await, None, "its time is over");

    enrol(&database.store, OURS, KioskId(Uuid::from_u128(9)), "Side desk", 9, at(2_000)).await;
    revoke(3_000).await;
    assert_eq!(last(3_000 + 3 * 86_400).await, None, "revoked too long ago");
    assert_eq!(last(2_999 + 3 * 86_400).await, Some(id));
}

#[rstest]
#[tokio::test]
async fn texts_are_stuck_while_one_was_tried_in_vain_and_none_went_since(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    let stuck = async |second| {
        database.store.texts_are_stuck(OURS, at(second), TimeDelta::seconds(20)).await.expect("asked")
    };
    let promised = async |n, second| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        tx.promise(&promise(n, at(second))).await.expect("promised");
        tx.commit().await.expect("committed");
    };
    promised(1, 0).await;
    assert!(!stuck(100).await, "nobody tried yet");
    let claim = async |second| {
        database
            .store
            .claim_outbox(OURS, at(second), TimeDelta::seconds(1), 9)
            .await
            .expect("claimed")
            .remove(0)
    };
    let row = claim(1).await;
    assert!(!stuck(19).await, "not for so long");
    assert!(stuck(20).await);
    database.store.finish_outbox(&row, at(30), OutboxOutcome::Sent).await.expect("sent");
    assert!(!stuck(40).await, "it went");

    promised(2, 100).await;
    claim(101).await;
    assert!(stuck(130).await);
    database.store.claim_outbox(OURS, at(700), TimeDelta::seconds(1), 9).await.expect("ended");
    assert!(stuck(700 + 119).await, "it died unsent");
    assert!(!stuck(700 + 120).await, "another may be tried");
}
