use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use kiosk_api::details::{TypedDate, TypedDetails};
use tempfile::TempDir;
use test_support::rng::seeded;

use super::*;

static STARTS: AtomicU64 = AtomicU64::new(0);

/// A public key whose other half nobody has.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn journal_in(data: &TempDir) -> Journal {
    // Another at each start, as a program's is.
    Journal::in_folder(data.path(), seeded(STARTS.fetch_add(1, Ordering::Relaxed)))
}

fn jo() -> ConfirmDetails {
    let details = TypedDetails {
        given_name: Some("Jo".to_owned()),
        family_name: "Rivers".to_owned(),
        date_of_birth: TypedDate { day: "7".to_owned(), month: "3".to_owned(), year: "1985".to_owned() },
        email: Some("jo@example.com".to_owned()),
        mobile: "07700 900123".to_owned(),
    };
    ConfirmDetails { details, language: "en-GB".to_owned() }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).expect("in range"))
}

async fn kept(journal: &Journal, minute: i64) -> Result<Reference, NotKept> {
    journal.keep(Some(RECIPIENT), &jo(), Uuid::nil(), at(minute)).await
}

fn opened() -> (TempDir, Journal) {
    let data = tempfile::tempdir().expect("a folder");
    let journal = journal_in(&data);
    (data, journal)
}

async fn names(data: &TempDir) -> Vec<String> {
    let mut folder = fs::read_dir(data.path().join("journal")).await.expect("a folder");
    let mut names = Vec::new();
    while let Some(file) = folder.next_entry().await.expect("read") {
        names.push(file.file_name().into_string().expect("a name"));
    }
    names.sort();
    names
}

#[tokio::test]
async fn what_is_kept_outlives_the_program_and_stands_nowhere_in_the_clear() {
    let (data, journal) = opened();
    kept(&journal, 0).await.expect("kept");
    kept(&journal, 1).await.expect("kept");
    let next = journal_in(&data);
    let waiting = next.waiting().await.expect("read");
    assert_eq!(waiting.iter().map(|entry| entry.kept_at).collect::<Vec<_>>(), [at(0), at(1)]);
    assert_eq!(next.stands().await.expect("read").expect("counted").given, 2);
    kept(&next, 2).await.expect("kept");
    assert_eq!(next.stands().await.expect("read").expect("counted").given, 3, "it goes on counting");
    for name in names(&data).await {
        let bytes = fs::read(data.path().join("journal").join(&name)).await.expect("read");
        for typed in ["Rivers", "1985", "jo@example", "900123"] {
            assert!(!bytes.windows(typed.len()).any(|part| part == typed.as_bytes()), "{typed} in {name}");
        }
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_kept_and_nothing_is_written() {
    let (data, journal) = opened();
    for recipient in [None, Some(""), Some("age1nobody")] {
        let refused = journal.keep(recipient, &jo(), Uuid::nil(), at(0)).await;
        assert!(matches!(refused, Err(NotKept::NoKey)), "{refused:?}");
    }
    assert!(!data.path().join("journal").exists());
}

#[tokio::test]
async fn a_full_journal_says_so_and_keeps_what_it_has() {
    let (_data, journal) = opened();
    for _ in 0..30 {
        kept(&journal, 0).await.expect("kept");
    }
    assert!(matches!(kept(&journal, 59).await, Err(NotKept::Full)), "thirty in an hour");
    kept(&journal, 60).await.expect("kept");
    assert_eq!(journal.waiting().await.expect("read").len(), 31);
    assert_eq!(journal.stands().await.expect("read").expect("counted").given, 31);
}

#[tokio::test]
async fn what_has_lain_for_three_days_goes_with_what_was_not_written_to_the_end() {
    let (data, journal) = opened();
    kept(&journal, 0).await.expect("kept");
    kept(&journal, 1).await.expect("kept");
    let torn = data.path().join("journal").join(format!("1-a.{}", whole_file::UNFINISHED));
    fs::write(&torn, b"half").await.expect("written");
    journal.drop_old(at(0) + KEPT_AT_MOST - TimeDelta::seconds(1)).await.expect("looked");
    assert_eq!(journal.waiting().await.expect("read").len(), 2);
    assert!(!torn.exists());
    journal.drop_old(at(0) + KEPT_AT_MOST).await.expect("looked");
    assert_eq!(journal.waiting().await.expect("read").len(), 1);
    assert_eq!(
        journal.stands().await.expect("read").expect("counted").given,
        2,
        "so that it is said to be lost"
    );
}

#[tokio::test]
async fn counts_that_cannot_be_read_begin_anew_and_what_lies_there_stays() {
    let (data, journal) = opened();
    kept(&journal, 0).await.expect("kept");
    let before = journal.stands().await.expect("read").expect("counted");
    fs::write(data.path().join("journal").join(COUNTS), b"{").await.expect("written");
    let broken = journal_in(&data).report().await.expect("begun anew").expect("something lies there");
    assert_eq!((broken.given, broken.waiting), (1, 1));
    let next = journal_in(&data);
    kept(&next, 1).await.expect("kept");
    let after = next.stands().await.expect("read").expect("counted");
    assert_ne!(after.journal, before.journal);
    assert_eq!(
        (after.given, next.waiting().await.expect("read").len()),
        (2, 2),
        "counted as the new one's own"
    );
}

#[tokio::test]
async fn a_disk_that_takes_nothing_keeps_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    // A file where the folder should be: nobody, not even root, can write into it.
    fs::write(data.path().join("journal"), b"").await.expect("written");
    let journal = journal_in(&data);
    assert!(matches!(kept(&journal, 0).await, Err(NotKept::Disk(_))));
}

#[tokio::test]
async fn a_machine_that_joins_another_portal_counts_anew_and_knows_nothing_of_it() {
    let (_data, journal) = opened();
    journal.begin_anew().await.expect("nothing to begin");
    assert!(journal.report().await.expect("read").is_none());
    kept(&journal, 0).await.expect("kept");
    let before = journal.report().await.expect("read").expect("counted");
    journal.begin_anew().await.expect("begun");
    let after = journal.report().await.expect("read").expect("counted");
    assert_ne!(after.journal, before.journal);
    assert_eq!((after.given, after.waiting), (1, 1), "what lies there is not lost");
    assert!(journal.remembered().await.is_none());
}
