use fhir_model::r4b::resources::Resource;
use registration::{time::Clock as _, values::verified::Verified};
use test_support::{MockClock, people};
use uuid::Uuid;

use super::*;
use crate::{
    fhir::transaction::{Change, Entry},
    system::Texts,
};

fn now() -> Timestamp {
    MockClock::default().now()
}

fn registration() -> RegistrationId {
    RegistrationId(Uuid::from_u128(7))
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "meta": {"versionId": "3"}, "active": true,
        "name": [{"use": "old", "family": "Smith"}, {"use": "official", "family": "O’Brien-Smith", "given": ["Jo"]}],
        "birthDate": "1985-03-07", "maritalStatus": {"text": "married"},
        "telecom": [
            {"system": "phone", "use": "home", "value": "020 7946 0018"},
            {"system": "phone", "use": "mobile", "value": "07700 900999", "rank": 1},
            {"system": "email", "use": "home", "value": "old@example.com"},
            {"system": "email", "use": "work", "value": "jo@work.example.com"},
        ],
    })
}

fn update(contact: Contact) -> ContactUpdate {
    let record = RecordId::parse("p1").expect("an id");
    ContactUpdate { record, read: RecordVersion::from_kept("W/\"3\""), contact, registration: registration() }
}

fn proven() -> ContactUpdate {
    let jo = people::jo();
    update(Contact::Proven {
        mobile: Verified::read_back(jo.mobile.clone(), now()),
        email: jo.email.clone().map(|email| Verified::read_back(email, now())),
        texts: Texts::Agreed,
    })
}

fn restored(mobile: Option<&str>, email: Option<&str>) -> ContactUpdate {
    let former = |value: Option<&str>| Former::of(value.map(str::to_owned));
    update(Contact::Restored { mobile: former(mobile), email: former(email) })
}

fn new_jo() -> NewRecord {
    let jo = people::jo();
    NewRecord {
        name: jo.name.clone(),
        date_of_birth: jo.date_of_birth,
        mobile: Verified::read_back(jo.mobile.clone(), now()),
        email: jo.email.clone().map(|email| Verified::read_back(email, now())),
        texts: Texts::NotAsked,
        other_people: Vec::new(),
        registration: registration(),
    }
}

fn written(resource: Value, update: &ContactUpdate) -> Value {
    with_contact(resource, update, now(), &people::policy())
}

/// Somebody else's model of FHIR reads it, with every code, type and cardinality that it knows, and loses nothing of it.
/// The model is of R4B: of what is used here, Patient, Provenance and Bundle, R4B changed nothing.
#[track_caller]
fn assert_is_fhir(resource: &Value) {
    let read: Resource = serde_json::from_value(resource.clone()).expect("FHIR");
    let again = serde_json::to_value(&read).expect("JSON");
    assert_eq!(&again, resource, "something that is not FHIR was lost on the way");
}

#[test]
fn another_model_of_fhir_notices_what_is_none() {
    let notices = |break_it: fn(&mut Value)| {
        let mut broken = new_patient(&new_jo());
        break_it(&mut broken);
        let read: Result<Resource, _> = serde_json::from_value(broken.clone());
        read.map_or(true, |read| serde_json::to_value(&read).expect("JSON") != broken)
    };
    assert!(!notices(|_| {}));
    assert!(notices(|patient| patient["telecom"][0]["system"] = "telephone".into()), "a code");
    assert!(notices(|patient| patient["telecom"][0]["verified"] = true.into()), "an element");
    assert!(notices(|patient| patient["birthDate"] = "7 March 1985".into()), "a date");
    assert!(notices(|patient| patient["name"] = json!({"family": "Smith"})), "a list");
    assert!(
        notices(|patient| patient["telecom"][0]["extension"][0]["url"] = Value::Null),
        "what must be there"
    );
}

#[test]
fn everything_that_is_sent_is_fhir() {
    assert_is_fhir(&new_patient(&new_jo()));
    assert_is_fhir(&written(patient(), &proven()));
    assert_is_fhir(&written(written(patient(), &proven()), &restored(Some("07700 900999"), None)));
    let version = Some("W/\"3\"".to_owned());
    let record = RecordId::parse("p1").expect("an id");
    for change in [
        Change::Make { registration: registration() },
        Change::Replace { record, if_match: version, registration: registration() },
    ] {
        let entry = Entry { patient: new_patient(&new_jo()), change };
        assert_is_fhir(&entry.with_provenance("Vestibule at Example Dental Practice", now()));
    }
}

#[test]
fn a_patient_is_read_with_the_present_name_and_every_present_contact_point() {
    let kept = read_patient(&patient(), None, &people::policy()).expect("a patient");
    let record = kept.record;
    assert_eq!(
        (&*record.given, &*record.family, record.version.as_str()),
        ("Jo", "O’Brien-Smith", "W/\"3\"")
    );
    assert_eq!(record.phones().collect::<Vec<_>>(), ["+447700900999"]);
    assert_eq!(record.emails().collect::<Vec<_>>(), ["old@example.com", "jo@work.example.com"]);
    assert_eq!(record.other_phones.len(), 1);
}

#[test]
fn what_gives_way_stays_as_an_old_contact_point_and_the_rest_stays_as_it_is() {
    let changed = written(patient(), &proven());
    let telecom = changed["telecom"].as_array().expect("a list");
    let (end, at) = ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z");
    let mark = json!([{"url": VERIFIED, "extension": [
        {"url": "at", "valueDateTime": at},
        {"url": "registration", "valueString": registration().to_string()},
    ]}]);
    assert_eq!(
        telecom.as_slice(),
        [
            json!({"system": "phone", "use": "home", "value": "020 7946 0018"}),
            json!({"system": "phone", "use": "mobile", "value": "+447700900123", "extension": mark}),
            json!({"system": "phone", "use": "old", "value": "07700 900999", "rank": 1, "period": {"end": end}}),
            json!({"system": "email", "use": "home", "value": "Jo.OBrien@Example.com", "extension": mark}),
            json!({"system": "email", "use": "old", "value": "old@example.com", "period": {"end": end}}),
            json!({"system": "email", "use": "work", "value": "jo@work.example.com"}),
        ]
    );
    let mut rest = changed.clone();
    rest["telecom"] = patient()["telecom"].clone();
    assert_eq!(rest, patient(), "no other element was touched");
}

#[test]
fn the_same_number_is_marked_and_not_doubled() {
    let mut same = patient();
    same["telecom"][1]["value"] = "07700 900123".into();
    let once = written(same, &proven());
    let twice = written(once.clone(), &proven());
    assert_eq!(once, twice);
    let numbers = list(&once["telecom"]).filter(|point| point["value"] == "+447700900123").count();
    assert_eq!(numbers, 1);
    assert_eq!(once["telecom"][1]["rank"], 1, "the rest of the contact point stays");
}

#[test]
fn an_undo_brings_back_every_contact_point_as_it_was() {
    let undone =
        written(written(patient(), &proven()), &restored(Some("07700 900999"), Some("old@example.com")));
    assert_eq!(undone, patient());
}

#[test]
fn an_undo_of_a_first_contact_point_leaves_none_and_no_empty_list() {
    let mut without = patient();
    without.as_object_mut().expect("an object").remove("telecom");
    let undone = written(written(without.clone(), &proven()), &restored(None, None));
    assert_eq!(undone, without);
}

#[test]
fn a_value_without_our_mark_is_not_yet_proven_there() {
    let mut same = patient();
    same["telecom"][1]["value"] = "07700 900123".into();
    same["telecom"][2]["value"] = "jo.obrien@example.com".into();
    let holds = |resource: &Value, update: &ContactUpdate| {
        let kept = read_patient(resource, None, &people::policy()).expect("a patient");
        holds_with_mark(resource, &kept.record, update)
    };
    assert!(!holds(&same, &proven()));
    let marked = written(same, &proven());
    assert!(holds(&marked, &proven()));
    let another = ContactUpdate { registration: RegistrationId(Uuid::from_u128(8)), ..proven() };
    assert!(!holds(&marked, &another), "proven in another registration");
}

#[test]
fn who_is_dead_inactive_or_merged_has_a_closed_record() {
    for (field, value) in [
        ("active", json!(false)),
        ("deceasedBoolean", json!(true)),
        ("deceasedDateTime", json!("2020-01-01")),
        ("link", json!([{"other": {"reference": "Patient/2"}, "type": "replaced-by"}])),
    ] {
        let mut closed = patient();
        closed[field] = value;
        let kept = read_patient(&closed, None, &people::policy()).expect("a patient");
        assert_eq!(kept.record.standing, Standing::Closed, "{field}");
    }
}

#[test]
fn what_a_search_brings_along_is_no_match() {
    let body = json!({"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [
        {"resource": patient(), "search": {"mode": "match"}},
        {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}},
    ], "link": [{"relation": "self", "url": "a"}, {"relation": "next", "url": "b"}]});
    let found = read_search(&body, &people::policy()).expect("a search");
    assert_eq!((found.records.len(), found.total, found.next.as_deref()), (1, Some(1), Some("b")));
    let strange =
        json!({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"id": "x"}}]});
    assert!(read_search(&strange, &people::policy()).is_none());
    assert!(read_search(&json!({"resourceType": "OperationOutcome"}), &people::policy()).is_none());
}
