//! A whole portal in a temporary folder, with recording senders and a clock that only moves when told.

use std::{fs, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use kiosk_api::kiosk::Mode;
use portal::{
    AccessLogKept, HashCost, KioskCredential, Parts, Portal, PortalKeys, PracticeSettings, SharedRng,
};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    values::mobile::{Fictional, MobilePolicy},
};
use serde_json::{Value, json};
use store::{Policy, Stamp, Store};
use tempfile::TempDir;
use test_support::{
    clock::MockClock,
    senders::{RecordingEmail, RecordingSms},
};
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) const ORIGIN: &str = "http://127.0.0.1:8780";
pub(crate) const PRACTICE: PracticeId = PracticeId(Uuid::from_u128(1));
pub(crate) const PASSWORD: &str = "copper lantern river";
const HOST: &str = "127.0.0.1:8780";
const MASTER: [u8; 32] = [7; 32];

pub(crate) struct App {
    pub(crate) portal: Portal,
    pub(crate) router: Router,
    pub(crate) store: Store,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) sms: RecordingSms,
    pub(crate) email: RecordingEmail,
    credential: KioskCredential,
    keys: std::cell::Cell<u32>,
    folder: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn heading(&self) -> &str {
        let (_, rest) = self.body.split_once("<h1>").expect("a page with a heading");
        rest.split_once("</h1>").expect("its end").0
    }

    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&start).expect("the hidden field");
        rest.split_once('"').expect("its end").0.to_owned()
    }
}

/// Somebody to register.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) born: (u32, u32, i32),
    pub(crate) mobile: &'static str,
    pub(crate) email: &'static str,
}

pub(crate) const NOOR: Person = Person {
    given: "Noor",
    family: "Testperson",
    born: (5, 11, 1961),
    mobile: "07700 900950",
    email: "noor@example.org",
};

impl App {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = PortalKeys::database_key(&MASTER);
        let store = Store::open_sqlite(&folder.path().join("pages.db"), &key, Stamp::Sandbox)
            .await
            .expect("a database");
        let (clock, sms, email) =
            (Arc::new(MockClock::default()), RecordingSms::default(), RecordingEmail::default());
        let portal = Portal::new(Parts {
            records: portal::Records::Own,
            store: store.clone(),
            clock: clock.clone(),
            rng: SharedRng::new(ChaCha20Rng::seed_from_u64(1)),
            sms: Arc::new(sms.clone()),
            email: Arc::new(email.clone()),
            keys: PortalKeys::derive(&MASTER),
            settings: PracticeSettings {
                practice: PRACTICE,
                name: "Marsh Lane Surgery".to_owned(),
                phone: "01632 960 123".to_owned(),
                public_origin: ORIGIN.to_owned(),
                mode: Mode::Sandbox,
                access_log_kept: AccessLogKept::default(),
                match_policy: Policy::Strict,
                mobile_policy: MobilePolicy::for_region("GB", Fictional::Accepted),
                time_zone: chrono_tz::Europe::London,
                link_lifetime: LinkLifetime::default(),
                hash_cost: HashCost::floor(),
            },
        })
        .expect("parts that belong together");
        let credential = portal.enrol_kiosk("Page tests").await.expect("a kiosk");
        let router = portal.router();
        Self { portal, router, store, clock, sms, email, credential, keys: std::cell::Cell::new(0), folder }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(bytes.to_vec()).expect("pages are UTF-8");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn method(&self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        self.ask(request.body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.method(Method::GET, path).await
    }

    /// A form of our own page, as a browser sends it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from("same-origin", path, fields).await
    }

    pub(crate) async fn post_from(&self, site: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<_> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.post_raw(site, path, body.join("&")).await
    }

    pub(crate) async fn post_raw(&self, site: &str, path: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body)).expect("a request")).await
    }

    async fn kiosk(&self, path: &str, body: Value) -> Value {
        self.keys.set(self.keys.get() + 1);
        let request = Request::post(format!("{}{path}", kiosk_api::BASE_PATH))
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.credential.expose()))
            .header(header::CONTENT_TYPE, "application/json")
            .header(kiosk_api::IDEMPOTENCY_KEY_HEADER, format!("page-tests-{:08}", self.keys.get()));
        let answer = self.ask(request.body(Body::from(body.to_string())).expect("a request")).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    pub(crate) async fn confirm(&self, who: &Person) -> String {
        let (day, month, year) = who.born;
        let view = self
            .kiosk(
                "/registrations",
                json!({
                    "details": {
                        "given_name": who.given,
                        "family_name": who.family,
                        "date_of_birth": { "day": day.to_string(), "month": month.to_string(), "year": year.to_string() },
                        "email": who.email,
                        "mobile": who.mobile,
                    },
                    "language": "en-GB",
                }),
            )
            .await;
        view["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn code(&self, who: &Person) -> String {
        self.portal.settle().await;
        self.sms.newest_code_to(&e164(who.mobile))
    }

    /// As far as the emailed link: with a password set at the kiosk, or without one. Gives the link's path.
    pub(crate) async fn link(&self, who: &Person, password: Option<&str>) -> String {
        let id = self.confirm(who).await;
        let code = self.code(who).await;
        self.kiosk(&format!("/registrations/{id}/code/check"), json!({ "code": code })).await;
        match password {
            Some(password) => {
                self.kiosk(&format!("/registrations/{id}/password"), json!({ "password": password })).await
            }
            None => self.kiosk(&format!("/registrations/{id}/leave"), json!({})).await,
        };
        self.portal.settle().await;
        format!("/l/{}", self.email.newest_token_to(who.email))
    }

    /// Everything of the database as it lies on disk, the index of the write-ahead log left out.
    pub(crate) fn bytes_on_disk(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_none_or(|extension| extension != "db-shm"))
            .map(|path| (path.clone(), fs::read(path).expect("a file")))
            .collect();
        files.sort();
        files
    }
}

pub(crate) fn e164(mobile: &str) -> String {
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    format!("+44{}", digits.trim_start_matches('0'))
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
