//! Once a day: whether the system is well, and what it shows of the records that were written.

use practice_systems::{RecordId, Situation};
use registration::time::Timestamp;
use store::StoreError;

use crate::{
    Portal,
    elsewhere::{Elsewhere, Shown},
};

impl Portal {
    /// Keys of some systems end for want of use. Says whether all is well with it.
    pub(in crate::workers) async fn keep_alive(&self, elsewhere: &Elsewhere) -> bool {
        let checked = elsewhere.ask(self, elsewhere.system.check()).await;
        if let Err(situation) = &checked {
            tracing::error!(%situation, advice = situation.advice(), "the practice system");
        }
        checked.is_ok()
    }

    /// Brings the copies of records that we have changed since then up to what the practice system shows. A system that cannot be
    /// asked now is asked the next day; so are the records that were not reached.
    pub(in crate::workers) async fn follow_elsewhere(
        &self,
        elsewhere: &Elsewhere,
        since: Timestamp,
    ) -> Result<usize, StoreError> {
        let practice = self.practice();
        let patients = self.store.system_records_to_compare(practice, since).await?;
        let mut followed = 0;
        for patient in patients {
            let kept = self.store.system_record(practice, patient).await?;
            let Some(kept) = kept.filter(|kept| kept.system == elsewhere.name) else { continue };
            let Some(record) = RecordId::parse(&kept.record_id) else { continue };
            let asked_at = self.now();
            let tx = match elsewhere.ask(self, elsewhere.system.read(&record)).await {
                Ok(Some(shown)) => {
                    let mut tx = self.store.begin(practice).await?;
                    self.copy(&mut tx, Shown { record: &shown, elsewhere, asked_at }).await?;
                    tx
                }
                // Nothing that was written is there any more, and that is what our copy then shows.
                Ok(None) => {
                    let mut tx = self.store.begin(practice).await?;
                    tx.empty_copy(practice, patient, asked_at).await?;
                    tx
                }
                // About this record alone.
                Err(
                    situation @ (Situation::Refused { .. }
                    | Situation::NeedsStaff(_)
                    | Situation::NotUnderstood { .. }),
                ) => {
                    tracing::warn!(%situation, "a record was not compared");
                    continue;
                }
                Err(
                    situation @ (Situation::NotNow { .. }
                    | Situation::Unclear { .. }
                    | Situation::Misconfigured(_)),
                ) => {
                    tracing::warn!(%situation, followed, "records were not compared");
                    break;
                }
            };
            tx.commit().await?;
            followed += 1;
        }
        Ok(followed)
    }
}
