//! One line of the log.

use registration::{
    ids::{AccountId, KioskId, PatientId, PracticeId, RegistrationId},
    time::Timestamp,
};
use staff::StaffId;
use uuid::Uuid;

use crate::{access_log::act::Act, error::StoreError, instant::At, sql::query, tx::Tx};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The registrant, on a kiosk or on their own phone.
    Patient,
    /// The registrant, where it is counted at which kiosk.
    PatientAt(KioskId),
    /// A kiosk by itself.
    Kiosk(KioskId),
    /// The portal by itself.
    Portal,
    /// A named staff member.
    Staff(ByStaff),
}

/// A staff member who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByStaff {
    /// Who.
    pub id: Uuid,
    /// At which kiosk; `None` at the desk, or by a command where the portal is.
    pub kiosk: Option<KioskId>,
}

impl ByStaff {
    /// By a command where the portal is.
    #[must_use]
    pub const fn command(id: Uuid) -> Self {
        Self { id, kiosk: None }
    }
}

impl Actor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Patient | Self::PatientAt(_) => "patient",
            Self::Kiosk(_) => "kiosk",
            Self::Portal => "portal",
            Self::Staff(_) => "staff",
        }
    }

    const fn id(self) -> Option<Uuid> {
        match self {
            Self::Kiosk(id) => Some(id.0),
            Self::Staff(staff) => Some(staff.id),
            Self::Patient | Self::PatientAt(_) | Self::Portal => None,
        }
    }

    /// At which kiosk a staff member or the registrant did it.
    const fn at_kiosk(self) -> Option<KioskId> {
        match self {
            Self::Staff(staff) => staff.kiosk,
            Self::PatientAt(kiosk) => Some(kiosk),
            Self::Kiosk(_) | Self::Patient | Self::Portal => None,
        }
    }
}

/// A line to be appended. Identifiers only: nothing in the log names a person by itself.
#[derive(Clone, Copy, Debug)]
pub struct AccessEntry {
    /// `UUIDv7`, drawn by the caller.
    pub id: Uuid,
    /// Whose.
    pub practice: PracticeId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: Act,
    /// On which registration.
    pub registration: Option<RegistrationId>,
    /// On which record.
    pub patient: Option<PatientId>,
    /// On which account.
    pub account: Option<AccountId>,
    /// What a staff member did it for, where the act does not say it.
    pub purpose: Option<Purpose>,
    /// Whom of the staff it concerned.
    pub about_staff: Option<StaffId>,
}

/// What a staff member looked at somebody's details for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To help a patient who registers.
    HelpPatient,
    /// To settle a review.
    SettleReview,
    /// To register a patient at the desk.
    RegisterPatient,
}

impl Purpose {
    /// As the database writes it; never reused for another meaning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HelpPatient => "help_patient",
            Self::SettleReview => "settle_review",
            Self::RegisterPatient => "register_patient",
        }
    }
}

impl AccessEntry {
    /// About everything or nothing in particular, by whoever runs a command where the portal is.
    #[must_use]
    pub const fn by_portal(id: Uuid, practice: PracticeId, act: Act, at: Timestamp) -> Self {
        Self {
            id,
            practice,
            at,
            actor: Actor::Portal,
            act,
            registration: None,
            patient: None,
            account: None,
            purpose: None,
            about_staff: None,
        }
    }
}

const INSERT: &str = "
INSERT INTO access_log
    (practice_id, id, at, actor, actor_id, act, registration_id, patient_id, account_id, kiosk_id, purpose,
        about_staff_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

impl Tx {
    /// Appends a line; it is there exactly if the act is.
    pub async fn log(&mut self, entry: AccessEntry) -> Result<(), StoreError> {
        query(INSERT)
            .bind(entry.practice.0)
            .bind(entry.id)
            .bind(At(entry.at))
            .bind(entry.actor.as_str())
            .bind(entry.actor.id())
            .bind(entry.act.as_str())
            .bind(entry.registration.map(|id| id.0))
            .bind(entry.patient.map(|id| id.0))
            .bind(entry.account.map(|id| id.0))
            .bind(entry.actor.at_kiosk().map(|id| id.0))
            .bind(entry.purpose.map(Purpose::as_str))
            .bind(entry.about_staff.map(|staff| staff.0))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
