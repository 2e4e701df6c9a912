//! What is kept for the desk and as evidence: references given to patients, accepted terms.

use registration::{
    ids::{KioskId, PracticeId, RegistrationId},
    secrets::reference::Reference,
    time::Timestamp,
};

use crate::{error::StoreError, instant::At, sql::query, tx::Tx};

/// Why a patient is sent to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskReason {
    /// Pressed "Ask for help".
    AskedForHelp,
    /// Has no mobile.
    NoMobile,
    /// Is under 16.
    Under16,
}

impl DeskReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AskedForHelp => "asked_for_help",
            Self::NoMobile => "no_mobile",
            Self::Under16 => "under_16",
        }
    }
}

/// A reference that was given to a patient.
#[derive(Clone, Debug)]
pub struct DeskReferenceRow {
    /// Whose.
    pub practice: PracticeId,
    /// What the patient shows.
    pub reference: Reference,
    /// Where.
    pub kiosk: KioskId,
    /// Why.
    pub reason: DeskReason,
    /// The registration on screen, if one was confirmed.
    pub registration: Option<RegistrationId>,
    /// When.
    pub at: Timestamp,
}

/// That the terms were accepted.
#[derive(Clone, Copy, Debug)]
pub struct Acceptance<'a> {
    /// Whose.
    pub practice: PracticeId,
    /// By whom.
    pub registration: RegistrationId,
    /// Version of the document.
    pub terms_version: &'a str,
    /// SHA-256 of the document as it was shown.
    pub document_sha256: [u8; 32],
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Keeps a reference; one that was given before is kept as it was, and `false`.
    pub async fn add_desk_reference(&mut self, row: &DeskReferenceRow) -> Result<bool, StoreError> {
        let added = query(
            "INSERT INTO desk_references (practice_id, reference, kiosk_id, reason, registration_id, at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (practice_id, reference) DO NOTHING",
        )
        .bind(row.practice.0)
        .bind(row.reference.as_str())
        .bind(row.kiosk.0)
        .bind(row.reason.as_str())
        .bind(row.registration.map(|registration| registration.0))
        .bind(At(row.at))
        .execute(self.connection())
        .await?;
        Ok(added == 1)
    }

    /// Keeps that the terms were accepted; once for a registration.
    pub async fn add_acceptance(&mut self, acceptance: Acceptance<'_>) -> Result<(), StoreError> {
        query(
            "INSERT INTO terms_acceptances (practice_id, registration_id, terms_version, document_sha256, at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(acceptance.practice.0)
        .bind(acceptance.registration.0)
        .bind(acceptance.terms_version)
        .bind(&acceptance.document_sha256[..])
        .bind(At(acceptance.at))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
