//! What comes back, and what is refused and leaves nothing.

use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _, process::Stdio};

use reqwest::StatusCode;
use serde_json::json;
use test_support::postgres::{BACK_UP, Cluster, OWNER, RUN_TIME};

use super::{
    backed_up, both, export, files, fresh, portal_that_only_promises, restore, restoring_of,
    with_a_sealed_log, with_people,
};
use crate::{
    journey::{Kiosk, code_in, json_of},
    place::{PRACTICE, Place, ended},
};

#[tokio::test]
async fn everything_comes_back_on_a_fresh_machine() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 1, 30);
        let (store, at) = portal_that_only_promises(&place, is_file).await;
        let kiosk = Kiosk::enrolled_at(&place, at, at).await;
        let id = kiosk.confirmed().await;
        let back_up = backed_up(&place, "back-up");
        store.close().await;
        let mode = fs::metadata(&back_up).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "its owner's alone");
        let records = export(&place);

        let other = fresh(is_file);
        let restored = restore(&other, &back_up, &key);
        assert_eq!(restored.code, Some(0), "{restored:?}");
        assert!(
            restored.stdout.contains("stamped sandbox")
                && restored.stdout.contains("The access log is whole"),
            "{restored:?}"
        );
        assert!(!format!("{restored:?}").contains("5a5a5a"), "{restored:?}");
        let key_file = other.folder.path().join("master-key");
        assert_eq!(fs::read_to_string(&key_file).expect("the key").trim(), "5a".repeat(32));
        assert_eq!(fs::metadata(&key_file).expect("a file").permissions().mode() & 0o777, 0o600);
        let expected: &[&str] = if is_file { &["master-key", "practice.db"] } else { &["master-key"] };
        assert_eq!(files(&other), expected, "nothing else is left");

        assert_eq!(export(&other), records);
        // The promise of the code can be opened and is kept, and the kiosk is known.
        let serving = other.serve();
        let kiosk = Kiosk::of(&serving, kiosk.credential);
        let code = code_in(&kiosk.first_message().await);
        let answer =
            kiosk.post(&format!("/registrations/{id}/code/check"), "check", &json!({ "code": code })).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(json_of(answer).await["state"], "awaiting_password");
        serving.tell("-TERM");
        assert_eq!(serving.stopped().0, Some(0));
        let log = other.run(&["access-log", "verify"]);
        assert_eq!(log.code, Some(0), "{log:?}");
    }
}

#[test]
fn what_is_not_whole_or_not_for_this_key_is_refused_and_leaves_nothing() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 1, 400);
        let whole = fs::read(backed_up(&place, "back-up")).expect("the back-up");
        let other = fresh(is_file);
        let refused = |bytes: &[u8], key: &str, why: &str| {
            let path = other.folder.path().join("back-up");
            fs::write(&path, bytes).expect("written");
            let ended = restore(&other, &path, key);
            assert_eq!(ended.code, Some(1), "{why}: {ended:?}");
            assert!(ended.stderr.contains(why), "{why}: {ended:?}");
            assert_eq!(ended.stdout, "", "{why}");
            assert!(files(&other).is_empty(), "{why}: {:?}", files(&other));
        };
        let others_key = if is_file { Place::of_a_file() } else { Place::new() }.recovery_key();
        refused(&whole, &others_key, "this recovery key does not open this back-up");
        refused(&whole, "AGE-SECRET-KEY-1QQQ", "this is no recovery key");
        refused(b"id,family_name\n1,Obi\n", &key, "this is no back-up of Vestibule");
        refused(b"", &key, "this is no back-up of Vestibule");
        // A piece of age has 64 KiB and a tag of 16 bytes; the header goes before the first.
        let pieces = whole.len() / (64 * 1024 + 16);
        assert!(pieces >= 1, "{} bytes are more than one piece", whole.len());
        let at_a_seam = whole.len() - whole.len() % (64 * 1024 + 16);
        for length in [whole.len() - 1, whole.len() - 20, at_a_seam, whole.len() / 2, 300, 100] {
            refused(&whole[..length], &key, "altered or its end is missing");
        }
        for at in [1000, whole.len() / 2, whole.len() - 1] {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            refused(&altered, &key, "altered or its end is missing");
        }
        let mut longer = whole.clone();
        longer.push(0);
        refused(&longer, &key, "altered or its end is missing");

        // All of that left nothing in the way.
        let path = other.folder.path().join("back-up");
        fs::write(&path, &whole).expect("written");
        let restored = restore(&other, &path, &key);
        assert_eq!(restored.code, Some(0), "{restored:?}");
        assert_eq!(export(&other), export(&place));
    }
}

#[test]
fn a_place_that_holds_something_or_is_another_is_left_as_it_is() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 1, 3);
        let back_up = backed_up(&place, "back-up");
        let records = export(&place);
        let ended = restore(&place, &back_up, &key);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let why =
            if is_file { "is there, and restoring replaces nothing" } else { "the database holds something" };
        assert!(ended.stderr.contains(why), "{ended:?}");
        assert_eq!(export(&place), records);

        let other = fresh(is_file);
        other.write("master-key", &"5b".repeat(32), 0o600);
        let ended = restore(&other, &back_up, &key);
        assert!(
            ended.code == Some(1) && ended.stderr.contains("holds another key than the back-up"),
            "{ended:?}"
        );
        assert_eq!(files(&other), ["master-key"]);

        for (line, why) in [
            ("mode = 'trial'", "mode: the back-up is of a sandbox database"),
            ("practice_id = '018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d21'", "the back-up is of another practice"),
        ] {
            let other = fresh(is_file).and(line);
            let ended = restore(&other, &back_up, &key);
            assert!(ended.code == Some(1) && ended.stderr.contains(why), "{ended:?}");
            assert!(files(&other).is_empty(), "{:?}", files(&other));
        }
        let other = fresh(!is_file);
        let ended = restore(&other, &back_up, &key);
        assert!(ended.code == Some(1) && ended.stderr.contains("goes back where it came from"), "{ended:?}");
        assert!(files(&other).is_empty(), "{:?}", files(&other));
    }
}

#[test]
fn after_restoring_the_portals_role_may_do_no_more_than_before() {
    let place = Place::new();
    let key = place.recovery_key();
    with_people(&place, 1, 2);
    let back_up = backed_up(&place, "back-up");
    let other = fresh(false);
    assert_eq!(restore(&other, &back_up, &key).code, Some(0));
    let (mut first, mut restored) =
        (Cluster::shared().rights(&place.database), Cluster::shared().rights(&other.database));
    first.sort();
    restored.sort();
    assert_eq!(restored, first);
    for (role, sql) in [
        (RUN_TIME, "TABLE recovery_key"),
        (RUN_TIME, "DO $$ BEGIN PERFORM grant_run_time('vestibule'); END $$"),
        (RUN_TIME, "TRUNCATE access_log"),
        (BACK_UP, "TRUNCATE patients"),
    ] {
        assert!(Cluster::shared().denies(role, &other.database, sql), "{role}: {sql}");
    }
}

#[test]
fn a_log_that_was_altered_before_is_told_by_both_and_everything_is_there_all_the_same() {
    let place = Place::new();
    let key = place.recovery_key();
    with_a_sealed_log(&place);
    Cluster::shared().forge_access_log(OWNER, &place.database, PRACTICE);
    let path = place.folder.path().join("back-up");
    let taken = place.run(&["backup", "--to", path.to_str().expect("UTF-8")]);
    assert!(taken.code == Some(1) && taken.stderr.contains("look at access-log verify"), "{taken:?}");

    let other = fresh(false);
    let restored = restore(&other, &path, &key);
    assert!(restored.code == Some(1) && restored.stderr.contains("everything was restored"), "{restored:?}");
    assert!(restored.stdout.contains("Row 2 was altered, or put in."), "{restored:?}");
    assert_eq!(export(&other), export(&place));
}

#[test]
fn a_server_whose_program_is_missing_is_left_as_it_is_and_has_no_key() {
    let place = Place::new();
    let key = place.recovery_key();
    let back_up = backed_up(&place, "back-up");
    let other = fresh(false);
    let missing = ended(restoring_of(&other, &back_up, &key).env("PATH", "/nowhere"));
    assert!(missing.code == Some(1) && missing.stderr.contains("pg_restore was not found"), "{missing:?}");
    assert!(files(&other).is_empty(), "{:?}", files(&other));
    assert_eq!(restore(&other, &back_up, &key).code, Some(0));
}

#[test]
fn a_recovery_key_that_others_can_read_is_refused() {
    let place = Place::of_a_file();
    let key = place.recovery_key();
    let back_up = backed_up(&place, "back-up");
    let other = fresh(true);
    let mut restoring = restoring_of(&other, &back_up, &key);
    other.write("recovery-key", &key, 0o644);
    let refused = ended(&mut restoring);
    assert!(refused.code == Some(1) && refused.stderr.contains("--recovery-key-file: "), "{refused:?}");
    assert!(
        refused.stderr.contains("can be read by others") && !refused.stderr.contains(&key),
        "{refused:?}"
    );
    assert!(files(&other).is_empty(), "{:?}", files(&other));
}

#[test]
fn a_server_is_backed_up_and_restored_over_verified_tls_on_another_server() {
    let (one, two) = (Cluster::over_tls(), Cluster::over_tls());
    let placed = |cluster: &Cluster| {
        let database = cluster.new_database(None);
        let address = |role| cluster.tls_address(role, &database, "localhost", &cluster.authority());
        let place = Place::new().and(&format!("database_address = '{}'", address(RUN_TIME)));
        (place, address(OWNER), address(BACK_UP))
    };
    let (place, owner, reader) = placed(&one);
    let migrated = ended(place.command(&["migrate"]).env("VESTIBULE_OWNER_ADDRESS", owner));
    let key = migrated.stdout.lines().find_map(|line| line.strip_prefix("Recovery key: ")).expect("a key");
    with_people(&place, 1, 5);
    let path = place.folder.path().join("back-up");
    let mut backup = place.command(&["backup", "--to", path.to_str().expect("UTF-8")]);
    let taken = ended(backup.env("VESTIBULE_BACKUP_ADDRESS", &reader));
    assert_eq!(taken.code, Some(0), "{taken:?}");

    let (other, owner, _) = placed(&two);
    fs::remove_file(other.folder.path().join("master-key")).expect("removed");
    // The first server's authority vouches for nobody else.
    let foreign = owner.replace(&two.authority(), &one.authority());
    let refused = ended(restoring_of(&other, &path, key).env("VESTIBULE_OWNER_ADDRESS", foreign));
    assert!(refused.code == Some(1) && files(&other).is_empty(), "{refused:?}");
    let restored = ended(restoring_of(&other, &path, key).env("VESTIBULE_OWNER_ADDRESS", owner));
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert_eq!(export(&other), export(&place));
}

#[test]
fn a_restore_that_was_killed_half_way_has_put_nothing_in_place() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 1, 400);
        let back_up = backed_up(&place, "back-up");
        let whole = fs::read(&back_up).expect("the back-up");
        let other = fresh(is_file);
        let mut restoring = restoring_of(&other, &back_up, &key);
        let mut child = restoring.stdin(Stdio::piped()).spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("its input is ours");
        // A pipe holds less than this: it has read most of it when this returns.
        input.write_all(&whole[..whole.len() - 100]).expect("it reads");
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert!(
            !files(&other).iter().any(|name| name == "master-key" || name == "practice.db"),
            "{:?}",
            files(&other)
        );
        let restored = restore(&other, &back_up, &key);
        assert_eq!(restored.code, Some(0), "{restored:?}");
        assert_eq!(export(&other), export(&place));
    }
}
