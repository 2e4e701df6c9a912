//! The sandbox: the same thousand people everywhere, senders that exist nowhere else, and three stories that end as told.

use std::{collections::HashSet, sync::Arc};

use portal::{
    PortalKeys,
    sandbox::{
        NotASandbox, SAMPLES, Sample, SandboxEmail, SandboxSms, Story, patients, phone_router, seed_if_empty,
    },
};
use registration::{
    time::Clock as _,
    values::{
        email::EmailAddress,
        mobile::{Fictional, MobilePolicy, comparable_phone},
        name::NamePart,
    },
};
use store::{ContactField, Stamp, Store};
use test_support::clock::MockClock;

use crate::app::{App, PASSWORD, PRACTICE, Person};

#[test]
fn the_thousand_are_the_same_each_time_and_each_is_somebody_else() {
    let people = patients::thousand();
    assert_eq!(people.len(), patients::PATIENTS);
    assert_eq!(people, patients::thousand());
    let ids: HashSet<_> = people.iter().map(|person| person.id).collect();
    assert_eq!(ids.len(), people.len());
}

#[test]
fn nothing_of_the_thousand_can_reach_anybody() {
    let policy = MobilePolicy::for_region("GB", Fictional::Accepted);
    for person in patients::thousand() {
        for number in [&person.home, &person.mobile].into_iter().flatten() {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let mobile = digits.starts_with("07700900") || digits.starts_with("447700900");
            assert!(mobile || digits.starts_with("01632960"), "{number}");
            assert_eq!(comparable_phone(number, &policy).is_some(), mobile, "{number}");
        }
        if let Some(email) = person.email {
            let address = EmailAddress::parse(&email).expect("an address");
            let end = address.as_str().rsplit('@').next().expect("a domain").to_owned();
            assert!(["example.org", "example.com", "example.net"].contains(&end.as_str()), "{end}");
        }
        assert!(NamePart::parse(&person.family).is_ok(), "{}", person.family);
        assert!(person.given.as_deref().is_none_or(|given| NamePart::parse(given).is_ok()));
    }
}

#[test]
fn the_thousand_have_what_real_lists_have() {
    let people = patients::thousand();
    let is_mobile = |number: &Option<String>| number.as_ref().is_some_and(|number| number.contains("7700"));
    let count = |what: &dyn Fn(&patients::SandboxPatient) -> bool| {
        people.iter().filter(|person| what(person)).count()
    };
    let shared = count(&|person| {
        person.mobile.is_some() && people.iter().filter(|other| other.mobile == person.mobile).count() > 1
    });
    let twins = count(&|person| {
        people.iter().any(|other| {
            other.id != person.id
                && other.family == person.family
                && other.date_of_birth == person.date_of_birth
        })
    });
    assert!(shared > 100, "{shared} share a mobile");
    assert!(twins > 40, "{twins} are twins");
    assert!(count(&|person| is_mobile(&person.home)) > 40, "a mobile in the field for home");
    assert!(count(&|person| person.given.is_none()) > 20, "one name only");
    assert!(count(&|person| person.family.contains(['\'', '’'])) > 10, "an apostrophe");
    assert!(count(&|person| !person.family.chars().any(|c| c.is_ascii())) > 10, "another script");
    assert!(count(&|person| person.email.is_none()) > 100, "no email address");
}

#[tokio::test]
async fn a_sandbox_is_filled_once() {
    let app = App::new().await;
    let now = app.clock.now();
    assert!(seed_if_empty(&app.store, PRACTICE, now).await.expect("filled"));
    assert_eq!(app.store.patient_count(PRACTICE).await.expect("a count"), 1000);
    assert!(!seed_if_empty(&app.store, PRACTICE, now).await.expect("looked"));
    assert_eq!(app.store.patient_count(PRACTICE).await.expect("a count"), 1000);
}

#[tokio::test]
async fn sandbox_senders_and_patients_exist_in_a_sandbox_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for stamp in [Stamp::Trial, Stamp::Live] {
        let path = folder.path().join(format!("{stamp:?}.db"));
        let key = PortalKeys::database_key(&[9; 32]);
        let store = Store::open_sqlite(&path, &key, stamp).await.expect("a database");
        let clock = Arc::new(MockClock::default());
        let sms = SandboxSms::new(store.clone(), PRACTICE, clock.clone()).map(|_| ());
        let email = SandboxEmail::new(store.clone(), PRACTICE, clock.clone()).map(|_| ());
        assert_eq!((sms, email), (Err(NotASandbox::Stamp), Err(NotASandbox::Stamp)));
        assert!(!seed_if_empty(&store, PRACTICE, clock.now()).await.expect("looked"));
        assert_eq!(store.patient_count(PRACTICE).await.expect("a count"), 0);
    }
}

#[tokio::test]
async fn the_patients_phone_is_refused_on_any_address_but_loopback() {
    let app = App::new().await;
    assert!(phone_router(&app.portal, "http://127.0.0.1:8781".to_owned()).is_ok());
    let elsewhere = phone_router(&app.portal, "http://192.0.2.1:8781".to_owned()).map(|_| ());
    assert_eq!(elsewhere, Err(NotASandbox::NotLoopback));
}

fn person(sample: &Sample) -> Person {
    let Sample { given, family, born, mobile, email, .. } = *sample;
    Person { given, family, born, mobile, email }
}

#[tokio::test]
async fn each_sample_ends_as_its_story_says() {
    let app = App::new().await;
    seed_if_empty(&app.store, PRACTICE, app.clock.now()).await.expect("filled");
    for sample in &SAMPLES {
        let reviews = app.store.reviews_waiting(PRACTICE, 10).await.expect("reviews").len();
        let count = app.store.patient_count(PRACTICE).await.expect("a count");
        let link = app.link(&person(sample), Some(PASSWORD)).await;
        let terms = app.post(&format!("{link}/password"), &[("password", PASSWORD)]).await;
        let accept = [
            ("pass", terms.hidden("pass")),
            ("terms", terms.hidden("terms")),
            ("answer", "accept".to_owned()),
        ];
        let fields: Vec<_> = accept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let done = app.post("/t", &fields).await;
        assert_eq!(done.heading(), "You’re registered", "the same words in every story");
        app.portal.settle().await;

        let found =
            app.store.search_patients(PRACTICE, &format!("{} {}", sample.given, sample.family), 5).await;
        let record = found.expect("a search").into_iter().next().expect("a record");
        let mobile = record.contact(ContactField::Mobile).expect("a mobile");
        let now = (
            app.store.reviews_waiting(PRACTICE, 10).await.expect("reviews").len() - reviews,
            app.store.patient_count(PRACTICE).await.expect("a count") - count,
            mobile.verified.is_some(),
        );
        let expected = match sample.story {
            Story::CorrectedNumber => (0, 0, true),
            Story::Newcomer => (0, 1, true),
            Story::Twin => (1, 0, false),
        };
        assert_eq!(now, expected, "{:?}: reviews, new records, verified", sample.story);
    }
}
