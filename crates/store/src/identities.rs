//! Staff who have seen who a patient is: by what, and whose record they said it is.

use registration::{
    ids::{PatientId, PracticeId, RegistrationId},
    time::Timestamp,
    values::id_seen::IdSeen,
};
use staff::initials::Initials;
use uuid::Uuid;

use crate::{
    error::StoreError,
    fields::Fields,
    instant::At,
    open::Store,
    sql::{Row, query},
    tx::Tx,
};

/// A staff member has seen who a patient is.
#[derive(Clone, Copy, Debug)]
pub struct NewIdentitySeen {
    /// `UUIDv7`, drawn by the caller.
    pub id: Uuid,
    /// Whose.
    pub practice: PracticeId,
    /// Of whom.
    pub registration: RegistrationId,
    /// By what.
    pub seen: IdSeen,
    /// By whom.
    pub staff: Uuid,
    /// The record that is the patient's, where the staff member named it, and its version as they were shown it.
    pub record: Option<(PatientId, i64)>,
    /// When.
    pub at: Timestamp,
}

/// The same, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitySeen {
    /// By what.
    pub seen: IdSeen,
    /// By whom, where the practice knows them.
    pub by: Option<Initials>,
    /// When.
    pub at: Timestamp,
}

/// The record that staff have named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRecord {
    /// Which.
    pub patient: PatientId,
    /// As they were shown it.
    pub version: i64,
    /// By what they know whose it is.
    pub seen: IdSeen,
    /// Who.
    pub staff: Uuid,
    /// When they saw it.
    pub at: Timestamp,
}

const ADD: &str = "
INSERT INTO identities_seen (practice_id, id, registration_id, id_seen, staff_id, patient_id, patient_version, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const OF_REGISTRATION: &str = "
SELECT i.id, i.id_seen, i.created_at, m.initials FROM identities_seen i
JOIN staff_members m ON m.practice_id = i.practice_id AND m.id = i.staff_id
WHERE i.practice_id = $1 AND i.registration_id = $2 ORDER BY i.created_at, i.id";

const NAMED: &str = "
SELECT id, patient_id, patient_version, id_seen, staff_id, created_at FROM identities_seen
WHERE practice_id = $1 AND registration_id = $2 AND patient_id IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1";

impl Store {
    /// Who has seen by what who the patient of a registration is, oldest first.
    pub async fn identities_seen(
        &self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Vec<IdentitySeen>, StoreError> {
        let rows = query(OF_REGISTRATION)
            .bind(practice.0)
            .bind(registration.0)
            .fetch_all(self.reading(practice))
            .await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "identities_seen", "id");
            Ok(IdentitySeen {
                seen: fields.read("id_seen", IdSeen::parse)?,
                by: fields.read_opt("initials", Initials::parse)?,
                at: fields.at("created_at")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// Keeps it.
    pub async fn add_identity_seen(&mut self, identity: NewIdentitySeen) -> Result<(), StoreError> {
        query(ADD)
            .bind(identity.practice.0)
            .bind(identity.id)
            .bind(identity.registration.0)
            .bind(identity.seen.as_str())
            .bind(identity.staff)
            .bind(identity.record.map(|(patient, _)| patient.0))
            .bind(identity.record.map(|(_, version)| version))
            .bind(At(identity.at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The record that staff have named as that of whoever registers, having seen who it is.
    pub async fn named_record(
        &mut self,
        practice: PracticeId,
        registration: RegistrationId,
    ) -> Result<Option<NamedRecord>, StoreError> {
        let row =
            query(NAMED).bind(practice.0).bind(registration.0).fetch_optional(self.connection()).await?;
        let read = |row: &Row| {
            let fields = Fields::of(row, "identities_seen", "id");
            Ok(NamedRecord {
                patient: PatientId(fields.get("patient_id")?),
                version: fields.get("patient_version")?,
                seen: fields.read("id_seen", IdSeen::parse)?,
                staff: fields.get("staff_id")?,
                at: fields.at("created_at")?,
            })
        };
        row.as_ref().map(read).transpose()
    }
}
