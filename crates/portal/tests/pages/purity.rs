//! Reading changes nothing, keeps nothing and gives no cookie; a forged form does nothing.

use axum::http::{Method, StatusCode, header};

use crate::app::{App, NOOR, ORIGIN, PASSWORD, Person};

const PLAIN: [&str; 11] = [
    "/",
    "/f",
    "/c",
    "/terms",
    "/privacy",
    "/nowhere",
    "/p",
    "/e",
    "/t",
    "/l/not-a-token",
    "/test/not-a-token",
];

const ADA: Person = Person { given: "Ada", mobile: "07700 900951", email: "ada@example.org", ..NOOR };

#[tokio::test]
async fn get_head_and_options_leave_every_byte_of_the_database_as_it_was() {
    let app = App::new().await;
    let with_password = app.link(&NOOR, Some(PASSWORD)).await;
    let without = app.link(&ADA, None).await;
    let mut paths: Vec<String> = PLAIN.map(str::to_owned).into();
    let test_link = app.portal.make_test_link().await.expect("made");
    paths.push(test_link.address().strip_prefix(ORIGIN).expect("on our origin").to_owned());
    for link in [with_password, without] {
        for rest in ["", "/password", "/code", "/code/send", "/new-password"] {
            paths.push(format!("{link}{rest}"));
        }
    }
    let before = app.bytes_on_disk();
    for path in &paths {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for _ in 0..3 {
                let answer = app.method(method.clone(), path).await;
                assert!(!answer.status.is_server_error(), "{method} {path}");
            }
        }
    }
    assert!(app.bytes_on_disk() == before, "reading wrote to the database");
    app.post("/f", &[("mobile", NOOR.mobile)]).await;
    assert!(app.bytes_on_disk() != before, "the comparison sees what a form writes");
}

#[tokio::test]
async fn every_answer_forbids_keeping_framing_and_scripts_and_sets_no_cookie() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    let mut answers = Vec::new();
    for path in PLAIN.into_iter().chain([link.as_str()]) {
        answers.push((path, app.get(path).await));
    }
    answers.push(("POST /f", app.post("/f", &[("mobile", NOOR.mobile)]).await));
    answers
        .push(("POST the password", app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await));
    for (path, answer) in answers {
        let header =
            |name: &str| answer.headers.get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        assert_eq!(header("set-cookie"), None, "{path}");
        assert_eq!(header("cache-control").as_deref(), Some("no-store"), "{path}");
        assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"), "{path}");
        let csp = header("content-security-policy").expect("a policy");
        assert!(
            csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"),
            "{path}: {csp}"
        );
        assert!(!csp.contains("script-src") && !csp.contains("unsafe"), "{path}: {csp}");
        assert!(!answer.body.contains("<script"), "{path}");
        assert!(!answer.body.contains(" style="), "{path}: the policy would refuse it");
    }
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused_and_does_nothing() {
    let app = App::new().await;
    let link = app.link(&NOOR, Some(PASSWORD)).await;
    app.portal.settle().await;
    let before = app.bytes_on_disk();
    for path in ["/f", "/c", "/f/code", "/f/code/send", "/f/choose", "/p", "/e", "/t"] {
        let answer = app.post_from("cross-site", path, &[("mobile", NOOR.mobile), ("code", "123456")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for rest in ["/password", "/code", "/code/send", "/new-password"] {
        let path = format!("{link}{rest}");
        for site in ["cross-site", "same-site"] {
            let answer = app.post_from(site, &path, &[("password", PASSWORD)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert!(app.bytes_on_disk() == before, "a forged form wrote to the database");
}

#[tokio::test]
async fn another_host_is_refused_and_never_gets_into_a_link() {
    let app = App::new().await;
    for host in ["evil.example", "127.0.0.1:8780.evil.example", "127.0.0.1"] {
        let request = axum::http::Request::get("/f").header(header::HOST, host);
        let answer = app.ask(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    app.link(&NOOR, None).await;
    for email in app.email.sent() {
        assert!(email.text.contains(crate::app::ORIGIN));
        assert!(!email.html.contains("evil") && !email.text.contains("evil"));
    }
}

#[tokio::test]
async fn what_a_page_loads_is_there_and_comes_from_us() {
    let app = App::new().await;
    let page = app.get("/f").await;
    for attribute in ["href=\"/assets/pages-", "href=\"/assets/icon-"] {
        let (_, rest) = page.body.split_once(attribute).expect("the asset");
        let name = rest.split_once('"').expect("its end").0;
        let path = format!("{}{name}", attribute.trim_start_matches("href=\""));
        let asset = app.get(&path).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert!(asset.headers["cache-control"].to_str().expect("text").contains("immutable"), "fetched once");
    }
    assert_eq!(page.headers["cache-control"], "no-store");
    let missing = app.get("/assets/pages-00000000.css").await;
    assert_eq!(missing.headers["cache-control"], "no-store", "what is missing today may be there tomorrow");
    assert_eq!(app.get("/assets/pages-00000000.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/assets/..%2f..%2fCargo.toml").await.status, StatusCode::NOT_FOUND);
    assert!(!page.body.contains("https://"), "nothing is loaded from elsewhere");
}
