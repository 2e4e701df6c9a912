//! What an operator sees of the changes to records: states and identifiers, nobody's details.

use chrono::DateTime;
use machine::SystemClock;
use registration::{
    flow::{Confirmed, NewCode, Registration},
    ids::{KioskId, PatientId, PracticeId, RegistrationId, ReviewId},
    secrets::{
        code::{Code, CodeKey, CodePurpose},
        reference::Reference,
    },
    time::{Clock as _, Timestamp},
    values::{language::Language, verified::Verified},
};
use store::{
    ContactUpdate, NewContact, NewPatient, PostgresLogin, RecordUpdateState, ReviewReason, ReviewRow, Stamp,
    Store, TaskPurpose, UpdateTrouble,
};
use test_support::{people, rng::seeded};
use uuid::Uuid;

use crate::place::{PRACTICE, Place};

fn practice() -> PracticeId {
    PracticeId(PRACTICE.parse().expect("a UUID"))
}

fn now() -> Timestamp {
    Timestamp::new(DateTime::from_timestamp(1_750_000_000, 0).expect("a time"))
}

fn registration(n: u128) -> Registration {
    let details = people::jo();
    let id = RegistrationId(Uuid::from_u128(n));
    let code = Code::draw(&mut seeded(1));
    let mac = CodeKey::new([7; 32]).mac(&code, id, CodePurpose::Register, &details.mobile);
    let reference = Reference::draw(&mut seeded(u64::try_from(n).expect("small")));
    let confirmed = Confirmed {
        id,
        practice: practice(),
        reference,
        language: Language::EnGb,
        code: NewCode { mac },
        details,
    };
    confirmed.begin(now()).registration
}

/// A registration whose update has waited for long, one that staff must see to, and one that is done; the second has a review.
async fn with_updates(place: &Place) {
    let login = PostgresLogin::parse(&place.run_time_address(), None).expect("an address");
    let store = Store::open_postgres(&login, portal::PortalKeys::pepper(&[0; 32]), 2, Stamp::Sandbox)
        .await
        .expect("opened");
    let kiosk = KioskId(Uuid::from_u128(9));
    let mut tx = store.begin(practice()).await.expect("begun");
    tx.enrol_kiosk(practice(), "Willow Lane", kiosk, "Front desk", &[3; 32], now()).await.expect("enrolled");
    for (n, state) in [
        (1, RecordUpdateState::Waiting),
        (2, RecordUpdateState::NeedsStaff(UpdateTrouble::NotWritten)),
        (3, RecordUpdateState::AlreadyHeld),
    ] {
        let registration = registration(n);
        tx.add_registration(&registration, kiosk).await.expect("added");
        tx.keep_record_update(practice(), registration.id, None, state, now()).await.expect("kept");
    }
    let review = ReviewRow {
        id: ReviewId(Uuid::from_u128(5)),
        practice: practice(),
        registration: RegistrationId(Uuid::from_u128(2)),
        reason: ReviewReason::NoEmail,
        candidates: Vec::new(),
        at: now(),
    };
    tx.add_review(&review).await.expect("opened");
    tx.commit().await.expect("committed");
    store.close().await;
}

#[tokio::test]
async fn what_became_of_updates_and_which_reviews_wait_is_listed_without_anybodys_details() {
    let place = Place::migrated();
    for words in [&["updates", "list"][..], &["reviews", "list"]] {
        assert_eq!(place.run(words).stdout, "There is none.\n");
    }
    with_updates(&place).await;
    let [first, second, third] = [1, 2, 3].map(|n| Uuid::from_u128(n).to_string());

    let all = place.run(&["updates", "list"]);
    assert_eq!(all.code, Some(0), "{all:?}");
    assert!(
        all.stdout.contains(&format!("{first}\tno record yet\twaiting\tsince 2025-06-15 16:06 BST")),
        "{all:?}"
    );
    assert!(all.stdout.contains(&format!("{second}\tno record yet\tneeds_staff: not_written\t")), "{all:?}");

    assert!(all.stdout.contains(&format!("{third}\tno record yet\talready_held\t")), "{all:?}");

    let for_staff = place.run(&["updates", "list", "need-staff"]).stdout;
    assert!(for_staff.contains(&second) && !for_staff.contains(&third), "{for_staff}");
    assert!(for_staff.contains(&first), "it has waited for longer than a day: {for_staff}");
    assert_eq!(place.run(&["updates", "list", "differ"]).stdout, "There is none.\n");

    let reviews = place.run(&["reviews", "list"]).stdout;
    assert!(reviews.contains(&format!("\t{second}\tno_email\tsince ")), "{reviews}");
    for text in [&all.stdout, &for_staff, &reviews] {
        assert!(!text.contains("Brien") && !text.contains("07700") && !text.contains("7700900"), "{text}");
    }
}

const RECEPTIONIST: &str = "018f3c9e-7b1a-7c44-9d0e-2f6a5b8c1d99";

/// Jo's record, whose change staff are to enter by hand.
async fn with_a_task(place: &Place) -> RegistrationId {
    let login = PostgresLogin::parse(&place.run_time_address(), None).expect("an address");
    let store = Store::open_postgres(&login, portal::PortalKeys::pepper(&[0x5a; 32]), 2, Stamp::Sandbox)
        .await
        .expect("opened");
    let (registration, patient) = (registration(4), PatientId(Uuid::from_u128(40)));
    let details = &registration.details;
    let record = NewPatient {
        id: patient,
        name: details.name.clone(),
        date_of_birth: Some(details.date_of_birth.date()),
        contacts: vec![NewContact::email("old@example.org")],
    };
    store.import_patients(practice(), &[record], now()).await.expect("imported");
    let now = SystemClock::start().now();
    let mut tx = store.begin(practice()).await.expect("begun");
    let kiosk = KioskId(Uuid::from_u128(9));
    tx.enrol_kiosk(practice(), "Willow Lane", kiosk, "Front desk", &[3; 32], now).await.expect("enrolled");
    tx.add_registration(&registration, kiosk).await.expect("added");
    let update = ContactUpdate {
        practice: practice(),
        patient,
        expected_version: 1,
        mobile: Verified::read_back(details.mobile.clone(), now),
        email: details.email.clone().map(|email| Verified::read_back(email, now)),
        registration: registration.id,
        at: now,
    };
    assert!(tx.apply_contact_update(&update).await.expect("answered"));
    let by_hand = RecordUpdateState::ByHand { version: 2 };
    tx.keep_record_update(practice(), registration.id, Some(patient), by_hand, now).await.expect("kept");
    tx.add_record_task(practice(), registration.id, TaskPurpose::Update, patient, now).await.expect("asked");
    tx.commit().await.expect("committed");
    store.close().await;
    registration.id
}

#[tokio::test]
async fn what_is_entered_by_hand_is_listed_ticked_and_taken_back() {
    let place = Place::migrated().and("practice_system = 'by_hand'");
    let staff = ["--staff", RECEPTIONIST];
    let list = || place.run(&[&["tasks", "list"], &staff[..]].concat()).stdout;
    assert_eq!(list(), "There is none.\n");
    let id = with_a_task(&place).await.to_string();

    let listed = list();
    assert!(listed.starts_with(&format!("{id}\tupdate\tsince ")), "{listed}");
    assert!(listed.contains("\tJo O’Brien-Smith, born 1985-03-07\n"), "{listed}");
    assert!(listed.contains("\n\tmobile\tnothing\t+447700900123\n"), "{listed}");
    assert!(listed.contains("\n\temail\told@example.org\tJo.OBrien@Example.com\n"), "{listed}");
    assert!(place.run(&["updates", "list"]).stdout.contains(&format!("{id}\t")), "it is in both lists");
    assert!(place.run(&["updates", "list"]).stdout.contains("\tby_hand\t"), "and says how");

    let tick = || place.run(&[&["tasks", "tick", &id, "update"], &staff[..]].concat());
    assert_eq!(tick().code, Some(0));
    let again = tick();
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("there is no such task, or it is done already"), "{again:?}");
    assert!(place.run(&["updates", "list"]).stdout.contains("\tconfirmed\t"));

    let undo = || place.run(&[&["updates", "undo", &id], &staff[..]].concat());
    assert_eq!(undo().code, Some(0));
    let listed = list();
    assert!(listed.contains("\n\temail\tJo.OBrien@Example.com\told@example.org\n"), "{listed}");
    let again = undo();
    assert!(again.stderr.contains("nothing was undone: there is no update to undo"), "{again:?}");
    assert_eq!(place.run(&["access-log", "verify"]).code, Some(0));
}
