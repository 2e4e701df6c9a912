//! Taking a back-up, and the key it is for.

use std::{fs, thread};

use test_support::postgres::{Cluster, OWNER};

use super::{backed_up, both, ended_with, export, files, fresh, restore, with_a_sealed_log, with_people};
use crate::place::Place;

#[test]
fn a_back_up_that_was_taken_while_everybody_worked_is_one_moment() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 0, 200);
        let serving = place.serve();
        let back_up = thread::scope(|scope| {
            let importing = scope.spawn(|| (1..20).for_each(|batch| with_people(&place, batch * 200, 200)));
            let back_up = backed_up(&place, "back-up");
            importing.join().expect("imported");
            back_up
        });
        serving.tell("-TERM");
        assert_eq!(serving.stopped().0, Some(0));

        let other = fresh(is_file);
        let restored = restore(&other, &back_up, &key);
        assert_eq!(restored.code, Some(0), "{restored:?}");
        let records = export(&other).lines().count() - 1;
        assert!(records >= 200 && records.is_multiple_of(200), "whole batches: {records}");
    }
}

#[test]
fn the_recovery_key_is_shown_once_and_stored_nowhere() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        assert!(key.starts_with("AGE-SECRET-KEY-1") && key.len() == 74, "{key}");
        let again = place.run(&["migrate"]);
        assert_eq!(again.code, Some(0), "{again:?}");
        assert!(!again.stdout.contains("Recovery key"), "{again:?}");
        backed_up(&place, "back-up");
        for name in fs::read_dir(place.folder.path()).expect("the folder") {
            let bytes = fs::read(name.expect("an entry").path()).expect("a file");
            assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()));
        }
        if !is_file {
            let row = Cluster::shared().ask(OWNER, &place.database, "TABLE recovery_key").expect("a row");
            assert!(row.starts_with("1|age1") && !row.contains("AGE-SECRET"), "{row}");
        }
    }
}

#[test]
fn a_new_recovery_key_opens_what_comes_and_the_former_what_was() {
    for (place, is_file) in both() {
        let former = place.recovery_key();
        let before = backed_up(&place, "before");
        let replaced = place.run(&["recovery-key", "new"]);
        assert_eq!(replaced.code, Some(0), "{replaced:?}");
        let new =
            replaced.stdout.lines().find_map(|line| line.strip_prefix("Recovery key: ")).expect("a key");
        assert_ne!(new, former);
        let after = backed_up(&place, "after");
        for (back_up, right, wrong) in [(&before, former.as_str(), new), (&after, new, former.as_str())] {
            let other = fresh(is_file);
            let refused = restore(&other, back_up, wrong);
            assert!(refused.stderr.contains("this recovery key does not open"), "{refused:?}");
            let restored = restore(&other, back_up, right);
            assert_eq!(restored.code, Some(0), "{restored:?}");
        }
    }
}

#[test]
fn a_back_up_replaces_no_file_and_one_that_failed_leaves_none() {
    for (place, is_file) in both() {
        place.recovery_key();
        let path = place.write("there", "something else", 0o600);
        let ended = place.run(&["backup", "--to", path.to_str().expect("UTF-8")]);
        assert!(ended.code == Some(1) && ended.stderr.contains("is there already"), "{ended:?}");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "something else");
        if is_file {
            continue;
        }
        let before = files(&place);
        let to = place.folder.path().join("new");
        let words = ["backup", "--to", to.to_str().expect("UTF-8")];
        let missing = ended_with(&place, &words, "PATH", "/nowhere");
        assert!(missing.code == Some(1) && missing.stderr.contains("pg_dump was not found"), "{missing:?}");
        // A role that reads and does not get past the wall between practices.
        Cluster::shared().make_reader("vestibule_reader");
        let address = Cluster::shared().address("vestibule_reader", &place.database);
        let walled = ended_with(&place, &words, "VESTIBULE_BACKUP_ADDRESS", &address);
        assert!(
            walled.code == Some(1) && walled.stderr.contains("pg_dump ended with an error"),
            "{walled:?}"
        );
        let as_itself = ended_with(&place, &words, "VESTIBULE_BACKUP_ADDRESS", &place.run_time_address());
        assert!(
            as_itself.stderr.starts_with("backup_address: names the role of database_address"),
            "{as_itself:?}"
        );
        assert_eq!(files(&place), before);
    }
}

#[test]
fn a_back_up_to_standard_output_is_the_same_stream() {
    for (place, is_file) in both() {
        let key = place.recovery_key();
        with_people(&place, 1, 3);
        let output = place.command(&["backup"]).output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let other = fresh(is_file);
        let path = other.folder.path().join("back-up");
        fs::write(&path, &output.stdout).expect("written");
        assert_eq!(restore(&other, &path, &key).code, Some(0));
        assert_eq!(export(&other), export(&place));
    }
}

#[test]
fn a_database_without_a_recovery_key_says_how_to_make_one() {
    let place = Place::of_a_file();
    with_people(&place, 1, 1);
    let path = place.folder.path().join("back-up");
    let refused = place.run(&["backup", "--to", path.to_str().expect("UTF-8")]);
    assert!(refused.code == Some(1) && refused.stderr.contains("recovery-key new prints one"), "{refused:?}");
    assert!(!path.exists());
    let nowhere = Place::of_a_file().run(&["backup", "--to", path.to_str().expect("UTF-8")]);
    assert!(nowhere.code == Some(1) && nowhere.stderr.contains("is not there"), "{nowhere:?}");
}

#[test]
fn a_back_up_under_another_master_key_than_the_portals_is_told() {
    let place = Place::new();
    place.recovery_key();
    with_a_sealed_log(&place);
    place.write("master-key", &"5b".repeat(32), 0o600);
    let path = place.folder.path().join("back-up");
    let taken = place.run(&["backup", "--to", path.to_str().expect("UTF-8")]);
    assert!(
        taken.code == Some(1) && taken.stderr.contains("master_key_file is not the key of this portal"),
        "{taken:?}"
    );
    assert!(path.is_file(), "it is kept: whose fault it is, the machine cannot know");
}

/// In the place of `pg_dump`: says what it was told, and then ends as the test wants.
fn pretending(place: &Place, ends: &str) -> String {
    let folder = place.folder.path().display();
    let script = format!(
        "#!/bin/sh\nprintf '%s ' \"$@\" > {folder}/told\nprintf %s \"$PGPASSWORD\" > {folder}/password\nprintf PGDMP\n{ends}\n"
    );
    place.write("pg_dump", &script, 0o755);
    format!("{folder}:/usr/bin:/bin")
}

#[test]
fn the_password_of_the_role_reaches_pg_dump_and_stands_in_no_command_line() {
    let place = Place::migrated();
    let password = place.write("reader-password", "correct horse\n", 0o600);
    let place = place.and(&format!("backup_password_file = '{}'", password.display()));
    let path = pretending(&place, "exit 0");
    let to = place.folder.path().join("back-up");
    let taken = ended_with(&place, &["backup", "--to", to.to_str().expect("UTF-8")], "PATH", &path);
    assert_eq!(taken.code, Some(0), "{taken:?}");
    let read = |name: &str| fs::read_to_string(place.folder.path().join(name)).expect("it was told");
    assert_eq!(read("password"), "correct horse");
    assert!(
        read("told").contains("--format=custom")
            && read("told").contains("--dbname=postgres://vestibule_backup@")
    );
    assert!(!read("told").contains("horse") && !format!("{taken:?}").contains("horse"));
}

#[test]
fn a_dump_that_broke_off_is_no_back_up() {
    let place = Place::migrated();
    let path = pretending(&place, "echo 'pg_dump: error: the server went away' >&2; exit 1");
    let to = place.folder.path().join("back-up");
    let words = ["backup", "--to", to.to_str().expect("UTF-8")];
    let broken = ended_with(&place, &words, "PATH", &path);
    assert!(broken.code == Some(1) && broken.stderr.contains("the server went away"), "{broken:?}");
    assert_eq!(files(&place), ["master-key", "password", "pg_dump", "told"]);
}
