use crate::place::{Place, ended};

#[test]
fn a_complete_configuration_is_said_to_be_complete() {
    let ended = Place::new().run(&["check-config"]);
    assert_eq!((ended.code, ended.stdout.trim()), (Some(0), "The configuration is complete."), "{ended:?}");
    assert_eq!(ended.stderr, "");
}

#[test]
fn every_problem_has_a_line_of_its_own_that_begins_with_its_key() {
    let place = Place::new()
        .and("lisn = 'x'")
        .and("link_hours = 99")
        .and("time_zone = 'Europe/Lundon'")
        .and("public_origin = 'register.example/path'")
        .and("master_key_file = '/nowhere/at/all'");
    let ended = place.run(&["check-config"]);
    assert_eq!(ended.code, Some(1));
    let mut keys: Vec<&str> =
        ended.stdout.lines().map(|line| line.split(": ").next().expect("a key")).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["link_hours", "lisn", "master_key_file", "public_origin", "time_zone"], "{ended:?}");
}

#[test]
fn an_origin_and_a_mode_that_no_portal_starts_with_are_found_before_a_start() {
    for (line, key) in [
        ("public_origin = 'http://register.example/path'", "public_origin"),
        ("mode = 'live'", "public_origin"),
    ] {
        let ended = Place::new().and(line).run(&["check-config"]);
        assert_eq!(ended.code, Some(1), "{line}");
        assert!(ended.stdout.starts_with(&format!("{key}: ")), "{ended:?}");
    }
    let trial = Place::new().and("mode = 'trial'").run(&["check-config"]);
    assert!(trial.stdout.starts_with("mode: trial and live modes are not built yet"), "{trial:?}");
}

#[test]
fn an_unknown_variable_stops_every_command() {
    let place = Place::new();
    for words in [&["serve"][..], &["migrate"], &["check-config"], &["access-log", "verify"]] {
        let ended = ended(place.command(words).env("VESTIBULE_LISTEN_ADRESS", "127.0.0.1:1"));
        assert_ne!(ended.code, Some(0), "{words:?}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains("VESTIBULE_LISTEN_ADRESS: is no key of this program"), "{ended:?}");
    }
}

#[test]
fn a_secret_in_the_file_stops_every_command_and_is_repeated_by_none() {
    let secret = "5c".repeat(32);
    let place = Place::new().and(&format!("master_key = '{secret}'"));
    for words in [&["serve"][..], &["migrate"], &["check-config"], &["access-log", "verify"]] {
        let ended = place.run(words);
        assert_ne!(ended.code, Some(0), "{words:?}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains("master_key: is a secret and must not stand here"), "{said}");
        assert!(!said.contains(&secret), "{said}");
    }
}

#[test]
fn a_master_key_that_others_can_read_is_refused() {
    let place = Place::new();
    place.write("master-key", &"5a".repeat(32), 0o644);
    let ended = place.run(&["serve"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("can be read by others"), "{ended:?}");
    assert!(!ended.stderr.contains("5a5a"), "{ended:?}");
}

#[test]
fn the_command_line_takes_no_secret_and_no_unknown_word() {
    for word in ["--master-key=5a", "--database-password=x", "--mode=sandbox"] {
        let ended = Place::new().run(&["serve", word]);
        assert_eq!(ended.code, Some(2), "{word}");
    }
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_an_error() {
    let place = Place::new();
    let mut command = place.command(&["check-config"]);
    std::fs::remove_file(place.folder.path().join("portal.toml")).expect("removed");
    let ended = ended(&mut command);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("--config: ") && ended.stdout.contains("cannot be read"), "{ended:?}");
}
