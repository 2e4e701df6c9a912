//! Bringing what was kept to the portal, as soon as it is there.

use std::{io, path::Path, sync::Arc, time::Duration};

use kiosk_api::{
    journal::{JournalEntry, Taken},
    problem::{Problem, ProblemCode},
};
use registration::time::Clock as _;
use tokio::fs;
use uuid::Uuid;

use super::{Journal, removed};
use crate::{client::PortalClient, kiosk::Kiosk};

/// Pauses while the portal is away, in seconds; later ones take the last.
const PAUSES_S: [u64; 4] = [5, 10, 20, 60];

/// How often the portal is told how the journal stands although nothing was kept.
const SAY_EVERY: Duration = Duration::from_mins(15);

/// Why not everything was brought.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBrought {
    /// The portal did not take it.
    #[error("the portal does not take it now")]
    Portal(Problem),
    /// It cannot be read or taken away here.
    #[error("the journal cannot be read")]
    Disk(#[from] io::Error),
}

/// For as long as this program speaks to this portal. Also with a credential that was revoked: the portal takes it once more.
pub(crate) async fn whenever_it_can(kiosk: Arc<Kiosk>, client: Arc<PortalClient>) {
    let mut failures = 0_usize;
    loop {
        match bring(&kiosk, &client).await {
            Ok(()) => {
                failures = 0;
                tokio::select! {
                    () = kiosk.journal.kept.notified() => {}
                    () = tokio::time::sleep(SAY_EVERY) => {}
                }
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(%error, "what was kept for the portal stays here for now");
                }
                let pause = PAUSES_S[failures.min(PAUSES_S.len() - 1)];
                failures += 1;
                tokio::time::sleep(Duration::from_secs(pause)).await;
            }
        }
    }
}

/// Everything that lies here, and how the journal stands then. What has lain here for too long goes after that: a portal that is
/// there gets it all the same, however wrong this clock was.
pub(crate) async fn bring(kiosk: &Kiosk, client: &PortalClient) -> Result<(), NotBrought> {
    let journal = &kiosk.journal;
    let brought = match journal.report().await? {
        Some(stands) => bring_each(journal, stands.journal, client).await,
        None => return Ok(()),
    };
    journal.drop_old(kiosk.clock.now()).await?;
    brought?;
    let Some(report) = journal.report().await? else { return Ok(()) };
    let seen = client.journal_stands(&report).await.map_err(NotBrought::Portal)?;
    let waiting = report.waiting;
    if waiting > 0 || seen.lost > 0 {
        tracing::warn!(waiting, lost = seen.lost, "registrations that were kept for the portal");
    } else {
        tracing::info!("the portal has everything that was kept for it");
    }
    Ok(())
}

/// What the portal cannot read, or this machine cannot, holds up nothing else.
async fn bring_each(journal: &Journal, present: Uuid, client: &PortalClient) -> Result<(), NotBrought> {
    let mut failed = None;
    for waiting in journal.waiting().await? {
        let Some(mut entry) = read(&waiting.file).await else { continue };
        // One that was kept before the counts began anew is among the new ones.
        entry.journal = present;
        match client.hand_over(&entry).await {
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
