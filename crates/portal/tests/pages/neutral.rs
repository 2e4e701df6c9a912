//! A stranger learns nothing: known and unknown numbers get the same bytes.

use axum::http::StatusCode;

use crate::app::{Answer, App, NOOR, PASSWORD, Person};

const ADA: Person = Person { given: "Ada", mobile: "07700 900951", email: "ada@example.org", ..NOOR };
const NOBODY: &str = "07700 900952";
const NOBODY_EITHER: &str = "07700 900953";

/// The page without what was typed and the sealed field, which differ for any two numbers.
fn same(answer: &Answer, mobile: &str) -> (StatusCode, String, Vec<(String, String)>) {
    let mut body = answer.body.replace(mobile, "NUMBER");
    if body.contains("name=\"pass\"") {
        body = body.replace(&answer.hidden("pass"), "PASS");
    }
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().expect("ASCII").to_owned()))
        .collect();
    (answer.status, body, headers)
}

#[tokio::test]
async fn asking_for_a_code_says_nothing_about_the_number() {
    let app = App::new().await;
    app.link(&NOOR, Some(PASSWORD)).await;
    app.confirm(&ADA).await;
    let texts = app.sms.sent().len();
    let mut seen = Vec::new();
    for mobile in [NOOR.mobile, ADA.mobile, NOBODY] {
        let sent = app.post("/f", &[("mobile", mobile)]).await;
        let again = app.post("/f/code/send", &[("pass", &sent.hidden("pass"))]).await;
        let wrong = app.post("/f/code", &[("pass", &sent.hidden("pass")), ("code", "000000")]).await;
        let on_one_page = app.post("/c", &[("mobile", mobile), ("code", "000001")]).await;
        assert_eq!(
            sent.hidden("pass").len(),
            app.post("/f", &[("mobile", NOBODY_EITHER)]).await.hidden("pass").len()
        );
        seen.push([
            same(&sent, mobile),
            same(&again, mobile),
            same(&wrong, mobile),
            same(&on_one_page, mobile),
        ]);
    }
    assert_eq!(seen[0], seen[2], "registered up to the link");
    assert_eq!(seen[1], seen[2], "waiting for its first code");
    app.portal.settle().await;
    let sent = app.sms.sent();
    assert!(
        sent.iter().skip(texts).all(|text| text.to.e164() != crate::app::e164(NOBODY)),
        "nobody is texted"
    );
}

#[tokio::test]
async fn used_up_tries_say_nothing_about_the_number_either() {
    let app = App::new().await;
    app.link(&NOOR, Some(PASSWORD)).await;
    let mut ends = Vec::new();
    for mobile in [NOOR.mobile, NOBODY] {
        let mut last = None;
        for guess in 0..12 {
            last = Some(app.post("/c", &[("mobile", mobile), ("code", &format!("{guess:06}"))]).await);
        }
        ends.push(same(&last.expect("an answer"), mobile));
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn enough_codes_are_enough_and_the_page_says_when_and_whom_to_call() {
    let app = App::new().await;
    app.link(&NOOR, Some(PASSWORD)).await;
    let mut ends = Vec::new();
    // That the kiosk has sent Noor one makes no difference.
    for mobile in [NOOR.mobile, NOBODY] {
        for _ in 0..3 {
            assert_eq!(app.post("/f", &[("mobile", mobile)]).await.status, StatusCode::OK);
        }
        ends.push(app.post("/f", &[("mobile", mobile)]).await);
    }
    for end in &ends {
        assert_eq!(
            (end.status, end.heading()),
            (StatusCode::TOO_MANY_REQUESTS, "That was the last code for now")
        );
        assert_eq!(end.headers["retry-after"], "600");
        assert!(end.body.contains("10\u{2069} minutes") && end.body.contains("tel:01632960123"));
    }
    assert_eq!(ends[0].body, ends[1].body);
}

#[tokio::test]
async fn a_living_link_shows_nothing_personal() {
    let app = App::new().await;
    for (who, password) in [(&NOOR, Some(PASSWORD)), (&ADA, None)] {
        let link = app.link(who, password).await;
        let page = app.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        for secret in [who.given, who.family, who.email, who.mobile, "1961", "951", "950"] {
            assert!(!page.body.contains(secret), "{secret}");
        }
    }
}
