//! What kiosks kept while the portal was away: references and states, and, asked for by reference, whose they are.

use std::process::ExitCode;

use chrono_tz::Tz;
use portal::KeptFor;
use registration::secrets::reference::Reference;
use store::{ByStaff, JournalEntryListed, JournalRow};
use uuid::Uuid;

use crate::{
    complain,
    composition::Composition,
    config::{Problems, Told},
    failure::Failure,
    local, say,
};

pub(crate) async fn list(told: &Told, problems: Problems) -> ExitCode {
    match listed(told, problems).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// For whoever looks for a patient who waits in vain.
pub(crate) async fn show(
    told: &Told,
    problems: Problems,
    reference: &Reference,
    staff: Uuid,
) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let found = portal.whose_reference(reference, ByStaff::command(staff)).await;
    store.close().await;
    let found = found?;
    if found.is_empty() {
        say("Nobody is known by this reference, or no longer.");
    }
    for KeptFor { name, date_of_birth, mobile, email } in found {
        say(&format!("{name}\tborn {date_of_birth}\t{mobile}\t{}", email.as_deref().unwrap_or("no email")));
    }
    Ok(())
}

/// For whoever has read what `list` says of a journal.
pub(crate) async fn know(told: &Told, problems: Problems, journal: Uuid, staff: Uuid) -> Result<(), Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let known = async {
        let journals = portal.journals().await?;
        let row = journals.iter().find(|row| row.id == journal).ok_or(Failure::NoSuchJournal)?;
        Ok::<_, Failure>(portal.know_lost(journal, row.lost, ByStaff::command(staff)).await?)
    };
    let known = known.await;
    store.close().await;
    known?;
    say("It is known.");
    Ok(())
}

/// Whether nobody waits in vain, and nothing was lost that is news.
async fn listed(told: &Told, problems: Problems) -> Result<bool, Failure> {
    let (portal, store) = Composition::alone(told, problems)?.portal().await?;
    let (journals, entries) = (portal.journals().await?, portal.journal_entries().await?);
    let time_zone = portal.settings().time_zone;
    store.close().await;
    if journals.is_empty() {
        say("No kiosk has kept anything.");
    }
    for journal in &journals {
        say(&line_of_journal(journal, time_zone));
    }
    for entry in &entries {
        say(&line_of_entry(entry, time_zone));
    }
    let in_vain = entries.iter().any(|entry| entry.fate.is_some());
    Ok(!in_vain && journals.iter().all(|journal| journal.lost_and_unseen() == 0))
}

fn line_of_journal(journal: &JournalRow, time_zone: Tz) -> String {
    let JournalRow { id, kiosk, given, waiting, received, lost, known_lost, reported_at } = journal;
    let spoke = reported_at.map_or_else(|| "never".to_owned(), |at| local(at, time_zone));
    format!(
        "{kiosk}\tmade {given}\tthere {waiting}\tcame {received}\tlost {lost}\tknown {known_lost}\tspoke {spoke}\tjournal {id}"
    )
}

fn line_of_entry(entry: &JournalEntryListed, time_zone: Tz) -> String {
    let state = match (entry.fate, entry.waits_for) {
        (Some(fate), _) => format!("in vain: {}", fate.as_str()),
        (None, Some(wait)) => format!("waits: {}", wait.as_str()),
        (None, None) => "waits".to_owned(),
    };
    format!("{}\t{}\tkept {}\t{state}", entry.reference, entry.kiosk, local(entry.kept_at, time_zone))
}
