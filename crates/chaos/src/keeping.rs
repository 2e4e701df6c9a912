//! What a kiosk keeps while its portal does not answer, in the journal that the real one has: it outlives the kiosk's program,
//! which brings it as soon as it can.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use kiosk_api::{
    BASE_PATH,
    journal::{JournalEntry, JournalEntryAnswer, JournalReport, JournalSeen, Taken},
    problem::{Problem, ProblemCode},
    registration::ConfirmDetails,
};
use kiosk_journal::{Journal, TakesEntries, bring};
use machine::SystemClock;
use portal::SharedRng;
use registration::{secrets::reference::Reference, time::Clock as _};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::{
    asking::{Asking, BETWEEN_TRIES, PATIENCE},
    ledger::Ledger,
};

/// A program starts again later than what its last life was writing is written.
const STARTS_AFTER: Duration = Duration::from_millis(300);

/// A kiosk's journal, in whichever life of its program.
pub(crate) struct Keeping {
    data_dir: PathBuf,
    rng: SharedRng,
    clock: SystemClock,
    /// The portal's public key.
    recipient: String,
    /// `None` while the program is dead.
    journal: watch::Sender<Option<Arc<Journal>>>,
}

impl Keeping {
    pub(crate) fn new(data_dir: PathBuf, rng: SharedRng, clock: SystemClock, recipient: String) -> Self {
        let keeping = Self { data_dir, rng, clock, recipient, journal: watch::Sender::new(None) };
        keeping.opens();
        keeping
    }

    fn opens(&self) {
        let journal = Journal::in_folder(&self.data_dir, self.rng.clone());
        self.journal.send_replace(Some(Arc::new(journal)));
    }

    async fn open(&self) -> Arc<Journal> {
        let mut seen = self.journal.subscribe();
        let open = seen.wait_for(Option::is_some).await.expect("the sender lives as long as we");
        Arc::clone(open.as_ref().expect("waited for"))
    }

    pub(crate) async fn keep(&self, confirmed: &ConfirmDetails, request_key: Uuid) -> Result<Reference> {
        let journal = self.open().await;
        let kept = journal.keep(Some(&self.recipient), confirmed, request_key, self.clock.now()).await;
        kept.context("the journal takes it")
    }

    /// In each life of the program, until nobody keeps anything any more and everything was brought, or for want of patience.
    pub(crate) async fn bring_all(
        &self,
        portal: &impl TakesEntries,
        mut killed: watch::Receiver<()>,
        mut nobody_left: watch::Receiver<bool>,
    ) {
        loop {
            let journal = self.open().await;
            tokio::select! {
                () = self.bring_in_one_life(&journal, portal, &mut nobody_left) => return,
                _ = killed.changed() => {}
            }
            self.journal.send_replace(None);
            sleep(STARTS_AFTER).await;
            self.opens();
        }
    }

    async fn bring_in_one_life(
        &self,
        journal: &Journal,
        portal: &impl TakesEntries,
        nobody_left: &mut watch::Receiver<bool>,
    ) {
        loop {
            let is_last = *nobody_left.borrow_and_update();
            let brought = timeout(PATIENCE, async {
                while bring(journal, portal, &self.clock).await.is_err() {
                    sleep(BETWEEN_TRIES).await;
                }
            });
            // What was not brought by then is seen to lie here in the end.
            if brought.await.is_err() || is_last {
                return;
            }
            tokio::select! {
                () = journal.kept() => {}
                _ = nobody_left.changed() => {}
            }
        }
    }
}

/// A kiosk's way to the portal, which asks once: whoever brings asks again.
pub(crate) struct Bringing<'a> {
    pub(crate) asking: &'a Asking,
    pub(crate) credential: &'a str,
    pub(crate) ledger: &'a Ledger,
}

impl Bringing<'_> {
    async fn ask<A: DeserializeOwned>(
        &self,
        route: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<A, Problem> {
        let request =
            self.asking.post(&format!("{BASE_PATH}{route}")).bearer_auth(self.credential).json(body);
        let unreachable = |_| Problem::new(ProblemCode::PortalUnreachable);
        let answer = request.send().await.map_err(unreachable)?;
        if answer.status().is_success() {
            return answer.json().await.map_err(unreachable);
        }
        let problem: Option<Problem> = answer.json().await.ok();
        Err(problem.unwrap_or_else(|| Problem::new(ProblemCode::PortalUnreachable)))
    }
}

impl TakesEntries for Bringing<'_> {
    async fn hand_over(&self, entry: &JournalEntry) -> Result<Taken, Problem> {
        let answer: JournalEntryAnswer = self.ask("/journal/entries", entry).await?;
        match answer.taken {
            Taken::Kept => self.ledger.taken(entry.id),
            // It stays, which is noticed in the end.
            Taken::Unreadable => {}
        }
        Ok(answer.taken)
    }

    async fn journal_stands(&self, report: &JournalReport) -> Result<JournalSeen, Problem> {
        self.ask("/journal", report).await
    }
}
