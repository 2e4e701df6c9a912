//! A kiosk and the people who come to it, one after the other: each step is asked for again, with the same key, until it is
//! acknowledged.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use registration::ids::RegistrationId;
use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use serde_json::{Value, json};
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::{
    ledger::{End, Ledger, Step},
    network::Network,
    people::{PASSWORD, Person},
    phone::Phones,
    place::HOST,
};

/// A kiosk may send 30 codes an hour, and keeps a little back.
pub(crate) const PEOPLE_EACH: usize = 28;
/// A request that its portal was killed over is taken for lost after 25 s, a message after a minute, and may meet the next
/// kill then.
const PATIENCE: Duration = Duration::from_mins(5);
/// Longer than a queue of hashes takes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
const BETWEEN_TRIES: Duration = Duration::from_millis(150);

/// What all kiosks of a round share.
pub(crate) struct Practice {
    pub(crate) people: Vec<Person>,
    pub(crate) ledger: Ledger,
    pub(crate) phones: Phones,
    pub(crate) network: Network,
}

pub(crate) struct Kiosk {
    practice: Arc<Practice>,
    http: Client,
    credential: String,
    killed: Arc<Notify>,
}

/// What came back, after however many tries.
struct Answer {
    status: StatusCode,
    text: String,
    tries: u32,
}

impl Kiosk {
    pub(crate) async fn enrolled(practice: Arc<Practice>, code: &str) -> Result<Self> {
        // One connection a request, so that the weather falls on each.
        let http = Client::builder()
            .no_proxy()
            .resolve(HOST, practice.network.at)
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .timeout(ANSWERS_WITHIN)
            .build()?;
        let mut kiosk = Self { practice, http, credential: String::new(), killed: Arc::default() };
        let answer =
            kiosk.ask("enrolment", "/enrolment", &json!({ "code": code, "mode": "sandbox" })).await?;
        let enrolled: Value = serde_json::from_str(&answer.text)?;
        enrolled["credential"].as_str().context("a credential")?.clone_into(&mut kiosk.credential);
        Ok(kiosk)
    }

    /// Tells it that it was killed.
    pub(crate) fn killer(&self) -> Arc<Notify> {
        Arc::clone(&self.killed)
    }

    /// Until there is nobody left or the practice closes; whoever has begun goes on to the end.
    pub(crate) async fn open(
        self,
        people: Vec<usize>,
        between: Duration,
        mut closing: watch::Receiver<bool>,
    ) {
        for person in people {
            if *closing.borrow() {
                return;
            }
            let entry = self.practice.ledger.begin(person);
            let end = self.register(entry, &self.practice.people[person]).await;
            self.practice.ledger.ended(entry, end.unwrap_or_else(|why| End::Stuck(format!("{why:#}"))));
            // Whoever comes next comes then, unless the practice closes first.
            let _ = timeout(between, closing.wait_for(|closed| *closed)).await;
        }
    }

    async fn register(&self, entry: usize, person: &Person) -> Result<End> {
        tokio::select! {
            at_kiosk = self.at_kiosk(entry, person) => at_kiosk?,
            () = self.killed.notified() => return Ok(End::KioskKilled),
        }
        self.on_phone(entry, person).await
    }

    /// Details, code, password.
    async fn at_kiosk(&self, entry: usize, person: &Person) -> Result<()> {
        let ledger = &self.practice.ledger;
        let details = json!({
            "given_name": person.given,
            "family_name": person.family,
            "date_of_birth": {
                "day": person.born.format("%-d").to_string(),
                "month": person.born.format("%-m").to_string(),
                "year": person.born.format("%Y").to_string(),
            },
            "email": person.email,
            "mobile": person.mobile_typed(),
        });
        let begun = json!({ "details": details, "language": "en-GB" });
        let begun = self.ask(&person.email, "/registrations", &begun).await?;
        let begun: Value = serde_json::from_str(&begun.text)?;
        let id: Uuid = begun["id"].as_str().context("an id")?.parse()?;
        ledger.confirmed(entry, RegistrationId(id));

        let text = self.message(&person.mobile_typed()).await?;
        let digits = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
        let code = digits.context("a code of six digits")?;
        let check = format!("/registrations/{id}/code/check");
        self.ask(&check, &check, &json!({ "code": code })).await?;
        ledger.acknowledged(entry, Step::CodeChecked);
        let set = format!("/registrations/{id}/password");
        self.ask(&set, &set, &json!({ "password": PASSWORD })).await?;
        ledger.acknowledged(entry, Step::PasswordSet);
        Ok(())
    }

    /// Link and terms, in pages that know no keys: asking twice does no harm by itself.
    async fn on_phone(&self, entry: usize, person: &Person) -> Result<End> {
        let ledger = &self.practice.ledger;
        let mail = self.message(&person.email).await?;
        let origin = format!("http://{HOST}");
        let link = mail.split_whitespace().find_map(|word| word.strip_prefix(origin.as_str()));
        let link = link.filter(|path| path.starts_with("/l/")).context("an email has a link")?;
        let password = format!("password={}", PASSWORD.replace(' ', "+"));
        let opened = self.submit(&format!("{link}/password"), &password).await?;
        match opened.status {
            StatusCode::OK => ledger.acknowledged(entry, Step::LinkOpened),
            StatusCode::GONE => return Ok(End::LinkLocked { tries: opened.tries }),
            status => bail!("the link: {status}"),
        }
        let (pass, terms) = (hidden(&opened.text, "pass")?, hidden(&opened.text, "terms")?);
        let done = self.submit("/t", &format!("pass={pass}&terms={terms}&answer=accept")).await?;
        if done.status != StatusCode::OK || done.text.contains("name=\"pass\"") {
            bail!("the terms: {}", done.status);
        }
        ledger.acknowledged(entry, Step::TermsAccepted);
        Ok(End::Registered)
    }

    async fn message(&self, to: &str) -> Result<String> {
        self.practice.phones.message_to(to, PATIENCE).await.context("no message came")
    }

    /// One request of the kiosk's, under one key however often it is sent.
    async fn ask(&self, key: &str, route: &str, body: &Value) -> Result<Answer> {
        let url = self.url(&format!("/api/kiosk/v1{route}"));
        let body = body.to_string();
        let answer = self
            .until_answered(|| {
                let request = self.http.post(&url).bearer_auth(&self.credential);
                let request = request.header("idempotency-key", key);
                request.header("content-type", "application/json").body(body.clone())
            })
            .await?;
        if !answer.status.is_success() {
            bail!("{route}: {}: {}", answer.status, answer.text);
        }
        Ok(answer)
    }

    async fn submit(&self, path: &str, form: &str) -> Result<Answer> {
        let url = self.url(path);
        self.until_answered(|| {
            let request = self.http.post(&url).header("content-type", "application/x-www-form-urlencoded");
            request.body(form.to_owned())
        })
        .await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{HOST}:{}{path}", self.practice.network.at.port())
    }

    /// Until the answer is about the request itself.
    async fn until_answered(&self, request: impl Fn() -> RequestBuilder) -> Result<Answer> {
        let mut tries = 0;
        let answered = timeout(PATIENCE, async {
            loop {
                tries += 1;
                if let Ok(answer) = request().header("host", HOST).send().await {
                    let status = answer.status();
                    if let (false, Ok(text)) = (is_passing(status), answer.text().await) {
                        return Answer { status, text, tries };
                    }
                }
                sleep(BETWEEN_TRIES).await;
            }
        });
        answered.await.context("no answer that lasts")
    }
}

/// Under way, moved meanwhile, too busy, or out of reach of its database: to be asked again.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS)
}

/// The value of a hidden field.
fn hidden<'p>(page: &'p str, name: &str) -> Result<&'p str> {
    let found = page.split_once(&format!("name=\"{name}\" value=\""));
    found.and_then(|(_, after)| after.split('"').next()).context("the page has the field")
}
