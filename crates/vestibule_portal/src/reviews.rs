//! Decisions that the machine left to staff: shown to them, and settled.

use matching::Settlement;
use portal::{NotSettled, Word};
use registration::{
    flow::Registration,
    ids::ReviewId,
    values::{email::EmailAddress, name::PersonName},
};
use store::{ContactField, PatientRecord, Said};
use uuid::Uuid;

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

/// Lines of one list.
const MOST: u32 = 1_000;

/// Each with the records in question, the likeliest first, and how each compared with what was registered.
pub(crate) async fn list(told: &Told, problems: Problems) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let practice = portal.settings().practice;
    let reviews = portal.reviews_waiting(MOST).await?;
    let time_zone = portal.settings().time_zone;
    if reviews.is_empty() {
        say("There is none.");
    }
    for review in reviews {
        say(&format!(
            "{}\t{}\t{}\tsince {}\t{} records in question",
            review.id,
            review.registration,
            review.reason.as_str(),
            local(review.at, time_zone),
            review.candidates.len()
        ));
        let latest = store.match_decisions(practice, review.registration).await?.pop();
        for patient in &review.candidates {
            let compared = latest.iter().flat_map(|decision| &decision.comparisons);
            let words = compared.filter(|(other, _)| other == patient).map(|(_, levels)| levels.explain());
            say(&format!("\t{patient}\t{}", words.collect::<String>()));
        }
    }
    store.close().await;
    Ok(())
}

/// One review with people's details, field by field.
pub(crate) async fn show(
    told: &Told,
    problems: Problems,
    review: ReviewId,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let shown = portal.show_review(review, staff).await;
    let time_zone = portal.settings().time_zone;
    store.close().await;
    let shown = shown?;
    let (reason, at) = (shown.review.reason.as_str(), local(shown.review.at, time_zone));
    say(&format!("{}\t{reason}\tsince {at}", shown.review.id));
    if let Some(settled) = shown.settled {
        let said = settled.said.map_or_else(|| "closed".to_owned(), |said| in_words(&said));
        say(&format!("settled {}: {said}", local(settled.at, time_zone)));
    }
    say("registered");
    registered(&shown.registration);
    if shown.not_searched {
        say("the practice system could not be asked who this could be: look once more in a minute");
    }
    for in_question in &shown.in_question {
        let record = &in_question.record;
        let outdated = if in_question.may_be_outdated { "\tmay be of an earlier day" } else { "" };
        say(&format!("record {}@{}{outdated}", record.id, record.version));
        held(record);
        say(&format!("\t{}", in_question.levels.explain()));
    }
    Ok(())
}

fn registered(registration: &Registration) {
    let details = &registration.details;
    let born = details.date_of_birth.date().to_string();
    let (mobile, email) = (details.mobile.e164(), details.email.as_ref().map(EmailAddress::as_typed));
    field("name", Some(&full(&details.name)), "");
    field("date of birth", Some(&born), "");
    let proven = registration.proven();
    field("mobile", Some(mobile), if proven.is_some() { "proven" } else { "" });
    field("email", email, if proven.is_some_and(|(_, email)| email.is_some()) { "proven" } else { "" });
}

fn held(record: &PatientRecord) {
    let born = record.date_of_birth.map(|born| born.to_string());
    field("name", Some(&full(&record.name)), "");
    field("date of birth", born.as_deref(), "");
    for contact in [ContactField::Mobile, ContactField::Email, ContactField::Home, ContactField::Work] {
        let present = record.contact(contact);
        let proven = present.is_some_and(|contact| contact.verified.is_some());
        let value = present.map(|contact| contact.value.as_str());
        field(contact.as_str(), value, if proven { "proven" } else { "" });
    }
}

fn field(name: &str, value: Option<&str>, mark: &str) {
    say(format!("\t{name}\t{}\t{mark}", value.unwrap_or("nothing")).trim_end());
}

fn full(name: &PersonName) -> String {
    let given = name.given.as_ref().map(|given| format!("{} ", given.as_typed())).unwrap_or_default();
    format!("{given}{}", name.family.as_typed())
}

fn in_words(said: &Said) -> String {
    let staff = said.staff;
    match said.settlement {
        Settlement::SamePerson(patient) => format!("the person of record {patient}, by {staff}"),
        Settlement::DifferentPerson => format!("the person of none of these records, by {staff}"),
        Settlement::Rejected => format!("rejected, by {staff}"),
    }
}

/// Keeps what a staff member says.
pub(crate) async fn settle(
    told: &Told,
    problems: Problems,
    review: ReviewId,
    word: Word,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let settled = portal.settle_review(review, word, staff).await;
    store.close().await;
    if let Err(NotSettled::AlreadySettled(Some(said))) = &settled {
        say(&format!("Before you: {}.", in_words(said)));
    }
    settled?;
    say(match word {
        Word::SamePerson { .. } => "Settled. The record is being updated: `updates list` says when it is.",
        Word::DifferentPerson => "Settled. A record is being made: `updates list` says when it is.",
        Word::Rejected => "Settled. Nothing follows.",
    });
    Ok(())
}

/// Takes back what was said.
pub(crate) async fn open_again(
    told: &Told,
    problems: Problems,
    review: ReviewId,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let opened = portal.open_review_again(review, staff).await;
    store.close().await;
    opened?;
    say("It waits again.");
    Ok(())
}
