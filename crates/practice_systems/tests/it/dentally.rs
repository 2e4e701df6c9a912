//! Dentally as the desk meets it.

use std::sync::Arc;

use chrono::TimeDelta;
use practice_systems::{
    Contact, Dentally, Fault, Guard, Limiter, PhoneFormat, PracticeSystem, RecordId, Remark, Secret,
    Situation, Texts, Timing, Updated, Waiting,
    dentally::{BUDGET, Config, KEEP_ALIVE},
};
use serde_json::{Value, json};
use test_support::{
    MockClock, people,
    practice_systems::{Failure, Fake, FakeDentally, KeyState},
};

use crate::desk::{Desk, Practice, base, new_jo, proven, sought_jo, timing};

fn config(origin: &str) -> Config {
    Config {
        base: base(origin),
        key: Secret::new(FakeDentally::KEY.into()),
        user_agent: "Vestibule/0.1 (it@practice.example)".into(),
        search_parameter: "query".into(),
        phone_format: PhoneFormat::NationalDigits,
        mobile_policy: people::policy(),
    }
}

fn number(record: &RecordId) -> u64 {
    record.as_str().parse().expect("a number")
}

impl Practice for FakeDentally {
    const READ_ONLY: Fault = Fault::PermissionMissing;

    async fn open() -> Fake<Self> {
        Self::start().await
    }

    fn system(
        origin: &str,
        limiter: Arc<Limiter>,
        timing: Timing,
    ) -> Result<Box<dyn PracticeSystem>, Situation> {
        Ok(Box::new(Dentally::new(config(origin), limiter, timing)?))
    }

    fn add_jo(&mut self) -> RecordId {
        let id = self.add(&json!({
            "first_name": "Jo", "last_name": "O’Brien-Smith", "date_of_birth": "1985-03-07",
            "mobile_phone": "07700 900999", "email_address": "jo.obrien@example.com", "nhs_number": "999 000 0000",
        }));
        RecordId::parse(&id.to_string()).expect("an id")
    }

    fn edit(&mut self, record: &RecordId) {
        self.change(number(record), &json!({"home_phone": "020 7946 0018"}));
    }

    fn correct_mobile(&mut self, record: &RecordId, mobile: &str) {
        self.change(number(record), &json!({"mobile_phone": mobile}));
    }

    fn close(&mut self, record: &RecordId) {
        self.change(number(record), &json!({"active": false, "archived_reason": "moved"}));
    }

    fn remove(&mut self, record: &RecordId) {
        self.patients.retain(|patient| patient["id"] != number(record));
    }

    fn set_key(&mut self, key: KeyState) {
        self.key = key;
    }

    fn contact(&self, record: &RecordId) -> (String, String) {
        let patient = self.patient(number(record));
        let text = |field: &str| patient[field].as_str().unwrap_or_default().to_owned();
        (text("mobile_phone"), text("email_address"))
    }

    fn count(&self) -> usize {
        self.patients.len()
    }

    fn somebody_else() -> Value {
        json!({"patient": {"id": 9_999, "first_name": "Al", "last_name": "Other"}})
    }
}

type AtDentally = Desk<FakeDentally>;

#[tokio::test]
async fn every_request_says_who_asks() {
    let desk = AtDentally::open().await;
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    for seen in desk.fake.seen() {
        assert_eq!(seen.header("user-agent"), "Vestibule/0.1 (it@practice.example)");
    }
}

#[tokio::test]
async fn an_update_sends_the_two_fields_and_no_other() {
    let desk = AtDentally::open().await;
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    let sent = &desk.fake.writes()[0];
    assert_eq!((sent.method.as_str(), &*sent.path), ("PUT", "/v1/patients/100"));
    let fields = json!({"mobile_phone": "07700900123", "email_address": "Jo.OBrien@Example.com"});
    assert_eq!(sent.body, json!({"patient": fields}));
    assert_eq!(desk.fake.with(|practice| practice.patient(100)["nhs_number"].clone()), "999 000 0000");
}

#[tokio::test]
async fn texts_are_switched_on_by_whoever_agreed_and_by_nobody_else() {
    let desk = AtDentally::open().await;
    let jo = desk.jo().await;
    let mut update = proven(&jo, desk.now());
    if let Contact::Proven { texts, .. } = &mut update.contact {
        *texts = Texts::Agreed;
    }
    desk.system.update_contact(&update).await.expect("an outcome");
    assert_eq!(desk.fake.with(|practice| practice.patient(100)["use_sms"].clone()), true);
    desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert!(desk.fake.writes().iter().skip(1).all(|sent| sent.body["patient"].get("use_sms").is_none()));
}

#[tokio::test]
async fn a_new_patient_carries_the_registration_where_no_screen_shows_it() {
    let desk = AtDentally::open().await;
    desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    let sent = &desk.fake.writes()[0].body["patient"];
    assert_eq!(sent["metadata"]["vestibule_registration"], "00000000-0000-0000-0000-000000000007");
    assert_eq!(sent["date_of_birth"], "1985-03-07");
}

#[tokio::test]
async fn a_mobile_in_the_home_field_is_found_and_a_stranger_is_not() {
    let desk = AtDentally::open().await;
    desk.fake.with(|practice| {
        practice.add(&json!({"first_name": "Al", "last_name": "Jones", "home_phone": "07700 900123"}));
        practice
            .add(&json!({"first_name": "Jo", "last_name": "O’Brien-Smith", "date_of_birth": "1990-01-01"}));
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    let families: Vec<_> = found.records.iter().map(|record| record.family.as_str()).collect();
    assert_eq!(families, ["Jones"], "a namesake with another birthday and another mobile is no candidate");
    assert!(!found.coverage.is_complete(), "a machine may not conclude that she is new");
}

/// Many with Jo's mobile: a search of three pages.
fn many(practice: &mut FakeDentally) {
    for n in 0..250 {
        practice.add(
            &json!({"first_name": "Al", "last_name": format!("Jones{n}"), "mobile_phone": "07700900123"}),
        );
    }
}

#[tokio::test]
async fn rows_that_come_twice_hide_nobody() {
    let desk = AtDentally::open().await;
    desk.fake.with(|practice| {
        many(practice);
        practice.unsteady_lists = 1;
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!(found.records.len(), 250);
    let mut ids: Vec<_> = found.records.iter().map(|record| record.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 250, "each once");
}

#[tokio::test]
async fn a_list_that_never_comes_to_rest_is_read_another_time() {
    let desk = AtDentally::open().await;
    desk.fake.with(|practice| {
        many(practice);
        practice.unsteady_lists = u32::MAX;
    });
    let unsteady = Situation::NotNow { retry_at: desk.after(60), why: Waiting::UnsteadyList };
    assert_eq!(desk.system.find_candidates(&sought_jo()).await, Err(unsteady));
}

#[tokio::test]
async fn a_third_of_the_shared_allowance_is_left_to_other_programs() {
    let desk = Desk::<FakeDentally>::with(BUDGET).await;
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.left = Some(1_200));
    desk.system.read(&jo.id).await.expect("an answer");
    let used = Situation::NotNow { retry_at: desk.after(601), why: Waiting::AllowanceUsed };
    assert_eq!(desk.system.read(&jo.id).await, Err(used));
    desk.clock.advance(TimeDelta::seconds(601));
    desk.fake.with(|practice| practice.left = Some(3_500));
    desk.system.read(&jo.id).await.expect("an answer");
}

#[tokio::test]
async fn dentallys_own_header_says_when() {
    let desk = AtDentally::open().await;
    desk.fake.fail_next([Failure::TooManyRequests(Some(("ratelimit-reset-after", "1200")))]);
    let later = Situation::NotNow { retry_at: desk.after(1_201), why: Waiting::AskedTooOften };
    assert_eq!(desk.system.check().await.map(|_| ()), Err(later));
}

#[tokio::test]
async fn a_rule_of_the_practice_that_drops_the_number_is_noticed() {
    let desk = AtDentally::open().await;
    let jo = desk.jo().await;
    desk.fake.with(|practice| practice.drops_mobiles = true);
    let updated = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(updated, Updated::NotKept { .. }), "{updated:?}");
}

#[tokio::test]
async fn the_check_says_what_it_should_know_before_the_first_patient() {
    let desk = AtDentally::open().await;
    let checked = desk.system.check().await.expect("it works");
    assert_eq!(checked.remarks, [Remark::NoGuardInSystem, Remark::CannotTellWhoIsNew]);
    assert_eq!(checked.capabilities.guard, Guard::ByComparison);
    assert_eq!(checked.capabilities.keep_alive, Some(KEEP_ALIVE), "a key ends after two weeks without use");
    desk.fake.with(|practice| practice.scopes = Some("patient:read"));
    assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::PermissionMissing)));
    desk.fake.with(|practice| practice.scopes = None);
    let checked = desk.system.check().await.expect("it works");
    assert!(checked.remarks.contains(&Remark::WritePermissionUnknown));
}

#[tokio::test]
async fn another_program_at_the_address_is_a_wrong_address() {
    let desk = AtDentally::open().await;
    desk.fake.fail_next([Failure::Instead(json!({"hello": "world"}))]);
    assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::WrongAddress)));
}

#[test]
fn a_key_with_a_line_break_is_refused_at_the_start() {
    let clock = Arc::new(MockClock::default());
    let broken = Config { key: Secret::new("a\nb".into()), ..config("http://127.0.0.1:1") };
    let made = Dentally::new(broken, Arc::new(Limiter::new(BUDGET)), timing(&clock));
    assert_eq!(made.err(), Some(Situation::Misconfigured(Fault::NoConnection)));
}
