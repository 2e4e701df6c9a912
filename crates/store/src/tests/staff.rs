//! Who works at the desk, who is let in, and how often somebody tried.

use registration::{ids::PracticeId, secrets::password::PasswordHash};
use rstest::rstest;
use staff::{
    StaffId,
    initials::Initials,
    permission::Role,
    tries::{FREE_TRIES, Locked, Tries},
};
use uuid::Uuid;

use super::fixture::{Database, KIOSK, Kind, OURS, Postgres, Sqlite, THEIRS, at, hash_of};
use crate::{NewStaff, StaffCredential, StoreError, Tx};

const JO: StaffId = StaffId(Uuid::from_u128(0x51));
const SAM: StaffId = StaffId(Uuid::from_u128(0x52));
const CONSOLE: Uuid = Uuid::nil();
const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG";

fn initials(typed: &str) -> Initials {
    Initials::parse(typed).expect("initials")
}

fn password() -> PasswordHash {
    PasswordHash::from_phc(PHC).expect("a hash")
}

async fn add(
    tx: &mut Tx,
    practice: PracticeId,
    id: StaffId,
    typed: &str,
    token: u64,
) -> Result<(), StoreError> {
    let (initials, invitation) = (initials(typed), hash_of(token));
    let new = NewStaff {
        id,
        name: "Jo Smith",
        initials: &initials,
        role: Role::Receptionist,
        invitation: &invitation,
        invitation_expires_at: at(1_000),
    };
    tx.add_staff(practice, new, at(0)).await
}

/// Jo, who has taken up her invitation.
async fn with_jo(on: Kind) -> Database {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    add(&mut tx, OURS, JO, "JS", 1).await.expect("added");
    tx.take_up_invitation(OURS, &hash_of(1), &password(), at(1)).await.expect("taken up");
    tx.commit().await.expect("committed");
    database
}

async fn let_in(database: &Database, token: u64, at_kiosk: bool, second: i64) {
    let mut tx = database.store.begin(OURS).await.expect("begun");
    let kiosk = at_kiosk.then_some(KIOSK);
    tx.begin_staff_session(OURS, &hash_of(token), JO, kiosk, at(second)).await.expect("let in");
    tx.commit().await.expect("committed");
}

async fn is_let_in(database: &Database, token: u64) -> bool {
    database.store.staff_session(OURS, &hash_of(token)).await.expect("read").is_some()
}

#[rstest]
#[tokio::test]
async fn an_invitation_is_taken_up_once_and_in_time(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::new(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    add(&mut tx, OURS, JO, "JS", 1).await.expect("added");
    tx.commit().await.expect("committed");
    let take_up = async |token, second| {
        let mut tx = database.store.begin(OURS).await.expect("begun");
        let taken = tx.take_up_invitation(OURS, &hash_of(token), &password(), at(second)).await;
        tx.commit().await.expect("committed");
        taken.is_ok()
    };
    assert!(!take_up(2, 1).await, "another token");
    assert!(!take_up(1, 1_000).await, "too late");
    assert!(take_up(1, 999).await);
    assert!(!take_up(1, 999).await, "again");
    let jo = database.store.staff_by_initials(OURS, &initials("js")).await.expect("read").expect("there");
    assert_eq!((jo.id, jo.credential), (JO, StaffCredential::Password(password())));
}

#[rstest]
#[tokio::test]
async fn two_who_work_here_never_have_the_same_initials(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    assert!(matches!(add(&mut tx, OURS, SAM, "J.S.", 2).await, Err(StoreError::Conflict)));
    tx.remove_staff(OURS, JO, at(2)).await.expect("removed");
    add(&mut tx, OURS, SAM, "JS", 2).await.expect("free again");
    tx.commit().await.expect("committed");
    let mut tx = database.store.begin(THEIRS).await.expect("begun");
    tx.make_test_link(THEIRS, "Other", "https://other.example", &hash_of(9), at(0), at(1))
        .await
        .expect("made");
    add(&mut tx, THEIRS, JO, "JS", 3).await.expect("another practice's");
    tx.commit().await.expect("committed");
}

#[rstest]
#[tokio::test]
async fn whoever_is_removed_is_let_out_everywhere_at_once_and_named_for_ever(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let database = with_jo(on).await;
    let_in(&database, 10, true, 5).await;
    let_in(&database, 11, false, 5).await;
    assert!(is_let_in(&database, 10).await && is_let_in(&database, 11).await);
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.remove_staff(OURS, JO, at(6)).await.expect("removed");
    assert!(matches!(tx.remove_staff(OURS, JO, at(6)).await, Err(StoreError::Conflict)), "once");
    let jo = tx.staff_member(OURS, JO).await.expect("read").expect("named");
    assert_eq!((jo.name.as_str(), jo.credential), ("Jo Smith", StaffCredential::Removed));
    tx.commit().await.expect("committed");
    assert!(!is_let_in(&database, 10).await && !is_let_in(&database, 11).await);
    assert_eq!(database.store.staff(OURS).await.expect("read"), []);
}

#[rstest]
#[tokio::test]
async fn a_new_invitation_voids_the_password_and_ends_every_session(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let_in(&database, 10, false, 5).await;
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.invite_staff_again(OURS, JO, &hash_of(2), at(1_000)).await.expect("invited");
    tx.commit().await.expect("committed");
    assert!(!is_let_in(&database, 10).await);
    let jo =
        database.store.staff_by_invitation(OURS, &hash_of(2), at(999)).await.expect("read").expect("hers");
    assert_eq!(jo.credential, StaffCredential::Invited(at(1_000)));
    assert_eq!(database.store.staff_by_invitation(OURS, &hash_of(2), at(1_000)).await.expect("read"), None);
}

#[rstest]
#[tokio::test]
async fn one_staff_member_at_a_time_is_let_in_at_a_kiosk(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let_in(&database, 9, false, 5).await;
    let_in(&database, 10, true, 5).await;
    let_in(&database, 11, true, 6).await;
    assert!(!is_let_in(&database, 10).await);
    let session = database.store.staff_session(OURS, &hash_of(11)).await.expect("read").expect("let in");
    assert_eq!((session.staff, session.kiosk, session.used_at), (JO, Some(KIOSK), at(6)));
    assert!(is_let_in(&database, 9).await, "the one at the desk stays");
    database.store.use_staff_session(OURS, &hash_of(11), at(40)).await.expect("used");
    let session = database.store.staff_session(OURS, &hash_of(11)).await.expect("read").expect("let in");
    assert_eq!((session.began_at, session.used_at), (at(6), at(40)));
    assert!(database.store.staff_session(THEIRS, &hash_of(11)).await.expect("read").is_none());
}

#[rstest]
#[tokio::test]
async fn the_sixth_try_waits_and_a_right_one_counts_no_more(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let count = async |place, second| {
        database.store.count_staff_try(OURS, JO, place, at(second)).await.expect("counted")
    };
    for wrong in 1..=FREE_TRIES {
        assert_eq!(count(CONSOLE, 0).await, Ok(Tries { wrong, last_at: at(0) }));
    }
    let locked = Tries { wrong: FREE_TRIES, last_at: at(0) };
    assert_eq!(count(CONSOLE, 59).await, Err(Locked { until: at(60), tries: locked }));
    assert!(count(KIOSK.0, 59).await.is_ok(), "another place");
    let tried = database.store.staff_tried(OURS, FREE_TRIES).await.expect("read");
    assert_eq!(tried, [(initials("JS"), locked)]);
    let mut tx = database.store.begin(OURS).await.expect("begun");
    tx.forget_staff_tries(OURS, JO, CONSOLE).await.expect("forgotten");
    tx.commit().await.expect("committed");
    assert_eq!(count(CONSOLE, 59).await, Ok(Tries { wrong: 1, last_at: at(59) }));
}

#[rstest]
#[tokio::test]
async fn of_many_tries_at_once_no_more_than_five_are_taken(#[values(Sqlite, Postgres)] on: Kind) {
    let database = with_jo(on).await;
    let store = database.store.clone();
    let tries = (0..FREE_TRIES + 3).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.count_staff_try(OURS, JO, CONSOLE, at(0)).await })
    });
    let mut taken = 0;
    for tried in futures::future::join_all(tries).await {
        match tried.expect("no panic") {
            Ok(Ok(_)) => taken += 1,
            // Whoever found others at it every time is asked to try again, and has spent nothing.
            Ok(Err(_)) | Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
    let kept = database.store.staff_tried(OURS, 1).await.expect("read");
    assert_eq!(
        kept.iter().map(|(_, tries)| tries.wrong).collect::<Vec<_>>(),
        [taken],
        "each is counted once"
    );
    assert!((1..=FREE_TRIES).contains(&taken), "{taken}");
}
