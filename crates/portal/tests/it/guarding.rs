//! What every request passes and every answer carries, over a real socket too.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    routing::get,
};
use portal::guard::{BODY_CAP_BYTES, Guard, PAGE_CSP};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::desk::{Desk, HOST, ORIGIN, Reply, fresh_key, jo, send};

/// Serves on a loopback port until the test ends.
async fn served(desk: &Desk) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let router = desk.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The raw answer to a raw request.
async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split_whitespace().nth(1).expect("a status")
}

#[tokio::test]
async fn only_requests_for_the_configured_host_are_answered() {
    let desk = Desk::open().await;
    let address = served(&desk).await;
    for (request, expected) in [
        ("GET /f HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n", "200"),
        ("GET http://portal.test/f HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n", "200"),
        ("GET /f HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", "421"),
        ("GET http://evil.test/f HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n", "421"),
        ("GET http://portal.test/f HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", "421"),
        (
            "GET /f HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: portal.test\r\nConnection: close\r\n\r\n",
            "421",
        ),
        ("GET /f HTTP/1.0\r\n\r\n", "421"),
        ("GET /api/kiosk/v1/practice HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", "421"),
    ] {
        let answer = raw(address, request).await;
        assert_eq!(status(&answer), expected, "{request}");
        assert!(!answer.contains("evil.test"), "{answer}");
    }
}

fn asking(path: &str, host: &str) -> Request<Body> {
    Request::builder().uri(path).header(header::HOST, host).body(Body::empty()).expect("a request")
}

/// A page of ours, with the telephone of the desk.
#[track_caller]
fn check_page(reply: &Reply, status: StatusCode) {
    assert_eq!(reply.status, status);
    assert_eq!(reply.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(String::from_utf8_lossy(&reply.bytes).contains("020 7946 0018"));
}

#[tokio::test]
async fn a_request_for_another_host_has_a_page_and_on_the_api_a_problem() {
    let desk = Desk::open().await;
    let page = desk.send(asking("/f", "evil.test")).await;
    check_page(&page, StatusCode::MISDIRECTED_REQUEST);
    let api = desk.send(asking("/api/kiosk/v1/practice", "evil.test")).await;
    assert_eq!((api.status, api.problem().as_str()), (StatusCode::MISDIRECTED_REQUEST, "malformed_request"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_has_a_page_and_on_the_api_a_problem() {
    let desk = Desk::open().await;
    let never = || get(|| async { std::future::pending::<()>().await });
    let router = Router::new().route("/f", never()).route("/api/kiosk/v1/practice", never());
    let guard = Guard { origin: ORIGIN.to_owned(), csp: PAGE_CSP };
    let router = guard.before_pages(router, desk.portal.clone());
    tokio::time::pause();
    let page = send(router.clone(), asking("/f", HOST)).await;
    check_page(&page, StatusCode::SERVICE_UNAVAILABLE);
    let api = send(router, asking("/api/kiosk/v1/practice", HOST)).await;
    assert_eq!((api.status, api.problem().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
    for reply in [page, api] {
        assert_eq!(reply.headers[header::RETRY_AFTER], "5");
        check_headers(&reply.headers, "too slow");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let desk = Desk::open().await;
    for path in
        ["/f", "/c", "/l/unknown", "/terms", "/no-such-page", "/healthz", "/readyz", "/api/openapi.json"]
    {
        let request =
            Request::builder().uri(path).header(header::HOST, HOST).body(Body::empty()).expect("a request");
        check_headers(&desk.send(request).await.headers, path);
    }
    check_headers(&desk.get("/practice").await.headers, "/practice");
    check_headers(&desk.get("/nowhere").await.headers, "/nowhere");
    let elsewhere = Request::builder().uri("/f").header(header::HOST, "evil.test").body(Body::empty());
    check_headers(&desk.send(elsewhere.expect("a request")).await.headers, "another host");
}

#[track_caller]
fn check_headers(headers: &axum::http::HeaderMap, what: &str) {
    for (name, value) in [
        ("content-security-policy", PAGE_CSP),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(
            headers.get(name).map(|value| value.to_str().expect("text")),
            Some(value),
            "{what}: {name}"
        );
    }
    assert!(headers.contains_key("permissions-policy"), "{what}");
    assert!(!headers.contains_key(header::SET_COOKIE), "{what}");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_and_ours_is_taken() {
    let desk = Desk::open().await;
    for (name, value, expected) in [
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-origin", StatusCode::OK),
        ("origin", "https://evil.test", StatusCode::FORBIDDEN),
        ("origin", "http://portal.test", StatusCode::OK),
        ("origin", "null", StatusCode::OK),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/f")
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from("mobile=07700900555"))
            .expect("a request");
        let reply = desk.send(request).await;
        let status = if reply.status.is_redirection() { StatusCode::OK } else { reply.status };
        assert_eq!(status, expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_body_over_the_cap_is_cut_off_without_being_read() {
    let desk = Desk::open().await;
    let address = served(&desk).await;
    let credential = &desk.credential;
    let key = fresh_key();
    let head = format!(
        "POST /api/kiosk/v1/registrations HTTP/1.1\r\nHost: portal.test\r\nAuthorization: Bearer {credential}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {key}\r\nConnection: close\r\n"
    );
    let chunk = format!("{:x}\r\n{}\r\n", BODY_CAP_BYTES, "a".repeat(BODY_CAP_BYTES));
    let answer =
        raw(address, &format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n")).await;
    assert_eq!(status(&answer), "413", "{answer}");
    assert!(answer.contains("malformed_request"));
    let at_the_cap = "a".repeat(BODY_CAP_BYTES);
    let length = BODY_CAP_BYTES;
    let answer = raw(address, &format!("{head}Content-Length: {length}\r\n\r\n{at_the_cap}")).await;
    assert_eq!(status(&answer), "400", "not JSON, but read");
}

#[tokio::test]
async fn reading_changes_nothing_anywhere() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    let before = desk.stored(&id).await.version;
    let log = desk.portal.verify_access_log().await.expect("readable");
    for path in ["/f", "/c", "/f/code", "/p", "/e", "/t", "/l/unknown", "/terms", "/privacy"] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let request =
                Request::builder().method(method).uri(path).header(header::HOST, HOST).body(Body::empty());
            desk.send(request.expect("a request")).await;
        }
    }
    for action in ["code/check", "code/send", "password", "leave", "abandon"] {
        let reply = desk.get(&format!("/registrations/{id}/{action}")).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{action}");
    }
    assert_eq!(desk.stored(&id).await.version, before);
    let after = desk.portal.verify_access_log().await.expect("readable");
    assert_eq!((log.sealed, log.waiting), (after.sealed, after.waiting));
}

#[tokio::test]
async fn whoever_watches_the_process_is_answered() {
    let desk = Desk::open().await;
    for (path, words) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let request =
            Request::builder().uri(path).header(header::HOST, HOST).body(Body::empty()).expect("a request");
        let reply = desk.send(request).await;
        assert_eq!((reply.status, &reply.bytes[..]), (StatusCode::OK, words.as_bytes()));
    }
    desk.store.clone().close().await;
    let request =
        Request::builder().uri("/readyz").header(header::HOST, HOST).body(Body::empty()).expect("a request");
    assert_eq!(desk.send(request).await.status, StatusCode::SERVICE_UNAVAILABLE);
}
