//! A check that cannot fail says nothing: each kind of loss is put into a world that is whole.

mod journal;
mod there;

use chrono::DateTime;
use registration::{
    flow::StateName,
    ids::{OutboxId, PatientId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
    values::name::{NamePart, PersonName},
};
use store::{
    Act, Channel, ContactField, ContactPoint, OutboxKind, PatientRecord, PromiseState, RecordUpdateState,
    UpdateTrouble,
};
use test_support::rng::seeded;
use uuid::Uuid;

use super::{Broken, check};
use crate::{
    found::{Found, FoundMessage, FoundRecord, FoundRegistration},
    ledger::{End, Entry, Kept, Step},
    people::{Person, people},
};

const KNOWN: RegistrationId = RegistrationId(Uuid::from_u128(100));
const NEW: RegistrationId = RegistrationId(Uuid::from_u128(101));

/// Somebody whom the practice knew and somebody new, both registered.
struct World {
    people: Vec<Person>,
    entries: Vec<Entry>,
    found: Found,
}

impl World {
    fn whole() -> Self {
        let people: Vec<_> = people(&mut seeded(1)).into_iter().take(2).collect();
        let entry = |person, id| Entry {
            person,
            registration: Some(id),
            kept: Kept::No,
            codes_asked: 0,
            acknowledged: Some(Step::TermsAccepted),
            end: End::Registered,
        };
        let mut found = Found::default();
        found.registrations.insert(KNOWN, registered(OutboxKind::RecordUpdate, Act::RecordUpdated));
        found.registrations.insert(NEW, registered(OutboxKind::RecordCreate, Act::RecordCreated));
        found.records = vec![record(&people[0], KNOWN, 1, 2), record(&people[1], NEW, 77, 1)];
        let sent = people
            .iter()
            .flat_map(|it| [(Channel::Sms, it.mobile_typed()), (Channel::Email, it.email.clone())]);
        found.messages = (1..).zip(sent).map(|(n, (channel, to))| message(n, channel, to)).collect();
        Self { entries: vec![entry(0, KNOWN), entry(1, NEW)], people, found }
    }

    fn registration(&mut self, id: RegistrationId) -> &mut FoundRegistration {
        self.found.registrations.get_mut(&id).expect("it is there")
    }

    fn broken(&self) -> Vec<Broken> {
        check(&self.people, &self.entries, &self.found).broken
    }
}

fn registered(kind: OutboxKind, change: Act) -> FoundRegistration {
    let kept = |kind| (kind, PromiseState::Sent);
    FoundRegistration {
        reference: Reference::draw(&mut seeded(1)),
        state: StateName::Registered,
        update: Some((RecordUpdateState::Confirmed { version: 2 }, None)),
        promises: [OutboxKind::CodeSms, OutboxKind::LinkEmail, kind].map(kept).to_vec(),
        acts: super::ONCE.into_iter().chain([change]).collect(),
    }
}

fn now() -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_750_000_000, 0).expect("a time"))
}

fn record(person: &Person, by: RegistrationId, id: u128, version: i64) -> FoundRecord {
    let name = |typed| NamePart::parse(typed).expect("a name");
    let point = |field, value: String| ContactPoint {
        field,
        comparable: Some(value.clone()),
        value,
        verified: Some((now(), by)),
        created_at: now(),
        replaced_at: None,
    };
    let contacts =
        vec![point(ContactField::Mobile, person.mobile()), point(ContactField::Email, person.email.clone())];
    let record = PatientRecord {
        id: PatientId(Uuid::from_u128(id)),
        version,
        name: PersonName { given: Some(name(person.given)), family: name(&person.family) },
        date_of_birth: Some(person.born),
        contacts: contacts.clone(),
        changed_at: now(),
    };
    FoundRecord { record, history: contacts }
}

fn message(n: u128, channel: Channel, recipient: String) -> FoundMessage {
    FoundMessage { id: OutboxId(Uuid::from_u128(n)), channel, recipient }
}

#[test]
fn a_world_in_which_everything_is_as_it_was_acknowledged_is_whole() {
    assert_eq!(World::whole().broken(), []);
}

#[test]
fn a_registration_that_is_gone_is_noticed() {
    let mut world = World::whole();
    world.found.registrations.remove(&KNOWN);
    assert!(world.broken().contains(&Broken::RegistrationLost(KNOWN)));
}

#[test]
fn a_step_that_was_acknowledged_and_is_lost_is_noticed() {
    for state in [StateName::AwaitingTerms, StateName::AwaitingCode, StateName::Expired] {
        let mut world = World::whole();
        world.registration(NEW).state = state;
        assert!(world.broken().contains(&Broken::StepLost(NEW, Step::TermsAccepted, state)), "{state:?}");
    }
}

#[test]
fn a_second_record_of_the_same_person_is_noticed() {
    let mut world = World::whole();
    let mut second = world.found.records[1].clone();
    second.record.id = PatientId(Uuid::from_u128(78));
    world.found.records.push(second);
    let broken = world.broken();
    assert!(broken.contains(&Broken::Records(1, 2)), "{broken:?}");
    assert!(broken.contains(&Broken::NotInOneRecord(NEW, 2)), "{broken:?}");
    assert!(broken.contains(&Broken::RecordCount { expected: 2, found: 3 }), "{broken:?}");
}

#[test]
fn a_record_that_was_never_made_is_noticed() {
    let mut world = World::whole();
    world.found.records.pop();
    let broken = world.broken();
    assert!(broken.contains(&Broken::Records(1, 0)), "{broken:?}");
    assert!(broken.contains(&Broken::NotInOneRecord(NEW, 0)), "{broken:?}");
}

#[test]
fn a_record_that_was_updated_by_half_or_twice_is_noticed() {
    let mut world = World::whole();
    world.found.records[0].record.contacts.pop();
    assert_eq!(world.broken(), [Broken::ContactNotHeld(KNOWN, ContactField::Email)]);

    let mut world = World::whole();
    world.found.records[0].history.pop();
    assert_eq!(world.broken(), [Broken::HistoryRows(KNOWN, ContactField::Email, 0)]);

    let mut world = World::whole();
    let again = world.found.records[0].history[0].clone();
    world.found.records[0].history.push(again);
    world.found.records[0].record.version = 3;
    assert_eq!(
        world.broken(),
        [Broken::HistoryRows(KNOWN, ContactField::Mobile, 2), Broken::Version(KNOWN, 3)]
    );
}

#[test]
fn an_update_that_was_not_done_or_was_promised_twice_is_noticed() {
    for update in [
        None,
        Some(RecordUpdateState::Waiting),
        Some(RecordUpdateState::NeedsStaff(UpdateTrouble::NotWritten)),
    ] {
        let mut world = World::whole();
        world.registration(KNOWN).update = update.map(|state| (state, None));
        assert_eq!(world.broken(), [Broken::UpdateNotDone(KNOWN, update)]);
    }
    let mut world = World::whole();
    world.registration(KNOWN).promises.push((OutboxKind::RecordUpdate, PromiseState::Sent));
    assert_eq!(world.broken(), [Broken::Promised(KNOWN, OutboxKind::RecordUpdate, 2)]);
}

#[test]
fn a_record_that_was_changed_before_the_terms_is_noticed() {
    let mut world = World::whole();
    world.registration(KNOWN).state = StateName::AwaitingTerms;
    world.entries[0].acknowledged = Some(Step::LinkOpened);
    world.entries[0].end = End::KioskKilled;
    assert!(world.broken().contains(&Broken::ChangedTooEarly(KNOWN, StateName::AwaitingTerms)));
}

#[test]
fn a_message_that_came_twice_or_never_is_noticed() {
    let mut world = World::whole();
    let to = world.people[0].mobile_typed();
    world.found.messages.push(message(50, Channel::Sms, to.clone()));
    assert_eq!(world.broken(), [Broken::Messages(0, 2, Channel::Sms)]);

    let mut world = World::whole();
    world.found.messages.push(message(1, Channel::Sms, to));
    assert_eq!(world.broken(), [Broken::Messages(0, 2, Channel::Sms), Broken::DeliveredTwice(2)]);

    let mut world = World::whole();
    world.found.messages.pop();
    assert_eq!(world.broken(), [Broken::Messages(1, 0, Channel::Email)]);
}

#[test]
fn a_second_text_is_in_order_where_a_phone_asked_for_another_code() {
    let mut world = World::whole();
    world.entries[0].codes_asked = 1;
    let to = world.people[0].mobile_typed();
    world.found.messages.push(message(50, Channel::Sms, to.clone()));
    world.registration(KNOWN).promises.push((OutboxKind::CodeSms, PromiseState::Sent));
    assert_eq!(world.broken(), []);
    world.found.messages.push(message(51, Channel::Sms, to));
    world.registration(KNOWN).promises.push((OutboxKind::CodeSms, PromiseState::Sent));
    assert_eq!(
        world.broken(),
        [Broken::Messages(0, 3, Channel::Sms), Broken::Promised(KNOWN, OutboxKind::CodeSms, 3)]
    );
}

#[test]
fn a_promise_that_nobody_keeps_is_noticed_unless_it_waits_for_the_day() {
    for state in [PromiseState::Promised, PromiseState::Failed, PromiseState::Expired] {
        let mut world = World::whole();
        world.registration(KNOWN).promises[1].1 = state;
        assert_eq!(world.broken(), [Broken::PromiseNotKept(KNOWN, OutboxKind::LinkEmail, state)]);
        assert_eq!(world.found.is_at_rest(), state != PromiseState::Promised);
    }
    let mut world = World::whole();
    world.registration(KNOWN).promises.push((OutboxKind::NoticeOldContact, PromiseState::Promised));
    assert_eq!(world.broken(), []);
    assert!(world.found.is_at_rest());
}

#[test]
fn what_was_done_twice_or_never_by_the_access_log_is_noticed() {
    let mut world = World::whole();
    world.registration(NEW).acts.push(Act::RecordCreated);
    assert_eq!(world.broken(), [Broken::Acted(NEW, Act::RecordUpdated, 2)]);

    let mut world = World::whole();
    world.registration(NEW).acts.retain(|act| *act != Act::AccountMade);
    assert_eq!(world.broken(), [Broken::Acted(NEW, Act::AccountMade, 0)]);
}

#[test]
fn a_registration_that_was_begun_a_second_time_is_noticed() {
    let mut world = World::whole();
    let strange = RegistrationId(Uuid::from_u128(102));
    world.found.open.insert(0, vec![strange]);
    assert_eq!(world.broken(), [Broken::OpenTwice(0, 1)]);
}

#[test]
fn somebody_who_got_stuck_or_was_locked_out_without_having_tried_is_noticed() {
    let without_having_tried =
        [End::UnderWay, End::LinkLocked { tries: 4 }, End::CodesUsedUp { tries: 4, asked: 2 }];
    for end in [End::Stuck("no message came".to_owned())].into_iter().chain(without_having_tried) {
        let mut world = World::whole();
        world.entries[0].end = end.clone();
        assert_eq!(world.broken(), [Broken::Ended(0, end)]);
    }
}
