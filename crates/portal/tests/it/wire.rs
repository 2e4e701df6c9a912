//! Requests that are not of the API's form, and fields that are not what they should be.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use kiosk_api::{BASE_PATH, IDEMPOTENCY_KEY_HEADER};
use serde_json::{Value, json};

use crate::desk::{Desk, HOST, MASTER, PASSWORD, fresh_key, jo, jo_with, settings};

async fn posted(desk: &Desk, path: &str, kind: &str, body: impl Into<Body>) -> crate::desk::Reply {
    let request = desk.request(Method::POST, path, Some(&fresh_key())).header(header::CONTENT_TYPE, kind);
    desk.send(request.body(body.into()).expect("a request")).await
}

#[tokio::test]
async fn bodies_that_are_not_of_the_form_are_problems() {
    let desk = Desk::open().await;
    let mut unknown = json!({ "details": jo(), "language": "en-GB" });
    unknown["surprise"] = json!(1);
    let mut twice = json!({ "details": jo(), "language": "en-GB" }).to_string();
    twice.insert_str(1, "\"language\":\"en-GB\",");
    for body in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\u{0}".to_owned(),
        unknown.to_string(),
        twice,
        json!({ "details": jo_with(&json!({ "email": ["a@example.com", "b@example.com"] })), "language": "en-GB" })
            .to_string(),
        json!({ "details": jo_with(&json!({ "mobile": 7_700_900_123_u64 })), "language": "en-GB" }).to_string(),
        json!({ "details": jo(), "language": "../../etc/passwd" }).to_string(),
        "[".repeat(10_000),
    ] {
        let reply = posted(&desk, "/registrations", "application/json", body.clone()).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body:.60}");
        assert_eq!(reply.problem(), "malformed_request");
    }
    let reply = posted(
        &desk,
        "/registrations",
        "text/plain",
        json!({ "details": jo(), "language": "en-GB" }).to_string(),
    );
    assert_eq!(reply.await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let reply = posted(&desk, "/registrations", "application/json", vec![0xFF, 0xFE]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty());
}

#[tokio::test]
async fn a_code_that_is_no_text_is_malformed() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    for code in [json!(null), json!([]), json!(123_456), json!({}), json!(true)] {
        let reply = desk.post(&format!("/registrations/{id}/code/check"), &json!({ "code": code })).await;
        assert_eq!(reply.problem(), "malformed_request", "{code}");
    }
}

#[tokio::test]
async fn addresses_and_methods_that_are_none_are_problems() {
    let desk = Desk::open().await;
    for path in ["/nowhere", "/registrations/not-a-uuid", "/registrations/%00", "/registrations/.."] {
        let reply = desk.get(path).await;
        assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::NOT_FOUND, "not_found"), "{path}");
    }
    let unknown = "/registrations/00000000-0000-0000-0000-000000000000";
    assert_eq!(desk.get(unknown).await.problem(), "not_found");
    let delete = desk.request(Method::DELETE, unknown, None).body(Body::empty()).expect("a request");
    let reply = desk.send(delete).await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "malformed_request")
    );
}

#[tokio::test]
async fn without_a_credential_every_documented_route_answers_the_same() {
    let desk = Desk::open().await;
    let request = Request::builder().uri("/api/openapi.json").header(header::HOST, HOST).body(Body::empty());
    let document = desk.send(request.expect("a request")).await.ok();
    let paths = document["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), 19);
    // A machine has no credential before it is a kiosk; its code stands in the body.
    let before_credentials = paths.get(&format!("{BASE_PATH}/enrolment")).expect("the one exception");
    assert_eq!(before_credentials["post"]["security"], json!([{}]));
    for (path, operations) in paths.iter().filter(|(_, operations)| *operations != before_credentials) {
        for (method, operation) in operations.as_object().expect("operations") {
            for credential in [None, Some("Bearer x"), Some("Basic eDp5"), Some("")] {
                let mut request = Request::builder()
                    .method(method.to_uppercase().as_str())
                    .uri(
                        path.replace("{id}", "00000000-0000-0000-0000-000000000000")
                            .replace("{reference}", "KT4-9QF"),
                    )
                    .header(header::HOST, HOST)
                    .header(IDEMPOTENCY_KEY_HEADER, fresh_key());
                if let Some(credential) = credential {
                    request = request.header(header::AUTHORIZATION, credential);
                }
                let reply = desk.send(request.body(Body::from("{}")).expect("a request")).await;
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                assert_eq!(reply.problem(), "kiosk_not_accepted");
            }
            assert_eq!(operation["security"], json!([{ "kiosk": [] }]), "{method} {path}");
            let keyed = operation["parameters"].to_string().contains(IDEMPOTENCY_KEY_HEADER);
            // Entries of a kiosk's journal have ids of their own, what staff ask for names the version that they saw, and presence is only
            // ever the newest.
            let keyless = ["/journal", "/staff", "/presence"].iter().any(|part| path.contains(part));
            let needs_key = method == "post" && !keyless;
            assert_eq!(keyed, needs_key, "{method} {path}");
        }
    }
    assert!(paths.keys().all(|path| path.starts_with(BASE_PATH)));
}

#[tokio::test]
async fn hostile_fields_are_refused_by_name_and_nothing_is_begun() {
    let desk = Desk::open().await;
    let long = "a".repeat(10_000);
    let name_code = |typed: &str| match typed {
        typed if typed.trim().is_empty() => "missing",
        typed if typed.len() > 9_000 => "too_long",
        _ => "name_character_refused",
    };
    for typed in ["", "   ", &long, "Jo🙂", "Jo\u{202E}oJ", "Jo\u{0}", "Jo\nSmith\u{7}"] {
        let reply = desk.confirm(&jo_with(&json!({ "given_name": typed }))).await;
        let expected = json!([{ "field": "given_name", "code": name_code(typed) }]);
        assert_eq!(
            reply.json()["fields"],
            expected,
            "{}",
            typed.escape_unicode().take(40).collect::<String>()
        );
    }
    for (email, code) in [
        ("", "missing"),
        ("jo@@example.com", "email_not_an_address"),
        ("jo＠example.com", "email_not_an_address"),
        ("jo@example.com\r\nBcc: x@example.com", "email_not_an_address"),
        ("a@example.com,b@example.com", "email_not_an_address"),
        ("jо@example.com", "email_confusable"),
        (&format!("{}@example.com", "a".repeat(255)), "too_long"),
    ] {
        let reply = desk.confirm(&jo_with(&json!({ "email": email }))).await;
        assert_eq!(reply.json()["fields"], json!([{ "field": "email", "code": code }]), "{email}");
    }
    for (day, month, year, field, code) in [
        ("31", "2", "1990", "date_of_birth", "date_not_real"),
        ("1", "1", "1850", "date_of_birth", "date_too_long_ago"),
        ("23", "11", "2026", "date_of_birth", "date_not_past"),
        ("1", "1", "2020", "date_of_birth", "under16"),
        ("1", "1", "90", "date_of_birth_year", "year_not_four_digits"),
    ] {
        let born = json!({ "date_of_birth": { "day": day, "month": month, "year": year } });
        let reply = desk.confirm(&jo_with(&born)).await;
        assert_eq!(reply.json()["fields"], json!([{ "field": field, "code": code }]), "{day} {month} {year}");
    }
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty());
}

#[tokio::test]
async fn passwords_are_judged_before_they_are_hashed() {
    let desk = Desk::open().await;
    let id = desk.proven(&jo()).await;
    for (password, code) in [
        ("", "missing"),
        ("short", "password_too_short"),
        ("passwordpassword", "password_common"),
        ("obriensmith1985!!", "password_own_details"),
        ("passwordpassword1", "password_guessable"),
        (&"a1 b2 c3 ".repeat(100), "too_long"),
        ("three calm\u{0}otters", "password_character_refused"),
    ] {
        let reply = desk.set_password(&id, password).await;
        assert_eq!(reply.json()["fields"], json!([{ "field": "password", "code": code }]), "{password:.40}");
    }
    let megabyte = desk.set_password(&id, &"p".repeat(1_000_000)).await;
    assert_eq!(megabyte.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(megabyte.problem(), "malformed_request");
    desk.set_password(&id, PASSWORD).await.ok();
}

#[tokio::test]
async fn every_route_out_of_order_is_refused_and_leads_nowhere() {
    let desk = Desk::open().await;
    let id = desk.confirmed(&jo()).await;
    assert_eq!(desk.set_password(&id, PASSWORD).await.problem(), "not_in_this_state");
    let registration = crate::desk::registration_id(&id);
    desk.portal
        .accept_terms(registration, portal::documents::TERMS.version)
        .await
        .expect_err("far too early");
    desk.portal.decline_terms(registration).await.expect_err("far too early");
    desk.check(&id, &desk.code_of(&jo())).await.ok();
    assert_eq!(desk.act(&id, "code/send").await.problem(), "not_in_this_state");
    assert_eq!(desk.act(&id, "abandon").await.problem(), "not_in_this_state");
    desk.portal.accept_terms(registration, portal::documents::TERMS.version).await.expect_err("too early");
    desk.set_password(&id, PASSWORD).await.ok();
    assert_eq!(desk.set_password(&id, PASSWORD).await.problem(), "not_in_this_state");
    desk.portal
        .accept_terms(registration, portal::documents::TERMS.version)
        .await
        .expect_err("the email is unproven");
    assert_eq!(desk.state(&id).await, "awaiting_link");
}

#[tokio::test]
async fn a_reference_for_the_desk_is_the_registrations_own_or_a_new_one() {
    let desk = Desk::open().await;
    let view = desk.confirm(&jo()).await.ok();
    let own = desk
        .post("/desk-references", &json!({ "reason": "asked_for_help", "registration": view["id"] }))
        .await;
    assert_eq!(own.status, StatusCode::CREATED);
    assert_eq!(own.ok()["reference"], view["reference"]);
    let new = desk.post("/desk-references", &json!({ "reason": "under16", "registration": null })).await.ok();
    assert_ne!(new["reference"], view["reference"]);
    let unknown = json!({ "reason": "no_mobile", "registration": "00000000-0000-0000-0000-000000000000" });
    assert_eq!(desk.post("/desk-references", &unknown).await.problem(), "not_found");
}

#[tokio::test]
async fn a_reference_that_somebody_has_been_given_is_drawn_again() {
    let mut desk = Desk::open().await;
    let mut given = std::collections::BTreeSet::new();
    for _ in 0..3 {
        // Each of these portals draws the same references in the same order.
        desk.portal = desk.beside(&MASTER, settings(), std::sync::Arc::new(desk.email.clone()));
        desk.pass(chrono::TimeDelta::seconds(1));
        let asked = json!({ "reason": "no_mobile", "registration": null });
        let reply = desk.post("/desk-references", &asked).await.ok();
        given.insert(reply["reference"].as_str().expect("a reference").to_owned());
    }
    assert_eq!(given.len(), 3, "{given:?}");
}

#[tokio::test]
async fn a_kiosk_learns_of_the_practice_what_patients_see() {
    let desk = Desk::open().await;
    let practice: Value = desk.get("/practice").await.ok();
    assert_eq!(practice["name"], "Elm Street Practice");
    assert_eq!(practice["mode"], "sandbox");
    assert_eq!(practice["finish_url"], "http://portal.test/f");
    assert_eq!(practice["privacy_notice_is_draft"], true);
}
