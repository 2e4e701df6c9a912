//! A reception desk: one practice, one kiosk, one portal, all of it in this process.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::TimeDelta;
use kiosk_api::{BASE_PATH, IDEMPOTENCY_KEY_HEADER, kiosk::Mode};
use messaging::EmailSender;
use portal::{AccessLogKept, HashCost, Parts, Portal, PortalKeys, PracticeSettings, Records, SharedRng};
use registration::{
    flow::{Registration, figures::LinkLifetime},
    ids::{PatientId, PracticeId, RegistrationId},
    time::Clock as _,
};
use serde_json::{Value, json};
use store::{CONNECTIONS, OutboxKind, OutboxRow, Policy, PostgresLogin, Stamp, Store, migrate_postgres};
use tempfile::TempDir;
use test_support::{
    MockClock, people,
    postgres::{Cluster, OWNER, RUN_TIME},
    rng::seeded,
    senders::{RecordingEmail, RecordingSms},
};
use tokio::sync::OnceCell;
use tower::ServiceExt as _;
use uuid::Uuid;

#[path = "as_typed.rs"]
mod as_typed;

use as_typed::record_of;
pub(crate) use as_typed::{e164, jo, jo_with, other_than, patient_of_person, person};

pub(crate) const ORIGIN: &str = "http://portal.test";
pub(crate) const HOST: &str = "portal.test";
pub(crate) const MASTER: [u8; 32] = [42; 32];
pub(crate) const PASSWORD: &str = "three calm otters sail";
pub(crate) const MOBILE: &str = "+447700900123";
pub(crate) const EMAIL: &str = "jo.obrien@example.com";
/// How long [`Desk::promised_updates`] keeps promises from every worker.
pub(crate) const HELD_BACK: TimeDelta = TimeDelta::days(20);

/// An answer, read to the end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("JSON")
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The problem's code.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert!(!self.status.is_success(), "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        self.json()["code"].as_str().expect("a code").to_owned()
    }
}

/// This source is built into `it`, on an encrypted file, into `it_on_postgres`, and into benches, on a server that writes
/// through to the disk.
const MEASURED: bool = matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"outbox_rate" | b"leak_on_postgres");
const ON_POSTGRES: bool = MEASURED || matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"it_on_postgres");

fn cluster() -> &'static Cluster {
    if MEASURED { Cluster::durable() } else { Cluster::shared() }
}

/// Where the database lies.
pub(crate) enum Home {
    Folder(TempDir),
    Cluster { database: String },
}

impl Home {
    async fn new() -> Self {
        if ON_POSTGRES {
            Self::Cluster { database: cluster().new_database(Some(migrated().await)) }
        } else {
            Self::Folder(TempDir::new().expect("a folder"))
        }
    }

    async fn open(&self) -> Store {
        match self {
            Self::Folder(folder) => {
                let path = folder.path().join("portal.db");
                Store::open_sqlite(&path, &PortalKeys::database_key(&MASTER), Stamp::Sandbox).await
            }
            Self::Cluster { database } => {
                Store::open_postgres(
                    &login(RUN_TIME, database),
                    PortalKeys::pepper(&MASTER),
                    CONNECTIONS,
                    Stamp::Sandbox,
                )
                .await
            }
        }
        .expect("opens")
    }
}

fn login(role: &str, database: &str) -> PostgresLogin {
    PostgresLogin::parse(&cluster().address(role, database), None).expect("an address")
}

/// A database with all tables and no row.
async fn migrated() -> &'static str {
    static MIGRATED: OnceCell<String> = OnceCell::const_new();
    let template = async || {
        let name = cluster().new_database(None);
        migrate_postgres(&login(OWNER, &name), RUN_TIME, Stamp::Sandbox).await.expect("migrated");
        name
    };
    MIGRATED.get_or_init(template).await
}

pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) sms: RecordingSms,
    pub(crate) email: RecordingEmail,
    pub(crate) portal: Portal,
    pub(crate) store: Store,
    pub(crate) credential: String,
    records: Records,
    seed: u64,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with(Records::Own).await
    }

    /// A practice whose records are there.
    pub(crate) async fn with(records: Records) -> Self {
        let clock = Arc::new(MockClock::default());
        Self::at(clock, records).await
    }

    /// The same, with a clock that others have too.
    pub(crate) async fn at(clock: Arc<MockClock>, records: Records) -> Self {
        let home = Home::new().await;
        let (sms, email) = (RecordingSms::default(), RecordingEmail::default());
        let (portal, store) = start(&home, &clock, &sms, &email, 1, &records).await;
        let credential = portal.enrol_kiosk("Front desk").await.expect("enrolled").expose().to_owned();
        Self { home, clock, sms, email, portal, store, credential, records, seed: 1 }
    }

    /// The process was killed: nothing of it is left but the database. Its keys come from the key store again.
    pub(crate) async fn restart(&mut self) {
        self.seed += 1;
        self.store.clone().close().await;
        let Self { home, clock, sms, email, seed, records, .. } = &*self;
        let (portal, store) = start(home, clock, sms, email, *seed, records).await;
        (self.portal, self.store) = (portal, store);
    }

    /// The practice's records are there from now on.
    pub(crate) async fn move_to(&mut self, records: Records) {
        self.records = records;
        self.restart().await;
    }

    /// Another portal on the same database.
    pub(crate) fn beside(
        &self,
        master: &[u8; 32],
        settings: PracticeSettings,
        email: Arc<dyn EmailSender>,
    ) -> Portal {
        let portal = Portal::new(Parts {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock) as _,
            rng: SharedRng::new(seeded(99)),
            sms: Arc::new(self.sms.clone()),
            email,
            keys: PortalKeys::derive(master),
            settings,
            records: Records::Own,
        });
        portal.expect("parts that belong together")
    }

    pub(crate) fn pass(&self, span: TimeDelta) {
        self.clock.advance(span);
    }

    pub(crate) fn router(&self) -> Router {
        self.portal.router()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        send(self.router(), request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path, None).body(Body::empty()).expect("a request")).await
    }

    /// A page of ours, as a browser opens it from an email.
    pub(crate) async fn page(&self, path: &str) -> Reply {
        let request = Request::get(path).header(header::HOST, HOST).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// A POST under a key of its own.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(path, &fresh_key(), body).await
    }

    pub(crate) async fn post_with(&self, path: &str, key: &str, body: &Value) -> Reply {
        self.send(self.posting(path, key, body)).await
    }

    /// A form of our own page, as a browser sends it; its values need no more of an encoding than a space does.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(pairs.join("&"))).expect("a request")).await
    }

    pub(crate) fn posting(&self, path: &str, key: &str, body: &Value) -> Request<Body> {
        self.request(Method::POST, path, Some(key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request")
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
    ) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(format!("{BASE_PATH}{path}"))
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.credential));
        match key {
            Some(key) => request.header(IDEMPOTENCY_KEY_HEADER, key),
            None => request,
        }
    }

    pub(crate) async fn confirm(&self, details: &Value) -> Reply {
        self.post("/registrations", &json!({ "details": details, "language": "en-GB" })).await
    }

    /// Confirms and delivers; the registration's id.
    pub(crate) async fn confirmed(&self, details: &Value) -> String {
        let view = self.confirm(details).await.ok();
        self.portal.settle().await;
        view["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn check(&self, id: &str, code: &str) -> Reply {
        self.post(&format!("/registrations/{id}/code/check"), &json!({ "code": code })).await
    }

    pub(crate) async fn set_password(&self, id: &str, password: &str) -> Reply {
        self.post(&format!("/registrations/{id}/password"), &json!({ "password": password })).await
    }

    pub(crate) async fn act(&self, id: &str, what: &str) -> Reply {
        self.post(&format!("/registrations/{id}/{what}"), &json!({})).await
    }

    /// Confirmed, and the code typed.
    pub(crate) async fn proven(&self, details: &Value) -> String {
        let id = self.confirmed(details).await;
        let code = self.code_of(details);
        self.check(&id, &code).await.ok();
        id
    }

    /// Up to the email with the link, with a password set at the kiosk.
    pub(crate) async fn linked(&self, details: &Value) -> String {
        let id = self.proven(details).await;
        self.set_password(&id, PASSWORD).await.ok();
        self.portal.settle().await;
        id
    }

    /// The whole way, and everything delivered.
    pub(crate) async fn registered(&self, details: &Value) -> Registration {
        self.linked(details).await;
        let token = self.token_of(details);
        let registration = self.portal.open_link(&token, PASSWORD).await.expect("the right password");
        let registration = self
            .portal
            .accept_terms(registration.id, portal::documents::TERMS.version)
            .await
            .expect("accepted");
        self.portal.settle().await;
        registration
    }

    /// People of these numbers, with records that hold what they prove, up to the promise of an update. The promises are
    /// leased, so that no worker takes one before [`HELD_BACK`] is over.
    pub(crate) async fn promised_updates(&self, people: std::ops::Range<u16>) -> Vec<Registration> {
        let mut promised = Vec::new();
        for n in people {
            self.store.import_patients(practice(), &[record_of(n)], self.now()).await.expect("imported");
            promised.push(self.promised(&person(n)).await);
        }
        promised
    }

    /// The whole way up to a promise about the record, which no worker takes before [`HELD_BACK`] is over.
    pub(crate) async fn promised(&self, details: &Value) -> Registration {
        self.linked(details).await;
        let opened = self.portal.open_link(&self.token_of(details), PASSWORD).await.expect("right");
        let terms = portal::documents::TERMS.version;
        let accepted = self.portal.accept_terms(opened.id, terms).await.expect("accepted");
        let held = self.store.claim_outbox(practice(), self.now(), HELD_BACK, 10).await.expect("leased");
        let is_about_record =
            |row: &OutboxRow| matches!(row.kind, OutboxKind::RecordUpdate | OutboxKind::RecordCreate);
        assert!(held.len() == 1 && held.iter().all(is_about_record), "{held:?}");
        // A kiosk sends 30 codes an hour, and 200 a day.
        self.pass(TimeDelta::minutes(10));
        accepted
    }

    /// The newest code sent to this person.
    pub(crate) fn code_of(&self, details: &Value) -> String {
        self.sms.newest_code_to(&e164(details["mobile"].as_str().expect("a mobile")))
    }

    /// The token of the newest link sent to this person.
    pub(crate) fn token_of(&self, details: &Value) -> String {
        self.email.newest_token_to(&details["email"].as_str().expect("an email").to_lowercase())
    }

    pub(crate) async fn state(&self, id: &str) -> String {
        let view = self.get(&format!("/registrations/{id}")).await.ok();
        view["state"].as_str().expect("a state").to_owned()
    }

    pub(crate) async fn stored(&self, id: &str) -> Registration {
        let found = self.store.registration(practice(), registration_id(id)).await.expect("readable");
        found.expect("stored")
    }

    /// Whom a registration belongs to now.
    pub(crate) async fn patient_of(&self, id: RegistrationId) -> Option<PatientId> {
        self.store.patient_of_registration(practice(), id).await.expect("readable")
    }

    pub(crate) async fn reviews(&self) -> Vec<&'static str> {
        let waiting = self.store.reviews_waiting(practice(), 100).await.expect("readable");
        waiting.iter().map(|review| review.reason.as_str()).collect()
    }

    pub(crate) fn now(&self) -> registration::time::Timestamp {
        self.clock.now()
    }
}

async fn start(
    home: &Home,
    clock: &Arc<MockClock>,
    sms: &RecordingSms,
    email: &RecordingEmail,
    seed: u64,
    records: &Records,
) -> (Portal, Store) {
    let store = home.open().await;
    let portal = Portal::new(Parts {
        store: store.clone(),
        clock: Arc::clone(clock) as _,
        rng: SharedRng::new(seeded(seed)),
        sms: Arc::new(sms.clone()),
        email: Arc::new(email.clone()),
        keys: PortalKeys::derive(&MASTER),
        settings: settings(),
        records: records.clone(),
    });
    (portal.expect("parts that belong together"), store)
}

pub(crate) fn settings() -> PracticeSettings {
    PracticeSettings {
        practice: practice(),
        name: "Elm Street Practice".to_owned(),
        phone: "020 7946 0018".to_owned(),
        public_origin: ORIGIN.to_owned(),
        mode: Mode::Sandbox,
        access_log_kept: AccessLogKept::default(),
        match_policy: Policy::Strict,
        mobile_policy: people::policy(),
        time_zone: chrono_tz::Tz::Europe__London,
        link_lifetime: LinkLifetime::default(),
        hash_cost: HashCost::floor(),
    }
}

pub(crate) fn practice() -> PracticeId {
    PracticeId(Uuid::from_u128(7))
}

/// An idempotency key that nobody has used.
pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn registration_id(id: &str) -> RegistrationId {
    RegistrationId(id.parse().expect("a UUID"))
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Reply {
    let response = router.oneshot(request).await.expect("the router does not fail");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    Reply { status: parts.status, headers: parts.headers, bytes }
}
