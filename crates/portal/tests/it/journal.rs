//! What a kiosk kept while the portal was away begins once, when a text may go; who waits in vain is told to staff.

use std::{collections::BTreeSet, sync::Arc};

use age::x25519::Recipient;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use kiosk_api::{
    details::TypedDetails,
    journal::{JournalEntry, KeptDetails},
    registration::ConfirmDetails,
};
use messaging::SendFailure;
use registration::flow::StateName;
use serde_json::{Value, json};
use store::{Act, JournalFate, JournalWait};
use uuid::Uuid;

use crate::{
    desk::{Desk, MASTER, MOBILE, ORIGIN, Reply, e164, jo, jo_with, person, practice, send, settings},
    kills::killed_after,
};

const REFERENCE: &str = "KT4-9QF";
const JOURNAL: Uuid = Uuid::from_u128(0xF0);

/// As a kiosk keeps it, sealed to the key that the portal gave it.
async fn kept(desk: &Desk, n: u128, details: &Value, request_key: &str) -> Value {
    let practice = desk.get("/practice").await.ok();
    sealed_to(practice["journal_recipient"].as_str().expect("a key"), desk, n, details, request_key)
}

fn sealed_to(recipient: &str, desk: &Desk, n: u128, details: &Value, request_key: &str) -> Value {
    let details: TypedDetails = serde_json::from_value(details.clone()).expect("details");
    let kept = KeptDetails {
        entry: Uuid::from_u128(n),
        reference: REFERENCE.to_owned(),
        request_key: request_key.to_owned(),
        confirmed: ConfirmDetails { details, language: "en-GB".to_owned() },
    };
    let recipient: Recipient = recipient.parse().expect("a recipient");
    let sealed = age::encrypt(&recipient, &serde_json::to_vec(&kept).expect("JSON")).expect("sealed");
    let entry = JournalEntry {
        id: kept.entry,
        journal: JOURNAL,
        kept_at_unix_s: desk.now().instant().timestamp() - 3_600,
        sealed: BASE64_STANDARD.encode(sealed),
    };
    serde_json::to_value(entry).expect("JSON")
}

async fn handed_over(desk: &Desk, entry: &Value) -> String {
    let answer = desk.post("/journal/entries", entry).await.ok();
    answer["taken"].as_str().expect("what became of it").to_owned()
}

pub(crate) async fn reported(desk: &Desk, given: u32, waiting: u32) -> Reply {
    desk.post("/journal", &json!({ "journal": JOURNAL, "given": given, "waiting": waiting })).await
}

/// What every entry that is not over waits for, or what became of it.
async fn listed(desk: &Desk) -> Vec<(Option<JournalWait>, Option<JournalFate>)> {
    let entries = desk.portal.journal_entries().await.expect("readable");
    entries.iter().map(|entry| (entry.waits_for, entry.fate)).collect()
}

/// Time passes, and the workers look now and then.
async fn worked(desk: &Desk, minutes: i64) {
    for _ in 0..minutes {
        desk.pass(TimeDelta::minutes(1));
        desk.portal.settle().await;
    }
}

#[tokio::test]
async fn an_entry_becomes_a_registration_that_goes_on_on_the_patients_own_phone() {
    let desk = Desk::open().await;
    let entry = kept(&desk, 1, &jo(), "lost").await;
    assert_eq!(handed_over(&desk, &entry).await, "kept");
    assert!(desk.sms.sent().is_empty(), "taken first, and only then worked on");
    desk.portal.settle().await;
    let [text] = &desk.sms.sent()[..] else { panic!("one text") };
    assert_eq!(text.to.e164(), MOBILE);
    assert!(text.text.contains(&format!("{ORIGIN}/c")), "{}", text.text);
    assert!(!text.text.contains("Brien"), "nothing that was typed");

    let code = desk.code_of(&jo());
    let proof = desk.portal.check_code_from_phone(MOBILE, &code).await.expect("the right code");
    assert_eq!(proof.registration.state.name(), StateName::AwaitingPassword);
    assert_eq!(proof.registration.reference.as_str(), REFERENCE, "as the patient was shown");
    let acts = desk.store.acts_of(practice(), proof.registration.id).await.expect("readable");
    assert!(acts.iter().any(|(act, _)| *act == Act::DetailsConfirmed), "{acts:?}");
    worked(&desk, 1).await;
    assert!(listed(&desk).await.is_empty(), "nobody waits");
}

#[tokio::test]
async fn an_entry_that_comes_again_and_again_begins_once() {
    let mut desk = Desk::open().await;
    let entry = kept(&desk, 1, &jo(), "lost").await;
    for _ in 0..3 {
        assert_eq!(handed_over(&desk, &entry).await, "kept");
        desk.portal.settle().await;
        desk.restart().await;
        worked(&desk, 1).await;
    }
    assert_eq!(desk.sms.sent().len(), 1);
}

#[tokio::test]
async fn two_portals_on_one_database_begin_an_entry_once() {
    let desk = Desk::open().await;
    for n in 1..=9 {
        handed_over(&desk, &kept(&desk, n.into(), &person(n), &format!("lost {n}")).await).await;
    }
    let other = desk.beside(&MASTER, settings(), Arc::new(desk.email.clone()));
    for _ in 0..10 {
        tokio::join!(desk.portal.settle(), other.settle());
        desk.pass(TimeDelta::seconds(31));
    }
    assert_eq!(desk.sms.sent().len(), 9);
    assert!(listed(&desk).await.is_empty());
}

#[tokio::test]
async fn an_entry_killed_anywhere_while_it_begins_is_one_registration_and_one_text() {
    let mut finished = false;
    for polls in 0.. {
        let mut desk = Desk::open().await;
        let entry = kept(&desk, 1, &jo(), "lost").await;
        let taken = async {
            send(desk.router(), desk.posting("/journal/entries", "none", &entry)).await;
            desk.portal.settle().await;
        };
        finished = Box::pin(killed_after(polls, taken)).await.is_some();
        desk.restart().await;
        desk.pass(TimeDelta::seconds(61));
        assert_eq!(handed_over(&desk, &entry).await, "kept");
        worked(&desk, 2).await;
        // A text that was handed over and not noted is handed over again, under the same id.
        let texts: BTreeSet<_> = desk.sms.sent().iter().map(|text| text.id).collect();
        assert_eq!(texts.len(), 1, "killed after {polls} polls");
        assert!(listed(&desk).await.is_empty(), "killed after {polls} polls");
        if finished {
            break;
        }
    }
    assert!(finished);
}

#[tokio::test]
async fn a_request_that_was_done_after_all_is_not_done_again_whichever_comes_first() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    let before = desk.post_with("/registrations", "lost", &body).await.ok();
    desk.portal.settle().await;
    handed_over(&desk, &kept(&desk, 1, &jo(), "lost").await).await;
    worked(&desk, 1).await;
    assert_eq!(desk.sms.sent().len(), 1, "its text went at once");
    assert!(listed(&desk).await.is_empty());

    let sam = person(5);
    handed_over(&desk, &kept(&desk, 2, &sam, "late").await).await;
    worked(&desk, 1).await;
    let body = json!({ "details": sam, "language": "en-GB" });
    let late = desk.post_with("/registrations", "late", &body).await.ok();
    assert_eq!(late["reference"], REFERENCE, "the registration of the entry");
    assert_ne!(late["id"], before["id"]);
    worked(&desk, 1).await;
    assert_eq!(desk.sms.sent().len(), 2);
}

#[tokio::test]
async fn a_request_that_was_refused_unheard_begins_all_the_same() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    for _ in 0..6 {
        desk.confirm(&jo()).await.ok();
    }
    assert_eq!(desk.post_with("/registrations", "lost", &body).await.problem(), "too_many_sends");
    desk.portal.settle().await;
    handed_over(&desk, &kept(&desk, 1, &jo(), "lost").await).await;
    worked(&desk, 2).await;
    assert_eq!(desk.sms.sent().len(), 6, "the number has had its share");
    assert_eq!(listed(&desk).await, [(Some(JournalWait::Limit), None)]);
    worked(&desk, 10).await;
    assert_eq!(desk.sms.sent().len(), 7);
    assert!(listed(&desk).await.is_empty());
}

#[tokio::test]
async fn nobody_is_woken_by_a_text_that_waited() {
    let desk = Desk::open().await;
    let entry = kept(&desk, 1, &jo(), "lost").await;
    desk.pass(TimeDelta::hours(10));
    handed_over(&desk, &entry).await;
    desk.portal.settle().await;
    assert!(desk.sms.sent().is_empty(), "ten at night");
    desk.pass(TimeDelta::hours(10));
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1, "eight in the morning");
}

#[tokio::test]
async fn what_was_sealed_to_another_portal_is_left_to_the_kiosk() {
    let desk = Desk::open().await;
    let other = desk.beside(&[9; 32], settings(), Arc::new(desk.email.clone()));
    let asked = desk.request(Method::GET, "/practice", None).body(Body::empty()).expect("a request");
    let practice = send(other.router(), asked).await.ok();
    let recipient = practice["journal_recipient"].as_str().expect("a key");
    let entry = sealed_to(recipient, &desk, 1, &jo(), "lost");
    assert_eq!(handed_over(&desk, &entry).await, "unreadable");
    let mut damaged = kept(&desk, 1, &jo(), "lost").await;
    damaged["id"] = json!(Uuid::from_u128(2));
    assert_eq!(handed_over(&desk, &damaged).await, "unreadable");
    damaged["sealed"] = json!("not base64!");
    assert_eq!(handed_over(&desk, &damaged).await, "unreadable");
    worked(&desk, 1).await;
    assert!(desk.sms.sent().is_empty() && listed(&desk).await.is_empty());
}

#[tokio::test]
async fn a_revoked_kiosk_hands_over_what_it_kept_once_more_and_does_nothing_else() {
    let desk = Desk::open().await;
    let entry = kept(&desk, 1, &jo(), "lost").await;
    let late = kept(&desk, 2, &person(2), "late").await;
    assert!(desk.portal.revoke_kiosk("Front desk").await.expect("revoked"));
    assert_eq!(desk.get("/practice").await.problem(), "kiosk_not_accepted");
    assert_eq!(desk.confirm(&jo()).await.problem(), "kiosk_not_accepted");
    desk.pass(TimeDelta::hours(20));
    assert_eq!(handed_over(&desk, &entry).await, "kept");
    reported(&desk, 1, 0).await.ok();
    desk.pass(TimeDelta::minutes(10));
    assert_eq!(desk.post("/journal/entries", &late).await.problem(), "kiosk_not_accepted");
    assert_eq!(reported(&desk, 1, 0).await.problem(), "kiosk_not_accepted");
    desk.portal.settle().await;
    assert_eq!(desk.sms.sent().len(), 1);
}

#[tokio::test]
async fn while_nobody_takes_texts_the_kiosk_is_told_so_and_everybody_gets_one_when_somebody_does() {
    let desk = Desk::open().await;
    // Far more failures than tries.
    desk.sms.fail_next(vec![SendFailure::Unavailable; 100_000]);
    desk.confirm(&person(1)).await.ok();
    desk.portal.settle().await;
    desk.pass(TimeDelta::seconds(20));
    desk.confirm(&person(2)).await.ok();
    desk.portal.settle().await;
    let refused = desk.confirm(&person(3)).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "texts_unavailable")
    );
    for n in 3..=20 {
        handed_over(&desk, &kept(&desk, n.into(), &person(n), &format!("lost {n}")).await).await;
    }
    worked(&desk, 6 * 60).await;
    assert!(desk.sms.sent().is_empty());
    assert_eq!(listed(&desk).await.len(), 18, "everybody still waits");
    desk.sms.work_again();
    worked(&desk, 30).await;
    let sent = desk.sms.sent();
    for n in 3..=20 {
        let to = e164(person(n)["mobile"].as_str().expect("a mobile"));
        assert_eq!(sent.iter().filter(|text| text.to.e164() == to).count(), 1, "person {n}");
    }
    assert!(listed(&desk).await.is_empty());
    desk.confirm(&person(30)).await.ok();
}

#[tokio::test]
async fn who_waits_in_vain_is_told_to_staff_and_holds_up_nobody() {
    let desk = Desk::open().await;
    desk.sms.fail_next([SendFailure::Rejected]);
    handed_over(&desk, &kept(&desk, 1, &person(1), "lost 1").await).await;
    worked(&desk, 1).await;
    let nobody = jo_with(&json!({ "mobile": "12" }));
    handed_over(&desk, &kept(&desk, 2, &nobody, "lost 2").await).await;
    handed_over(&desk, &kept(&desk, 3, &person(3), "lost 3").await).await;
    worked(&desk, 2).await;
    assert_eq!(desk.sms.sent().len(), 1);
    assert_eq!(
        listed(&desk).await,
        [(None, Some(JournalFate::NotTexted)), (None, Some(JournalFate::Refused))]
    );
}

#[tokio::test]
async fn an_entry_whose_key_is_gone_waits_two_days_for_it_and_is_then_told_to_staff() {
    let desk = Desk::open().await;
    handed_over(&desk, &kept(&desk, 1, &jo(), "lost").await).await;
    let other = desk.beside(&[9; 32], settings(), Arc::new(desk.email.clone()));
    other.settle().await;
    assert_eq!(listed(&desk).await, [(Some(JournalWait::Key), None)]);
    desk.pass(TimeDelta::hours(48));
    other.settle().await;
    assert_eq!(listed(&desk).await, [(None, Some(JournalFate::Expired))]);
    assert!(desk.sms.sent().is_empty());
}

#[tokio::test]
async fn what_a_kiosk_made_and_neither_has_nor_handed_over_is_said_once() {
    let desk = Desk::open().await;
    handed_over(&desk, &kept(&desk, 1, &jo(), "lost").await).await;
    let lines = async || {
        desk.portal.settle().await;
        desk.portal.verify_access_log().await.expect("readable").sealed
    };
    let before = lines().await;
    assert_eq!(reported(&desk, 4, 2).await.ok()["lost"], 1);
    assert_eq!(reported(&desk, 4, 2).await.ok()["lost"], 1);
    assert_eq!(reported(&desk, 4, 0).await.ok()["lost"], 3);
    let [journal] = &desk.portal.journals().await.expect("readable")[..] else { panic!("one journal") };
    assert_eq!((journal.given, journal.received, journal.waiting, journal.lost), (4, 1, 0, 3));
    assert_eq!(lines().await - before, 2, "a line each time there are more");
}

#[tokio::test]
async fn a_kiosk_hands_over_five_hundred_entries_a_day_however_often_it_sends_one() {
    let desk = Desk::open().await;
    let practice = desk.get("/practice").await.ok();
    let recipient = practice["journal_recipient"].as_str().expect("a key");
    let entries = (0..501).map(|n| sealed_to(recipient, &desk, n, &jo(), "lost")).collect::<Vec<_>>();
    for entry in &entries[..500] {
        assert_eq!(handed_over(&desk, entry).await, "kept");
    }
    assert_eq!(desk.post("/journal/entries", &entries[500]).await.problem(), "too_many_sends");
    assert_eq!(handed_over(&desk, &entries[0]).await, "kept", "it has this one");
}

#[tokio::test]
async fn whoever_asks_for_a_code_on_the_page_for_any_number_says_nothing_about_texts() {
    let desk = Desk::open().await;
    for n in 1..=9 {
        desk.portal.send_resume_code(&format!("07700 90010{n}")).await.expect("nobody knows this number");
        worked(&desk, 1).await;
    }
    desk.confirm(&jo()).await.ok();
    assert!(desk.sms.sent().is_empty());
}

#[tokio::test]
async fn one_number_that_nobody_reaches_costs_nobody_else_a_text() {
    let desk = Desk::open().await;
    desk.sms.fail_next(vec![SendFailure::Unavailable; 8]);
    desk.confirm(&person(1)).await.ok();
    worked(&desk, 2).await;
    desk.confirm(&person(2)).await.ok();
    desk.sms.work_again();
    desk.portal.settle().await;
    desk.confirm(&person(3)).await.ok();
}

#[tokio::test]
async fn what_was_done_before_a_long_week_end_is_not_done_again_after_it() {
    let desk = Desk::open().await;
    let body = json!({ "details": jo(), "language": "en-GB" });
    desk.post_with("/registrations", "lost", &body).await.ok();
    desk.portal.settle().await;
    desk.pass(TimeDelta::hours(71));
    desk.portal.settle().await;
    handed_over(&desk, &kept(&desk, 1, &jo(), "lost").await).await;
    worked(&desk, 2).await;
    assert_eq!(desk.sms.sent().len(), 1);
    assert!(listed(&desk).await.is_empty());
}
