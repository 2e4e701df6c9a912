//! Details that kiosks kept while the portal was away.

use chrono::TimeDelta;
use registration::{
    ids::{KioskId, PracticeId},
    secrets::reference::Reference,
};
use rstest::rstest;
use test_support::rng::seeded;
use uuid::Uuid;

use super::fixture::{
    Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, days, enrol, registration_id,
};
use crate::{
    JournalEntryRow, JournalFate, JournalLoss, JournalStands, JournalStep, JournalWait, NewJournalEntry,
    StoreError,
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
    tx.begin_from_journal(entry, registration_id(n), at(102)).await?;
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
    assert!(due(&database, 101).await.is_empty(), "its text has a moment to go");
    let [entry] = due(&database, 102).await.try_into().expect("one");
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
    let order: Vec<_> = due(&database, 102).await.iter().map(|entry| entry.id).collect();
    assert_eq!(order, [third.id, first.id, second.id]);

    let put_off = async |until, wait| {
        database.store.put_off_journal_entry(&first, at(100), until, wait).await.expect("put off");
    };
    put_off(at(500), Some(JournalWait::Morning)).await;
    assert_eq!(due(&database, 499).await.len(), 2, "all but this one");
    put_off(at(100) + days(9), Some(JournalWait::Texts)).await;
    assert_eq!(due(&database, 100 + 86_400).await.len(), 3, "never later than it lives");
    let (now, until) = (at(100 + 86_400), at(130 + 86_400));
    database
        .store
        .put_off_journal_entry(&first, now, until, Some(JournalWait::Texts))
        .await
        .expect("put off");
    assert_eq!(
        due(&database, 129 + 86_400).await.len(),
        2,
        "one that lives no more is not looked at all the time"
    );
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
async fn of_two_portals_one_has_an_entry_to_itself(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    came(&database, OURS, KIOSK, 1, 100).await;
    let [entry] = due(&database, 100).await.try_into().expect("one");
    let lease = async |second: i64| {
        database.store.lease_journal_entry(&entry, at(second), at(second + 60)).await.expect("asked")
    };
    assert!(lease(100).await);
    assert!(!lease(101).await, "the other has it");
    assert!(due(&database, 159).await.is_empty());
    assert!(lease(160).await, "it never came back");
    assert!(database.store.has_journal_entry(OURS, entry.id).await.expect("asked"));
    assert!(!database.store.has_journal_entry(THEIRS, entry.id).await.expect("asked"));
}

#[rstest]
#[tokio::test]
async fn the_details_of_who_waited_in_vain_are_kept_for_a_week(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    came(&database, OURS, KIOSK, 1, 100).await;
    let [entry] = due(&database, 100).await.try_into().expect("one");
    ended(&database, &entry, JournalFate::Expired, 200).await.expect("ended");
    let sealed =
        async || database.number("SELECT count(*) FROM journal_entries WHERE sealed IS NOT NULL").await;
    database.store.purge(OURS, at(199) + days(7)).await.expect("purged");
    assert_eq!(sealed().await, 1);
    database.store.purge(OURS, at(200) + days(7)).await.expect("purged");
    assert_eq!(sealed().await, 0);
}

#[rstest]
#[tokio::test]
async fn what_lay_on_a_kiosk_that_fell_silent_is_lost_until_it_speaks_again(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = Database::new(on).await;
    stands(&database, KIOSK, 3, 3).await.expect("kept");
    let silent = async |since| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let kiosks = tx.give_up_silent_journals(OURS, since).await.expect("looked");
        tx.commit().await.expect("committed");
        kiosks
    };
    assert!(silent(at(8)).await.is_empty(), "it spoke at nine");
    assert_eq!(silent(at(9)).await, [KIOSK]);
    assert!(silent(at(9)).await.is_empty(), "said once");
    let journals = database.store.journals(OURS).await.expect("read");
    assert_eq!((journals[0].waiting, journals[0].lost), (0, 3));
    let loss = stands(&database, KIOSK, 3, 3).await.expect("kept");
    assert_eq!(loss, JournalLoss { lost: 0, newly: 0 }, "they lie there after all");
}

#[rstest]
#[tokio::test]
async fn texts_are_away_while_those_of_several_people_do_not_go(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let failed = async |n, second| {
        database.store.text_failed(OURS, registration_id(n), at(second)).await.expect("noted");
    };
    let away = async |second| {
        database.store.texts_are_away(OURS, at(second), TimeDelta::seconds(20)).await.expect("asked")
    };
    assert!(!away(0).await);
    for second in [0, 30, 60] {
        failed(1, second).await;
    }
    assert!(!away(61).await, "one number may be no good");
    failed(2, 65).await;
    assert!(away(66).await);
    assert!(!database.store.texts_are_away(THEIRS, at(66), TimeDelta::zero()).await.expect("asked"));
    assert!(!away(65 + 60).await, "nobody has tried for a minute: one more may");
    failed(3, 130).await;
    assert!(away(131).await, "and it did not go");
    database.store.text_went(OURS).await.expect("noted");
    assert!(!away(132).await);

    failed(1, 200).await;
    failed(2, 201).await;
    assert!(!away(202).await, "not for so long yet");
    assert!(away(220).await);
    failed(1, 201 + 900).await;
    assert!(!away(201 + 900).await, "after a quarter of an hour it is another spell");
    failed(2, -500).await;
    assert!(!away(-500).await && !away(-440).await, "a clock that was put back");
}

#[rstest]
#[tokio::test]
async fn what_staff_know_of_as_lost_is_never_more_than_is_lost(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    stands(&database, KIOSK, 5, 2).await.expect("kept");
    let know = async |practice, lost| {
        let mut tx = database.store.begin(practice).await.expect("begun");
        let news = tx.know_lost(practice, JOURNAL, lost).await.expect("answered");
        tx.commit().await.expect("committed");
        news
    };
    let unseen = async || database.store.journals(OURS).await.expect("read")[0].lost_and_unseen();
    assert_eq!(unseen().await, 3);
    assert!(!know(THEIRS, 3).await, "another practice's");
    assert!(!know(OURS, 0).await);
    assert!(know(OURS, 2).await);
    assert!(!know(OURS, 1).await, "nobody forgets");
    assert_eq!(unseen().await, 1);
    assert!(know(OURS, 1_000).await);
    assert!(!know(OURS, 1_000).await, "said twice");
    assert_eq!(unseen().await, 0);
    stands(&database, KIOSK, 6, 2).await.expect("kept");
    assert_eq!(unseen().await, 1, "lost since");
    stands(&database, KIOSK, 6, 6).await.expect("kept");
    assert_eq!(unseen().await, 0, "they lie there after all");
    stands(&database, KIOSK, 6, 4).await.expect("kept");
    assert_eq!(unseen().await, 2, "what is lost next is news, however much was known of before");
}
