//! A key given by the service manager (`LoadCredentialEncrypted=`, systemd.exec(5)): for kiosks that log in by themselves.

use std::path::PathBuf;

use kiosk_api::kiosk::Mode;
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError, MasterKey, key_of};
use crate::config::environment;

/// The file that the service manager shows to this unit alone.
pub(super) struct SystemdCredential {
    file: PathBuf,
}

impl SystemdCredential {
    /// `None` where no such credential was given.
    pub(super) fn given() -> Option<Self> {
        let file = PathBuf::from(environment("CREDENTIALS_DIRECTORY")?).join("vestibule-master-key");
        file.exists().then_some(Self { file })
    }
}

impl KeyStore for SystemdCredential {
    /// The service manager keeps, so a fresh key cannot be stored here: the credential holds 32 bytes or is refused.
    async fn master_key(&self, _: Mode, _: MasterKey) -> Result<MasterKey, KeyStoreError> {
        let bytes = tokio::fs::read(&self.file).await.map_err(|_| KeyStoreError::Refused)?;
        key_of(&Zeroizing::new(bytes))
    }
}
