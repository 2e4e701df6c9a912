//! What happens without anybody asking: messages and record updates that were promised, time that runs out, what is kept
//! too long, the chain of the access log.
//!
//! Each worker takes what is due now and returns how much there was; none sleeps or keeps state of its own, so a killed
//! portal loses nothing. [`Portal::work`] runs them while the program lives, [`Portal::settle`] until nothing is due.

mod deadlines;
mod outbox;
mod records;
mod texts;

use std::{future::Future, pin::pin, time::Duration};

use chrono::TimeDelta;
use store::{StoreError, VerifyReport};
use tokio::time::{MissedTickBehavior, interval};

use crate::Portal;

/// How often the workers look when nobody wakes them.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often what is kept too long is looked for.
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// How long the access log is kept: eight years, as a practice keeps the records it is about.
const ACCESS_LOG_KEPT: TimeDelta = TimeDelta::days(8 * 365 + 2);

impl Portal {
    /// Works until `shutdown` is done, then finishes what is due.
    pub async fn work(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let (mut look, mut purge) = (interval(LOOK_EVERY), interval(PURGE_EVERY));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                // Somebody waits for what was just promised; everything else can wait a second.
                () = self.promised.notified() => { Self::told("outbox", self.deliver().await); }
                _ = look.tick() => { self.look().await; }
                _ = purge.tick() => self.purge().await,
            }
        }
        self.settle().await;
    }

    /// Runs every worker until nothing more is due now.
    pub async fn settle(&self) {
        while self.look().await > 0 {}
        self.purge().await;
    }

    /// One look at everything that is due. Failures are logged and met again at the next look; one worker's do not stop
    /// another's.
    async fn look(&self) -> usize {
        Self::told("deadlines", self.move_overdue().await)
            + Self::told("outbox", self.deliver().await)
            + Self::told("access log", self.seal_access_log().await)
    }

    async fn purge(&self) {
        let now = self.now();
        Self::told("purge", self.store.purge(now).await.map(|_| 0));
        let old =
            self.store.purge_access_log(self.practice(), &self.keys.access_log, now - ACCESS_LOG_KEPT).await;
        Self::told("purge of the access log", old.map(|_| 0));
    }

    /// Walks the chain of the access log from end to end.
    pub async fn verify_access_log(&self) -> Result<VerifyReport, StoreError> {
        self.store.verify_access_log(self.practice(), &self.keys.access_log).await
    }

    fn told(worker: &'static str, result: Result<usize, StoreError>) -> usize {
        result.unwrap_or_else(|error| {
            tracing::error!(worker, error = &error as &dyn std::error::Error, "a worker failed");
            0
        })
    }

    async fn seal_access_log(&self) -> Result<usize, StoreError> {
        self.store.seal_access_log(self.practice(), &self.keys.access_log, self.now()).await
    }
}
