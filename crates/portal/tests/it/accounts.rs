//! A person who has an account, and a person who only says so.

use futures::future::join_all;
use portal::documents::TERMS;
use registration::values::name::{NamePart, PersonName};
use serde_json::json;
use store::{Mark, NewContact, NewProfile};

use crate::{
    desk::{Desk, MOBILE, PASSWORD, Reply, jo, jo_with, other_than, person, practice},
    journeys::{jos_record, record},
};

async fn account_of_jo(desk: &Desk) -> store::AccountRow {
    let details = test_support::people::jo();
    let mut tx = desk.store.begin(practice()).await.expect("begins");
    let account = tx.account_of_person(practice(), &details.name, details.date_of_birth).await;
    account.expect("readable").expect("an account")
}

#[tokio::test]
async fn registering_again_with_both_contacts_resets_the_password_and_tells_the_owner() {
    let desk = Desk::open().await;
    desk.registered(&jo()).await;
    let account = account_of_jo(&desk).await;
    desk.pass(chrono::TimeDelta::hours(1));
    let second = desk.registered(&jo()).await;
    assert_eq!(account_of_jo(&desk).await, account, "the same account");
    assert!(desk.reviews().await.is_empty());
    let notices =
        desk.email.sent().into_iter().filter(|email| email.subject.contains("set up again")).count();
    assert_eq!(notices, 1);
    let patients = desk.store.patient_count(practice()).await.expect("readable");
    assert_eq!(patients, 1, "never two records for one person");
    assert!(desk.patient_of(second.id).await.is_some());
}

#[tokio::test]
async fn registering_again_before_the_record_is_made_makes_one_record() {
    let desk = Desk::open().await;
    for _ in 0..2 {
        desk.linked(&jo()).await;
        let opened = desk.portal.open_link(&desk.token_of(&jo()), PASSWORD).await.expect("right");
        desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");
    }
    desk.portal.settle().await;
    let patients = desk.store.patient_count(practice()).await.expect("readable");
    assert_eq!(patients, 1);
}

/// Two registrations of Jo, both to their end; the code of the earlier is typed first.
async fn two_of_one_person(desk: &Desk, later_email: &str) -> [String; 2] {
    let earlier = desk.confirmed(&jo()).await;
    let code = desk.code_of(&jo());
    desk.pass(chrono::TimeDelta::minutes(1));
    let again = jo_with(&json!({ "email": later_email }));
    let later = desk.confirmed(&again).await;
    let later_code = desk.code_of(&again);
    for (id, code, details) in [(&earlier, code, &jo()), (&later, later_code, &again)] {
        desk.check(id, &code).await.ok();
        desk.set_password(id, PASSWORD).await.ok();
        desk.portal.settle().await;
        let opened = desk.portal.open_link(&desk.token_of(details), PASSWORD).await.expect("right");
        desk.portal.accept_terms(opened.id, TERMS.version).await.expect("accepted");
        desk.portal.settle().await;
    }
    [earlier, later]
}

#[tokio::test]
async fn two_registrations_open_at_once_end_in_one_account_when_the_earlier_is_done_first() {
    let desk = Desk::open().await;
    for registration in two_of_one_person(&desk, "jo.obrien@example.com").await {
        assert_eq!(desk.state(&registration).await, "registered");
    }
    assert!(desk.reviews().await.is_empty());
    assert_eq!(desk.store.patient_count(practice()).await.expect("readable"), 1);
    let notices = desk.email.sent().iter().filter(|email| email.subject.contains("set up again")).count();
    assert_eq!(notices, 1, "the second is a reset, and the owner is told");
}

#[tokio::test]
async fn where_the_later_of_two_has_another_address_staff_decide_and_the_account_stays() {
    let desk = Desk::open().await;
    two_of_one_person(&desk, "other@example.com").await;
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
    assert_eq!(desk.store.patient_count(practice()).await.expect("readable"), 1);
    assert_eq!(account_of_jo(&desk).await.email, "jo.obrien@example.com");
}

#[tokio::test]
async fn somebody_with_the_name_and_date_of_birth_of_an_account_goes_to_staff_and_the_account_stays() {
    let desk = Desk::open().await;
    let first = desk.registered(&jo()).await;
    let account = account_of_jo(&desk).await;
    let patient = desk.patient_of(first.id).await.expect("a record");

    let thief = jo_with(&json!({ "mobile": "07700 900666", "email": "thief@example.com" }));
    let registration = desk.registered(&thief).await;
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
    assert_eq!(account_of_jo(&desk).await, account);
    assert_eq!(account.mobile_e164, MOBILE);
    assert_eq!(desk.patient_of(registration.id).await, None);
    let record = desk.store.patient(practice(), patient).await.expect("readable").expect("there");
    assert_eq!(record.version, 1, "no record changed");
    assert!(!desk.email.sent().iter().any(|email| email.subject.contains("set up again")));
}

#[tokio::test]
async fn one_contact_in_common_is_not_enough_either() {
    let desk = Desk::open().await;
    desk.registered(&jo()).await;
    let account = account_of_jo(&desk).await;
    desk.registered(&jo_with(&json!({ "mobile": "07700 900666" }))).await;
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
    assert_eq!(account_of_jo(&desk).await, account);
}

#[tokio::test]
async fn somebody_else_with_the_same_email_gets_an_account_of_their_own_and_staff_a_review() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    desk.registered(&jo()).await;
    let account = account_of_jo(&desk).await;
    let mut other = person(50);
    other["email"] = jo()["email"].clone();
    desk.registered(&other).await;
    assert_eq!(account_of_jo(&desk).await, account);
    assert_eq!(desk.reviews().await, ["contact_agrees_name_or_date_differs"]);
}

/// Jo as they sign themselves on another day: by the rule, the same person.
fn jo_ann(email: &str) -> serde_json::Value {
    jo_with(&json!({ "given_name": "Jo Ann", "email": email }))
}

async fn account_of(desk: &Desk, given: &str) -> Option<store::AccountRow> {
    let details = test_support::people::jo();
    let name = PersonName { given: Some(NamePart::parse(given).expect("a name")), ..details.name };
    let mut tx = desk.store.begin(practice()).await.expect("begins");
    tx.account_of_person(practice(), &name, details.date_of_birth).await.expect("readable")
}

#[tokio::test]
async fn a_longer_name_makes_no_second_account_of_a_record_and_sets_nobodys_password() {
    for email in ["jo.obrien@example.com", "other@example.com"] {
        let desk = Desk::open().await;
        desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
        desk.registered(&jo()).await;
        let account = account_of_jo(&desk).await;
        assert_eq!(account.linked, Some(jos_record().id));
        desk.pass(chrono::TimeDelta::hours(1));
        desk.registered(&jo_ann(email)).await;
        assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
        assert_eq!(account_of(&desk, "Jo Ann").await, None);
        assert_eq!(account_of_jo(&desk).await, account);
        assert!(!desk.email.sent().iter().any(|email| email.subject.contains("set up again")));
    }
}

#[tokio::test]
async fn of_two_who_accept_at_once_under_a_longer_and_a_shorter_name_one_gets_the_record() {
    let desk = Desk::open().await;
    desk.store.import_patients(practice(), &[jos_record()], desk.now()).await.expect("imported");
    let mut opened = Vec::new();
    for details in [jo(), jo_ann("other@example.com")] {
        desk.linked(&details).await;
        opened.push(desk.portal.open_link(&desk.token_of(&details), PASSWORD).await.expect("right").id);
        desk.pass(chrono::TimeDelta::minutes(2));
    }
    let accept = |id| {
        let portal = desk.portal.clone();
        async move { portal.accept_terms(id, TERMS.version).await }
    };
    let accepted = join_all(opened.into_iter().map(accept)).await;
    assert!(accepted.iter().all(Result::is_ok), "{accepted:?}");
    desk.portal.settle().await;
    let accounts = [account_of(&desk, "Jo").await, account_of(&desk, "Jo Ann").await];
    let [only] = accounts.iter().flatten().collect::<Vec<_>>()[..] else { panic!("{accounts:?}") };
    assert_eq!(only.linked, Some(jos_record().id));
    assert_eq!(desk.reviews().await, ["account_exists_with_other_contacts"]);
}

#[tokio::test]
async fn an_account_that_shows_one_record_is_not_joined_to_a_second_one_by_the_machine() {
    let desk = Desk::open().await;
    let somebody = record(2, "Moira", "Kelly", (1950, 2, 3), vec![]);
    desk.store.import_patients(practice(), &[jos_record(), somebody.clone()], desk.now()).await.expect("in");
    let first = desk.registered(&jo()).await;
    let account = account_of_jo(&desk).await.id;
    let mut tx = desk.store.begin(practice()).await.expect("begins");
    tx.end_profile(practice(), account, jos_record().id, desk.now()).await.expect("ended");
    let (practice_id, registration) = (practice(), first.id);
    let other =
        NewProfile { practice: practice_id, account, patient: somebody.id, registration, at: desk.now() };
    assert!(tx.add_profile(other).await.expect("linked"));
    tx.commit().await.expect("committed");
    desk.pass(chrono::TimeDelta::hours(1));
    desk.registered(&jo()).await;
    assert_eq!(desk.reviews().await, ["another_record_is_near"]);
    assert_eq!(account_of_jo(&desk).await.linked, Some(somebody.id));
}

/// What may differ from one registration to the next: its id and its reference.
fn without_identity(reply: &Reply, id: &str, reference: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = reply
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), format!("{value:?}")))
        .collect::<Vec<_>>();
    let body =
        String::from_utf8(reply.bytes.to_vec()).expect("text").replace(id, "ID").replace(reference, "REF");
    (reply.status.as_u16(), headers, body)
}

#[tokio::test]
async fn no_byte_of_any_answer_says_whether_the_person_or_the_account_is_known() {
    let unknown = Desk::open().await;
    let recorded = Desk::open().await;
    recorded.store.import_patients(practice(), &[jos_record()], recorded.now()).await.expect("imported");
    let with_account = Desk::open().await;
    with_account.registered(&jo()).await;
    let strangers = Desk::open().await;
    strangers.registered(&jo_with(&json!({ "mobile": "07700 900666", "email": "x@example.com" }))).await;
    let reviewed = Desk::open().await;
    let others = record(1, "Jo", "O'Brien-Smith", (1985, 3, 7), vec![NewContact::email("old@example.org")]);
    reviewed.store.import_patients(practice(), &[others], reviewed.now()).await.expect("imported");
    let protected = Desk::open().await;
    protected.store.import_patients(practice(), &[jos_record()], protected.now()).await.expect("imported");
    let mut tx = protected.store.begin(practice()).await.expect("begun");
    tx.mark_patient(practice(), jos_record().id, Mark::Sensitive, protected.now()).await.expect("marked");
    tx.commit().await.expect("committed");

    let mut seen = Vec::new();
    for desk in [&unknown, &recorded, &with_account, &strangers, &reviewed, &protected] {
        seen.push(every_answer(desk).await);
    }
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
    assert_eq!(reviewed.reviews().await.len(), 1, "staff decide");
    assert_eq!(protected.reviews().await, ["record_marked"]);
}

async fn every_answer(desk: &Desk) -> Vec<(u16, Vec<(String, String)>, String)> {
    let confirmed = desk.confirm(&jo()).await;
    let view = confirmed.ok();
    let (id, reference) = (view["id"].as_str().expect("id"), view["reference"].as_str().expect("reference"));
    desk.portal.settle().await;
    let code = desk.code_of(&jo());
    let mut replies = vec![
        confirmed,
        desk.check(id, "12345").await,
        desk.check(id, &other_than(&code)).await,
        desk.act(id, "code/send").await,
        desk.check(id, &code).await,
        desk.set_password(id, "short").await,
        desk.set_password(id, PASSWORD).await,
        desk.get(&format!("/registrations/{id}")).await,
    ];
    desk.portal.settle().await;
    let token = desk.token_of(&jo());
    let link = format!("/l/{token}/password");
    replies.push(desk.page(&format!("/l/{token}")).await);
    replies.push(desk.submit(&link, &[("password", "three calm otters sank")]).await);
    let terms = desk.submit(&link, &[("password", PASSWORD)]).await;
    let pass = hidden(&terms, "pass");
    let version = TERMS.version.to_owned();
    let done = desk.submit("/t", &[("pass", &pass), ("terms", &version), ("answer", "accept")]).await;
    assert!(terms.status.is_success() && done.status.is_success(), "{} {}", terms.status, done.status);
    let opened_again = desk.page(&format!("/l/{token}")).await;
    replies.extend([terms, done, opened_again]);
    replies.push(desk.get(&format!("/registrations/{id}")).await);
    desk.portal.settle().await;
    replies.push(desk.get(&format!("/registrations/{id}")).await);
    assert_eq!(replies.last().expect("the last").json()["state"], "registered");
    let hide = |answer: (u16, Vec<(String, String)>, String)| {
        (answer.0, answer.1, answer.2.replace(&pass, "PASS").replace(&token, "TOKEN"))
    };
    replies.iter().map(|reply| hide(without_identity(reply, id, reference))).collect()
}

/// The value of a hidden field.
fn hidden(page: &Reply, name: &str) -> String {
    let body = String::from_utf8(page.bytes.to_vec()).expect("text");
    let (_, after) = body.split_once(&format!("name=\"{name}\" value=\"")).expect("the page has the field");
    after.split('"').next().expect("a split has a first part").to_owned()
}
