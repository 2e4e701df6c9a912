//! How long each answer takes for people whom the practice knows in one way or another, in turns.
//!
//! The requests go to the router in this process, so that no network hides anything; the workers rest meanwhile. An answer
//! that takes as long for everybody says nothing about anybody (invariant 2).

use std::{
    collections::HashMap,
    fmt::Write as _,
    time::{Duration, Instant},
};

use chrono::{Datelike as _, Days, NaiveDate, TimeDelta};
use portal::documents::TERMS;
use rand::{RngExt as _, seq::SliceRandom as _};
use rand_chacha::ChaCha20Rng;
use registration::{
    ids::{PatientId, RegistrationId},
    values::name::{NamePart, PersonName},
};
use serde_json::{Value, json};
use store::{ContactField, NewContact, NewPatient};
use test_support::{people, rng::seeded};
use uuid::Uuid;

use crate::{
    desk::{Desk, PASSWORD, Reply, other_than, practice, registration_id},
    spread::{differing, median},
};

/// Of each lot; four lots share the thousand numbers that are kept for fiction.
const OF_EACH: u16 = 240;
/// Whose times are thrown away: caches are cold.
const WARM_UP: u16 = 10;
/// Records of people who never come.
const OTHERS: u16 = 3_000;
const SEED: u64 = 1;

/// How the practice knows somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lot {
    Unknown,
    /// Their record has their mobile: it is linked.
    Known,
    /// Their record has other contacts: staff decide. So it is when a stranger types a patient's name and birthday.
    Reviewed,
    /// They have registered before with the same contacts.
    WithAccount,
}

const LOTS: [Lot; 4] = [Lot::Unknown, Lot::Known, Lot::Reviewed, Lot::WithAccount];

const STEPS: [&str; 6] =
    ["confirm", "wrong code", "code check", "set password", "link password", "terms accept"];

type Times = HashMap<(Lot, &'static str), Vec<Duration>>;

pub(crate) async fn table() -> String {
    let rng = &mut seeded(SEED);
    let all = people_of(rng);
    let desk = Desk::open().await;
    let records: Vec<_> = all.iter().enumerate().filter_map(|(place, person)| person.record(place)).collect();
    desk.store.import_patients(practice(), &records, desk.now()).await.expect("imported");
    let lots: Vec<Vec<&Invented>> =
        LOTS.iter().map(|lot| all.iter().filter(|person| person.lot == Some(*lot)).collect()).collect();
    for person in &lots[3] {
        desk.registered(&person.details()).await;
        desk.pass(BETWEEN);
    }
    let before = desk.reviews().await.len();
    let mut times = Times::new();
    let mut ends = HashMap::new();
    let mut queues: Vec<_> = lots.iter().map(|lot| lot.iter()).collect();
    for turn in 0..OF_EACH {
        let mut order = [0, 1, 2, 3];
        order.shuffle(rng);
        for lot in order {
            let person = queues[lot].next().expect("as many of each lot as there are turns");
            let (id, took) = registered(&desk, &person.details()).await;
            ends.insert(id, LOTS[lot]);
            if turn >= WARM_UP {
                for (step, took) in STEPS.into_iter().zip(took) {
                    times.entry((LOTS[lot], step)).or_default().push(took);
                }
            }
        }
    }
    ended_as_meant(&desk, &ends, before).await;
    written(&times)
}

/// A kiosk sends 30 codes an hour and 200 a day.
const BETWEEN: TimeDelta = TimeDelta::minutes(10);

/// The times would say nothing if the practice took these people for others.
async fn ended_as_meant(desk: &Desk, ends: &HashMap<RegistrationId, Lot>, before: usize) {
    for (id, lot) in ends {
        let has_record = desk.patient_of(*id).await.is_some();
        assert_eq!(has_record, *lot != Lot::Reviewed, "{lot:?}");
    }
    let reviews = desk.store.reviews_waiting(practice(), 2_000).await.expect("readable").len();
    assert_eq!(
        (before, reviews),
        (0, usize::from(OF_EACH)),
        "those who were to be reviewed, and nobody else"
    );
}

/// The whole way over the routes that kiosk and phone use, each answer timed.
async fn registered(desk: &Desk, details: &Value) -> (RegistrationId, [Duration; STEPS.len()]) {
    let (confirmed, confirm) = timed(desk.confirm(details)).await;
    let id = confirmed.ok()["id"].as_str().expect("an id").to_owned();
    desk.portal.settle().await;
    let code = desk.code_of(details);
    let (refused, wrong_code) = timed(desk.check(&id, &other_than(&code))).await;
    assert!(!refused.status.is_success(), "it is another code");
    let (checked, code_check) = timed(desk.check(&id, &code)).await;
    checked.ok();
    let (set, set_password) = timed(desk.set_password(&id, PASSWORD)).await;
    set.ok();
    desk.portal.settle().await;
    let link = format!("/l/{}/password", desk.token_of(details));
    let (terms, link_password) = timed(desk.submit(&link, &[("password", PASSWORD)])).await;
    let pass = hidden(&terms, "pass");
    let fields = [("pass", pass.as_str()), ("terms", TERMS.version), ("answer", "accept")];
    let (done, accept) = timed(desk.submit("/t", &fields)).await;
    assert!(terms.status.is_success() && done.status.is_success(), "{} {}", terms.status, done.status);
    desk.portal.settle().await;
    desk.pass(BETWEEN);
    (registration_id(&id), [confirm, wrong_code, code_check, set_password, link_password, accept])
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]
async fn timed(asked: impl Future<Output = Reply>) -> (Reply, Duration) {
    let start = Instant::now();
    let reply = asked.await;
    (reply, start.elapsed())
}

/// The value of a hidden field.
fn hidden(page: &Reply, name: &str) -> String {
    let body = std::str::from_utf8(&page.bytes).expect("text");
    let (_, after) = body.split_once(&format!("name=\"{name}\" value=\"")).expect("the page has the field");
    after.split('"').next().expect("a split has a first part").to_owned()
}

fn written(times: &Times) -> String {
    let mut table = "| step | unknown, median |".to_owned();
    for lot in &LOTS[1..] {
        write!(table, " {lot:?}, median | longer than unknown | p |").expect("text grows");
    }
    table.push_str("\n|---|---|---|---|---|---|---|---|---|---|---|");
    for step in STEPS {
        let unknown = &times[&(Lot::Unknown, step)];
        write!(table, "\n| {step} | {} |", ms(median(unknown))).expect("text grows");
        for lot in &LOTS[1..] {
            let those = &times[&(*lot, step)];
            let differ = differing(unknown, those);
            write!(table, " {} | {:.2} | {:.1e} |", ms(median(those)), differ.longer, differ.p)
                .expect("text grows");
        }
    }
    table
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// Nobody here is like anybody else.
struct Invented {
    lot: Option<Lot>,
    family: String,
    born: NaiveDate,
    number: u16,
}

/// Those of each lot, dealt out in turns so that age and number say nothing of it, and the others.
fn people_of(rng: &mut ChaCha20Rng) -> Vec<Invented> {
    let coming = OF_EACH * u16::try_from(LOTS.len()).expect("a few");
    let first = NaiveDate::from_ymd_opt(1927, 1, 3).expect("a date of the calendar");
    let person = |number: u16| {
        // Of those who come no two birthdays are a slip of the finger apart; the others share them.
        let born = first + Days::new(u64::from(number % coming) * 29);
        let born = if born.day() == 1 { born + Days::new(1) } else { born };
        let lot = (number < coming).then(|| LOTS[usize::from(number) % LOTS.len()]);
        let family = (0..5).map(|_| syllable(rng)).collect();
        Invented { lot, family, born, number }
    };
    (0..coming + OTHERS).map(person).collect()
}

fn syllable(rng: &mut ChaCha20Rng) -> String {
    let (consonants, vowels) = (b"bdfghklmnprstvz", b"aeiou");
    let of = |letters: &[u8], rng: &mut ChaCha20Rng| char::from(letters[rng.random_range(0..letters.len())]);
    [of(consonants, rng), of(vowels, rng)].into_iter().collect()
}

impl Invented {
    fn mobile(&self) -> String {
        format!("07700 900{:03}", self.number)
    }

    fn email(&self) -> String {
        format!("leak{}@example.com", self.number)
    }

    fn details(&self) -> Value {
        let (day, month, year) = (self.born.day(), self.born.month(), self.born.year());
        json!({
            "given_name": "Sam", "family_name": self.family, "email": self.email(), "mobile": self.mobile(),
            "date_of_birth": { "day": day.to_string(), "month": month.to_string(), "year": year.to_string() },
        })
    }

    /// As the practice has it from elsewhere.
    fn record(&self, place: usize) -> Option<NewPatient> {
        let elsewhere = || NewContact::email(&format!("old{}@example.org", self.number));
        let contacts = match self.lot {
            Some(Lot::Unknown | Lot::WithAccount) => return None,
            Some(Lot::Known) => {
                vec![NewContact::phone(ContactField::Mobile, &self.mobile(), &people::policy()), elsewhere()]
            }
            Some(Lot::Reviewed) | None => vec![elsewhere()],
        };
        let name = |typed: &str| NamePart::parse(typed).expect("a name");
        Some(NewPatient {
            id: PatientId(Uuid::from_u128(1 + u128::try_from(place).expect("a few thousand"))),
            name: PersonName { given: Some(name("Sam")), family: name(&self.family) },
            date_of_birth: Some(self.born),
            contacts,
        })
    }
}
