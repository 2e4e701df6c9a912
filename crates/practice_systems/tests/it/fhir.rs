//! A FHIR server as the desk meets it.

use std::sync::Arc;

use practice_systems::{
    Coverage, Created, Fault, Fhir, Guard, Limiter, PracticeSystem, RecordId, Remark, Secret, Situation,
    Timing, Trace, Updated,
    fhir::{
        Config,
        patient::{REGISTRATION, VERIFIED},
    },
};
use serde_json::{Value, json};
use test_support::{
    people,
    practice_systems::{Failure, Fake, FakeFhir, KeyState},
};

use crate::desk::{Desk, Practice, base, new_jo, proven, registration, sought_jo};

impl Practice for FakeFhir {
    const READ_ONLY: Fault = Fault::PermissionMissing;

    async fn open() -> Fake<Self> {
        Self::start().await
    }

    fn system(
        origin: &str,
        limiter: Arc<Limiter>,
        timing: Timing,
    ) -> Result<Box<dyn PracticeSystem>, Situation> {
        let config = Config {
            base: base(&format!("{origin}/fhir")),
            token: Some(Secret::new(Self::TOKEN.into())),
            agent: "Vestibule at Example Dental Practice".into(),
            mobile_policy: people::policy(),
        };
        Ok(Box::new(Fhir::new(config, limiter, timing)?))
    }

    fn add_jo(&mut self) -> RecordId {
        let id = self.add(&json!({
            "active": true, "birthDate": "1985-03-07", "gender": "female",
            "name": [{"use": "official", "family": "O’Brien-Smith", "given": ["Jo"]}],
            "telecom": [
                {"system": "phone", "use": "mobile", "value": "07700 900999"},
                {"system": "email", "use": "home", "value": "jo.obrien@example.com"},
            ],
        }));
        RecordId::parse(&id).expect("an id")
    }

    fn edit(&mut self, record: &RecordId) {
        self.change(record.as_str(), |patient| {
            let home = json!({"system": "phone", "use": "home", "value": "020 7946 0018"});
            patient["telecom"].as_array_mut().expect("a list").push(home);
        });
    }

    fn correct_mobile(&mut self, record: &RecordId, mobile: &str) {
        self.change(record.as_str(), |patient| *current(patient, "phone") = mobile.into());
    }

    fn close(&mut self, record: &RecordId) {
        self.change(record.as_str(), |patient| patient["active"] = false.into());
    }

    fn remove(&mut self, record: &RecordId) {
        self.patients.remove(record.as_str());
    }

    fn set_key(&mut self, key: KeyState) {
        self.key = key;
    }

    fn contact(&self, record: &RecordId) -> (String, String) {
        let mut patient = self.patients[record.as_str()].clone();
        let mut text = |system| current(&mut patient, system).as_str().unwrap_or_default().to_owned();
        (text("phone"), text("email"))
    }

    fn count(&self) -> usize {
        self.patients.len()
    }

    fn somebody_else() -> Value {
        json!({"resourceType": "Patient", "id": "p09999", "name": [{"family": "Other"}]})
    }
}

/// The value of the contact point that is in use.
fn current<'a>(patient: &'a mut Value, system: &str) -> &'a mut Value {
    let points = patient["telecom"].as_array_mut().expect("a list");
    let mut points = points.iter_mut().filter(|point| point["system"] == system && point["use"] != "old");
    &mut points.next().expect("a contact point")["value"]
}

type AtFhir = Desk<FakeFhir>;

#[tokio::test]
async fn a_change_and_its_provenance_are_one_transaction() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    let sent = &desk.fake.writes()[0];
    assert_eq!((sent.method.as_str(), &*sent.path), ("POST", "/fhir"));
    assert_eq!(sent.header("content-type"), "application/fhir+json");
    let request = json!({"method": "PUT", "url": "Patient/p00001", "ifMatch": "W/\"1\""});
    assert_eq!(sent.body["entry"][0]["request"], request);
    let provenances = desk.fake.with(|server| server.provenances.clone());
    assert_eq!(provenances.len(), 1);
    assert_eq!(provenances[0]["target"][0]["reference"], "Patient/p00001");
    assert_eq!(provenances[0]["agent"][0]["who"]["display"], "Vestibule at Example Dental Practice");
    let source = &provenances[0]["entity"][0]["what"]["identifier"];
    assert_eq!(*source, json!({"system": REGISTRATION, "value": registration().to_string()}));
}

#[tokio::test]
async fn the_contact_point_itself_says_when_it_was_proven() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    let patient = desk.fake.with(|server| server.patients["p00001"].clone());
    let mark = &patient["telecom"][0]["extension"][0];
    assert_eq!(mark["url"], VERIFIED);
    assert_eq!(mark["extension"][0], json!({"url": "at", "valueDateTime": "2026-11-22T12:00:00Z"}));
    assert_eq!(patient["gender"], "female", "the rest of the record stays");
}

/// Between our read and our write reception saves a correction.
#[tokio::test]
async fn the_server_refuses_what_is_outdated_in_the_very_moment() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    let id = jo.id.clone();
    desk.fake.after_next(move |server| server.correct_mobile(&id, "07700 900555"));
    let updated = desk.update(&jo).await.expect("an outcome");
    let Updated::Changed { now } = updated else { panic!("changed, not {updated:?}") };
    assert_eq!(now.phones().next(), Some("+447700900555"));
    assert_eq!(desk.contact(&jo).0, "07700 900555");
    assert!(desk.fake.with(|server| server.provenances.is_empty()), "and no Provenance of what was not done");
}

#[tokio::test]
async fn a_lost_answer_leaves_one_provenance() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    desk.fake.fail_next_write(Failure::DoneThenCut);
    desk.update(&jo).await.expect_err("lost");
    desk.update(&jo).await.expect("an outcome");
    desk.fake.fail_next_write(Failure::DoneThenCut);
    let mut other = new_jo(desk.now());
    other.registration = registration::ids::RegistrationId(uuid::Uuid::from_u128(8));
    desk.fake.with(|server| server.patients.clear());
    desk.system.create(&other).await.expect_err("lost");
    desk.system.create(&other).await.expect("an outcome");
    assert_eq!(desk.fake.with(|server| (server.provenances.len(), server.patients.len())), (2, 1));
}

#[tokio::test]
async fn the_registration_is_the_idempotency_key_of_a_new_record() {
    let desk = AtFhir::open().await;
    desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    let request = desk.fake.writes()[0].body["entry"][0]["request"].clone();
    let condition = format!("identifier={REGISTRATION}%7C{}", registration());
    assert_eq!(request, json!({"method": "POST", "url": "Patient", "ifNoneExist": condition}));
}

/// Another portal makes the record between our last look and our write: the server finds it by its key and makes none.
#[tokio::test]
async fn two_portals_at_once_make_one_record() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| server.offer.search = vec!["identifier"]);
    desk.system.capabilities().await.expect("known");
    let made = json!({
        "identifier": [{"system": REGISTRATION, "value": registration().to_string()}],
        "name": [{"family": "O’Brien-Smith", "given": ["Jo"]}], "birthDate": "1985-03-07",
        "telecom": [
            {"system": "phone", "use": "mobile", "value": "+447700900123"},
            {"system": "email", "value": "jo.obrien@example.com"},
        ],
    });
    desk.fake.after_next(move |server| {
        server.add(&made);
    });
    let created = desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    assert!(matches!(created, Created::AlreadyThere { .. }), "{created:?}");
    assert_eq!((desk.fake.with(|server| server.count()), desk.writes()), (1, 1));
}

#[tokio::test]
async fn nobodys_details_stand_in_an_address() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    desk.update(&jo).await.expect("an outcome");
    let searches: Vec<_> = desk.fake.seen().into_iter().filter(|seen| !seen.query.is_empty()).collect();
    assert_eq!(searches.len(), 3, "by date of birth, by mobile, by email");
    assert!(searches.iter().all(|seen| seen.method == "POST" && seen.path == "/fhir/Patient/_search"));
}

fn family(n: usize) -> Value {
    json!({"birthDate": "1985-03-07", "name": [{"family": format!("Family{n}")}]})
}

#[tokio::test]
async fn rows_that_come_twice_hide_nobody() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| {
        (0..120).for_each(|n| {
            server.add(&family(n));
        });
        server.unsteady_lists = 1;
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!((found.records.len(), found.coverage), (120, Coverage::ALL));
}

#[tokio::test]
async fn where_rows_stay_away_nobody_is_concluded_to_be_new() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| {
        (0..120).for_each(|n| {
            server.add(&family(n));
        });
        server.unsteady_lists = u32::MAX;
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert!(!found.coverage.is_complete());
}

#[tokio::test]
async fn a_server_that_leads_in_a_circle_comes_to_an_end() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| {
        (0..120).for_each(|n| {
            server.add(&family(n));
        });
        server.circles = true;
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!(found.records.len(), 120);
}

#[tokio::test]
async fn from_a_list_in_a_circle_that_tells_no_total_nobody_is_concluded_to_be_new() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| {
        (0..120).for_each(|n| {
            server.add(&family(n));
        });
        server.circles = true;
        server.tells_total = false;
    });
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert!(!found.coverage.is_complete(), "who knows what it left out");
}

#[tokio::test]
async fn the_next_page_is_not_fetched_from_another_host() {
    let desk = AtFhir::open().await;
    desk.system.capabilities().await.expect("known");
    let elsewhere = FakeFhir::open().await;
    let lured = json!({"resourceType": "Bundle", "type": "searchset", "entry": [],
        "link": [{"relation": "next", "url": format!("{}/fhir/Patient", elsewhere.origin())}]});
    desk.fake.fail_next([Failure::Instead(lured)]);
    let error = desk.system.find_candidates(&sought_jo()).await.expect_err("not followed");
    assert_eq!(error, Situation::NotUnderstood { status: 200 });
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_server_without_transactions_keeps_the_mark_alone_and_says_so() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| server.offer.transaction = false);
    let jo = desk.jo().await;
    let updated = desk.update(&jo).await.expect("an outcome");
    assert!(matches!(updated, Updated::Confirmed { .. }), "{updated:?}");
    let sent = &desk.fake.writes()[0];
    assert_eq!((sent.method.as_str(), sent.header("if-match")), ("PUT", "W/\"1\""));
    assert!(desk.fake.with(|server| server.provenances.is_empty()));
    let checked = desk.system.check().await.expect("it works");
    assert_eq!(checked.capabilities.trace, Trace::OnContact);
    assert!(checked.remarks.contains(&Remark::NoProvenance));
    desk.fake.with(|server| server.patients.clear());
    desk.system.create(&new_jo(desk.now())).await.expect("an outcome");
    let sent = desk.fake.writes().pop().expect("a write");
    assert_eq!(sent.header("if-none-exist"), format!("identifier={REGISTRATION}%7C{}", registration()));
}

#[tokio::test]
async fn a_server_without_versions_is_compared_and_says_so() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| {
        server.offer.versioned_update = false;
        server.offer.transaction = false;
    });
    let jo = desk.jo().await;
    desk.update(&jo).await.expect("an outcome");
    assert_eq!(desk.fake.writes()[0].header("if-match"), "", "it would not be looked at");
    let checked = desk.system.check().await.expect("it works");
    assert_eq!(checked.capabilities.guard, Guard::ByComparison);
    assert!(checked.remarks.contains(&Remark::NoGuardInSystem));
}

#[tokio::test]
async fn a_server_that_cannot_do_what_is_needed_is_refused_at_the_start() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| server.offer.patient = vec!["read", "search-type"]);
    assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::NotOffered)));
    desk.fake.with(|server| server.offer.version = "5.0.0");
    assert_eq!(desk.system.check().await, Err(Situation::Misconfigured(Fault::WrongAddress)));
}

#[tokio::test]
async fn a_parameter_that_the_server_does_not_know_is_not_relied_upon() {
    let desk = AtFhir::open().await;
    desk.fake.with(|server| server.offer.search = vec!["birthdate"]);
    let jo = desk.jo().await;
    let found = desk.system.find_candidates(&sought_jo()).await.expect("an answer");
    assert_eq!(found.records, [jo]);
    assert_eq!(found.coverage, Coverage { date_of_birth: true, mobile: false, email: false });
}

#[tokio::test]
async fn a_value_that_stood_there_unproven_is_marked_once() {
    let desk = AtFhir::open().await;
    let jo = desk.jo().await;
    desk.fake.with(|server| server.correct_mobile(&jo.id, "07700 900123"));
    let jo = desk.system.read(&jo.id).await.expect("an answer").expect("a record");
    let update = proven(&jo, desk.now());
    let first = desk.system.update_contact(&update).await.expect("an outcome");
    assert!(matches!(first, Updated::Confirmed { .. }), "{first:?}");
    let second = desk.system.update_contact(&update).await.expect("an outcome");
    assert!(matches!(second, Updated::AlreadyHeld { .. }), "{second:?}");
    assert_eq!(desk.writes(), 1);
}
