//! The practice's record: never over something newer, once, and with every act in the log.

use std::sync::Arc;

use chrono::TimeDelta;
use portal::{AccessLogKept, PracticeSettings, documents::TERMS};
use registration::{
    flow::Registration,
    ids::{PatientId, RegistrationId},
    values::{email::EmailAddress, mobile::MobileNumber, verified::Verified},
};
use store::{ContactUpdate, OutboxKind, PatientRecord, PromiseState};
use uuid::Uuid;

use crate::{
    desk::{Desk, MASTER, PASSWORD, jo, practice, settings},
    journeys::jos_record,
};

pub(crate) const JOS_RECORD: PatientId = PatientId(Uuid::from_u128(1));

/// Jo, up to the moment before a worker writes the record.
pub(crate) async fn accepted(desk: &Desk) -> Registration {
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted")
}

pub(crate) async fn jos(desk: &Desk) -> PatientRecord {
    desk.store.patient(practice(), JOS_RECORD).await.expect("readable").expect("there")
}

/// Somebody else changes the record, which they see in this version.
pub(crate) async fn staff_change_the_record(desk: &Desk, expected_version: i64) {
    let number = MobileNumber::from_row("+447700900999", "07700 900999").expect("a number");
    let address = EmailAddress::parse("staff@example.com").expect("an address");
    let update = ContactUpdate {
        practice: practice(),
        patient: JOS_RECORD,
        expected_version,
        mobile: Verified::read_back(number, desk.now()),
        email: Some(Verified::read_back(address, desk.now())),
        registration: RegistrationId(Uuid::from_u128(99)),
        at: desk.now(),
    };
    let mut tx = desk.store.begin(practice()).await.expect("begins");
    assert!(tx.apply_contact_update(&update).await.expect("written"));
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_record_changed_after_it_was_matched_is_not_updated_and_goes_to_staff() {
    let desk = Desk::open().await;
    accepted(&desk).await;
    staff_change_the_record(&desk, 1).await;
    let newer = jos(&desk).await;
    desk.portal.settle().await;
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
    assert_eq!(jos(&desk).await, newer);
}

#[tokio::test]
async fn a_portal_killed_before_the_update_makes_it_after_its_restart() {
    let mut desk = Desk::open().await;
    accepted(&desk).await;
    desk.restart().await;
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 2);
}

#[tokio::test]
async fn an_update_taken_by_a_worker_that_died_is_made_once_by_the_next() {
    let mut desk = Desk::open().await;
    let registration = accepted(&desk).await;
    // A worker leases the promise and dies before it does anything.
    let leased =
        desk.store.claim_outbox(practice(), desk.now(), TimeDelta::seconds(60), 10).await.expect("leased");
    assert_eq!(leased.iter().map(|row| row.kind).collect::<Vec<_>>(), [OutboxKind::RecordUpdate]);
    desk.restart().await;
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 1, "the lease still runs");
    desk.pass(TimeDelta::seconds(60));
    desk.portal.settle().await;
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 2);
    assert!(desk.reviews().await.is_empty());
    let fates = desk.store.promises_of(practice(), registration.id).await.expect("readable");
    let update = fates.iter().find(|fate| fate.kind == OutboxKind::RecordUpdate).expect("promised");
    assert_eq!(update.state, PromiseState::Sent);
}

#[tokio::test]
async fn accepting_twice_is_accepting_once() {
    let desk = Desk::open().await;
    let registration = accepted(&desk).await;
    let again = desk.portal.accept_terms(registration.id, TERMS.version).await.expect("accepted already");
    assert_eq!(again.version, registration.version);
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_acceptances_at_once_make_one_account_and_one_update() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    let clicks = (0..16).map(|_| {
        let portal = desk.portal.clone();
        tokio::spawn(async move { portal.accept_terms(opened.id, TERMS.version).await.is_ok() })
    });
    let accepted = futures::future::join_all(clicks).await;
    assert!(accepted.into_iter().any(|click| click.expect("no panic")));
    desk.portal.settle().await;
    assert_eq!(jos(&desk).await.version, 2);
    assert!(desk.reviews().await.is_empty());
    let fates = desk.store.promises_of(practice(), opened.id).await.expect("readable");
    assert_eq!(fates.iter().filter(|fate| fate.kind == OutboxKind::RecordUpdate).count(), 1);
}

#[tokio::test]
async fn another_version_of_the_terms_is_not_accepted_and_declining_ends_it() {
    let desk = Desk::open().await;
    desk.linked(&jo()).await;
    let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
    desk.portal.accept_terms(opened.id, "draft-0").await.expect_err("another version");
    desk.portal.decline_terms(opened.id).await.expect("declined");
    desk.portal.decline_terms(opened.id).await.expect("declining twice is declining");
    desk.portal.accept_terms(opened.id, TERMS.version).await.expect_err("declined");
    desk.portal.settle().await;
    let patients = desk.store.patient_count(practice()).await.expect("readable");
    assert_eq!(patients, 0);
}

#[tokio::test]
async fn the_access_log_is_kept_for_as_long_as_the_practice_says() {
    let desk = Desk::open().await;
    desk.confirmed(&jo()).await;
    let sealed = async || desk.portal.verify_access_log().await.expect("readable").sealed;
    let before = sealed().await;
    desk.pass(TimeDelta::days(366));
    desk.portal.settle().await;
    assert!(before > 0 && sealed().await >= before, "eight years");
    let one_year = PracticeSettings { access_log_kept: AccessLogKept::years(1), ..settings() };
    let kept = sealed().await - before;
    desk.beside(&MASTER, one_year, Arc::new(desk.email.clone())).settle().await;
    assert_eq!(sealed().await, kept, "what is younger than a year");
}
