//! A database that is away: everybody is asked to come back, and the log says it once, however many ask meanwhile.

use std::sync::{Mutex, PoisonError};

use kiosk_api::problem::{Problem, ProblemCode};
use store::StoreError;

use crate::{Portal, StoreFailure};

/// A server that starts again answers within seconds; a standby takes over in less than a minute.
const COME_BACK_AFTER_S: u32 = 5;

/// The incident under which the log says that the database is away; nothing while it answers.
#[derive(Default)]
pub(crate) struct Outage(Mutex<Option<String>>);

impl Outage {
    fn incident(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Portal {
    /// What the store did not do, as the world is told; the cause is in the log.
    pub(crate) fn failure(&self, error: &StoreError) -> StoreFailure {
        match error {
            StoreError::Away(_) => {
                self.database_is_away(error);
                StoreFailure::Away { retry_after_s: COME_BACK_AFTER_S }
            }
            StoreError::Conflict
            | StoreError::KeysNotMade
            | StoreError::OtherSecret
            | StoreError::Failed(_)
            | StoreError::Corrupt { .. } => StoreFailure::Unforeseen { incident: self.incident(error) },
        }
    }

    /// The same, as a kiosk is told.
    pub(crate) fn store_problem(&self, error: &StoreError) -> Problem {
        match self.failure(error) {
            StoreFailure::Away { retry_after_s } => {
                Problem { retry_after_s: Some(retry_after_s), ..Problem::new(ProblemCode::Busy) }
            }
            StoreFailure::Unforeseen { incident } => {
                Problem { incident: Some(incident), ..Problem::new(ProblemCode::Unforeseen) }
            }
        }
    }

    fn database_is_away(&self, error: &StoreError) {
        let mut under_way = self.outage.incident();
        if under_way.is_none() {
            let incident = self.draw_incident();
            tracing::error!(incident, error = error as &dyn std::error::Error, "the database is away");
            *under_way = Some(incident);
        }
    }

    /// To be said by whoever wrote into it and does so all the time: a standby that takes no writes yet is read all right.
    pub(crate) fn database_answers(&self) {
        if let Some(incident) = self.outage.incident().take() {
            tracing::info!(incident, "the database answers again");
        }
    }
}
