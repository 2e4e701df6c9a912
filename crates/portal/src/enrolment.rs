//! How a machine becomes a kiosk of the practice and stops being one: a code is asked for where the portal runs, typed once
//! at the kiosk, and turned into a credential that only the kiosk knows.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use kiosk_api::kiosk::Mode;
use rand::Rng as _;
use registration::{
    flow::figures::ENROLMENT_CODE_LIFETIME, ids::KioskId, secrets::enrolment_code::EnrolmentCode,
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use store::{Act, Actor, EnrolledKiosk, StoreError, Tx};
use zeroize::Zeroizing;

use crate::{KioskCredential, Portal};

/// What became of a code that somebody typed.
#[derive(Debug)]
pub(crate) enum Redeemed {
    /// The machine is a kiosk of this name now, and this is for its key store.
    Enrolled { credential: KioskCredential, name: String },
    /// There is no such code, or no longer.
    NoSuchCode,
    /// The code is one, and the machine treats people's data in another way than this portal. It was not used.
    OfAnotherMode,
}

impl Portal {
    /// Gives the kiosk of this name a new credential; the one it had before is dead. A name that is new is a new kiosk.
    pub async fn enrol_kiosk(&self, name: &str) -> Result<KioskCredential, StoreError> {
        let mut tx = self.store.begin(self.practice()).await?;
        let credential = self.give_credential(&mut tx, name).await?;
        tx.commit().await?;
        Ok(credential)
    }

    /// Draws a code that makes one machine the kiosk of this name, and says until when. A kiosk that has the name keeps its
    /// credential until the code is used.
    pub async fn open_enrolment(&self, name: &str) -> Result<(EnrolmentCode, Timestamp), StoreError> {
        let (code, now) = (EnrolmentCode::draw(&mut self.rng()), self.now());
        let expires_at = now + ENROLMENT_CODE_LIFETIME;
        let mac = self.enrolment_mac(&code);
        let mut tx = self.store.begin(self.practice()).await?;
        tx.open_enrolment(self.practice(), &self.settings.name, name, &mac, now, expires_at).await?;
        tx.log(self.entry(Actor::Portal, Act::EnrolmentOpened, now)).await?;
        tx.commit().await?;
        Ok((code, expires_at))
    }

    /// Uses the code and gives a credential in its stead, in one transaction.
    pub(crate) async fn redeem_enrolment(
        &self,
        code: &EnrolmentCode,
        of_machine: Mode,
    ) -> Result<Redeemed, StoreError> {
        let mac = self.enrolment_mac(code);
        let mut tx = self.store.begin(self.practice()).await?;
        let Some(name) = tx.use_enrolment(self.practice(), &mac, self.now()).await? else {
            return Ok(Redeemed::NoSuchCode);
        };
        // Looked at after the code, so that a stranger learns nothing, and undone with the transaction.
        if of_machine != self.settings.mode {
            return Ok(Redeemed::OfAnotherMode);
        }
        let credential = self.give_credential(&mut tx, &name).await?;
        tx.commit().await?;
        Ok(Redeemed::Enrolled { credential, name })
    }

    /// The practice's kiosks, those that were revoked too, by name.
    pub async fn kiosks(&self) -> Result<Vec<EnrolledKiosk>, StoreError> {
        self.store.kiosks(self.practice()).await
    }

    /// Ends what this kiosk may do, from its next request on. Says whether there was such a kiosk.
    pub async fn revoke_kiosk(&self, name: &str) -> Result<bool, StoreError> {
        let now = self.now();
        let mut tx = self.store.begin(self.practice()).await?;
        let revoked = tx.revoke_kiosk(self.practice(), name, now).await?;
        if revoked {
            tx.log(self.entry(Actor::Portal, Act::KioskRevoked, now)).await?;
        }
        tx.commit().await?;
        Ok(revoked)
    }

    async fn give_credential(&self, tx: &mut Tx, name: &str) -> Result<KioskCredential, StoreError> {
        let mut secret = Zeroizing::new([0_u8; 32]);
        self.rng().fill_bytes(secret.as_mut());
        let credential = KioskCredential(Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(secret.as_slice())));
        let hash: [u8; 32] = Sha256::digest(credential.expose().as_bytes()).into();
        let now = self.now();
        let new = KioskId::draw(now, &mut self.rng());
        tx.enrol_kiosk(self.practice(), &self.settings.name, new, name, &hash, now).await?;
        tx.log(self.entry(Actor::Portal, Act::KioskEnrolled, now)).await?;
        Ok(credential)
    }

    fn enrolment_mac(&self, code: &EnrolmentCode) -> [u8; 32] {
        self.keys.enrolments.mac(&[code.expose().as_bytes()])
    }
}
