//! What an operator sees of the changes to records: states and identifiers, nobody's details.

use chrono::DateTime;
use registration::{
    flow::{Confirmed, NewCode, Registration},
    ids::{KioskId, PracticeId, RegistrationId, ReviewId},
    secrets::{
        code::{Code, CodeKey, CodePurpose},
        reference::Reference,
    },
    time::Timestamp,
    values::language::Language,
};
use store::{PostgresLogin, RecordUpdateState, ReviewReason, ReviewRow, Stamp, Store, UpdateTrouble};
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
