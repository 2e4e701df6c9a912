use std::net::SocketAddr;

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use crate::place::{HOST, Place, Serving};

pub(crate) struct Desk {
    client: Client,
    at: SocketAddr,
}

impl Desk {
    pub(crate) fn of(serving: &Serving) -> Self {
        let client = Client::builder().no_proxy().resolve(HOST, serving.at).build().expect("a client");
        Self { client, at: serving.at }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{HOST}:{}/api/kiosk/v1{path}", self.at.port())
    }

    /// The credential and the name, or the status of a refusal.
    pub(crate) async fn redeem(&self, code: &str) -> Result<(String, String), StatusCode> {
        let body = format!("{{\"code\":\"{code}\",\"mode\":\"sandbox\"}}");
        let request = self.client.post(self.url("/enrolment")).header("host", HOST);
        let answer =
            request.header("content-type", "application/json").body(body).send().await.expect("an answer");
        if answer.status() != StatusCode::OK {
            return Err(answer.status());
        }
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let text = answer.text().await.expect("text");
        let field = |name: &str| {
            let (_, rest) = text.split_once(&format!("\"{name}\":\"")).expect("the field");
            rest.split('"').next().expect("its end").to_owned()
        };
        Ok((field("credential"), field("name")))
    }

    pub(crate) async fn got(&self, path: &str, credential: &str) -> Value {
        let request = self.client.get(self.url(path)).header("host", HOST).bearer_auth(credential);
        read(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn posted(&self, path: &str, credential: &str, body: &Value) -> Value {
        let request = self.client.post(self.url(path)).header("host", HOST).bearer_auth(credential);
        let request = request.header("content-type", "application/json").body(body.to_string());
        read(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn ask_practice(&self, credential: &str) -> Response {
        let request = self.client.get(self.url("/practice")).header("host", HOST);
        request.bearer_auth(credential).send().await.expect("an answer")
    }

    async fn practice(&self, credential: &str) -> StatusCode {
        self.ask_practice(credential).await.status()
    }

    /// A page of the patient's, or one for whoever watches.
    pub(crate) async fn page(&self, path: &str) -> Response {
        let url = format!("http://{HOST}:{}{path}", self.at.port());
        self.client.get(url).header("host", HOST).send().await.expect("an answer")
    }
}

async fn read(answer: Response) -> Value {
    assert!(answer.status().is_success(), "{}", answer.status());
    serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
}

/// The code that a command printed.
pub(crate) fn enrol(place: &Place, name: &str) -> String {
    let ended = place.run(&["kiosk", "enrol", "--name", name]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let code = ended.stdout.lines().find_map(|line| line.strip_prefix("Code: ")).expect("a code");
    assert!(!ended.stderr.contains(code), "the terminal alone shows it");
    code.to_owned()
}

#[tokio::test]
async fn a_code_makes_one_machine_a_kiosk_and_works_once() {
    let (place, serving) = Place::migrated().serve_from();
    let desk = Desk::of(&serving);
    let code = enrol(&place, "Front desk");
    let (credential, name) = desk.redeem(&code.to_lowercase()).await.expect("a credential");
    assert_eq!(name, "Front desk");
    assert_eq!(desk.practice(&credential).await, StatusCode::OK);
    assert_eq!(desk.redeem(&code).await, Err(StatusCode::UNAUTHORIZED), "used");

    serving.tell("-TERM");
    let (_, log) = serving.stopped();
    assert!(!log.contains(&code) && !log.contains(&credential), "{log}");
    let verified = place.run(&["access-log", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    assert!(verified.stdout.contains("2 rows sealed, 0 waiting"), "asked for and used: {verified:?}");
}

#[tokio::test]
async fn what_is_no_code_of_this_practice_learns_nothing() {
    let (place, serving) = Place::migrated().serve_from();
    let desk = Desk::of(&serving);
    let _code = enrol(&place, "Front desk");
    for typed in ["KT49-QFMD-7CXW", "", "nonsense", "KT49-QFMD-7CXW-KT49"] {
        assert_eq!(desk.redeem(typed).await, Err(StatusCode::UNAUTHORIZED), "{typed}");
    }
    let listed = place.run(&["kiosk", "list"]);
    assert_eq!((listed.code, listed.stdout.trim()), (Some(0), "There is no kiosk."));
}

#[tokio::test]
async fn a_kiosk_keeps_its_credential_until_the_new_code_for_its_name_is_used() {
    let (place, serving) = Place::migrated().serve_from();
    let desk = Desk::of(&serving);
    let (old, _) = desk.redeem(&enrol(&place, "Front desk")).await.expect("a credential");
    let dead = enrol(&place, "Front desk");
    let code = enrol(&place, "Front desk");
    assert_eq!(desk.practice(&old).await, StatusCode::OK);
    assert_eq!(desk.redeem(&dead).await, Err(StatusCode::UNAUTHORIZED), "a newer code was asked for");
    let (new, _) = desk.redeem(&code).await.expect("a credential");
    assert_eq!(desk.practice(&old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.practice(&new).await, StatusCode::OK);
}

#[tokio::test]
async fn a_revoked_kiosk_is_refused_from_its_next_request_on_and_listed_as_revoked() {
    let (place, serving) = Place::migrated().serve_from();
    let desk = Desk::of(&serving);
    let (front, _) = desk.redeem(&enrol(&place, "Front desk")).await.expect("a credential");
    let (side, _) = desk.redeem(&enrol(&place, "Side desk")).await.expect("a credential");
    let revoked = place.run(&["kiosk", "revoke", "--name", "Front desk"]);
    assert_eq!((revoked.code, revoked.stdout.trim()), (Some(0), "Front desk is no kiosk any more."));
    assert_eq!(desk.practice(&front).await, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.practice(&side).await, StatusCode::OK);

    let again = place.run(&["kiosk", "revoke", "--name", "Front desk"]);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.starts_with("no kiosk of that name has a credential"), "{again:?}");
    let listed = place.run(&["kiosk", "list"]);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{listed:?}");
    assert!(lines[0].starts_with("Front desk\t") && lines[0].contains("\trevoked "), "{listed:?}");
    assert!(lines[1].starts_with("Side desk\t") && !lines[1].contains("revoked"), "{listed:?}");
    assert!(!listed.stdout.contains(&side), "no credential is ever shown");
}

#[test]
fn a_kiosk_without_a_name_that_fits_a_label_is_refused() {
    let long = "x".repeat(41);
    for name in ["", "   ", "a\nb", &long] {
        assert_eq!(Place::new().run(&["kiosk", "enrol", "--name", name]).code, Some(2), "{name:?}");
    }
}
