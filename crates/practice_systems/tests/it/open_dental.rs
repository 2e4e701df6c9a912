//! Open Dental as the desk meets it.

use std::sync::Arc;

use practice_systems::{
    Contact, Coverage, Fault, Limiter, OpenDental, PhoneFormat, PracticeSystem, RecordId, Remark, Secret,
    Situation, Texts, Timing, Updated,
    open_dental::{Config, Mode, Search},
};
use serde_json::{Value, json};
use test_support::{
    MockClock, people,
    practice_systems::{Failure, Fake, FakeOpenDental, KeyState},
};

use crate::desk::{Desk, Practice, base, proven, sought_jo, timing};

fn config(origin: &str, mode: Mode, search: Search) -> Config {
    Config {
        base: base(&format!("{origin}/api/v1/")),
        mode,
        developer_key: Secret::new(FakeOpenDental::DEVELOPER_KEY.into()),
        customer_key: Secret::new(FakeOpenDental::CUSTOMER_KEY.into()),
        search,
        phone_format: PhoneFormat::National,
        mobile_policy: people::policy(),
    }
}

fn number(record: &RecordId) -> u64 {
    record.as_str().parse().expect("a number")
}

impl Practice for FakeOpenDental {
    const READ_ONLY: Fault = Fault::KeyRefused;

    async fn open() -> Fake<Self> {
        Self::start().await
    }

    fn system(
        origin: &str,
        limiter: Arc<Limiter>,
        timing: Timing,
    ) -> Result<Box<dyn PracticeSystem>, Situation> {
        let config = config(origin, Mode::Remote, Search::ByFamilyName);
        Ok(Box::new(OpenDental::new(config, limiter, timing)?))
    }

    fn add_jo(&mut self) -> RecordId {
        let id = self.add(&json!({
            "FName": "Jo", "LName": "O’Brien-Smith", "Birthdate": "1985-03-07",
            "WirelessPhone": "07700 900999", "Email": "jo.obrien@example.com",
        }));
        RecordId::parse(&id.to_string()).expect("an id")
    }

    fn edit(&mut self, record: &RecordId) {
        self.change(number(record), &json!({"HmPhone": "020 7946 0018"}));
    }

    fn correct_mobile(&mut self, record: &RecordId, mobile: &str) {
        self.change(number(record), &json!({"WirelessPhone": mobile}));
    }

    fn close(&mut self, record: &RecordId) {
        self.change(number(record), &json!({"PatStatus": "Archived"}));
    }

    fn remove(&mut self, record: &RecordId) {
        self.patients.retain(|patient| patient["PatNum"] != number(record));
    }

    fn set_key(&mut self, key: KeyState) {
        self.key = key;
    }

    fn contact(&self, record: &RecordId) -> (String, String) {
        let patient = self.patient(number(record));
        let text = |field: &str| patient[field].as_str().unwrap_or_default().to_owned();
        (text("WirelessPhone"), text("Email"))
    }

    fn count(&self) -> usize {
        self.patients.len()
    }

    fn somebody_else() -> Value {
        json!({"PatNum": 9_999, "FName": "Al", "LName": "Other"})
    }
}

type AtOpenDental = Desk<FakeOpenDental>;

/// The desk of a practice whose Open Dental runs on the same machine.
async fn on_this_machine() -> AtOpenDental {
    let mut desk = AtOpenDental::open().await;
    desk.fake.with(|practice| practice.page = 1_000);
    let limiter = Arc::new(Limiter::new(Mode::OnThisMachine.budget()));
    let config = config(&desk.fake.origin(), Mode::OnThisMachine, Search::Everybody);
    desk.system = Box::new(OpenDental::new(config, limiter, timing(&desk.clock)).expect("a system"));
    desk
}

#[tokio::test]
async fn an_update_sends_the_two_fields_and_no_other() {
    let desk = AtOpenDental::open().await;
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    let sent = &desk.fake.writes()[0];
    assert_eq!((sent.method.as_str(), &*sent.path), ("PUT", "/api/v1/patients/1"));
    assert_eq!(sent.header("authorization"), "ODFHIR developer/customer");
    assert_eq!(sent.body, json!({"WirelessPhone": "07700 900123", "Email": "Jo.OBrien@Example.com"}));
    assert_eq!(
        desk.fake.with(|practice| practice.patient(1)["TxtMsgOk"].clone()),
        "Unknown",
        "nobody was asked"
    );
}

#[tokio::test]
async fn whoever_agrees_to_texts_gets_them() {
    let desk = AtOpenDental::open().await;
    let jo = desk.jo().await;
    let mut update = proven(&jo, desk.now());
    if let Contact::Proven { texts, .. } = &mut update.contact {
        *texts = Texts::Agreed;
    }
    desk.system.update_contact(&update).await.expect("an outcome");
    assert_eq!(desk.fake.with(|practice| practice.patient(1)["TxtMsgOk"].clone()), "Yes");
}

#[tokio::test]
async fn remotely_a_second_passes_between_two_requests() {
    let desk = Desk::<FakeOpenDental>::with(Mode::Remote.budget()).await;
    let start = desk.now();
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    assert_eq!(desk.fake.seen().len(), 4, "a read; then read, write, read");
    assert_eq!((desk.now() - start).num_seconds(), 3);
}

#[tokio::test]
async fn a_second_change_within_the_same_second_is_not_overwritten() {
    let desk = AtOpenDental::open().await;
    let jo = desk.jo().await;
    desk.fake.with(|practice| {
        practice.stands_still = true;
        practice.change(1, &json!({"WirelessPhone": "07700 900555"}));
    });
    let stamp = desk.fake.with(|practice| practice.patient(1)["DateTStamp"].clone());
    assert_eq!(stamp, "2026-11-20 09:00:00", "the stamp alone would not tell");
    let updated = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(updated, Updated::Changed { .. }), "{updated:?}");
    assert_eq!(desk.writes(), 0);
}

#[tokio::test]
async fn by_family_name_alone_nobody_is_concluded_to_be_new() {
    let desk = AtOpenDental::open().await;
    desk.fake.with(|practice| practice.add(&json!({"LName": "Jones", "WirelessPhone": "07700 900123"})));
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert!(found.records.is_empty());
    assert_eq!(found.coverage, Coverage { date_of_birth: false, mobile: false, email: false });
    let remarks = desk.system.check().await.expect("it works").remarks;
    assert!(remarks.contains(&Remark::CannotTellWhoIsNew));
}

#[tokio::test]
async fn on_the_practices_own_machine_everybody_is_looked_at() {
    let desk = on_this_machine().await;
    desk.fake.with(|practice| {
        for n in 0..1_500 {
            practice.add(&json!({"LName": format!("Family{n}"), "FName": "Sam"}));
        }
        practice.add(&json!({"LName": "Jones", "HmPhone": "07700 900123"}));
        practice.add(&json!({"LName": "O'Brien", "FName": "Joanna", "Birthdate": "1985-03-07"}));
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    let families: Vec<_> = found.records.iter().map(|record| record.family.as_str()).collect();
    assert_eq!((families, found.coverage), (vec!["Jones", "O'Brien"], Coverage::ALL));
    assert_eq!(desk.fake.seen().len(), 2, "two pages of a thousand");
}

#[tokio::test]
async fn rows_that_come_twice_are_one_record_each() {
    let desk = on_this_machine().await;
    desk.fake.with(|practice| {
        practice.page = 1_000;
        practice.repeats_rows = true;
        for _ in 0..1_500 {
            practice.add(&json!({"LName": "Jones", "WirelessPhone": "07700 900123"}));
        }
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!(found.records.len(), 1_500);
}

#[tokio::test]
async fn another_program_at_the_address_is_a_wrong_address() {
    let desk = AtOpenDental::open().await;
    for failure in [Failure::Instead(json!({"hello": "world"})), Failure::NotJson, Failure::Status(404)] {
        desk.fake.fail_next([failure]);
        assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::WrongAddress)));
    }
}

#[test]
fn a_key_with_a_line_break_is_refused_at_the_start() {
    let clock = Arc::new(MockClock::default());
    let good = config("http://127.0.0.1:1", Mode::Remote, Search::ByFamilyName);
    let broken = Config { customer_key: Secret::new("a\nb".into()), ..good };
    let made = OpenDental::new(broken, Arc::new(Limiter::new(Mode::Remote.budget())), timing(&clock));
    assert_eq!(made.err(), Some(Situation::Misconfigured(Fault::NoConnection)));
}
