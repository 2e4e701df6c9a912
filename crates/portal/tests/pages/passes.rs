//! The sealed hidden field: altered, old, or of another kind, it is worth nothing.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::app::{App, NOOR, PASSWORD};

const TOO_OLD: &str = "This page was open too long";

/// The form each kind of pass belongs to.
const FORMS: [(&str, &[(&str, &str)]); 6] = [
    ("/f/code", &[("code", "123456")]),
    ("/f/code/send", &[]),
    ("/f/choose", &[]),
    ("/p", &[("password", PASSWORD)]),
    ("/e", &[]),
    ("/t", &[("answer", "accept"), ("terms", "draft-1")]),
];

#[tokio::test]
async fn a_pass_with_one_changed_byte_opens_no_form() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
    let pass = terms.hidden("pass");
    for index in 0..pass.len() {
        let mut changed = pass.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        let answer = app.post("/t", &[("pass", &changed), ("terms", "draft-1"), ("answer", "accept")]).await;
        assert_eq!((answer.status, answer.heading()), (StatusCode::GONE, TOO_OLD), "byte {index}");
    }
}

#[tokio::test]
async fn a_pass_of_one_kind_opens_no_form_of_another() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await.hidden("pass");
    let resume = app.post("/f", &[("mobile", NOOR.mobile)]).await.hidden("pass");
    for (form, fields) in FORMS {
        let kinds = [("terms", &terms, form == "/t"), ("resume", &resume, form.starts_with("/f/code"))];
        for (kind, pass, fits) in kinds {
            if fits {
                continue;
            }
            let with_pass: Vec<_> = fields.iter().copied().chain([("pass", pass.as_str())]).collect();
            let answer = app.post(form, &with_pass).await;
            assert_eq!(
                (answer.status, answer.heading()),
                (StatusCode::GONE, TOO_OLD),
                "{kind} pass at {form}"
            );
        }
    }
}

#[tokio::test]
async fn forms_without_a_pass_do_nothing() {
    let app = App::new().await;
    app.link(&NOOR, Some(PASSWORD)).await;
    let before = app.bytes_on_disk();
    let long = "A".repeat(5000);
    for (form, fields) in FORMS {
        for pass in ["", "A", &long, "../../etc", "null", "\u{0}"] {
            let with_pass: Vec<_> = fields.iter().copied().chain([("pass", pass)]).collect();
            let answer = app.post(form, &with_pass).await;
            assert_eq!(answer.heading(), TOO_OLD, "{form} {pass:?}");
        }
    }
    assert!(app.bytes_on_disk() == before);
}

#[tokio::test]
async fn a_page_that_stood_open_too_long_leads_back_to_the_start() {
    let app = App::new().await;
    app.link(&NOOR, None).await;
    let pass = app.post("/f", &[("mobile", NOOR.mobile)]).await.hidden("pass");
    let code = app.code(&NOOR).await;
    let fresh = app.post("/f/code", &[("pass", &pass), ("code", &code)]).await;
    assert_eq!(fresh.heading(), "We sent you a link");
    app.clock.advance(TimeDelta::minutes(15));
    let answer = app.post("/e", &[("pass", &fresh.hidden("pass"))]).await;
    assert_eq!((answer.status, answer.heading()), (StatusCode::GONE, TOO_OLD));
    assert!(answer.body.contains("href=\"/f\""), "a way on");
    assert!(answer.body.contains("tel:01632960123"), "a telephone");
}
