//! What became of each change to a patient record that a registration earned. One row a registration: the promise in the
//! outbox goes when it is over, this stays for staff, for an undo, and for the look whether the record still agrees.

pub(crate) mod listed;
mod settled;
pub(crate) mod state;

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};
use uuid::Uuid;

use self::state::{RecordUpdateState, read_state};

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// A change and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordUpdate {
    /// Whose.
    pub practice: PracticeId,
    /// Which registration earned it.
    pub registration: RegistrationId,
    /// Which record; `None` while none is made.
    pub patient: Option<PatientId>,
    /// Where it stands.
    pub state: RecordUpdateState,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
    /// Since when the record has been seen to hold another value; `None` while it agrees.
    pub differs_since: Option<Timestamp>,
}

/// One that was promised before this table was there is entered when it is over; one that was undone stays so.
const KEEP: &str = "
INSERT INTO record_updates (practice_id, registration_id, patient_id, state, why, written_version, created_at, changed_at,
    full_state, full_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)
ON CONFLICT (practice_id, registration_id) DO UPDATE SET patient_id = coalesce($3, record_updates.patient_id),
    state = $4, why = $5, written_version = $6, changed_at = $7, full_state = $8, full_why = $9
WHERE record_updates.state = 'waiting'";

/// What staff have entered by hand is confirmed.
const ENTERED: &str = "
UPDATE record_updates SET full_state = NULL, changed_at = $3
WHERE practice_id = $1 AND registration_id = $2 AND state = 'confirmed' AND full_state = 'by_hand'";

/// Of one record, before this one, and not over.
const EARLIER: &str = "
SELECT earlier.registration_id FROM record_updates this
JOIN record_updates earlier ON earlier.practice_id = this.practice_id AND earlier.patient_id = this.patient_id
    AND earlier.state = 'waiting' AND (earlier.created_at < this.created_at
        OR earlier.created_at = this.created_at AND earlier.registration_id < this.registration_id)
WHERE this.practice_id = $1 AND this.registration_id = $2 LIMIT 1";

/// Of somebody who could be the same person, or whose record could be mistaken for theirs; before this one, and not over.
const EARLIER_NEARBY: &str = "
SELECT earlier.registration_id FROM record_updates this
JOIN registrations mine ON mine.practice_id = this.practice_id AND mine.id = this.registration_id
JOIN record_updates earlier ON earlier.practice_id = this.practice_id AND earlier.state = 'waiting'
    AND (earlier.created_at < this.created_at
        OR earlier.created_at = this.created_at AND earlier.registration_id < this.registration_id)
JOIN registrations theirs ON theirs.practice_id = earlier.practice_id AND theirs.id = earlier.registration_id
    AND (theirs.mobile = mine.mobile OR theirs.email = mine.email OR theirs.date_of_birth = mine.date_of_birth)
WHERE this.practice_id = $1 AND this.registration_id = $2 AND mine.practice_id = $1 AND earlier.practice_id = $1
    AND theirs.practice_id = $1 LIMIT 1";

/// Of records that live in a practice system, whose change can still be undone; the one that was looked at longest ago first, so that
/// each has its turn.
const TO_COMPARE: &str = "
SELECT s.patient_id FROM system_records s
WHERE s.practice_id = $1 AND EXISTS (SELECT 1 FROM record_updates u WHERE u.practice_id = $1 AND u.patient_id = s.patient_id
    AND u.state = 'confirmed' AND u.changed_at > $2)
ORDER BY s.read_at, s.patient_id";

const UNDO: &str = "
UPDATE record_updates SET state = 'undone', full_state = NULL, differs_since = NULL, changed_at = $4
WHERE practice_id = $1 AND registration_id = $2 AND state = 'confirmed' AND written_version = $3";

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT practice_id, registration_id, patient_id, ",
            // An older program leaves the fuller word when it changes the state.
            "CASE WHEN full_state = 'sent' AND state = 'waiting' OR full_state = 'by_hand' AND state = 'confirmed' ",
            "THEN full_state ELSE state END AS state, ",
            "CASE WHEN state = 'needs_staff' THEN coalesce(full_why, why) END AS why, written_version, created_at, changed_at, ",
            "differs_since FROM record_updates WHERE practice_id = $1 ",
            $where
        )
    };
}
const ONE: &str = select!("AND registration_id = $2");
const LATEST: &str = select!("ORDER BY changed_at DESC, registration_id DESC LIMIT $2");
/// Whether the record no longer holds every value, and no later change of ours is why.
macro_rules! where_it_differs {
    ($which:literal) => {
        concat!(
            "SELECT registration_id FROM record_updates WHERE practice_id = $1 AND ",
            $which,
            "(NOT EXISTS (SELECT 1 FROM record_updates later WHERE later.practice_id = record_updates.practice_id
                AND later.patient_id = record_updates.patient_id AND later.state = 'confirmed'
                AND later.written_version > record_updates.written_version)
            AND (SELECT count(DISTINCT proven.field) FROM patient_contact_points proven
                JOIN patient_contact_points held ON held.practice_id = proven.practice_id
                    AND held.patient_id = proven.patient_id AND held.field = proven.field
                    AND held.comparable = proven.comparable AND held.replaced_at IS NULL
                WHERE proven.practice_id = record_updates.practice_id
                    AND proven.patient_id = record_updates.patient_id
                    AND proven.verified_by_registration = record_updates.registration_id)
                < (SELECT count(DISTINCT written.field) FROM patient_contact_points written
                WHERE written.practice_id = record_updates.practice_id
                    AND written.patient_id = record_updates.patient_id
                    AND written.verified_by_registration = record_updates.registration_id))"
        )
    };
}
const NEWLY_DIFFERING: &str =
    where_it_differs!("state = 'confirmed' AND changed_at > $2 AND differs_since IS NULL AND ");
const NO_LONGER_DIFFERING: &str = where_it_differs!("differs_since IS NOT NULL AND NOT ");

const MARK: &str = "
UPDATE record_updates SET differs_since = $3
WHERE practice_id = $1 AND registration_id = $2 AND state = 'confirmed' AND differs_since IS NULL";
const CLEAR: &str =
    "UPDATE record_updates SET differs_since = NULL WHERE practice_id = $1 AND registration_id = $2";

impl Store {
    /// Of one registration.
    pub async fn record_update(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<RecordUpdate>, StoreError> {
        let row =
            query(ONE).bind(practice.0).bind(registration.0).fetch_optional(self.reading(practice)).await?;
        row.as_ref().map(read).transpose()
    }

    /// Those whose state changed last, latest first, at most `most`.
    pub async fn record_updates(
        &self,
        practice: PracticeId,
        most: u32,
    ) -> Result<Vec<RecordUpdate>, StoreError> {
        let rows =
            query(LATEST).bind(practice.0).bind(i64::from(most)).fetch_all(self.reading(practice)).await?;
        rows.iter().map(read).collect()
    }

    /// Whether another change of the same record was promised before this one and is not over: it goes first.
    pub async fn has_earlier_update(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<bool, StoreError> {
        let earlier = query(EARLIER).bind(practice.0).bind(registration.0);
        Ok(earlier.fetch_optional(self.reading(practice)).await?.is_some())
    }

    /// Whether a change of somebody who could be the same person, or be mistaken for them, was promised before this one and is not over:
    /// a record is made once it is.
    pub async fn has_earlier_update_nearby(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<bool, StoreError> {
        let earlier = query(EARLIER_NEARBY).bind(practice.0).bind(registration.0);
        Ok(earlier.fetch_optional(self.reading(practice)).await?.is_some())
    }

    /// Records of the practice system that were changed after `since`: those to be compared with what was written.
    pub async fn system_records_to_compare(
        &self,
        practice: PracticeId,
        since: Timestamp,
    ) -> Result<Vec<PatientId>, StoreError> {
        let rows =
            query(TO_COMPARE).bind(practice.0).bind(At(since)).fetch_all(self.reading(practice)).await?;
        let id = |row| Fields::of(row, "record_updates", "patient_id").get("patient_id").map(PatientId);
        rows.iter().map(id).collect()
    }

    /// Looks whether each record still holds what was written into it last, if that was after `since`; marks those that do
    /// not, and takes the mark from those that do again. Says how many were marked now. Looking takes long and holds nobody
    /// up; what was found is then written row by row.
    pub async fn look_for_differences(
        &self,
        practice: PracticeId,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let newly = query(NEWLY_DIFFERING).bind(practice.0).bind(At(since));
        let newly = newly.fetch_all(self.reading(practice)).await?;
        let no_longer = query(NO_LONGER_DIFFERING).bind(practice.0).fetch_all(self.reading(practice)).await?;
        let mut marked = 0;
        for row in &newly {
            let id: Uuid = Fields::of(row, "record_updates", "registration_id").get("registration_id")?;
            let mark = query(MARK).bind(practice.0).bind(id).bind(At(now));
            marked += mark.execute(self.writing(practice)).await?;
        }
        for row in &no_longer {
            let id: Uuid = Fields::of(row, "record_updates", "registration_id").get("registration_id")?;
            query(CLEAR).bind(practice.0).bind(id).execute(self.writing(practice)).await?;
        }
        Ok(marked)
    }
}

impl Tx {
    /// Keeps where a registration's change stands. One that is over stays as it ended, and says so by a
    /// [`StoreError::Conflict`].
    pub async fn keep_record_update(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        patient: Option<PatientId>,
        state: RecordUpdateState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let kept = query(KEEP)
            .bind(practice.0)
            .bind(registration.0)
            .bind(patient.map(|patient| patient.0))
            .bind(state.nearest())
            .bind(state.nearest_trouble())
            .bind(state.version())
            .bind(At(now))
            .bind(state.full())
            .bind(state.full_trouble())
            .execute(self.connection())
            .await?;
        one_row(kept)
    }

    /// The record that a registration's change is about, if it is about one yet.
    pub async fn record_of_update(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<PatientId>, StoreError> {
        let row = query(ONE).bind(practice.0).bind(registration.0).fetch_optional(self.connection()).await?;
        Ok(row.as_ref().map(read).transpose()?.and_then(|update| update.patient))
    }

    /// Confirms what staff have entered by hand. A [`StoreError::Conflict`] if it does not wait for that.
    pub(crate) async fn confirm_by_hand(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let confirmed = query(ENTERED).bind(practice.0).bind(registration.0).bind(At(now));
        one_row(confirmed.execute(self.connection()).await?)
    }

    /// Ends a confirmed change as undone. A [`StoreError::Conflict`] if it is not confirmed with this version.
    pub async fn keep_record_update_undone(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        version: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let undone = query(UNDO)
            .bind(practice.0)
            .bind(registration.0)
            .bind(version)
            .bind(At(now))
            .execute(self.connection())
            .await?;
        one_row(undone)
    }
}

fn read(row: &Row) -> Result<RecordUpdate, StoreError> {
    let fields = Fields::of(row, "record_updates", "registration_id");
    Ok(RecordUpdate {
        practice: PracticeId(fields.get("practice_id")?),
        registration: RegistrationId(fields.get("registration_id")?),
        patient: fields.opt("patient_id")?.map(PatientId),
        state: read_state(&fields)?,
        created_at: fields.at("created_at")?,
        changed_at: fields.at("changed_at")?,
        differs_since: fields.opt_at("differs_since")?,
    })
}
