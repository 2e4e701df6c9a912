//! A kiosk and the people who come to it, one after the other: each step is asked for again, with the same key, until it is
//! acknowledged. Some are sent home instead, with a reference, because nobody answered in time.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use kiosk_api::{
    BASE_PATH, IDEMPOTENCY_KEY_HEADER,
    details::{TypedDate, TypedDetails},
    kiosk::KioskPractice,
    problem::{Problem, ProblemCode},
    registration::ConfirmDetails,
};
use machine::SystemClock;
use portal::SharedRng;
use rand::Rng as _;
use registration::ids::RegistrationId;
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::{
    asking::{Answer, Asking, PATIENCE, is_passing},
    keeping::{Bringing, Keeping},
    ledger::{End, Ledger, Step},
    network::Network,
    patient::{Message, Patient, code_in},
    people::{PASSWORD, Person},
    phone::Phones,
};

/// A kiosk may send 30 codes an hour, and keeps a little back.
pub(crate) const PEOPLE_EACH: usize = 28;

/// The first half of the keys of requests that are not asked again.
const UNANSWERED: u64 = 0x018f_3c9e_7b1a_7c44;

/// What all kiosks of a round share.
pub(crate) struct Practice {
    pub(crate) people: Vec<Person>,
    pub(crate) ledger: Ledger,
    pub(crate) phones: Phones,
    pub(crate) network: Network,
    pub(crate) rng: SharedRng,
    pub(crate) clock: SystemClock,
}

pub(crate) struct Kiosk {
    practice: Arc<Practice>,
    asking: Asking,
    credential: String,
    keeping: Keeping,
    killed: watch::Sender<()>,
}

/// How somebody left a kiosk that was not killed.
enum Left {
    /// Nothing is left to do here.
    WithPassword,
    /// A text will come.
    WithReference,
    /// The screen sent them to the desk.
    InVain(End),
}

impl Kiosk {
    /// Keeps its journal in this folder.
    pub(crate) async fn enrolled(practice: Arc<Practice>, code: &str, data_dir: PathBuf) -> Result<Self> {
        let asking = Asking::at(practice.network.at)?;
        let body = json!({ "code": code, "mode": "sandbox" }).to_string();
        let enrolment = || posting(&asking, "/enrolment", "enrolment", &body);
        let enrolled: Value = serde_json::from_str(&asked(&asking, "/enrolment", enrolment).await?.text)?;
        let credential = enrolled["credential"].as_str().context("a credential")?.to_owned();

        let practice_of = || asking.get(&format!("{BASE_PATH}/practice")).bearer_auth(&credential);
        let told: KioskPractice =
            serde_json::from_str(&asked(&asking, "/practice", practice_of).await?.text)?;
        let recipient = told.journal_recipient.context("a portal says to whom to seal")?;
        let keeping = Keeping::new(data_dir, practice.rng.clone(), practice.clock.clone(), recipient);
        Ok(Self { practice, asking, credential, keeping, killed: watch::Sender::new(()) })
    }

    /// Tells it that it was killed.
    pub(crate) fn killer(&self) -> watch::Sender<()> {
        self.killed.clone()
    }

    /// Until there is nobody left or the practice closes; whoever has begun goes on to the end.
    pub(crate) async fn open(self, people: Vec<usize>, between: Duration, closing: watch::Receiver<bool>) {
        let kiosk = Arc::new(self);
        let (nobody_left, seen) = watch::channel(false);
        let bringing = tokio::spawn(Arc::clone(&kiosk).bring_all(seen));
        let mut at_home = JoinSet::new();
        kiosk.serve(people, between, closing, &mut at_home).await;
        at_home.join_all().await;
        nobody_left.send_replace(true);
        bringing.await.expect("it does not panic");
    }

    async fn bring_all(self: Arc<Self>, nobody_left: watch::Receiver<bool>) {
        let ledger = &self.practice.ledger;
        let portal = Bringing { asking: &self.asking, credential: &self.credential, ledger };
        self.keeping.bring_all(&portal, self.killed.subscribe(), nobody_left).await;
    }

    async fn serve(
        self: &Arc<Self>,
        people: Vec<usize>,
        between: Duration,
        mut closing: watch::Receiver<bool>,
        at_home: &mut JoinSet<()>,
    ) {
        let mut killed = self.killed.subscribe();
        for person in people {
            if *closing.borrow() {
                return;
            }
            let entry = self.practice.ledger.begin(person);
            killed.mark_unchanged();
            let left = tokio::select! {
                left = self.at_kiosk(entry, &self.practice.people[person]) => Some(left),
                _ = killed.changed() => None,
            };
            match left {
                None => self.practice.ledger.ended(entry, End::KioskKilled),
                Some(Ok(Left::InVain(end))) => self.practice.ledger.ended(entry, end),
                Some(Ok(Left::WithPassword)) => self.go_on(entry, person, Message::Email).await,
                Some(Ok(Left::WithReference)) => {
                    let kiosk = Arc::clone(self);
                    at_home.spawn(async move { kiosk.go_on(entry, person, Message::Text).await });
                }
                Some(Err(why)) => self.practice.ledger.ended(entry, End::Stuck(format!("{why:#}"))),
            }
            // Whoever comes next comes then, unless the practice closes first.
            let _ = timeout(between, closing.wait_for(|closed| *closed)).await;
        }
    }

    /// On their own phone, to the end.
    async fn go_on(&self, entry: usize, person: usize, after: Message) {
        let practice = &self.practice;
        let patient = Patient { practice, asking: &self.asking, entry, person: &practice.people[person] };
        let end = patient.goes_on(after).await.unwrap_or_else(|why| End::Stuck(format!("{why:#}")));
        practice.ledger.ended(entry, end);
    }

    async fn at_kiosk(&self, entry: usize, person: &Person) -> Result<Left> {
        match person.gives_up_after {
            None => self.to_password(entry, person).await,
            Some(patience) => self.to_reference(entry, person, patience).await,
        }
    }

    /// Details, code, password.
    async fn to_password(&self, entry: usize, person: &Person) -> Result<Left> {
        let ledger = &self.practice.ledger;
        let begun = self.ask(&person.email, "/registrations", &confirmed(person)).await?;
        let begun: Value = serde_json::from_str(&begun.text)?;
        let id: Uuid = begun["id"].as_str().context("an id")?.parse()?;
        ledger.confirmed(entry, RegistrationId(id));

        if let Some(end) = self.type_code(entry, person, id).await? {
            return Ok(Left::InVain(end));
        }
        ledger.acknowledged(entry, Step::CodeChecked);
        let set = format!("/registrations/{id}/password");
        self.ask(&set, &set, &json!({ "password": PASSWORD })).await?;
        ledger.acknowledged(entry, Step::PasswordSet);
        Ok(Left::WithPassword)
    }

    /// A code whose tries went up in requests that failed is followed by another, as the screen says; `None` once one is right.
    async fn type_code(&self, entry: usize, person: &Person, id: Uuid) -> Result<Option<End>> {
        let (to, check) = (person.mobile_typed(), format!("/registrations/{id}/code/check"));
        let mut tries = 0;
        for nth in 0.. {
            let text = self.practice.phones.message_to(&to, nth, PATIENCE).await.context("no text came")?;
            let typed = json!({ "code": code_in(&text)? });
            let checked = self.answered(&format!("{check}/{nth}"), &check, &typed).await?;
            tries += checked.tries;
            if checked.status.is_success() {
                return Ok(None);
            }
            let problem: Problem = serde_json::from_str(&checked.text)?;
            match problem.code {
                ProblemCode::CodeTriesUsedUp => self.send_another_code(entry, id).await?,
                ProblemCode::NumberTriesUsedUp => break,
                code => bail!("{check}: {code:?}"),
            }
        }
        Ok(Some(End::CodesUsedUp { tries, asked: 0 }))
    }

    /// As soon as the portal lets it. What it refused under a key stays refused under that.
    async fn send_another_code(&self, entry: usize, id: Uuid) -> Result<()> {
        let route = format!("/registrations/{id}/code/send");
        self.practice.ledger.asked_for_codes(entry, 1);
        loop {
            let key = self.practice.rng.clone().next_u64();
            let sent = self.answered(&format!("{route}/{key}"), &route, &json!({})).await?;
            if sent.status.is_success() {
                return Ok(());
            }
            let problem: Problem = serde_json::from_str(&sent.text)?;
            let wait = problem.retry_after_s.with_context(|| format!("{route}: {:?}", problem.code))?;
            sleep(Duration::from_secs(wait.into())).await;
        }
    }

    /// Details, once: whatever became of the request, nobody heard it. They are kept under its key.
    async fn to_reference(&self, entry: usize, person: &Person, patience: Duration) -> Result<Left> {
        let (confirmed, key) = (confirmed(person), Uuid::from_u64_pair(UNANSWERED, entry as u64));
        let body = serde_json::to_string(&confirmed)?;
        let asked = posting(&self.asking, "/registrations", &key.to_string(), &body);
        let _ = timeout(patience, asked.bearer_auth(&self.credential).send()).await;
        self.practice.ledger.is_keeping(entry);
        let reference = self.keeping.keep(&confirmed, key).await?;
        self.practice.ledger.kept(entry, reference);
        Ok(Left::WithReference)
    }

    /// One request of the kiosk's, under one key however often it is sent.
    async fn ask(&self, key: &str, route: &str, body: &impl serde::Serialize) -> Result<Answer> {
        let body = serde_json::to_string(body)?;
        let request = || posting(&self.asking, route, key, &body).bearer_auth(&self.credential);
        asked(&self.asking, route, request).await
    }

    /// The same where the answer may be that something is used up for now.
    async fn answered(&self, key: &str, route: &str, body: &Value) -> Result<Answer> {
        let body = body.to_string();
        let request = || posting(&self.asking, route, key, &body).bearer_auth(&self.credential);
        let is_passing = |status| is_passing(status) && status != StatusCode::TOO_MANY_REQUESTS;
        self.asking.until_answered(request, is_passing).await
    }
}

fn posting(asking: &Asking, route: &str, key: &str, body: &str) -> RequestBuilder {
    let request = asking.post(&format!("{BASE_PATH}{route}")).header(IDEMPOTENCY_KEY_HEADER, key);
    request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned())
}

async fn asked(asking: &Asking, route: &str, request: impl Fn() -> RequestBuilder) -> Result<Answer> {
    let answer = asking.until_answered(request, is_passing).await?;
    if !answer.status.is_success() {
        bail!("{route}: {}: {}", answer.status, answer.text);
    }
    Ok(answer)
}

fn confirmed(person: &Person) -> ConfirmDetails {
    let born = |part| person.born.format(part).to_string();
    let details = TypedDetails {
        given_name: Some(person.given.to_owned()),
        family_name: person.family.clone(),
        date_of_birth: TypedDate { day: born("%-d"), month: born("%-m"), year: born("%Y") },
        email: Some(person.email.clone()),
        mobile: person.mobile_typed(),
    };
    ConfirmDetails { details, language: "en-GB".to_owned() }
}
