//! A patient at a kiosk of this portal, and a portal that is killed meanwhile.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::place::{HOST, Place, Serving};

/// A message goes out within a second of its promise. One that a killed worker had taken is taken again when its lease has
/// run out, after a minute.
const PATIENCE: Duration = Duration::from_mins(3);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// A kiosk with its credential, and the page that shows what was sent.
pub(crate) struct Kiosk {
    client: Client,
    at: SocketAddr,
    phone_at: SocketAddr,
    pub(crate) credential: String,
}

impl Kiosk {
    pub(crate) async fn enrolled(place: &Place, serving: &Serving) -> Self {
        Self::enrolled_at(place, serving.at, serving.phone_at).await
    }

    /// Of a portal that listens there.
    pub(crate) async fn enrolled_at(place: &Place, at: SocketAddr, phone_at: SocketAddr) -> Self {
        let printed = place.run(&["kiosk", "enrol", "--name", "Front desk"]).stdout;
        let code = printed.lines().find_map(|line| line.strip_prefix("Code: ")).expect("a code");
        let mut kiosk = Self::at(at, phone_at, String::new());
        let answer = kiosk.post("/enrolment", "none", &json!({ "code": code, "mode": "sandbox" })).await;
        let enrolled = json_of(answer).await;
        enrolled["credential"].as_str().expect("a credential").clone_into(&mut kiosk.credential);
        kiosk
    }

    /// The same kiosk after the portal came up somewhere else.
    pub(crate) fn of(serving: &Serving, credential: String) -> Self {
        Self::at(serving.at, serving.phone_at, credential)
    }

    fn at(at: SocketAddr, phone_at: SocketAddr, credential: String) -> Self {
        let client = Client::builder().no_proxy().resolve(HOST, at).build().expect("a client");
        Self { client, at, phone_at, credential }
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Response {
        let url = format!("http://{HOST}:{}/api/kiosk/v1{path}", self.at.port());
        let request = self.client.post(url).header("host", HOST).bearer_auth(&self.credential);
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        request.body(body.to_string()).send().await.expect("an answer")
    }

    pub(crate) async fn confirmed(&self) -> String {
        let details = json!({
            "given_name": "Jo",
            "family_name": "O’Brien-Smith",
            "date_of_birth": { "day": "7", "month": "March", "year": "1985" },
            "email": "jo@example.com",
            "mobile": "07700 900123",
        });
        let body = json!({ "details": details, "language": "en-GB" });
        let answer = self.post("/registrations", "confirm", &body).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        json_of(answer).await["id"].as_str().expect("an id").to_owned()
    }

    /// Every message so far, from the page on loopback.
    async fn messages(&self) -> Vec<Value> {
        let url = format!("http://{}/messages.json?after=0", self.phone_at);
        let answer = self.client.get(url).send().await.expect("an answer");
        json_of(answer).await["messages"].as_array().expect("messages").clone()
    }

    pub(crate) async fn first_message(&self) -> Value {
        let looked = timeout(PATIENCE, async {
            let mut looks = interval(BETWEEN_LOOKS);
            loop {
                looks.tick().await;
                if let Some(message) = self.messages().await.into_iter().next() {
                    return message;
                }
            }
        });
        looked.await.expect("a message comes")
    }
}

pub(crate) async fn json_of(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.expect("text")).expect("JSON")
}

pub(crate) fn code_in(message: &Value) -> String {
    let text = message["text"].as_str().expect("a text");
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
    digits.expect("a code of six digits").to_owned()
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_portal_that_was_killed_and_happens_once() {
    let place = Place::migrated();
    let serving = place.serve();
    let kiosk = Kiosk::enrolled(&place, &serving).await;
    let id = kiosk.confirmed().await;
    // At this instant the text may have been sent, or not even been looked at.
    serving.tell("-KILL");
    assert_eq!(serving.stopped().0, None, "it was killed");

    let serving = place.serve();
    let kiosk = Kiosk::of(&serving, kiosk.credential);
    let code = code_in(&kiosk.first_message().await);
    assert_eq!(kiosk.confirmed().await, id, "asked again, it is the same registration");
    let check = format!("/registrations/{id}/code/check");
    let answer = kiosk.post(&check, "check", &json!({ "code": code })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(json_of(answer).await["state"], "awaiting_password");

    serving.tell("-TERM");
    let (ended, log) = serving.stopped();
    assert_eq!(ended, Some(0), "{log}");
    for personal in ["Brien", "07700", "900123", "jo@example.com", code.as_str(), kiosk.credential.as_str()] {
        assert!(!log.contains(personal), "{personal} in {log}");
    }
    assert_eq!(place.run(&["access-log", "verify"]).code, Some(0));

    let serving = place.serve();
    let kiosk = Kiosk::of(&serving, kiosk.credential);
    let texts = kiosk.messages().await;
    let codes = texts.iter().filter(|message| message["channel"] == "sms").count();
    assert_eq!(codes, 1, "{texts:?}");
}
