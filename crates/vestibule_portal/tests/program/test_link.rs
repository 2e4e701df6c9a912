//! A link that somebody opens on a phone, made where the portal runs.

use reqwest::{Client, StatusCode};

use crate::place::{HOST, Place};

#[tokio::test]
async fn a_test_link_is_printed_with_a_code_for_the_camera_and_check_config_says_that_it_was_opened() {
    let (place, serving) = Place::migrated().serve_from();
    let found = |words: &str| {
        let checked = place.run(&["check-config", "--connect"]);
        assert_eq!(checked.code, Some(0), "a sandbox needs none: {checked:?}");
        assert!(checked.stdout.contains(words), "{checked:?}");
    };
    found("public_origin: No phone has opened a test link");

    let made = place.run(&["test-link"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let origin = format!("http://{HOST}");
    let path = made.stdout.lines().find_map(|line| line.strip_prefix(&origin)).expect("an address");
    assert!(made.stdout.contains('█'), "a code for the camera: {}", made.stdout);
    assert!(!made.stderr.contains(path), "the terminal alone shows it");

    let client = Client::builder().no_proxy().resolve(HOST, serving.at).build().expect("a client");
    let url = format!("http://{HOST}:{}{path}", serving.at.port());
    let looked = client.get(&url).header("host", HOST).send().await.expect("an answer");
    assert_eq!(looked.status(), StatusCode::OK);
    let page = looked.text().await.expect("text");
    assert!(page.contains(&format!("action=\"{path}\"")) && page.contains("Willow Lane"), "{page}");
    found("public_origin: No phone has opened a test link");

    let pressed = client.post(&url).header("host", HOST).send().await.expect("an answer");
    assert_eq!(pressed.status(), StatusCode::OK);
    found("public_origin: A phone opened a test link on this public_origin on ");
    let again = place.run(&["test-link"]);
    assert!(again.stdout.starts_with("A phone opened a test link"), "{again:?}");

    serving.tell("-TERM");
    let (_, log) = serving.stopped();
    assert!(!log.contains(path), "{log}");
}
