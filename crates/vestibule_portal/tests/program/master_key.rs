//! A portal that was given another master key, and what becomes of former match keys.

use test_support::postgres::Cluster;

use crate::place::Place;

/// As [`Place`] writes it.
const MASTER: [u8; 32] = [0x5A; 32];

#[test]
fn under_another_master_key_nothing_starts_or_is_changed_and_check_config_says_why() {
    let (place, serving) = Place::migrated().serve_from();
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
    let rows = || {
        ["match_indexes", "match_keys", "patients", "access_log"]
            .map(|table| Cluster::shared().rows_of(&place.database, table))
    };
    let before = rows();
    let right = place.run(&["check-config", "--connect"]);
    assert_eq!(right.code, Some(0), "{right:?}");

    place.write("master-key", &"5b".repeat(32), 0o600);
    let said = "master_key_file: is not the key of this database";
    for words in [&["serve"][..], &["kiosk", "enrol", "--name", "Front desk"], &["patients", "export"]] {
        let refused = place.run(words);
        assert_eq!(refused.code, Some(1), "{words:?} {refused:?}");
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    let verified = place.run(&["access-log", "verify"]);
    assert_eq!(verified.code, Some(2), "nothing was altered, it could not be looked at: {verified:?}");
    assert!(verified.stderr.contains(said), "{verified:?}");
    let checked = place.run(&["check-config", "--connect"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(checked.stdout.contains(said), "{checked:?}");
    assert_eq!(rows(), before);

    place.write("master-key", &"5a".repeat(32), 0o600);
    let (place, serving) = place.serve_from();
    serving.tell("-TERM");
    let (code, log) = serving.stopped();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("match keys made"), "they are as they were: {log}");
    drop(place);
}

#[test]
fn check_config_says_that_a_file_is_of_another_master_key() {
    let place = Place::of_a_file();
    place.recovery_key();
    let right = place.run(&["check-config", "--connect"]);
    assert_eq!(right.code, Some(0), "{right:?}");
    place.write("master-key", &"5b".repeat(32), 0o600);
    let wrong = place.run(&["check-config", "--connect"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.stdout.contains("master_key_file: the database cannot be read with this key"), "{wrong:?}");
}

#[test]
fn former_match_keys_go_while_the_portal_serves() {
    let (place, serving) = Place::migrated().serve_from();
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
    let rows = || {
        ["match_indexes", "match_keys", "match_records", "match_counts"]
            .map(|table| Cluster::shared().rows_of(&place.database, table))
    };
    let before = rows();
    let of_nothing = matching::empty_key_of(&portal::PortalKeys::pepper(&MASTER), 1);
    Cluster::shared().age_match_keys(&place.database, of_nothing.0);
    let mut serving = place.serve();
    assert!(serving.log.iter().any(|line| line.contains("match keys made")), "{:?}", serving.log);
    let line = serving.wait_for("former match keys removed");
    let removed: u64 = before[1..].iter().sum();
    assert!(line.contains(&format!("rows={removed}")), "{line}, not {removed}");
    assert_eq!(rows(), before);
}
