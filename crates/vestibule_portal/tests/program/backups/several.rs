//! Several practices in one database: one back-up holds them all.

use std::fs;

use super::{backed_up, people, restore};
use crate::place::{Place, TWO};

fn export(place: &Place, practice: &str) -> String {
    let ended = place.run(&["--practice", practice, "patients", "export"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stdout
}

/// Each with people of its own.
fn with_people(place: &Place) {
    for (at, (practice, ..)) in TWO.into_iter().enumerate() {
        let file = people(1 + 100 * at, 20 + at);
        let ended = place.run_with(&["--practice", practice, "patients", "import"], file.as_bytes());
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
}

/// Another machine, where nothing is yet.
fn fresh() -> Place {
    let place = Place::new().of_two();
    fs::remove_file(place.folder.path().join("master-key")).expect("removed");
    place
}

fn rows_sealed(place: &Place, practice: &str) -> String {
    let serving = place.serve();
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
    let verified = place.run(&["--practice", practice, "access-log", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    verified.stdout.lines().last().expect("it says how many").to_owned()
}

#[test]
fn every_practice_comes_back_from_one_back_up_and_each_log_says_that_it_was_taken() {
    let place = Place::new().of_two();
    let key = place.recovery_key();
    with_people(&place);
    let back_up = backed_up(&place, "back-up");
    let other = fresh();
    let restored = restore(&other, &back_up, &key);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    let whole = restored.stdout.lines().filter(|line| line.starts_with("The access log is whole")).count();
    assert_eq!(whole, 2, "{restored:?}");
    for (practice, id, ..) in TWO {
        assert!(restored.stdout.contains(&format!("Practice {id}:")), "{restored:?}");
        assert_eq!(export(&other, practice), export(&place, practice));
        // People came, a back-up was begun, it was restored, and records were exported.
        assert_eq!(rows_sealed(&other, practice), "The access log is whole: 4 rows sealed, 0 waiting.");
    }
    assert_ne!(export(&other, "elm"), export(&other, "willow"));
}

#[test]
fn a_practice_that_came_after_the_back_up_does_not_hinder_the_others_and_a_strangers_back_up_is_refused() {
    let place = Place::new().of_two();
    let key = place.recovery_key();
    with_people(&place);
    let willow = place.folder.path().join("practices/willow.toml");
    let text = fs::read_to_string(&willow).expect("it is there");
    fs::remove_file(&willow).expect("removed");
    let of_elm = backed_up(&place, "of-elm");
    fs::write(&willow, &text).expect("written");
    let other = fresh();
    let restored = restore(&other, &of_elm, &key);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert_eq!(export(&other, "elm"), export(&place, "elm"));
    let [elm, willow_id] = TWO.map(|(_, id, ..)| id);
    let missing = format!("Practice {willow_id} is not named in the back-up");
    assert!(restored.stdout.contains(&missing), "{restored:?}");

    let both = backed_up(&place, "of-both");
    let alone = fresh();
    fs::remove_file(alone.folder.path().join("practices/willow.toml")).expect("removed");
    let restored = restore(&alone, &both, &key);
    let unserved = format!("Practice {willow_id} is in the back-up, and nothing here is configured for it.");
    assert!(
        restored.stdout.contains(&unserved) && !restored.stdout.contains(&format!("Practice {elm} is in")),
        "{restored:?}"
    );

    let stranger = fresh();
    fs::remove_file(stranger.folder.path().join("practices/elm.toml")).expect("removed");
    let refused = restore(&stranger, &of_elm, &key);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.starts_with("practice_id: the back-up is of another practice"), "{refused:?}");
}

#[test]
fn a_recovery_key_that_is_replaced_is_told_in_every_log() {
    let place = Place::new().of_two();
    place.recovery_key();
    let replaced = place.run(&["recovery-key", "new"]);
    assert_eq!(replaced.code, Some(0), "{replaced:?}");
    for (practice, ..) in TWO {
        assert_eq!(rows_sealed(&place, practice), "The access log is whole: 1 rows sealed, 0 waiting.");
    }
}
