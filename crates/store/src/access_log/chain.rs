//! The bytes that are chained. Changing anything here breaks every chain: a new form needs a new [`CONTEXT`].

use hmac::{Hmac, KeyInit as _, Mac as _};
use registration::{ids::PracticeId, time::Timestamp};
use sha2::Sha256;
use uuid::Uuid;

use crate::{error::StoreError, fields::Fields, sql::Row};

/// Length of a link in the chain.
pub(crate) const MAC_BYTES: usize = 32;

/// The MAC before the first row.
pub(crate) const GENESIS: [u8; MAC_BYTES] = [0; MAC_BYTES];

const CONTEXT: &[u8] = b"vestibule access log v1\0";
/// Of rows that say more than the first ones could: one that lost all of it would be taken for one of the first form, and not fit.
const STAFF_CONTEXT: &[u8] = b"vestibule access log v2\0";
const BASE_CONTEXT: &[u8] = b"vestibule access log base v1\0";

/// A row as it stands in the table; also an act that only a later program knows can be checked.
pub(crate) struct LoggedRow {
    pub(crate) id: Uuid,
    at: Timestamp,
    actor: String,
    actor_id: Option<Uuid>,
    act: String,
    registration: Option<Uuid>,
    patient: Option<Uuid>,
    account: Option<Uuid>,
    kiosk: Option<Uuid>,
    purpose: Option<String>,
    about_staff: Option<Uuid>,
}

impl LoggedRow {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        let fields = Fields::of(row, "access_log", "id");
        Ok(Self {
            id: fields.get("id")?,
            at: fields.at("at")?,
            actor: fields.get("actor")?,
            actor_id: fields.opt("actor_id")?,
            act: fields.get("act")?,
            registration: fields.opt("registration_id")?,
            patient: fields.opt("patient_id")?,
            account: fields.opt("account_id")?,
            kiosk: fields.opt("kiosk_id")?,
            purpose: fields.opt("purpose")?,
            about_staff: fields.opt("about_staff_id")?,
        })
    }

    /// Whether it says at which kiosk, what for, or about whom.
    pub(crate) const fn says_more(&self) -> bool {
        self.kiosk.is_some() || self.purpose.is_some() || self.about_staff.is_some()
    }

    /// HMAC(key, link before ‖ practice ‖ place ‖ row). Every field has a fixed length or says its own.
    pub(crate) fn link(
        &self,
        key: &[u8; 32],
        practice: PracticeId,
        seq: i64,
        before: &[u8; MAC_BYTES],
    ) -> [u8; MAC_BYTES] {
        let mut mac = keyed(key, if self.says_more() { STAFF_CONTEXT } else { CONTEXT });
        mac.update(before);
        mac.update(practice.0.as_bytes());
        mac.update(&seq.to_be_bytes());
        mac.update(self.id.as_bytes());
        mac.update(&self.at.instant().timestamp_micros().to_be_bytes());
        for text in [&self.actor, &self.act] {
            mac.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(text.as_bytes());
        }
        for id in [self.actor_id, self.registration, self.patient, self.account] {
            mac.update(&[u8::from(id.is_some())]);
            mac.update(id.unwrap_or_default().as_bytes());
        }
        if self.says_more() {
            for id in [self.kiosk, self.about_staff] {
                mac.update(&[u8::from(id.is_some())]);
                mac.update(id.unwrap_or_default().as_bytes());
            }
            let purpose = self.purpose.as_deref();
            mac.update(&[u8::from(purpose.is_some())]);
            mac.update(purpose.unwrap_or_default().as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// Says, with the key, up to where rows were purged for their age.
pub(crate) fn base_tag(
    key: &[u8; 32],
    practice: PracticeId,
    seq: i64,
    base: &[u8; MAC_BYTES],
) -> [u8; MAC_BYTES] {
    let mut mac = keyed(key, BASE_CONTEXT);
    mac.update(practice.0.as_bytes());
    mac.update(&seq.to_be_bytes());
    mac.update(base);
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32], context: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(context);
    mac
}

/// A MAC out of a column.
pub(crate) fn read_mac(fields: &Fields<'_>, column: &'static str) -> Result<[u8; MAC_BYTES], StoreError> {
    fields.read(column, |bytes: &[u8]| bytes.try_into().ok())
}
