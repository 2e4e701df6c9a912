//! Decisions that the machine left to staff: shown to them, and settled.

use clap::{Args, Subcommand};
use matching::Settlement;
use portal::{NotSettled, Word};
use registration::{
    flow::Registration,
    ids::{PatientId, ReviewId},
    values::{email::EmailAddress, name::PersonName},
};
use store::{ByStaff, ContactField, PatientRecord, Said};
use uuid::Uuid;

use crate::{
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One line for each that waits for staff: review, registration, reason, since when.
    List,
    /// What was registered beside what each record in question holds. Shows people's details.
    Show {
        /// Which, as `list` shows it.
        review: Uuid,
        /// Who looks, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
    /// Settles one, once, having seen who it is.
    Settle {
        /// Which, as `list` shows it.
        review: Uuid,
        #[command(flatten)]
        word: WordArguments,
        /// Who says so, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
    /// Takes a settled one back: what was written is undone, the link ends, and it waits again. Within 30 days.
    OpenAgain {
        /// Which.
        review: Uuid,
        /// Who wants it, for the access log.
        #[arg(long, value_name = "ID")]
        staff: Uuid,
    },
}

/// One of three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct WordArguments {
    /// Whoever registered is the person of this record: link and update it. With its version, both as `show` prints them.
    #[arg(long, value_name = "RECORD@VERSION", value_parser = record_and_version)]
    same_person: Option<Word>,
    /// They are the person of none of the records in question: make a record of their own.
    #[arg(long)]
    different_person: bool,
    /// Nothing is to follow.
    #[arg(long)]
    reject: bool,
}

impl WordArguments {
    const fn word(&self) -> Word {
        match (self.same_person, self.different_person) {
            (Some(word), _) => word,
            (None, true) => Word::DifferentPerson,
            (None, false) => Word::Rejected,
        }
    }
}

fn record_and_version(typed: &str) -> Result<Word, String> {
    let read = || {
        let (record, version) = typed.split_once('@')?;
        Some(Word::SamePerson { patient: PatientId(record.parse().ok()?), version: version.parse().ok()? })
    };
    read().ok_or_else(|| "that is no record and version, such as 0199…@3".to_owned())
}

pub(crate) async fn run(told: &Told, problems: Problems, command: Command) -> Result<(), Failure> {
    match command {
        Command::List => list(told, problems).await,
        Command::Show { review, staff } => show(told, problems, ReviewId(review), staff).await,
        Command::Settle { review, word, staff } => {
            settle(told, problems, ReviewId(review), word.word(), staff).await
        }
        Command::OpenAgain { review, staff } => open_again(told, problems, ReviewId(review), staff).await,
    }
}

/// Lines of one list.
const MOST: u32 = 1_000;

/// Each with the records in question, the likeliest first, and how each compared with what was registered.
async fn list(told: &Told, problems: Problems) -> Result<(), Failure> {
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
async fn show(told: &Told, problems: Problems, review: ReviewId, staff: Uuid) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let shown = portal.show_review(review, ByStaff::command(staff)).await;
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
async fn settle(
    told: &Told,
    problems: Problems,
    review: ReviewId,
    word: Word,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let settled = portal.settle_review(review, word, ByStaff::command(staff)).await;
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
async fn open_again(told: &Told, problems: Problems, review: ReviewId, staff: Uuid) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let opened = portal.open_review_again(review, ByStaff::command(staff)).await;
    store.close().await;
    opened?;
    say("It waits again.");
    Ok(())
}
