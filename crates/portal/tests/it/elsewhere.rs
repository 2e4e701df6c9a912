//! A practice whose records are in its own software: found, judged, written there once, and never over something newer.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use portal::{Records, UndoRefused, documents::TERMS};
use practice_systems::{
    BaseUrl, Budget, Dentally, Fhir, Limiter, PhoneFormat, PracticeSystem, Secret, Timing, Waits, dentally,
    fhir,
};
use registration::{flow::Registration, ids::RegistrationId};
use serde_json::{Value, json};
use store::{ByStaff, ContactField, OutboxKind, PromiseState, RecordUpdateState, UpdateTrouble};
use test_support::{
    MockClock, people,
    practice_systems::{Failure, Fake, FakeDentally, FakeFhir},
};
use uuid::Uuid;

use crate::{
    desk::{Desk, EMAIL, MOBILE, PASSWORD, jo, jo_with, person, practice},
    outbox::fate,
};

pub(crate) const RECEPTIONIST: ByStaff = ByStaff::command(Uuid::from_u128(77));
pub(crate) const OLD_MOBILE: &str = "+447700900999";

/// Pauses that move the clock.
struct Moving(Arc<MockClock>);

#[async_trait]
impl Waits for Moving {
    async fn wait(&self, span: TimeDelta) {
        self.0.advance(span);
    }
}

pub(crate) fn timing(clock: &Arc<MockClock>) -> Timing {
    Timing {
        clock: Arc::<MockClock>::clone(clock),
        waits: Arc::new(Moving(Arc::clone(clock))),
        answer_within: Duration::from_secs(20),
    }
}

pub(crate) fn limiter() -> Arc<Limiter> {
    let requests = NonZeroU32::new(1_000).expect("not zero");
    Arc::new(Limiter::new(Budget { requests, window: TimeDelta::seconds(1), keep_back: 0 }))
}

pub(crate) fn base(address: &str) -> BaseUrl {
    BaseUrl::parse(address).expect("an address")
}

pub(crate) fn elsewhere(name: &str, system: impl PracticeSystem + 'static) -> Records {
    Records::Elsewhere { name: name.to_owned(), system: Arc::new(system) }
}

/// A desk whose records are in Dentally.
pub(crate) async fn at_dentally() -> (Desk, Fake<FakeDentally>) {
    let (fake, clock) = (FakeDentally::start().await, Arc::new(MockClock::default()));
    let system = dentally_at(&fake, &clock);
    (Desk::at(clock, elsewhere("dentally", system)).await, fake)
}

pub(crate) fn dentally_at(fake: &Fake<FakeDentally>, clock: &Arc<MockClock>) -> Dentally {
    let config = dentally::Config {
        base: base(&fake.origin()),
        key: Secret::new(FakeDentally::KEY.into()),
        user_agent: "Vestibule/0.1 (it@practice.example)".into(),
        search_parameter: "query".into(),
        phone_format: PhoneFormat::NationalDigits,
        mobile_policy: people::policy(),
    };
    Dentally::new(config, limiter(), timing(clock)).expect("a system")
}

/// A desk whose records are on a FHIR server, which can be searched by everything.
pub(crate) async fn at_fhir() -> (Desk, Fake<FakeFhir>) {
    let (fake, clock) = (FakeFhir::start().await, Arc::new(MockClock::default()));
    let config = fhir::Config {
        base: base(&format!("{}/fhir", fake.origin())),
        token: Some(Secret::new(FakeFhir::TOKEN.into())),
        agent: "Vestibule at Elm Street Practice".into(),
        mobile_policy: people::policy(),
    };
    let system = Fhir::new(config, limiter(), timing(&clock)).expect("a system");
    (Desk::at(clock, elsewhere("fhir", system)).await, fake)
}

/// Jo’s record with an old mobile and the address she will prove.
pub(crate) fn add_jo(fake: &Fake<FakeDentally>) -> u64 {
    fake.with(|dentally| {
        dentally.add(&json!({
            "first_name": "Jo", "last_name": "O’Brien-Smith", "date_of_birth": "1985-03-07",
            "mobile_phone": "07700 900999", "email_address": "jo.obrien@example.com",
        }))
    })
}

/// Jo, up to the moment before a worker asks the practice system.
pub(crate) async fn accepted(desk: &Desk) -> Registration {
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted")
}

pub(crate) async fn state(desk: &Desk, id: RegistrationId) -> RecordUpdateState {
    desk.store.record_update(practice(), id).await.expect("readable").expect("promised").state
}

pub(crate) fn contact(fake: &Fake<FakeDentally>, id: u64) -> (Value, Value) {
    let patient = fake.with(|dentally| dentally.patient(id));
    (patient["mobile_phone"].clone(), patient["email_address"].clone())
}

pub(crate) async fn look_again_after(desk: &Desk, span: TimeDelta) {
    desk.pass(span);
    desk.portal.settle().await;
}

#[tokio::test]
async fn the_proven_contacts_are_written_into_the_practice_system_and_our_copy_knows_what_stood_there() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Waiting);
    assert!(fake.seen().is_empty(), "nobody is asked while the patient waits");
    desk.portal.settle().await;

    assert_eq!(contact(&fake, id), (json!("07700900123"), json!("Jo.OBrien@Example.com")));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert!(desk.reviews().await.is_empty());
    let patient = desk.patient_of(jo.id).await.expect("linked");
    let copy = desk.store.patient(practice(), patient).await.expect("readable").expect("a copy");
    let mobile = copy.contact(ContactField::Mobile).expect("a mobile");
    assert_eq!(mobile.comparable.as_deref(), Some(MOBILE));
    assert!(mobile.verified.is_some());
    look_again_after(&desk, TimeDelta::hours(24)).await;
    assert!(desk.sms.newest_to(OLD_MOBILE).is_some(), "who had the number before is told");
    assert_eq!(fake.writes().len(), 1);
    assert_eq!(fate(&desk, &jo.id.to_string(), OutboxKind::RecordUpdate).await, PromiseState::Sent);
}

#[tokio::test]
async fn somebody_who_is_not_found_where_not_everybody_can_be_looked_for_is_for_staff() {
    let (desk, fake) = at_dentally().await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let trouble = RecordUpdateState::NeedsStaff(UpdateTrouble::NewCannotBeTold);
    assert_eq!(state(&desk, jo.id).await, trouble);
    assert_eq!(desk.reviews().await, ["record_not_written"]);
    assert!(fake.writes().is_empty());
}

#[tokio::test]
async fn somebody_new_gets_a_record_where_everybody_can_be_looked_for() {
    let (desk, fake) = at_fhir().await;
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 1 });
    assert_eq!(fake.with(|server| server.patients.len()), 1);
    assert!(desk.patient_of(jo.id).await.is_some());
    look_again_after(&desk, TimeDelta::hours(24)).await;
    assert_eq!(fake.with(|server| server.patients.len()), 1);
}

#[tokio::test]
async fn a_record_whose_contacts_are_other_ones_is_for_staff_and_nothing_is_written() {
    let (desk, fake) = at_dentally().await;
    let id = fake.with(|dentally| {
        dentally.add(&json!({
            "first_name": "Jo", "last_name": "O’Brien-Smith", "date_of_birth": "1985-03-07",
            "mobile_phone": "07700 900998", "email_address": "somebody@example.org",
        }))
    });
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::InReview));
    assert_eq!(desk.reviews().await, ["name_and_date_agree_contact_differs"]);
    assert_eq!(contact(&fake, id), (json!("07700 900998"), json!("somebody@example.org")));
    assert!(fake.writes().is_empty());
    let reviews = desk.store.reviews_waiting(practice(), 10).await.expect("readable");
    assert_eq!(reviews[0].candidates.len(), 1, "staff see the record in question");
}

#[tokio::test]
async fn a_record_that_reception_changes_before_it_is_written_keeps_what_they_wrote() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    // Looked for and judged; then it is down.
    fake.fail_next_write(Failure::Status(503));
    desk.portal.settle().await;
    fake.with(|dentally| dentally.change(id, &json!({"mobile_phone": "07700 900555"})));
    look_again_after(&desk, TimeDelta::minutes(5)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::RecordChanged));
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
    assert_eq!(contact(&fake, id), (json!("07700 900555"), json!("jo.obrien@example.com")));
    let patient = desk.patient_of(jo.id).await.expect("linked");
    let copy = desk.store.patient(practice(), patient).await.expect("readable").expect("a copy");
    let newer = copy.contact(ContactField::Mobile).expect("a mobile");
    assert_eq!(newer.value, "07700 900555", "staff see both values");
}

#[tokio::test]
async fn reception_takes_an_update_back_and_the_practice_system_holds_what_it_held_to_the_letter() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    assert_eq!(contact(&fake, id), (json!("07700 900999"), json!("jo.obrien@example.com")));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Undone { version: 2 });
}

#[tokio::test]
async fn an_update_that_reception_has_changed_since_is_not_taken_back() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    fake.with(|dentally| dentally.change(id, &json!({"mobile_phone": "07700 900444"})));
    let refused = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(refused, Err(UndoRefused::RecordChanged)), "{refused:?}");
    assert_eq!(contact(&fake, id).0, json!("07700 900444"));
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
}

#[tokio::test]
async fn an_update_is_not_taken_back_while_the_system_is_down_and_can_be_later() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    fake.fail_next([Failure::Status(503)]);
    let refused = desk.portal.undo_record_update(jo.id, RECEPTIONIST).await;
    assert!(matches!(refused, Err(UndoRefused::System(_))), "{refused:?}");
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 2 });
    desk.pass(TimeDelta::minutes(5));
    desk.portal.undo_record_update(jo.id, RECEPTIONIST).await.expect("undone");
    assert_eq!(contact(&fake, id).0, json!("07700 900999"));
}

#[tokio::test]
async fn what_reception_changes_later_is_listed_as_different_and_left_alone() {
    let (desk, fake) = at_dentally().await;
    let id = add_jo(&fake);
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    desk.pass(TimeDelta::days(1));
    desk.portal.look_for_differences().await;
    assert!(desk.portal.differing_record_updates(10).await.expect("readable").is_empty());
    fake.with(|dentally| dentally.change(id, &json!({"email_address": "new@example.org"})));
    desk.portal.look_for_differences().await;
    let differing = desk.portal.differing_record_updates(10).await.expect("readable");
    assert_eq!(differing.iter().map(|update| update.registration).collect::<Vec<_>>(), [jo.id]);
    assert_eq!(contact(&fake, id).1, json!("new@example.org"));
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test]
async fn who_registers_again_is_found_again_and_nothing_is_written_twice() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    accepted(&desk).await;
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(1));
    let again = desk.registered(&jo()).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, again.id).await, RecordUpdateState::AlreadyHeld);
    assert_eq!(fake.writes().len(), 1);
    assert!(desk.reviews().await.is_empty());
    assert_eq!(desk.store.patient_count(practice()).await.expect("counted"), 1, "one copy");
}

#[tokio::test]
async fn a_record_that_an_account_shows_is_not_shown_to_a_second_account_under_a_longer_name() {
    let (desk, fake) = at_dentally().await;
    add_jo(&fake);
    accepted(&desk).await;
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(1));
    let again = desk.registered(&jo_with(&json!({ "given_name": "Jo Ann" }))).await;
    desk.portal.settle().await;
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
    assert_eq!(desk.patient_of(again.id).await, None);
    assert_eq!(fake.writes().len(), 1, "nothing more is written");
}

#[tokio::test]
async fn whose_record_is_gone_and_who_registers_again_gets_no_second_record_without_staff() {
    let (desk, fake) = at_fhir().await;
    accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(fake.with(|server| server.patients.len()), 1);
    fake.with(|server| server.patients.clear());
    desk.pass(TimeDelta::hours(1));
    desk.registered(&jo()).await;
    desk.portal.settle().await;
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
    assert!(fake.with(|server| server.patients.is_empty()), "their account shows the one that was there");
}

#[tokio::test]
async fn nothing_of_anybody_is_copied_who_has_nothing_to_do_with_it() {
    let (desk, fake) = at_fhir().await;
    for family in ["Green", "Brown", "Black"] {
        fake.with(|server| {
            server.add(&json!({
                "active": true, "birthDate": "1985-03-07",
                "name": [{"use": "official", "family": family, "given": ["Alex"]}],
                "telecom": [{"system": "phone", "use": "mobile", "value": "07700 900111"}],
            }))
        });
    }
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::Confirmed { version: 1 });
    assert_eq!(desk.store.patient_count(practice()).await.expect("counted"), 1, "Jo alone");
    assert_eq!(fake.with(|server| server.patients.len()), 4);
    assert!(desk.email.sent().iter().all(|email| email.to.as_str() == EMAIL));
}

#[tokio::test]
async fn a_record_is_not_linked_where_others_with_the_same_number_could_stay_unseen() {
    let (desk, fake) = at_fhir().await;
    fake.with(|server| {
        server.offer.search = vec!["birthdate", "email"];
        server.add(&json!({
            "active": true, "birthDate": "1985-03-07",
            "name": [{"use": "official", "family": "O’Brien-Smith", "given": ["Jo"]}],
            "telecom": [{"system": "email", "use": "home", "value": "jo.obrien@example.com"}],
        }));
    });
    let jo = accepted(&desk).await;
    desk.portal.settle().await;
    let trouble = RecordUpdateState::NeedsStaff(UpdateTrouble::NewCannotBeTold);
    assert_eq!(state(&desk, jo.id).await, trouble);
    assert!(fake.writes().is_empty());
    let reviews = desk.store.reviews_waiting(practice(), 10).await.expect("readable");
    assert_eq!(reviews[0].candidates.len(), 1, "staff see whom it would have been");
}

#[tokio::test]
async fn a_new_record_that_reception_made_meanwhile_is_met_before_another_is_made() {
    let (desk, fake) = at_fhir().await;
    let jo = accepted(&desk).await;
    fake.fail_next_write(Failure::Status(503));
    desk.portal.settle().await;
    fake.with(|server| {
        server.add(&json!({
            "active": true, "birthDate": "1985-03-07",
            "name": [{"use": "official", "family": "O’Brien-Smyth", "given": ["Jo"]}],
        }))
    });
    look_again_after(&desk, TimeDelta::minutes(5)).await;
    assert_eq!(state(&desk, jo.id).await, RecordUpdateState::NeedsStaff(UpdateTrouble::InReview));
    assert_eq!(fake.with(|server| server.patients.len()), 1);
}

#[tokio::test]
async fn the_same_number_in_another_system_is_somebody_elses() {
    let (mut desk, fake) = at_dentally().await;
    add_jo(&fake);
    accepted(&desk).await;
    desk.portal.settle().await;
    let (other, clock) = (FakeDentally::start().await, Arc::clone(&desk.clock));
    other.with(|dentally| {
        dentally.add(&json!({
            "first_name": "Sam", "last_name": "Familyb", "date_of_birth": "1940-05-02",
            "mobile_phone": "07700 900001", "email_address": "person1@example.com",
        }))
    });
    desk.move_to(elsewhere("another dentally", dentally_at(&other, &clock))).await;
    let sam = desk.registered(&person(1)).await;
    desk.portal.settle().await;
    assert_eq!(state(&desk, sam.id).await, RecordUpdateState::Confirmed { version: 2 });
    assert_eq!(desk.store.patient_count(practice()).await.expect("counted"), 2, "a copy for each system");
}
