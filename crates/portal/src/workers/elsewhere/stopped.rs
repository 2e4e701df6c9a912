//! What becomes of a promise whose step was not taken.

use practice_systems::{Situation, StaffReason};
use store::{OutboxOutcome, OutboxRow, StoreError, UpdateTrouble};

use super::UNTIL_CONFIGURED;
use crate::{
    Portal,
    outbox::Payload,
    workers::outbox::{RECORD_TRIES, pause},
};

impl Portal {
    pub(super) async fn after_situation(
        &self,
        row: &OutboxRow,
        situation: Situation,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        tracing::warn!(outbox = %row.id, %situation, advice = situation.advice(), "the practice system");
        match situation {
            Situation::NotNow { retry_at, .. } | Situation::Unclear { retry_at } => {
                self.finish(row, OutboxOutcome::RetryAt(retry_at)).await
            }
            Situation::Misconfigured(_) => {
                self.finish(row, OutboxOutcome::RetryAt(self.now() + UNTIL_CONFIGURED)).await
            }
            Situation::Refused { .. } => self.leave_to_staff(row, UpdateTrouble::Refused).await,
            Situation::NeedsStaff(reason) => {
                let trouble = match reason {
                    StaffReason::RecordGone => UpdateTrouble::RecordGone,
                    StaffReason::RecordClosed => UpdateTrouble::RecordClosed,
                    StaffReason::TooManyRecords => UpdateTrouble::TooManyRecords,
                };
                self.leave_to_staff(row, trouble).await
            }
            Situation::NotUnderstood { .. } => self.strike(row, payload, UpdateTrouble::NotUnderstood).await,
        }
    }

    /// Another failure that time alone does not mend: after the last try it is for staff. Waiting for a system is no failure.
    pub(super) async fn strike(
        &self,
        row: &OutboxRow,
        payload: &Payload,
        trouble: UpdateTrouble,
    ) -> Result<(), StoreError> {
        let Payload::There { strikes, .. } = payload else { return self.leave_to_staff(row, trouble).await };
        if *strikes >= RECORD_TRIES {
            return self.leave_to_staff(row, trouble).await;
        }
        match self.store.reseal_outbox(row, &self.sealed(row.id, row.kind, payload)).await {
            // Another worker has it meanwhile.
            Err(StoreError::Conflict) => return Ok(()),
            resealed => resealed?,
        }
        self.finish(row, OutboxOutcome::RetryAt(pause(*strikes, self.now()))).await
    }
}
