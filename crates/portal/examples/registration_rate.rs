//! How many whole registrations a portal does over HTTP, beside how often its hash alone could run: one line of JSON.
//!
//! A registration needs two hashes, one to keep the password and one to compare it. What a portal does besides should cost
//! little against that. `cargo xtask bench kiosk` runs this in release; the ratio is worth something in one run only.
#![expect(clippy::print_stdout, reason = "the line is what the bench reads")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use async_trait::async_trait;
use kiosk_api::{BASE_PATH, IDEMPOTENCY_KEY_HEADER, kiosk::Mode};
use messaging::{Email, EmailSender, SendFailure, Sms, SmsSender};
use portal::{
    AccessLogKept, HashCost, Parts, Portal, PortalKeys, PracticeSettings, SharedRng,
    sandbox::{SandboxEmail, SandboxSms},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng as _};
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    time::{Clock, Timestamp},
    values::mobile::{Fictional, MobilePolicy},
};
use serde_json::{Value, json};
use store::{Policy, Stamp, Store};
use uuid::Uuid;

/// As the portal allows.
const HASHES_AT_ONCE: u32 = 2;
/// A registration's.
const HASHES_EACH: u32 = 2;
/// Registrations under way at once: enough that a hash is always waiting for its turn, although some wait for an even time.
const AT_ONCE: u32 = 10;
/// Registrations in all. A kiosk may send 30 codes an hour, so several kiosks share them.
const REGISTRATIONS: u32 = 120;
const REGISTRATIONS_PER_KIOSK: u32 = 20;
const PASSWORD: &str = "seven quiet herons walking";

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "an example has a clock of its own")]
    fn now(&self) -> Timestamp {
        Timestamp::new(chrono::Utc::now())
    }
}

/// The sandbox's phone, and what came to it by recipient.
struct Phone {
    sms: SandboxSms,
    email: SandboxEmail,
    newest: Mutex<HashMap<String, String>>,
}

impl Phone {
    fn remember(&self, recipient: &str, text: &str) {
        self.newest.lock().expect("nobody panics").insert(recipient.to_owned(), text.to_owned());
    }

    /// Looks until it is there: the worker was woken when it was promised.
    async fn message_to(&self, recipient: &str) -> String {
        loop {
            let found = self.newest.lock().expect("nobody panics").remove(recipient);
            if let Some(text) = found {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[async_trait]
impl SmsSender for Phone {
    async fn send(&self, message: &Sms) -> Result<(), SendFailure> {
        self.sms.send(message).await?;
        self.remember(message.to.e164(), &message.text);
        Ok(())
    }

    fn is_real(&self) -> bool {
        false
    }
}

#[async_trait]
impl EmailSender for Phone {
    async fn send(&self, message: &Email) -> Result<(), SendFailure> {
        self.email.send(message).await?;
        self.remember(message.to.as_str(), &message.text);
        Ok(())
    }

    fn is_real(&self) -> bool {
        false
    }
}

/// A portal on a loopback address, with its workers.
struct Running {
    origin: String,
    phone: Arc<Phone>,
    credentials: Vec<String>,
    http: reqwest::Client,
    /// Requests so far: each has a key of its own.
    asked: AtomicU32,
}

#[tokio::main]
async fn main() {
    let cost = HashCost::standard();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let running = Arc::new(start(folder.path(), cost).await);
    let registering = measured(async {
        let mut all = tokio::task::JoinSet::new();
        for lane in 0..AT_ONCE {
            let running = Arc::clone(&running);
            all.spawn(async move {
                for number in (lane..REGISTRATIONS).step_by(AT_ONCE as usize) {
                    running.register(number).await;
                }
            });
        }
        all.join_all().await;
    })
    .await;
    let hashing = measured(async { hash_alone(cost, REGISTRATIONS * HASHES_EACH) }).await;
    let per_s = |took: Duration| f64::from(REGISTRATIONS) / took.as_secs_f64();
    println!(
        "{}",
        json!({ "registrations_per_s": per_s(registering), "hashes_alone_per_s": per_s(hashing) })
    );
}

#[expect(clippy::disallowed_methods, reason = "this is what the example is for")]
async fn measured(work: impl Future<Output = ()>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

fn hash_alone(cost: HashCost, hashes: u32) {
    thread::scope(|scope| {
        for _ in 0..HASHES_AT_ONCE {
            scope.spawn(|| {
                let params = Params::new(cost.memory_kib(), cost.passes(), 1, None)
                    .expect("the portal's own parameters");
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                for _ in 0..hashes / HASHES_AT_ONCE {
                    argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("a hash");
                }
            });
        }
    });
}

async fn start(folder: &std::path::Path, hash_cost: HashCost) -> Running {
    let master = [9; 32];
    let key = PortalKeys::database_key(&master);
    let store =
        Store::open_sqlite(&folder.join("rate.db"), &key, Stamp::Sandbox).await.expect("a new database");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("it has an address"));
    let practice = PracticeId(Uuid::from_u128(1));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let phone = Arc::new(Phone {
        sms: SandboxSms::new(store.clone(), practice, Arc::clone(&clock)).expect("a sandbox"),
        email: SandboxEmail::new(store.clone(), practice, Arc::clone(&clock)).expect("a sandbox"),
        newest: Mutex::default(),
    });
    let portal = Portal::new(Parts {
        records: portal::Records::Own,
        store,
        clock,
        rng: SharedRng::new(ChaCha20Rng::seed_from_u64(1)),
        sms: Arc::<Phone>::clone(&phone),
        email: Arc::<Phone>::clone(&phone),
        keys: PortalKeys::derive(&master),
        settings: PracticeSettings {
            practice,
            name: "Rate Practice".to_owned(),
            phone: "01632 960000".to_owned(),
            public_origin: origin.clone(),
            mode: Mode::Sandbox,
            access_log_kept: AccessLogKept::default(),
            match_policy: Policy::Strict,
            mobile_policy: MobilePolicy::for_region("GB", Fictional::Accepted),
            time_zone: chrono_tz::Europe::London,
            link_lifetime: LinkLifetime::default(),
            hash_cost,
        },
    })
    .expect("the parts belong together");
    let mut credentials = Vec::new();
    for number in 0..REGISTRATIONS.div_ceil(REGISTRATIONS_PER_KIOSK) {
        let credential = portal.enrol_kiosk(&format!("kiosk {number}")).await.expect("enrolled");
        credentials.push(credential.expose().to_owned());
    }
    let router = portal.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    tokio::spawn(async move { portal.work(std::future::pending()).await });
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    Running { origin, phone, credentials, http, asked: AtomicU32::new(0) }
}

impl Running {
    /// The whole way: details, code, password, link, terms.
    async fn register(&self, number: u32) {
        let credential = &self.credentials[(number / REGISTRATIONS_PER_KIOSK) as usize];
        let (mobile, email) = (format!("+447700900{number:03}"), format!("rate{number}@example.org"));
        let year = (1940 + number % 60).to_string();
        let date = json!({ "day": (number % 28 + 1).to_string(), "month": "4", "year": year });
        let details = json!({
            "given_name": "Rate", "family_name": "Measured", "date_of_birth": date, "email": email, "mobile": mobile,
        });
        let begun =
            self.ask(credential, "/registrations", &json!({ "details": details, "language": "en-GB" })).await;
        let id = begun["id"].as_str().expect("a registration has an id");
        let code = code_in(&self.phone.message_to(&mobile).await);
        self.ask(credential, &format!("/registrations/{id}/code/check"), &json!({ "code": code })).await;
        self.ask(credential, &format!("/registrations/{id}/password"), &json!({ "password": PASSWORD }))
            .await;
        let mail = self.phone.message_to(&email).await;
        let link =
            mail.split_whitespace().find(|word| word.starts_with(&self.origin)).expect("an email has a link");
        let terms = self.submit(&format!("{link}/password"), &[("password", PASSWORD)]).await;
        let (pass, version) = (hidden(&terms, "pass"), hidden(&terms, "terms"));
        let answer = [("pass", pass.as_str()), ("terms", version.as_str()), ("answer", "accept")];
        self.submit(&format!("{}/t", self.origin), &answer).await;
    }

    async fn ask(&self, credential: &str, route: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{BASE_PATH}{route}", self.origin)).bearer_auth(credential);
        let key = self.asked.fetch_add(1, Ordering::Relaxed).to_string();
        let answer =
            request.header(IDEMPOTENCY_KEY_HEADER, key).json(body).send().await.expect("the portal answers");
        assert!(answer.status().is_success(), "{route}: {}", answer.status());
        answer.json().await.expect("the API answers with JSON")
    }

    async fn submit(&self, url: &str, form: &[(&str, &str)]) -> String {
        // Nothing in these forms needs more of an encoding than this.
        let pairs: Vec<_> =
            form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let request = self.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(pairs.join("&")).send().await.expect("the portal answers");
        assert!(answer.status().is_success(), "{url}: {}", answer.status());
        answer.text().await.expect("a page is text")
    }
}

fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split(|c: char| !c.is_alphanumeric()).find(is_code).expect("a text has a code").to_owned()
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the page has the field");
    after.split('"').next().expect("a split has a first part").to_owned()
}
