//! Bringing what was kept to the portal.

use std::{io, path::Path};

use kiosk_api::{
    journal::{JournalEntry, JournalReport, JournalSeen, Taken},
    problem::{Problem, ProblemCode},
};
use registration::time::Clock;
use tokio::fs;
use uuid::Uuid;

use crate::{Journal, removed};

/// The portal, as whoever brings entries to it sees it. A [`Problem`] says that the answer never came, or what it was.
pub trait TakesEntries: Sync {
    /// `POST /journal/entries`.
    fn hand_over(&self, entry: &JournalEntry) -> impl Future<Output = Result<Taken, Problem>> + Send;

    /// `POST /journal`.
    fn journal_stands(
        &self,
        report: &JournalReport,
    ) -> impl Future<Output = Result<JournalSeen, Problem>> + Send;
}

/// Why not everything was brought.
#[derive(Debug, thiserror::Error)]
pub enum NotBrought {
    /// The portal did not take it.
    #[error("the portal does not take it now")]
    Portal(Problem),
    /// It cannot be read or taken away here.
    #[error("the journal cannot be read")]
    Disk(#[from] io::Error),
}

/// Everything that lies here, and how the journal stands then. What has lain here for too long goes after that: a portal that is
/// there gets it all the same, however wrong this clock was.
pub async fn bring(
    journal: &Journal,
    portal: &impl TakesEntries,
    clock: &impl Clock,
) -> Result<(), NotBrought> {
    let brought = match journal.report().await? {
        Some(stands) => bring_each(journal, stands.journal, portal).await,
        None => return Ok(()),
    };
    journal.drop_old(clock.now()).await?;
    brought?;
    let Some(report) = journal.report().await? else { return Ok(()) };
    let seen = portal.journal_stands(&report).await.map_err(NotBrought::Portal)?;
    let waiting = report.waiting;
    if waiting > 0 || seen.lost > 0 {
        tracing::warn!(waiting, lost = seen.lost, "registrations that were kept for the portal");
    } else {
        tracing::info!("the portal has everything that was kept for it");
    }
    Ok(())
}

/// What the portal cannot read, or this machine cannot, holds up nothing else.
async fn bring_each(journal: &Journal, present: Uuid, portal: &impl TakesEntries) -> Result<(), NotBrought> {
    let mut failed = None;
    for waiting in journal.waiting().await? {
        let Some(mut entry) = read(&waiting.file).await else { continue };
        // One that was kept before the counts began anew is among the new ones.
        entry.journal = present;
        match portal.hand_over(&entry).await {
            Ok(Taken::Kept) => removed(&waiting.file).await,
            Ok(Taken::Unreadable) => {
                tracing::error!("the portal cannot open what was kept for it: it has another key by now");
            }
            Err(Problem { code: ProblemCode::MalformedRequest, .. }) => {
                tracing::error!("the portal does not understand an entry of the journal");
            }
            // Of this entry, perhaps; the others are tried.
            Err(problem @ Problem { code: ProblemCode::Unforeseen, .. }) => failed = Some(problem),
            Err(problem) => return Err(NotBrought::Portal(problem)),
        }
    }
    failed.map_or(Ok(()), |problem| Err(NotBrought::Portal(problem)))
}

async fn read(file: &Path) -> Option<JournalEntry> {
    let bytes = fs::read(file).await.inspect_err(|error| {
        tracing::error!(%error, "an entry of the journal cannot be read");
    });
    let entry = serde_json::from_slice(&bytes.ok()?).inspect_err(|error| {
        tracing::error!(%error, "an entry of the journal is damaged");
    });
    entry.ok()
}
