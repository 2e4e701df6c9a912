//! The practice system in the configuration, and asking it before anything depends on it.

use test_support::practice_systems::{Failure, Fake, FakeDentally, KeyState};

use crate::place::Place;

fn at_dentally(fake: &Fake<FakeDentally>) -> Place {
    let place = Place::migrated();
    let key = place.write("dentally-key", FakeDentally::KEY, 0o600);
    place
        .and("practice_system = 'dentally'")
        .and(&format!("practice_system_address = '{}'", fake.origin()))
        .and(&format!("practice_system_key_file = '{}'", key.display()))
        .and("practice_system_contact = 'it@practice.example'")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_practice_system_that_answers_is_said_to_with_what_it_should_know() {
    let fake = FakeDentally::start().await;
    let place = at_dentally(&fake);
    let checked = place.run(&["check-config", "--connect"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(
        checked.stdout.contains("practice_system: the system answers, and the key is taken"),
        "{checked:?}"
    );
    assert!(checked.stdout.contains("Staff decide about new patients"), "{checked:?}");
    assert!(fake.writes().is_empty());
    let asked = fake.seen();
    assert!(asked[0].header("user-agent").contains("it@practice.example"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_refused_says_who_does_what() {
    let fake = FakeDentally::start().await;
    fake.with(|dentally| dentally.key = KeyState::Expired);
    let place = at_dentally(&fake);
    let checked = place.run(&["check-config", "--connect"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let told =
        "practice_system: misconfigured: the key is refused. Make a new key at the provider and enter it.";
    assert!(checked.stdout.contains(told), "{checked:?}");
    assert!(!checked.stdout.contains(FakeDentally::KEY), "{checked:?}");
    fake.with(|dentally| dentally.key = KeyState::Good);
    fake.fail_next([Failure::Status(503)]);
    let checked = place.run(&["check-config", "--connect"]);
    assert!(checked.stdout.contains("practice_system: not now: the system is in trouble"), "{checked:?}");
}

#[test]
fn without_connect_nobody_is_asked_and_everything_that_is_missing_is_named() {
    let checked = Place::new().and("practice_system = 'dentally'").run(&["check-config"]);
    assert_eq!(checked.code, Some(1));
    for key in ["practice_system_address", "practice_system_key_file", "practice_system_contact"] {
        assert!(checked.stdout.contains(&format!("{key}: is not set")), "{key}: {checked:?}");
    }
    let checked = Place::new().and("practice_system = 'open_dental'").run(&["check-config"]);
    assert!(checked.stdout.contains("practice_system_developer_key_file: is not set"), "{checked:?}");
    let checked = Place::new().and("practice_system = 'exact'").run(&["check-config"]);
    assert!(checked.stdout.contains("practice_system: is not own, by_hand, dentally"), "{checked:?}");
}

#[test]
fn a_sandbox_writes_nobody_it_invented_into_the_records_of_another_machine() {
    for address in ["https://api.dentally.co", "https://fhir.practice.example/r4"] {
        let checked = Place::new()
            .and("practice_system = 'fhir'")
            .and(&format!("practice_system_address = '{address}'"))
            .run(&["check-config"]);
        assert!(checked.stdout.contains("practice_system_address: leads to another machine"), "{checked:?}");
    }
    let here = Place::new()
        .and("practice_system = 'fhir'")
        .and("practice_system_address = 'http://localhost:8080/fhir'")
        .run(&["check-config"]);
    assert_eq!(here.code, Some(0), "{here:?}");
}

#[test]
fn patients_details_do_not_cross_a_network_in_the_clear() {
    let checked = Place::new()
        .and("practice_system = 'open_dental'")
        .and("practice_system_address = 'http://server.practice.example:30223/api/v1'")
        .run(&["check-config"]);
    assert!(checked.stdout.contains("practice_system_address: http is for this machine only"), "{checked:?}");
}
