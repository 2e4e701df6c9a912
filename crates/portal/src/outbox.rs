//! What lies sealed in an outbox row: the secret alone. Whom it goes to is read from the registration when it is sent, so
//! that a message whose code or link has been replaced goes to nobody.

use chrono::TimeDelta;
use registration::{
    ids::{AccountId, KioskId, OutboxId, PatientId, PracticeId, RegistrationId},
    secrets::{
        code::{Code, CodePurpose},
        link_token::LinkToken,
    },
    time::Timestamp,
    values::{email::EmailAddress, mobile::MobileNumber},
};
use serde::{Deserialize, Serialize};
use store::{OutboxKind, OutboxRow, StoreError, Tx};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::Portal;

/// For promises that do not die of age: ten years.
pub(crate) const NEVER: TimeDelta = TimeDelta::days(3650);

/// The sealed part of a promise.
#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Payload {
    /// Of a code message.
    Code { purpose: String, digits: String },
    /// Of a link email or its reminder. `counted`: whether it was counted as an email already; where not, `kiosk` is the one
    /// it is counted for, beside its address.
    Link {
        token: String,
        counted: bool,
        #[serde(default)]
        kiosk: Option<Uuid>,
    },
    /// Of a record update: the record as it was when it was matched.
    Update { patient: Uuid, version: i64 },
    /// Of a new record. `account`: the one to be linked to it, if its holder has one.
    Create { account: Option<Uuid> },
    /// Of a record that lives in the practice system. `strikes`: failures so far that waiting does not mend.
    There { account: Option<Uuid>, step: Step, strikes: u32 },
    /// Of a notice to a number that is no longer on the record.
    OldMobile { e164: String },
    /// Of a notice to an address that is no longer on the record.
    OldEmail { address: String },
    /// Of a notice to the registration's own address.
    Own,
    /// Of another, that staff have linked the account to a record.
    OwnLinked,
    /// Of a promise that was never meant to be kept; see [`Portal::promise_decoy`].
    Nothing,
}

/// What comes next for a record that lives in the practice system.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Step {
    /// Who is this?
    Look,
    /// Staff have said that it is nobody of those whom they were shown.
    Make,
    /// The copy, the record, and its version as it was judged.
    Update { patient: Uuid, record: String, read: String },
    /// A record that was made, and has not yet been seen.
    Made { record: String },
}

/// When an email is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted {
    /// Before it was promised.
    Already,
    /// To its address, and for the kiosk that caused it if one did, when it is handed over.
    WhenItGoes { kiosk: Option<KioskId> },
}

impl Payload {
    pub(crate) fn code(purpose: CodePurpose, code: &Code) -> Self {
        Self::Code { purpose: purpose.as_str().to_owned(), digits: code.digits().to_owned() }
    }

    pub(crate) fn link(token: &LinkToken, counted: Counted) -> Self {
        let (counted, kiosk) = match counted {
            Counted::Already => (true, None),
            Counted::WhenItGoes { kiosk } => (false, kiosk.map(|kiosk| kiosk.0)),
        };
        Self::Link { token: token.encoded(), counted, kiosk }
    }

    pub(crate) const fn update(patient: PatientId, version: i64) -> Self {
        Self::Update { patient: patient.0, version }
    }

    pub(crate) fn create(account: Option<AccountId>) -> Self {
        Self::Create { account: account.map(|account| account.0) }
    }

    pub(crate) fn old_mobile(mobile: &MobileNumber) -> Self {
        Self::OldMobile { e164: mobile.e164().to_owned() }
    }

    pub(crate) fn old_email(address: &EmailAddress) -> Self {
        Self::OldEmail { address: address.as_str().to_owned() }
    }
}

/// One promise to be written.
pub(crate) struct Promised {
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) kind: OutboxKind,
    pub(crate) payload: Payload,
    pub(crate) not_before: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Portal {
    /// Writes a promise in the transaction of the change that makes it.
    pub(crate) async fn promise(
        &self,
        tx: &mut Tx,
        promised: Promised,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = OutboxId::draw(now, &mut self.rng());
        let sealed = self.sealed(id, promised.kind, &promised.payload);
        tx.promise(&OutboxRow {
            id,
            practice: self.practice(),
            registration: promised.registration,
            kind: promised.kind,
            not_before: promised.not_before,
            expires_at: promised.expires_at,
            sealed,
            attempts: 0,
            created_at: now,
        })
        .await
    }

    /// Writes a promise that is over as soon as it is made: the work of a send, where nothing may be sent.
    pub(crate) async fn promise_decoy(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.store.begin(self.practice()).await?;
        let nothing = Promised {
            registration: None,
            kind: OutboxKind::CodeSms,
            payload: Payload::Nothing,
            not_before: now,
            expires_at: now,
        };
        self.promise(&mut tx, nothing, now).await?;
        tx.commit().await
    }

    /// The payload as it lies in the row of this id and kind, and in no other.
    pub(crate) fn sealed(&self, id: OutboxId, kind: OutboxKind, payload: &Payload) -> Vec<u8> {
        let clear = Zeroizing::new(serde_json::to_vec(payload).expect("a payload has only plain fields"));
        self.keys.outbox.seal(&mut self.rng(), &bound_to(self.practice(), id, kind), &clear)
    }

    /// The payload, unless the row was altered, moved or sealed with another key.
    pub(crate) fn unsealed(&self, row: &OutboxRow) -> Option<Payload> {
        let clear = self.keys.outbox.open(&bound_to(row.practice, row.id, row.kind), &row.sealed)?;
        serde_json::from_slice(&clear).ok()
    }
}

fn bound_to(practice: PracticeId, id: OutboxId, kind: OutboxKind) -> Vec<u8> {
    format!("{practice}|{id}|{}", kind.as_str()).into_bytes()
}
