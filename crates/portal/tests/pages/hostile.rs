//! Whatever is typed: a clear message by the field, the rest kept, never a crash, and nothing of it in a message.

use axum::http::StatusCode;

use crate::app::{App, NOOR, PASSWORD, Person};

fn hostile() -> Vec<String> {
    vec![
        String::new(),
        "   ".to_owned(),
        "x".repeat(10_000),
        "😀😀".to_owned(),
        "\u{202E}gnihtyna".to_owned(),
        "a\u{0}b".to_owned(),
        "'; DROP TABLE patients; --".to_owned(),
        "\"><script>alert(1)</script>".to_owned(),
        "{{ shell.practice }}".to_owned(),
        "line\r\nbreak\r\nBcc: x@evil.example".to_owned(),
        ".;phone-context=".to_owned(),
        "+dwPAA;phone-context=AA".to_owned(),
        "a@x,b@y".to_owned(),
        "victim＠x@evil.example".to_owned(),
    ]
}

/// The message stands in the summary and by the field, and both are tied to it.
fn assert_refused(answer: &crate::app::Answer, field: &str, typed: &str) {
    let typed: String = typed.chars().take(30).collect();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}: {}", answer.heading());
    assert!(answer.body.contains("<title>Error: "), "{field} {typed:?}");
    assert!(
        answer.body.contains(&format!("<a href=\"#{field}\">")),
        "{field} {typed:?}: no link to the field"
    );
    assert!(
        answer.body.contains(&format!("id=\"{field}-error\"")),
        "{field} {typed:?}: no message by the field"
    );
    assert!(!answer.body.contains("<script>"), "{field} {typed:?}");
}

#[tokio::test]
async fn anything_typed_as_a_mobile_gets_a_message_by_the_field_and_is_kept() {
    let app = App::new().await;
    for typed in hostile() {
        let answer = app.post("/f", &[("mobile", &typed)]).await;
        assert_refused(&answer, "mobile", &typed);
        let answer = app.post("/c", &[("mobile", &typed), ("code", "123456")]).await;
        assert_refused(&answer, "mobile", &typed);
        assert!(!answer.body.contains("123456"), "codes are never played back");
    }
    let kept = app.post("/f", &[("mobile", "\"><script>alert(1)</script>")]).await;
    assert!(kept.body.contains("value=\"&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;\""));
    for (typed, words) in
        [("020 7946 0123", "landline"), ("", "Enter your mobile number"), ("+1 202 555 0123", "UK")]
    {
        assert!(app.post("/f", &[("mobile", typed)]).await.body.contains(words), "{typed}");
    }
    app.portal.settle().await;
    assert!(app.sms.sent().is_empty());
}

#[tokio::test]
async fn anything_typed_as_a_code_gets_a_message_by_the_field() {
    let app = App::new().await;
    let mut codes = hostile();
    codes.extend(["0", "null", "[]", "      ", "1234567", "12345", "１２３４５６７"].map(str::to_owned));
    for (n, typed) in codes.iter().enumerate() {
        // A number of its own for each: the day's tries of one would be used up before the end of the list.
        let mobile = format!("07700 900{n:03}");
        let answer = app.post("/c", &[("mobile", &mobile), ("code", typed)]).await;
        assert_refused(&answer, "code", typed);
    }
}

#[tokio::test]
async fn full_width_digits_and_spaces_make_a_right_code() {
    let app = App::new().await;
    app.confirm(&NOOR).await;
    let code = app.code(&NOOR).await;
    let wide: String =
        code.chars().map(|digit| char::from_u32(digit as u32 - 0x30 + 0xFF10).expect("a digit")).collect();
    let typed = format!(" {wide} ");
    let answer = app.post("/c", &[("mobile", "+44 (0)7700 900950"), ("code", &typed)]).await;
    assert_eq!(answer.heading(), "Create a password");
}

/// Noor's phone, where a password is asked for, and what the page seals.
async fn at_the_password() -> (App, String) {
    let app = App::new().await;
    app.confirm(&NOOR).await;
    let code = app.code(&NOOR).await;
    let page = app.post("/c", &[("mobile", NOOR.mobile), ("code", &code)]).await;
    let pass = page.hidden("pass");
    (app, pass)
}

const SENT: [&str; 2] = ["Open the email we sent", "We sent you a link"];

#[tokio::test]
async fn a_password_that_is_long_strange_and_unguessable_is_a_fine_one_and_no_other_is() {
    let fine = [
        "'; DROP TABLE patients; --",
        "\"><script>alert(1)</script>",
        "{{ shell.practice }}",
        ".;phone-context=",
        "+dwPAA;phone-context=AA",
        "victim＠x@evil.example",
    ];
    let guessable = ["password1234", "noortestperson", "aaaaaaaaaaaaaaaa"];
    for typed in hostile().into_iter().chain(guessable.map(str::to_owned)) {
        let (app, pass) = at_the_password().await;
        let answer = app.post("/p", &[("pass", &pass), ("password", &typed)]).await;
        if fine.contains(&typed.as_str()) {
            assert!(SENT.contains(&answer.heading()), "{typed:?}: {}", answer.heading());
        } else {
            assert_refused(&answer, "password", &typed);
        }
        assert!(typed.len() < 12 || !answer.body.contains(&typed), "passwords are never played back");
    }
}

#[tokio::test]
async fn anything_typed_as_an_email_gets_a_message_by_the_field() {
    let (app, pass) = at_the_password().await;
    let sent = app.post("/p", &[("pass", &pass), ("password", PASSWORD)]).await;
    assert!(SENT.contains(&sent.heading()), "{}", sent.heading());
    for typed in hostile() {
        let answer = app.post("/e", &[("pass", &pass), ("to", "other"), ("email", &typed)]).await;
        assert_refused(&answer, "email", &typed);
    }
    app.portal.settle().await;
    assert!(
        app.email.sent().iter().all(|email| email.to.as_str() == NOOR.email),
        "one recipient, the stored one"
    );
}

#[tokio::test]
async fn a_password_of_a_megabyte_is_refused_before_anything_is_done_with_it() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let before = app.bytes_on_disk();
    let answer = app.post(&format!("{link}/password"), &[("password", &"x".repeat(1_000_000))]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let under_the_cap = app.post(&format!("{link}/password"), &[("password", &"x".repeat(5_000))]).await;
    assert_refused(&under_the_cap, "password", "5,000 characters");
    assert!(app.bytes_on_disk() == before, "no try was spent");
}

#[tokio::test]
async fn a_field_that_comes_twice_or_in_another_form_is_refused() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let before = app.bytes_on_disk();
    let path = format!("{link}/password");
    let twice = app.post(&path, &[("password", PASSWORD), ("password", "another")]).await;
    assert_eq!((twice.status, twice.heading()), (StatusCode::BAD_REQUEST, "We could not read that"));
    let request = axum::http::Request::post(&path)
        .header("host", "127.0.0.1:8780")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json");
    let body = axum::body::Body::from(format!("{{\"password\":\"{PASSWORD}\"}}"));
    let json = app.ask(request.body(body).expect("a request")).await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST);
    assert!(app.bytes_on_disk() == before);
}

#[tokio::test]
async fn nothing_that_a_registrant_typed_gets_into_a_text_or_an_email() {
    const MALLORY: Person = Person {
        given: "Visit",
        family: "evil-example-com now",
        born: (1, 2, 1970),
        mobile: "07700 900953",
        email: "victim@example.org",
    };
    let app = App::new().await;
    let link = app.link(&MALLORY, Some(PASSWORD)).await;
    let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
    app.post(
        "/t",
        &[("pass", &terms.hidden("pass")), ("terms", &terms.hidden("terms")), ("answer", "accept")],
    )
    .await;
    app.portal.settle().await;
    let texts = app.sms.sent().into_iter().map(|sms| sms.text);
    let emails = app.email.sent().into_iter().flat_map(|email| [email.subject, email.text, email.html]);
    let all: Vec<_> = texts.chain(emails).collect();
    assert!(all.len() > 3);
    for message in all {
        for typed in ["Visit", "evil", "1970", "victim@", "900953"] {
            assert!(!message.contains(typed), "{typed} in: {message}");
        }
    }
}
