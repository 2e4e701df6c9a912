//! Which kiosk calls: 32 random bytes that only it has, of which the store has the SHA-256.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use kiosk_api::problem::ProblemCode;
use registration::{
    ids::KioskId,
    journal::{KEPT_AT_MOST, LAST_UPLOAD_TAKES},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::answer::Answer;
use crate::Portal;

/// What a kiosk shows with every request. `Debug` is silent.
pub struct KioskCredential(pub(crate) Zeroizing<String>);

impl KioskCredential {
    /// For the kiosk's key store and the `Authorization` header alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for KioskCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KioskCredential")
    }
}

/// A kiosk that showed its credential.
pub(super) struct Caller {
    pub(super) kiosk: KioskId,
}

impl FromRequestParts<Portal> for Caller {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Answer> {
        let hash = shown(parts)?;
        let found = portal.store.kiosk_by_credential(portal.practice(), &hash).await;
        let kiosk =
            found.map_err(|error| portal.store_problem(&error))?.ok_or(ProblemCode::KioskNotAccepted)?;
        Ok(Self { kiosk: kiosk.id })
    }
}

/// A kiosk that hands over what it kept; one that was revoked may do so once.
pub(super) struct Keeper {
    pub(super) kiosk: KioskId,
}

impl FromRequestParts<Portal> for Keeper {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Answer> {
        let hash = shown(parts)?;
        let now = portal.now();
        let found = match portal.store.kiosk_by_credential(portal.practice(), &hash).await {
            Ok(None) => {
                let (revoked_after, begun_after) = (now - KEPT_AT_MOST, now - LAST_UPLOAD_TAKES);
                portal
                    .store
                    .kiosk_for_last_upload(portal.practice(), &hash, now, revoked_after, begun_after)
                    .await
            }
            found => found,
        };
        let kiosk =
            found.map_err(|error| portal.store_problem(&error))?.ok_or(ProblemCode::KioskNotAccepted)?;
        Ok(Self { kiosk: kiosk.id })
    }
}

/// Looked up by hash: how long that takes says nothing about the credential.
fn shown(parts: &Parts) -> Result<[u8; 32], Answer> {
    let shown = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(ProblemCode::KioskNotAccepted)?;
    Ok(Sha256::digest(shown.as_bytes()).into())
}
