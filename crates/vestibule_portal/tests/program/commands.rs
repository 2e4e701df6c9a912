use test_support::postgres::{Cluster, OWNER, RUN_TIME};

use crate::place::{PRACTICE, Place, ended};

/// Three acts; a portal that stops has sealed them.
fn with_a_log(place: &Place) {
    for name in ["Front desk", "Side desk", "Back desk"] {
        let ended = place.run(&["kiosk", "enrol", "--name", name]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let serving = place.serve();
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
}

#[test]
fn the_owner_migrates_and_a_second_time_changes_nothing() {
    let place = Place::new();
    let first = place.run(&["migrate"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.contains("stamped sandbox; vestibule may run the portal"), "{first:?}");
    let second = place.run(&["migrate"]);
    assert_eq!((second.code, second.stdout.lines().next()), (Some(0), first.stdout.lines().next()));
}

#[test]
fn the_role_that_runs_the_portal_cannot_migrate() {
    let place = Place::new();
    let mut as_itself = place.command(&["migrate"]);
    let refused = ended(as_itself.env("VESTIBULE_OWNER_ADDRESS", place.run_time_address()));
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.starts_with("owner_address: names the role of database_address"), "{refused:?}");

    // Not even where the configuration takes it for an owner: the server refuses.
    let mut under_another_name = place.command(&["migrate"]);
    under_another_name
        .env("VESTIBULE_OWNER_ADDRESS", place.run_time_address())
        .env("VESTIBULE_DATABASE_ADDRESS", Cluster::shared().address("somebody", &place.database));
    let refused = ended(&mut under_another_name);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("permission denied"), "{refused:?}");
}

#[test]
fn a_database_of_another_mode_is_refused_by_every_command() {
    let place = Place::migrated().and("mode = 'trial'");
    for words in [&["migrate"][..], &["check-config", "--connect"], &["access-log", "verify"]] {
        let ended = place.run(words);
        assert_ne!(ended.code, Some(0), "{words:?}");
        assert!(format!("{}{}", ended.stdout, ended.stderr).contains("stamped Sandbox"), "{ended:?}");
    }
}

#[test]
fn check_config_says_version_and_stamp_of_the_database_it_reached() {
    let ended = Place::migrated().run(&["check-config", "--connect"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let version = store::newest_version();
    let expected =
        format!("the server answers {RUN_TIME}; the database is of version {version}, stamped sandbox");
    assert!(ended.stdout.contains(&expected), "{ended:?}");
}

#[test]
fn check_config_says_that_a_database_was_never_migrated_or_is_not_there() {
    let never = Place::new().run(&["check-config", "--connect"]);
    assert_eq!(never.code, Some(1));
    assert!(never.stdout.contains("migrate it first"), "{never:?}");

    let line = format!("database_address = '{}'", Cluster::shared().address(RUN_TIME, "nowhere"));
    let nowhere = Place::new().and(&line).run(&["check-config", "--connect"]);
    assert_eq!(nowhere.code, Some(1));
    assert!(nowhere.stdout.starts_with("database_address: the database cannot be opened"), "{nowhere:?}");
}

#[test]
fn a_whole_access_log_is_said_to_be_whole_with_its_head() {
    let place = Place::migrated();
    with_a_log(&place);
    let ended = place.run(&["access-log", "verify"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("The access log is whole: 3 rows sealed, 0 waiting."), "{ended:?}");
    assert!(ended.stdout.contains("The head is row 3, "), "{ended:?}");
}

#[test]
fn a_row_of_the_access_log_that_the_owner_or_a_superuser_altered_is_found() {
    for role in [OWNER, "postgres"] {
        let place = Place::migrated();
        with_a_log(&place);
        Cluster::shared().forge_access_log(role, &place.database, PRACTICE);
        let ended = place.run(&["access-log", "verify"]);
        assert_eq!(ended.code, Some(1), "{role}: {ended:?}");
        assert!(ended.stdout.contains("Row 2 was altered, or put in."), "{role}: {ended:?}");
        assert!(!ended.stdout.contains("whole"), "{role}: {ended:?}");
    }
}

#[test]
fn an_access_log_that_cannot_be_looked_at_is_neither_whole_nor_altered() {
    let place = Place::new();
    assert_eq!(place.run(&["access-log", "verify"]).code, Some(2), "a database without tables");

    let place = Place::migrated();
    let nothing = place.run(&["access-log", "verify"]);
    assert_eq!(nothing.code, Some(2), "a log without rows");
    assert!(nothing.stdout.starts_with("Nothing is in this practice's log"), "{nothing:?}");

    with_a_log(&place);
    let other = place.and("practice_id = '018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d21'");
    assert_eq!(other.run(&["access-log", "verify"]).code, Some(2), "another practice");

    let file = other.folder.path().join("none.db");
    let of_a_file = other.and(&format!("database_file = '{}'", file.display())).without("database_address");
    assert_eq!(of_a_file.run(&["access-log", "verify"]).code, Some(2), "a file that is not there");
    assert!(!file.exists(), "looking makes nothing");
}
