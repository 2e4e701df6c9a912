//! The machine's clock: the one adapter of this program that reads time.

use std::time::{Duration, Instant};

use registration::time::{Clock, Timestamp};

/// Wall time for the portal, monotonic time for the idle clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock {
    started: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Time since the start, untouched by whoever sets the wall clock.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    fn now(&self) -> Timestamp {
        Timestamp::new(chrono::Utc::now())
    }
}
