//! From nothing to ready: the portal, and the kiosk's own way to it. The welcome screen does not wait for this.

use std::sync::Arc;

use kiosk_api::kiosk::{Mode, OutOfServiceReason};

use crate::{config::PortalPlace, embedded, kiosk::Kiosk, remote};

/// Starts everything behind the window.
pub(crate) async fn start(kiosk: Arc<Kiosk>) {
    let outcome = match (kiosk.config.portal, kiosk.config.mode) {
        (PortalPlace::Remote, Mode::Sandbox | Mode::Trial | Mode::Live) => {
            return remote::start(&kiosk).await;
        }
        (PortalPlace::Embedded, Mode::Sandbox) => embedded::start(&kiosk).await.map(Arc::new),
        // Real senders, staff-confirmed contacts and approved terms are not built yet.
        (PortalPlace::Embedded, Mode::Trial) => {
            tracing::error!("an embedded portal runs in sandbox mode only so far: trial needs real senders");
            Err(OutOfServiceReason::NotConfigured)
        }
        (PortalPlace::Embedded, Mode::Live) => {
            tracing::error!(
                "live mode needs a portal on a server, which patients' phones can reach: \
                 set VESTIBULE_PORTAL=remote, and join this kiosk to it with a code of vestibule-portal kiosk enrol"
            );
            Err(OutOfServiceReason::LiveNeedsRemotePortal)
        }
    };
    match &outcome {
        Ok(_) => tracing::info!(uptime_ms = kiosk.clock.uptime().as_millis(), "ready"),
        Err(reason) => tracing::error!(?reason, "out of service"),
    }
    kiosk.started(outcome);
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use kiosk_api::kiosk::KioskPhase;
    use machine::SystemClock;

    use super::*;
    use crate::config::Config;

    async fn refused(mode: &str) -> KioskPhase {
        let config = Config::try_parse_from(["vestibule", "--mode", mode]).expect("a configuration");
        let kiosk = Arc::new(Kiosk::new(config, SystemClock::start()));
        start(Arc::clone(&kiosk)).await;
        kiosk.status().phase
    }

    #[tokio::test]
    async fn the_portal_that_a_kiosk_brings_is_not_for_live_mode_and_not_yet_for_trial() {
        let reason = OutOfServiceReason::LiveNeedsRemotePortal;
        assert_eq!(refused("live").await, KioskPhase::OutOfService { reason });
        let reason = OutOfServiceReason::NotConfigured;
        assert_eq!(refused("trial").await, KioskPhase::OutOfService { reason });
    }
}
