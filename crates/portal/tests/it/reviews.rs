//! What the machine would not decide, as staff settle it in our own database.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures::future::join_all;
use matching::{Settlement, Unsettled};
use portal::{NotSettled, NotShown, Records, Word};
use registration::{
    flow::Registration,
    ids::{PatientId, RegistrationId, ReviewId},
};
use serde_json::json;
use store::{Act, ByStaff, ContactField, NewContact, NewPatient, PatientRecord, RecordUpdateState};
use test_support::people;
use uuid::Uuid;

use crate::{
    desk::{Desk, EMAIL, MOBILE, jo, jo_with, practice, registration_id},
    journeys::record,
    records::{accepted, staff_change_the_record},
};

pub(crate) const RECEPTIONIST: ByStaff = ByStaff::command(Uuid::from_u128(0xEE));
pub(crate) const HERS: PatientId = PatientId(Uuid::from_u128(1));

/// Jo's name and date of birth, and contacts that she no longer has.
fn out_of_date() -> NewPatient {
    let mobile = NewContact::phone(ContactField::Mobile, "07700 900555", &people::policy());
    let contacts = vec![mobile, NewContact::email("old@example.org")];
    record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), contacts)
}

/// A practice that knows Jo by contacts she no longer has, where she has registered: staff decide.
pub(crate) async fn reviewed() -> (Desk, Registration, ReviewId) {
    reviewed_at(Records::Own).await
}

pub(crate) async fn reviewed_at(records: Records) -> (Desk, Registration, ReviewId) {
    let desk = Desk::with(records).await;
    desk.store.import_patients(practice(), &[out_of_date()], desk.now()).await.expect("imported");
    let registration = desk.registered(&jo()).await;
    let review = waiting(&desk).await;
    (desk, registration, review)
}

/// The one review that waits.
pub(crate) async fn waiting(desk: &Desk) -> ReviewId {
    let waiting = desk.portal.reviews_waiting(10).await.expect("readable");
    let [review] = waiting.as_slice() else { panic!("{waiting:?}") };
    review.id
}

pub(crate) const fn same(patient: PatientId, version: i64) -> Word {
    Word::SamePerson { patient, version }
}

pub(crate) async fn settled(desk: &Desk, review: ReviewId, word: Word) {
    desk.portal.settle_review(review, word, RECEPTIONIST).await.expect("settled");
    desk.portal.settle().await;
}

pub(crate) async fn refused(desk: &Desk, review: ReviewId, word: Word) -> NotSettled {
    desk.portal.settle_review(review, word, RECEPTIONIST).await.expect_err("not settled")
}

pub(crate) async fn state(desk: &Desk, id: RegistrationId) -> Option<RecordUpdateState> {
    desk.store.record_update(practice(), id).await.expect("readable").map(|update| update.state)
}

pub(crate) async fn hers(desk: &Desk) -> PatientRecord {
    desk.store.patient(practice(), HERS).await.expect("readable").expect("there")
}

pub(crate) fn held(record: &PatientRecord) -> [Option<&str>; 2] {
    [ContactField::Mobile, ContactField::Email]
        .map(|field| record.contact(field).and_then(|contact| contact.comparable.as_deref()))
}

pub(crate) async fn acts(desk: &Desk, id: RegistrationId) -> BTreeSet<Act> {
    let acts = desk.store.acts_of(practice(), id).await.expect("readable");
    acts.into_iter().map(|(act, _)| act).collect()
}

pub(crate) async fn account(desk: &Desk) -> Option<store::AccountRow> {
    let details = people::jo();
    let mut tx = desk.store.begin(practice()).await.expect("begins");
    tx.account_of_person(practice(), &details.name, details.date_of_birth).await.expect("readable")
}

#[tokio::test]
async fn staff_see_what_was_registered_beside_what_the_record_holds_and_the_log_keeps_that_they_did() {
    let (desk, registration, review) = reviewed().await;
    let shown = desk.portal.show_review(review, RECEPTIONIST).await.expect("shown");
    assert_eq!((shown.review.id, shown.registration.id, shown.settled), (review, registration.id, None));
    assert_eq!(shown.review.reason.as_str(), "name_and_date_agree_contact_differs");
    let [only] = shown.in_question.as_slice() else { panic!("{:?}", shown.in_question) };
    assert_eq!((only.record.id, only.record.version, only.may_be_outdated), (HERS, 1, false));
    assert_eq!(held(&only.record), [Some("+447700900555"), Some("old@example.org")]);
    assert_eq!(only.levels.explain(), "Same name, same date of birth, other mobile, other email.");
    assert!(acts(&desk, registration.id).await.contains(&Act::ReviewShown));
    let nothing = desk.portal.show_review(ReviewId(Uuid::from_u128(9)), RECEPTIONIST).await;
    assert!(matches!(nothing, Err(NotShown::NoSuchReview)), "{nothing:?}");
}

#[tokio::test]
async fn the_same_person_is_linked_and_the_record_gets_what_they_proved() {
    let (desk, registration, review) = reviewed().await;
    settled(&desk, review, same(HERS, 1)).await;
    assert_eq!(desk.patient_of(registration.id).await, Some(HERS));
    assert_eq!(account(&desk).await.expect("an account").linked, Some(HERS));
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some(EMAIL)]);
    assert_eq!(state(&desk, registration.id).await, Some(RecordUpdateState::Confirmed { version: 2 }));
    assert!(desk.reviews().await.is_empty());
    let acts = acts(&desk, registration.id).await;
    assert!([Act::ReviewSettled, Act::RecordLinked, Act::RecordUpdated].iter().all(|act| acts.contains(act)));
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert!(desk.sms.newest_to("+447700900555").is_some(), "who had the number before is told");
    assert!(desk.portal.verify_access_log().await.expect("readable").faults.is_empty());
}

#[tokio::test]
async fn a_different_person_gets_a_record_of_their_own_and_that_is_kept_for_ever() {
    let (desk, registration, review) = reviewed().await;
    settled(&desk, review, Word::DifferentPerson).await;
    let own = desk.patient_of(registration.id).await.expect("a record");
    assert_ne!(own, HERS);
    assert_eq!(account(&desk).await.expect("an account").linked, Some(own));
    assert_eq!(state(&desk, registration.id).await, Some(RecordUpdateState::Confirmed { version: 1 }));
    assert_eq!(hers(&desk).await.version, 1, "nothing of hers changed");
    assert!(desk.reviews().await.is_empty());
    assert!(acts(&desk, registration.id).await.contains(&Act::SaidNotTheSame));
    desk.pass(TimeDelta::hours(1));
    let again = desk.registered(&jo()).await;
    assert!(desk.reviews().await.is_empty(), "not held to be hers again");
    assert_eq!(desk.patient_of(again.id).await, Some(own));
}

#[tokio::test]
async fn what_is_rejected_changes_nothing_and_leaves_the_lists() {
    let (desk, registration, review) = reviewed().await;
    settled(&desk, review, Word::Rejected).await;
    assert_eq!((desk.patient_of(registration.id).await, hers(&desk).await.version), (None, 1));
    assert_eq!(desk.store.patient_count(practice()).await.expect("readable"), 1);
    assert!(desk.reviews().await.is_empty());
    assert!(account(&desk).await.is_some_and(|account| account.linked.is_none()), "it shows what was typed");
}

#[tokio::test]
async fn a_change_that_was_rejected_after_it_failed_is_no_work_for_staff_any_more() {
    let desk = Desk::open().await;
    let jo = changed_meanwhile(&desk).await;
    assert_eq!(desk.portal.record_updates_for_staff(10).await.expect("readable").len(), 1);
    let review = waiting(&desk).await;
    settled(&desk, review, Word::Rejected).await;
    assert!(desk.portal.record_updates_for_staff(10).await.expect("readable").is_empty());
    assert_eq!(hers(&desk).await.version, 2, "as reception wrote it");
    assert_eq!(
        desk.patient_of(jo.id).await,
        Some(HERS),
        "the link was the machine's, and nobody said it is wrong"
    );
}

/// Jo was linked, and reception changed her record before it was updated.
async fn changed_meanwhile(desk: &Desk) -> Registration {
    let jo = accepted(desk).await;
    staff_change_the_record(desk, 1).await;
    desk.portal.settle().await;
    assert_eq!(desk.reviews().await, ["record_changed_meanwhile"]);
    jo
}

#[tokio::test]
async fn what_a_newer_record_kept_from_being_written_is_written_when_staff_say_so() {
    let desk = Desk::open().await;
    let jo = changed_meanwhile(&desk).await;
    let review = waiting(&desk).await;
    assert!(matches!(
        refused(&desk, review, same(HERS, 1)).await,
        NotSettled::Unsettled(Unsettled::RecordChanged)
    ));
    settled(&desk, review, same(HERS, 2)).await;
    assert_eq!(state(&desk, jo.id).await, Some(RecordUpdateState::Confirmed { version: 3 }));
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some(EMAIL)]);
    assert!(desk.reviews().await.is_empty());
}

#[tokio::test]
async fn a_link_that_the_machine_made_ends_when_staff_say_it_is_somebody_else() {
    let desk = Desk::open().await;
    let jo = changed_meanwhile(&desk).await;
    assert_eq!(account(&desk).await.expect("an account").linked, Some(HERS));
    let review = waiting(&desk).await;
    settled(&desk, review, Word::DifferentPerson).await;
    let own = account(&desk).await.expect("an account").linked;
    assert!(own.is_some() && own != Some(HERS), "{own:?}");
    assert!(acts(&desk, jo.id).await.contains(&Act::RecordUnlinked));
    assert_eq!(hers(&desk).await.version, 2);
}

#[tokio::test]
async fn of_eight_who_settle_at_once_one_does() {
    let (desk, registration, review) = reviewed().await;
    let words = [same(HERS, 1), Word::DifferentPerson, Word::Rejected];
    let settling = (0..8).map(|n| {
        let (portal, word) = (desk.portal.clone(), words[n % 3]);
        let staff = Uuid::from_u128(u128::try_from(n).expect("small"));
        async move { portal.settle_review(review, word, ByStaff::command(staff)).await }
    });
    let outcomes = join_all(settling).await;
    desk.portal.settle().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let late = |outcome: &Result<(), NotSettled>| {
        matches!(outcome, Ok(()) | Err(NotSettled::AlreadySettled(Some(_))))
    };
    assert!(outcomes.iter().all(late), "{outcomes:?}");
    let records = desk.store.patient_count(practice()).await.expect("readable");
    assert!(records <= 2, "{records}");
    let settled = desk.store.acts_of(practice(), registration.id).await.expect("readable");
    assert_eq!(settled.iter().filter(|(act, _)| *act == Act::ReviewSettled).count(), 1);
}

#[tokio::test]
async fn whoever_is_late_hears_who_was_first_and_what_they_said() {
    let (desk, _, review) = reviewed().await;
    settled(&desk, review, Word::Rejected).await;
    let late = desk.portal.settle_review(review, same(HERS, 1), ByStaff::command(Uuid::from_u128(2))).await;
    let Err(NotSettled::AlreadySettled(Some(said))) = late else { panic!("{late:?}") };
    assert_eq!((said.settlement, said.staff), (Settlement::Rejected, RECEPTIONIST.id));
    assert_eq!(hers(&desk).await.version, 1);
}

#[tokio::test]
async fn what_cannot_be_settled_stays_as_it_was() {
    let (desk, registration, review) = reviewed().await;
    let nobody = refused(&desk, review, same(PatientId(Uuid::from_u128(404)), 1)).await;
    assert!(matches!(nobody, NotSettled::Unsettled(Unsettled::NotInQuestion(_))), "{nobody:?}");
    let unknown = ReviewId(Uuid::from_u128(404));
    assert!(matches!(refused(&desk, unknown, Word::Rejected).await, NotSettled::NoSuchReview));
    assert_eq!(desk.reviews().await.len(), 1);
    assert_eq!(state(&desk, registration.id).await, None);
    assert!(!acts(&desk, registration.id).await.contains(&Act::ReviewSettled));
}

/// Jo has an account with the contacts she had, and has registered again with those she has now.
async fn with_new_contacts(desk: &Desk) -> Registration {
    desk.pass(TimeDelta::hours(1));
    desk.registered(&jo_with(&json!({ "mobile": "07700 900666", "email": "new@example.com" }))).await
}

#[tokio::test]
async fn an_account_with_other_contacts_stays_as_it_is_and_the_record_gets_those_that_were_proven_now() {
    let desk = Desk::open().await;
    let first = desk.registered(&jo()).await;
    let record = desk.patient_of(first.id).await.expect("a record");
    let before = account(&desk).await;
    with_new_contacts(&desk).await;
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
    let review = waiting(&desk).await;
    let texts_to_her = || desk.sms.sent().iter().filter(|sms| sms.to.e164() == MOBILE).count();
    let emails_to_her = || desk.email.sent().iter().filter(|email| email.to.as_str() == EMAIL).count();
    let (texts, emails) = (texts_to_her(), emails_to_her());
    settled(&desk, review, same(record, 1)).await;
    assert_eq!(account(&desk).await, before);
    let known = desk.store.patient(practice(), record).await.expect("readable").expect("there");
    assert_eq!(held(&known), [Some("+447700900666"), Some("new@example.com")]);
    desk.pass(TimeDelta::hours(24));
    desk.portal.settle().await;
    assert_eq!((texts_to_her(), emails_to_her()), (texts + 1, emails + 1), "the former contacts are told");

    desk.portal.open_review_again(review, RECEPTIONIST).await.expect("opened");
    assert_eq!(account(&desk).await, before, "the link was another registration's");
    assert_eq!(desk.patient_of(first.id).await, Some(record));
}

#[tokio::test]
async fn a_namesake_born_the_same_day_gets_a_record_and_not_the_account() {
    let desk = Desk::open().await;
    let first = desk.registered(&jo()).await;
    let before = account(&desk).await;
    let namesake = with_new_contacts(&desk).await;
    let review = waiting(&desk).await;
    settled(&desk, review, Word::DifferentPerson).await;
    assert_eq!(account(&desk).await, before);
    let own = desk.patient_of(namesake.id).await.expect("a record");
    assert_ne!(Some(own), desk.patient_of(first.id).await);
    assert_eq!(desk.store.patient_count(practice()).await.expect("readable"), 2);
}

#[tokio::test]
async fn an_older_proof_never_takes_the_place_of_a_later_one() {
    let (desk, earlier, first) = reviewed().await;
    with_new_contacts(&desk).await;
    let reviews = desk.portal.reviews_waiting(10).await.expect("readable");
    let second = reviews.iter().map(|review| review.id).find(|id| *id != first).expect("another");
    settled(&desk, second, same(HERS, 1)).await;
    assert_eq!(held(&hers(&desk).await), [Some("+447700900666"), Some("new@example.com")]);

    let late = refused(&desk, first, same(HERS, 2)).await;
    assert!(matches!(late, NotSettled::Unsettled(Unsettled::ProvenLater)), "{late:?}");
    assert_eq!(held(&hers(&desk).await), [Some("+447700900666"), Some("new@example.com")]);
    settled(&desk, first, Word::Rejected).await;
    assert_eq!(state(&desk, earlier.id).await, None);
}

/// Jo has no email address: her mobile is proven, and staff do the rest.
async fn without_email(desk: &Desk) -> RegistrationId {
    registration_id(&desk.proven(&jo_with(&json!({ "email": null }))).await)
}

#[tokio::test]
async fn whoever_has_no_email_gets_their_number_into_the_record_and_the_rest_of_it_stays() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[out_of_date()], desk.now()).await.expect("imported");
    let id = without_email(&desk).await;
    let review = waiting(&desk).await;
    settled(&desk, review, same(HERS, 1)).await;
    assert_eq!(held(&hers(&desk).await), [Some(MOBILE), Some("old@example.org")]);
    assert_eq!(state(&desk, id).await, Some(RecordUpdateState::Confirmed { version: 2 }));
    assert_eq!(account(&desk).await, None);
    desk.pass(TimeDelta::hours(25));
    desk.portal.settle().await;
    assert!(desk.email.sent().is_empty(), "the address was not replaced, and nobody is told that it was");
    assert!(desk.portal.differing_record_updates(10).await.expect("readable").is_empty());
    desk.portal.undo_record_update(id, RECEPTIONIST).await.expect("undone");
    assert_eq!(held(&hers(&desk).await), [Some("+447700900555"), Some("old@example.org")]);
}

#[tokio::test]
async fn whoever_has_no_email_and_is_new_gets_a_record_with_their_number_alone() {
    let desk = Desk::open().await;
    let id = without_email(&desk).await;
    let review = waiting(&desk).await;
    settled(&desk, review, Word::DifferentPerson).await;
    let own = desk.patient_of(id).await.expect("a record");
    let record = desk.store.patient(practice(), own).await.expect("readable").expect("there");
    assert_eq!(held(&record), [Some(MOBILE), None]);
    assert_eq!(account(&desk).await, None);
}

/// Jo, whose record and whose cousin's are both in question.
pub(crate) async fn with_a_cousin(records: Records) -> (Desk, Registration, ReviewId) {
    let cousin = record(2, "Joan", "O'Brien-Smith", (1985, 3, 7), vec![]);
    let desk = Desk::with(records).await;
    desk.store.import_patients(practice(), &[out_of_date(), cousin], desk.now()).await.expect("imported");
    let registration = desk.registered(&jo()).await;
    let review = waiting(&desk).await;
    (desk, registration, review)
}

pub(crate) const COUSINS: PatientId = PatientId(Uuid::from_u128(2));

#[tokio::test]
async fn a_record_that_somebody_else_signs_in_to_see_is_not_joined_to_a_second_account() {
    let desk = Desk::open().await;
    let maiden = jo_with(&json!({ "family_name": "Murphy" }));
    let first = desk.registered(&maiden).await;
    let record = desk.patient_of(first.id).await.expect("a record");
    desk.pass(TimeDelta::hours(1));
    desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["contact_agrees_name_or_date_differs"]);
    let review = waiting(&desk).await;
    let joined = refused(&desk, review, same(record, 1)).await;
    assert!(matches!(joined, NotSettled::Unsettled(Unsettled::OtherAccount)), "{joined:?}");
}

#[tokio::test]
async fn of_two_reviews_of_one_person_that_are_settled_at_once_one_waits_for_the_other() {
    let (desk, _, first) = with_a_cousin(Records::Own).await;
    desk.pass(TimeDelta::hours(1));
    desk.registered(&jo()).await;
    let reviews = desk.portal.reviews_waiting(10).await.expect("readable");
    let second = reviews.iter().map(|review| review.id).find(|id| *id != first).expect("another");
    let settle = |review, word| {
        let portal = desk.portal.clone();
        async move { portal.settle_review(review, word, RECEPTIONIST).await }
    };
    let outcomes = join_all([settle(first, same(HERS, 1)), settle(second, same(COUSINS, 1))]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    desk.portal.settle().await;
    let linked = account(&desk).await.expect("an account").linked;
    assert!(linked == Some(HERS) || linked == Some(COUSINS), "{linked:?}");
    let loser = if outcomes[0].is_ok() { (second, COUSINS) } else { (first, HERS) };
    let late = refused(&desk, loser.0, same(loser.1, 1)).await;
    assert!(matches!(late, NotSettled::Unsettled(Unsettled::LinkedToAnother(_))), "{late:?}");
}
