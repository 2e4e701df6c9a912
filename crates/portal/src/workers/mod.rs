//! What happens without anybody asking: messages and record updates that were promised, what kiosks kept while the portal was
//! away, time that runs out, what is kept too long, the chain of the access log, records that no longer hold what was written.
//!
//! Each worker takes what is due now and returns how much there was; none sleeps or keeps state of its own, so a killed
//! portal loses nothing. [`Portal::work`] runs them while the program lives, [`Portal::settle`] until nothing is due.

mod deadlines;
mod elsewhere;
mod journal;
mod outbox;
pub(crate) mod records;
mod texts;

use std::{future::Future, pin::pin, time::Duration};

use registration::flow::figures::UNDO_WITHIN;
use store::{StoreError, VerifyReport};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tracing::Instrument as _;

use crate::Portal;

/// How often the workers look when nobody wakes them.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Deliveries under way at the same moment; while so many wait for a provider, the others wait too.
const DELIVERIES: usize = 8;
/// How often what is kept too long is looked for.
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// How often records are compared with what was written into them.
const COMPARE_EVERY: Duration = Duration::from_hours(24);

impl Portal {
    /// Works until `shutdown` is done, then finishes what is due. Its lines in the log stand in the span in which it was begun.
    pub async fn work(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let (mut look, mut purge) = (interval(LOOK_EVERY), interval(PURGE_EVERY));
        let mut compare = interval(COMPARE_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Beside everything else: a provider that is slow to answer holds up neither the next message nor the other workers.
        let (mut deliveries, mut removing) = (JoinSet::new(), JoinSet::new());
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                // Somebody waits for what was just promised; everything else can wait a second.
                () = self.promised.notified() => self.begin_delivery(&mut deliveries),
                _ = look.tick() => {
                    self.begin_delivery(&mut deliveries);
                    self.keep_up().await;
                }
                // Among a million records it takes seconds.
                _ = purge.tick() => {
                    let portal = self.clone();
                    deliveries.spawn(async move { portal.purge().await }.in_current_span());
                    self.begin_removing(&mut removing);
                }
                _ = compare.tick() => {
                    let portal = self.clone();
                    deliveries.spawn(async move { portal.look_for_differences().await }.in_current_span());
                }
                Some(delivery) = deliveries.join_next() => {
                    if let Err(error) = delivery {
                        tracing::error!(error = &error as &dyn std::error::Error, "a delivery broke off");
                    }
                }
            }
        }
        while deliveries.join_next().await.is_some() {}
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
        self.delivered(self.deliver().await) + self.keep_up().await
    }

    async fn keep_up(&self) -> usize {
        self.told("journal", self.enter_journal().await)
            + self.told("deadlines", self.move_overdue().await)
            + self.told("access log", self.seal_access_log().await)
    }

    fn begin_delivery(&self, deliveries: &mut JoinSet<()>) {
        if deliveries.len() < DELIVERIES {
            let portal = self.clone();
            let delivery = async move {
                portal.delivered(portal.deliver().await);
            };
            deliveries.spawn(delivery.in_current_span());
        }
    }

    /// Beside everything else, for as long as it takes, and broken off at the end: the next start goes on.
    fn begin_removing(&self, removing: &mut JoinSet<()>) {
        while removing.try_join_next().is_some() {}
        if removing.is_empty() {
            let portal = self.clone();
            removing.spawn(async move { portal.remove_old_match_keys().await }.in_current_span());
        }
    }

    /// Removes match keys that newer ones have taken the place of.
    async fn remove_old_match_keys(&self) {
        let removed = self.store.remove_old_match_keys(self.practice()).await;
        if let Ok(rows) = removed
            && rows > 0
        {
            tracing::info!(rows, "former match keys removed");
        }
        self.told("former match keys", removed.map(|_| 0));
    }

    /// Compares each record with what was written into it last; what differs is listed for staff, and nothing is changed.
    /// As long as an update can be undone, it is looked at; what a practice changes later is its own affair.
    pub async fn look_for_differences(&self) {
        let now = self.now();
        if let Some(elsewhere) = &self.elsewhere
            && self.keep_alive(elsewhere).await
        {
            self.told("copies", self.follow_elsewhere(elsewhere, now - UNDO_WITHIN).await);
        }
        let marked = self.store.look_for_differences(self.practice(), now - UNDO_WITHIN, now).await;
        self.told("look for differences", marked.map(|_| 0));
    }

    async fn purge(&self) {
        let now = self.now();
        self.told("purge", self.store.purge(self.practice(), now).await.map(|_| 0));
        self.told("silent journals", self.give_up_silent_journals().await);
        self.told("match keys", self.store.place_new_records(self.practice()).await.map(|_| 0));
        let before = now - self.settings.access_log_kept.span();
        let old = self.store.purge_access_log(self.practice(), &self.keys.access_log, before).await;
        self.told("purge of the access log", old.map(|_| 0));
    }

    /// Walks the chain of the access log from end to end.
    pub async fn verify_access_log(&self) -> Result<VerifyReport, StoreError> {
        self.keys.verify_access_log(&self.store, self.practice()).await
    }

    /// It begins with a write, each second, and so says whether the database takes any.
    fn delivered(&self, delivered: Result<usize, StoreError>) -> usize {
        if delivered.is_ok() {
            self.database_answers();
        }
        self.told("outbox", delivered)
    }

    fn told(&self, worker: &'static str, result: Result<usize, StoreError>) -> usize {
        match result {
            Ok(done) => return done,
            Err(error @ StoreError::Away(_)) => drop(self.failure(&error)),
            Err(error) => {
                tracing::error!(worker, error = &error as &dyn std::error::Error, "a worker failed");
            }
        }
        0
    }

    async fn seal_access_log(&self) -> Result<usize, StoreError> {
        self.store.seal_access_log(self.practice(), &self.keys.access_log, self.now()).await
    }
}
