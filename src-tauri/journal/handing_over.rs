//! Bringing what was kept to the portal, as soon as it is there.

use std::{io, sync::Arc, time::Duration};

use kiosk_api::{
    journal::{JournalEntry, JournalReport, Taken},
    problem::{Problem, ProblemCode},
};
use registration::time::Clock as _;
use tokio::fs;

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

/// Everything that lies here, and how the journal stands then. What the portal cannot read holds up nothing else.
pub(crate) async fn bring(kiosk: &Kiosk, client: &PortalClient) -> Result<(), NotBrought> {
    let journal = &kiosk.journal;
    journal.drop_old(kiosk.clock.now()).await?;
    let Some(stands) = journal.stands().await? else { return Ok(()) };
    for waiting in journal.waiting().await? {
        let entry: JournalEntry = match serde_json::from_slice(&fs::read(&waiting.file).await?) {
            Ok(entry) => entry,
            Err(error) => {
                tracing::error!(%error, "an entry of the journal is damaged");
                continue;
            }
        };
        match client.hand_over(&entry).await {
            Ok(Taken::Kept) => fs::remove_file(&waiting.file).await?,
            Ok(Taken::Unreadable) => {
                tracing::error!("the portal cannot open what was kept for it: it has another key by now");
            }
            Err(Problem { code: ProblemCode::MalformedRequest, .. }) => {
                tracing::error!("the portal does not understand an entry of the journal");
            }
            Err(problem) => return Err(NotBrought::Portal(problem)),
        }
    }
    let waiting = u32::try_from(journal.waiting().await?.len()).unwrap_or(u32::MAX);
    let report = JournalReport { journal: stands.journal, given: stands.given, waiting };
    let seen = client.journal_stands(&report).await.map_err(NotBrought::Portal)?;
    if waiting > 0 || seen.lost > 0 {
        tracing::warn!(waiting, lost = seen.lost, "registrations that were kept for the portal");
    } else {
        tracing::info!("the portal has everything that was kept for it");
    }
    Ok(())
}
