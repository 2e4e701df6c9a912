//! What kiosks kept while the portal was away, as whoever looks after it sees it.

use age::x25519::Recipient;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    kiosks::{Desk, enrol},
    place::Place,
};

const ENTRY: &str = "018f2f6e-0000-7000-8000-000000000001";
const JOURNAL: &str = "018f2f6e-0000-7000-8000-000000000002";

/// A person's details as a kiosk seals them.
fn sealed(recipient: &str, mobile: &str) -> String {
    let kept = json!({
        "entry": ENTRY,
        "reference": "KT4-9QF",
        "request_key": "lost",
        "confirmed": {
            "language": "en-GB",
            "details": {
                "given_name": "Jo",
                "family_name": "Rivers",
                "date_of_birth": { "day": "7", "month": "3", "year": "1985" },
                "email": "jo@example.com",
                "mobile": mobile,
            },
        },
    });
    let recipient: Recipient = recipient.parse().expect("a recipient");
    let sealed = age::encrypt(&recipient, kept.to_string().as_bytes()).expect("sealed");
    BASE64_STANDARD.encode(sealed)
}

#[tokio::test]
async fn who_waits_in_vain_is_listed_by_reference_and_ends_the_command_with_1() {
    let (place, serving) = Place::migrated().serve_from();
    let none = place.run(&["journal", "list"]);
    assert_eq!((none.code, none.stdout.trim()), (Some(0), "No kiosk has kept anything."));

    let desk = Desk::of(&serving);
    let (credential, _) = desk.redeem(&enrol(&place, "Front desk")).await.expect("a credential");
    let practice: Value = desk.got("/practice", &credential).await;
    let recipient = practice["journal_recipient"].as_str().expect("a key");
    let entry = json!({
        "id": ENTRY, "journal": JOURNAL, "kept_at_unix_s": 1_700_000_000, "sealed": sealed(recipient, "not a number"),
    });
    let answer = desk.posted("/journal/entries", &credential, &entry).await;
    assert_eq!(answer["taken"], "kept");
    let stands = json!({ "journal": JOURNAL, "given": 3, "waiting": 1 });
    assert_eq!(desk.posted("/journal", &credential, &stands).await["lost"], 1);

    let listed = place.run(&["journal", "list"]);
    assert!(listed.stdout.contains("KT4-9QF\tFront desk\tkept "), "{listed:?}");
    assert_eq!(listed.code, Some(1), "{listed:?}");
    assert!(
        listed.stdout.contains("Front desk\tmade 3\tthere 1\tcame 1\tlost 1\tknown 0\tspoke "),
        "{listed:?}"
    );
    for typed in ["Rivers", "jo@example.com"] {
        assert!(!listed.stdout.contains(typed), "nobody's details");
    }
    let staff = "018f2f6e-0000-7000-8000-000000000003";
    let shown = place.run(&["journal", "show", "kt49qf", "--staff", staff]);
    assert_eq!(shown.stdout, "Jo Rivers\tborn 7 3 1985\tnot a number\tjo@example.com\n", "{shown:?}");
    let nobody = place.run(&["journal", "show", "KT4-9QG", "--staff", staff]);
    assert_eq!(nobody.stdout.trim(), "Nobody is known by this reference, or no longer.");
    serving.tell("-TERM");
    let (_, log) = serving.stopped();
    assert!(log.contains("registrations that a kiosk kept were lost"), "{log}");
    assert!(!log.contains("Rivers"), "{log}");
    let verified = place.run(&["access-log", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[tokio::test]
async fn lost_details_that_somebody_knows_of_end_the_command_with_1_only_until_then() {
    let (place, serving) = Place::migrated().serve_from();
    let desk = Desk::of(&serving);
    let (credential, _) = desk.redeem(&enrol(&place, "Front desk")).await.expect("a credential");
    let stands = |given: u32| json!({ "journal": JOURNAL, "given": given, "waiting": 0 });
    assert_eq!(desk.posted("/journal", &credential, &stands(2)).await["lost"], 2);
    assert_eq!(place.run(&["journal", "list"]).code, Some(1));

    let staff = "018f2f6e-0000-7000-8000-000000000003";
    let other = place.run(&["journal", "know", staff, "--staff", staff]);
    assert_eq!(other.code, Some(1), "there is no such journal: {other:?}");
    let known = place.run(&["journal", "know", JOURNAL, "--staff", staff]);
    assert_eq!((known.code, known.stdout.trim()), (Some(0), "It is known."), "{known:?}");
    let listed = place.run(&["journal", "list"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.stdout.contains("lost 2\tknown 2\tspoke "), "{listed:?}");

    assert_eq!(desk.posted("/journal", &credential, &stands(3)).await["lost"], 3);
    assert_eq!(place.run(&["journal", "list"]).code, Some(1), "more was lost");
    serving.tell("-TERM");
    serving.stopped();
}
