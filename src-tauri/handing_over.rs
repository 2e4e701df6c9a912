//! Bringing what was kept to the portal, as soon as it is there.

use std::{sync::Arc, time::Duration};

use kiosk_journal::bring;

use crate::{client::PortalClient, kiosk::Kiosk};

/// Pauses while the portal is away, in seconds; later ones take the last.
const PAUSES_S: [u64; 4] = [5, 10, 20, 60];

/// How often the portal is told how the journal stands although nothing was kept.
const SAY_EVERY: Duration = Duration::from_mins(15);

/// For as long as this program speaks to this portal. Also with a credential that was revoked: the portal takes it once more.
pub(crate) async fn whenever_it_can(kiosk: Arc<Kiosk>, client: Arc<PortalClient>) {
    let mut failures = 0_usize;
    loop {
        match bring(&kiosk.journal, &*client, &kiosk.clock).await {
            Ok(()) => {
                failures = 0;
                tokio::select! {
                    () = kiosk.journal.kept() => {}
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
