//! The kiosk says every few seconds that it is there, and hears what staff want of it.

use std::{sync::Arc, time::Duration};

use kiosk_api::{problem::ProblemCode, staff::kiosks::KioskPresence};

use crate::{client::PortalClient, kiosk::Kiosk};

/// How long staff wait at most until a kiosk does what they want of it.
const SAY_EVERY: Duration = Duration::from_secs(3);

/// For as long as this program speaks to this portal.
pub(crate) async fn say(kiosk: Arc<Kiosk>, client: Arc<PortalClient>) {
    let mut last_failed = None;
    loop {
        match client.presence(&presence(&kiosk).await).await {
            Ok(orders) => {
                last_failed = None;
                kiosk.wanted.hear(orders, kiosk.clock.uptime());
            }
            // A portal of an earlier version wants nothing, and one that is away is told of elsewhere.
            Err(problem) if problem.code == ProblemCode::NotFound || last_failed == Some(problem.code) => {}
            Err(problem) => {
                last_failed = Some(problem.code);
                tracing::warn!(code = ?problem.code, "the portal was not told that this kiosk is there");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(SAY_EVERY) => {}
            () = kiosk.wanted.asked_anew() => {}
        }
    }
}

async fn presence(kiosk: &Kiosk) -> KioskPresence {
    let kept = kiosk.journal.waiting().await.map_or(0, |waiting| waiting.len());
    KioskPresence {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        running_s: u32::try_from(kiosk.clock.uptime().as_secs()).unwrap_or(u32::MAX),
        in_use: kiosk.is_in_use(),
        kept: u32::try_from(kept).unwrap_or(u32::MAX),
    }
}
