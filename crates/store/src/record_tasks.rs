//! Changes that staff enter into the practice's software by hand. A task names the record; what to enter is read from the record
//! and its history when somebody looks, so that nothing personal is kept twice.

use std::collections::BTreeSet;

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    patients::{ContactField, PatientRecord},
    sql::{Row, query},
    tx::{Tx, one_row},
};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskPurpose {
    /// Change the record there is.
    Update,
    /// Make a record.
    Create,
    /// Give the record back what it held before.
    PutBack,
}

impl TaskPurpose {
    const ALL: [Self; 3] = [Self::Update, Self::Create, Self::PutBack];

    /// As the database, the logs and the command line write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Create => "create",
            Self::PutBack => "put_back",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// One field of a task.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldToEnter {
    /// Which.
    pub field: ContactField,
    /// What stood there as far as we know; `None` where nothing did.
    pub before: Option<String>,
    /// What is to stand there; `None` for nothing.
    pub now: Option<String>,
}

impl std::fmt::Debug for FieldToEnter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldToEnter").field("field", &self.field).finish_non_exhaustive()
    }
}

/// A change that waits for somebody to enter it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTask {
    /// Which registration earned it.
    pub registration: RegistrationId,
    /// What is to be done.
    pub purpose: TaskPurpose,
    /// Whose record, as our copy has it.
    pub record: PatientRecord,
    /// The fields that change.
    pub fields: Vec<FieldToEnter>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

const ADD: &str = "
INSERT INTO record_tasks (practice_id, registration_id, purpose, patient_id, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id, registration_id, purpose) DO UPDATE SET patient_id = $4, created_at = $5, entered_at = NULL,
    entered_by = NULL, withdrawn_at = NULL
WHERE record_tasks.entered_at IS NOT NULL OR record_tasks.withdrawn_at IS NOT NULL";

const WITHDRAW: &str = "
UPDATE record_tasks SET withdrawn_at = $3
WHERE practice_id = $1 AND registration_id = $2 AND entered_at IS NULL AND withdrawn_at IS NULL";

const ENTER: &str = "
UPDATE record_tasks SET entered_at = $4, entered_by = $5
WHERE practice_id = $1 AND registration_id = $2 AND purpose = $3 AND entered_at IS NULL AND withdrawn_at IS NULL
RETURNING patient_id";

const WAITING: &str = "
SELECT purpose FROM record_tasks
WHERE practice_id = $1 AND registration_id = $2 AND entered_at IS NULL AND withdrawn_at IS NULL LIMIT 1";

const ENTERED: &str = "
SELECT purpose FROM record_tasks WHERE practice_id = $1 AND registration_id = $2 AND entered_at IS NOT NULL LIMIT 1";

const OPEN: &str = "
SELECT registration_id, purpose, patient_id, created_at FROM record_tasks
WHERE practice_id = $1 AND entered_at IS NULL AND withdrawn_at IS NULL ORDER BY created_at, registration_id LIMIT $2";

/// What gave way to a proven value did so in the instant in which that was written. A value that an undo has put back bears the
/// mark of its own registration again, at a later position: the first is meant, since the change was promised last.
const FIELDS: &str = "
SELECT proven.patient_id, proven.field, proven.value AS proven_value, former.value AS former_value
FROM patient_contact_points proven
LEFT JOIN patient_contact_points former ON former.practice_id = proven.practice_id
    AND former.patient_id = proven.patient_id AND former.field = proven.field
    AND former.position = proven.position - 1 AND former.replaced_at = proven.created_at
WHERE proven.practice_id = $1 AND proven.patient_id = $2 AND proven.verified_by_registration = $3
    AND proven.created_at >= coalesce((SELECT u.created_at FROM record_updates u
        WHERE u.practice_id = $1 AND u.registration_id = $3), proven.created_at)
ORDER BY proven.field DESC, proven.position";

impl Store {
    /// Those that wait to be entered, longest first, at most `most`.
    pub async fn record_tasks(&self, practice: PracticeId, most: u32) -> Result<Vec<RecordTask>, StoreError> {
        let mut tx = self.begin_reading(practice).await?;
        let rows = query(OPEN).bind(practice.0).bind(i64::from(most)).fetch_all(tx.connection()).await?;
        let mut tasks = Vec::with_capacity(rows.len());
        for row in &rows {
            tasks.push(tx.record_task(practice, row).await?);
        }
        Ok(tasks)
    }
}

impl Tx {
    async fn record_task(&mut self, practice: PracticeId, row: &Row) -> Result<RecordTask, StoreError> {
        let fields = Fields::of(row, "record_tasks", "registration_id");
        let registration = RegistrationId(fields.get("registration_id")?);
        let purpose = fields.read("purpose", TaskPurpose::parse)?;
        let patient = PatientId(fields.get("patient_id")?);
        Ok(RecordTask {
            registration,
            purpose,
            record: self.patient(practice, patient).await?.ok_or_else(|| fields.corrupt("patient_id"))?,
            fields: self.fields_to_enter(practice, patient, registration, purpose).await?,
            created_at: fields.at("created_at")?,
        })
    }

    async fn fields_to_enter(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        registration: RegistrationId,
        purpose: TaskPurpose,
    ) -> Result<Vec<FieldToEnter>, StoreError> {
        let changed = self.fields_changed_by(practice, patient, registration).await?;
        let to_enter = changed.into_iter().map(|FieldToEnter { field, before, now }| match purpose {
            TaskPurpose::Update | TaskPurpose::Create => FieldToEnter { field, before, now },
            TaskPurpose::PutBack => FieldToEnter { field, before: now, now: before },
        });
        Ok(to_enter.filter(|it| it.before != it.now).collect())
    }

    /// What a registration wrote into a record, also where the same value stood there before.
    pub async fn fields_changed_by(
        &mut self,
        practice: PracticeId,
        patient: PatientId,
        registration: RegistrationId,
    ) -> Result<Vec<FieldToEnter>, StoreError> {
        let rows = query(FIELDS)
            .bind(practice.0)
            .bind(patient.0)
            .bind(registration.0)
            .fetch_all(self.connection())
            .await?;
        let (mut seen, mut changed) = (BTreeSet::new(), Vec::new());
        for row in &rows {
            let fields = Fields::of(row, "patient_contact_points", "patient_id");
            let field = fields.read("field", ContactField::parse)?;
            if seen.insert(field) {
                let (before, now) = (fields.opt("former_value")?, Some(fields.get("proven_value")?));
                changed.push(FieldToEnter { field, before, now });
            }
        }
        Ok(changed)
    }

    /// Whether staff have still to enter a change of this registration.
    pub async fn has_task_waiting(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<bool, StoreError> {
        let waiting = query(WAITING).bind(practice.0).bind(registration.0);
        Ok(waiting.fetch_optional(self.connection()).await?.is_some())
    }

    /// Asks staff to enter a change. One that is over begins anew: staff may have opened its review again. A [`StoreError::Conflict`] if
    /// it waits already.
    pub async fn add_record_task(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: TaskPurpose,
        patient: PatientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let added = query(ADD)
            .bind(practice.0)
            .bind(registration.0)
            .bind(purpose.as_str())
            .bind(patient.0)
            .bind(At(now))
            .execute(self.connection())
            .await?;
        one_row(added)
    }

    /// Takes back what nobody has entered yet. Says whether somebody has entered something of this registration, which is then to be put
    /// back.
    pub async fn withdraw_record_task(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let withdraw = query(WITHDRAW).bind(practice.0).bind(registration.0).bind(At(now));
        withdraw.execute(self.connection()).await?;
        let entered = query(ENTERED).bind(practice.0).bind(registration.0);
        Ok(entered.fetch_optional(self.connection()).await?.is_some())
    }

    /// Keeps that a staff member has entered a change, which is confirmed by that, and says of which record. A
    /// [`StoreError::Conflict`] if there is no such task, or somebody has ticked it already.
    pub async fn tick_record_task(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
        purpose: TaskPurpose,
        staff: Uuid,
        now: Timestamp,
    ) -> Result<PatientId, StoreError> {
        let row = query(ENTER)
            .bind(practice.0)
            .bind(registration.0)
            .bind(purpose.as_str())
            .bind(At(now))
            .bind(staff)
            .fetch_optional(self.connection())
            .await?
            .ok_or(StoreError::Conflict)?;
        match purpose {
            TaskPurpose::Update | TaskPurpose::Create => {
                self.confirm_by_hand(practice, registration, now).await?;
            }
            // The change itself is over.
            TaskPurpose::PutBack => {}
        }
        Fields::of(&row, "record_tasks", "patient_id").get("patient_id").map(PatientId)
    }
}
