//! The token in the link: one changed byte and it is nobody's.

use axum::http::StatusCode;

use crate::app::{App, NOOR, PASSWORD};

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Every token that differs from this one in a single character, and a few that differ in length.
fn tampered(token: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (index, letter) in token.char_indices() {
        let place = LETTERS.find(letter).expect("base64url");
        // The next letter and the one half the alphabet away: low and high bits.
        for other in [(place + 1) % 64, (place + 32) % 64] {
            let mut changed = token.to_owned();
            changed.replace_range(index..=index, LETTERS.get(other..=other).expect("one letter"));
            all.push(changed);
        }
    }
    all.extend([
        token.chars().skip(1).collect(),
        token.chars().take(42).collect(),
        format!("{token}A"),
        format!("{token}="),
        token.to_ascii_uppercase(),
        token.chars().rev().collect(),
    ]);
    all
}

#[tokio::test]
async fn a_token_with_one_changed_byte_opens_nothing_and_spends_no_try() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let before = app.bytes_on_disk();
    for token in tampered(link.trim_start_matches("/l/")) {
        let page = app.get(&format!("/l/{token}")).await;
        assert_eq!(
            (page.status, page.heading()),
            (StatusCode::NOT_FOUND, "We don’t know this link"),
            "{token}"
        );
        let answer = app.post(&format!("/l/{token}/password"), &[("password", PASSWORD)]).await;
        assert_eq!(
            (answer.status, answer.heading()),
            (StatusCode::NOT_FOUND, "We don’t know this link"),
            "{token}"
        );
    }
    assert!(app.bytes_on_disk() == before, "a tampered token wrote to the database");
    let opened = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
    assert_eq!(opened.heading(), "Read and accept the terms");
}

#[tokio::test]
async fn an_address_that_is_not_even_text_is_a_link_we_do_not_know() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    for path in [format!("{link}%92"), "/l/%FF".to_owned()] {
        let page = app.get(&path).await;
        assert_eq!((page.status, page.heading()), (StatusCode::NOT_FOUND, "We don’t know this link"));
        assert!(page.body.contains("01632 960 123"), "a telephone");
        for step in ["password", "code/send", "code", "new-password"] {
            let answer = app.post(&format!("{path}/{step}"), &[]).await;
            assert_eq!((answer.status, answer.heading()), (StatusCode::NOT_FOUND, "We don’t know this link"));
        }
    }
    for path in ["/assets/none.css", "/assets/%FF"] {
        let page = app.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.body.contains("01632 960 123"), "{path}");
    }
}

#[tokio::test]
async fn a_link_is_used_once_and_then_says_so_whatever_is_sent() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
    let (pass, version) = (terms.hidden("pass"), terms.hidden("terms"));
    let accept = [("pass", pass.as_str()), ("terms", version.as_str()), ("answer", "accept")];
    assert_eq!(app.post("/t", &accept).await.heading(), "You’re registered");
    app.portal.settle().await;

    let before = app.store.patient_count(crate::app::PRACTICE).await.expect("a count");
    assert_eq!(app.post("/t", &accept).await.heading(), "You’re registered", "pressed twice");
    let decline = [("pass", pass.as_str()), ("answer", "decline")];
    assert_eq!(app.post("/t", &decline).await.heading(), "You’re registered", "too late to decline");
    assert_eq!(app.get(&link).await.heading(), "This link has been used");
    for rest in ["/password", "/code", "/code/send", "/new-password"] {
        let answer = app.post(&format!("{link}{rest}"), &[("password", PASSWORD), ("code", "123456")]).await;
        assert!(answer.status.is_client_error(), "{rest}: {}", answer.status);
    }
    app.portal.settle().await;
    assert_eq!(app.store.patient_count(crate::app::PRACTICE).await.expect("a count"), before);
}

#[tokio::test]
async fn the_terms_that_were_shown_are_the_ones_that_are_accepted() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
    let pass = terms.hidden("pass");
    for version in ["", "draft-0", "draft-2"] {
        let answer = app.post("/t", &[("pass", &pass), ("terms", version), ("answer", "accept")]).await;
        assert_eq!(answer.heading(), "Read and accept the terms", "{version:?}");
    }
    let silent = app.post("/t", &[("pass", &pass), ("terms", &terms.hidden("terms"))]).await;
    assert_eq!(silent.heading(), "Read and accept the terms", "no button was pressed");
}
