//! A key given by the service manager (`LoadCredentialEncrypted=`, systemd.exec(5)): for kiosks that log in by themselves.

use std::path::{Path, PathBuf};

use kiosk_api::kiosk::Mode;
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError, MasterKey, Secret, key_of, sealed_file};
use crate::config::environment;

/// The file that the service manager shows to this unit alone.
pub(super) struct SystemdCredential {
    file: PathBuf,
    /// Where what it seals may lie.
    folder: PathBuf,
}

impl SystemdCredential {
    /// `None` where no such credential was given.
    pub(super) fn given() -> Option<Self> {
        let file = PathBuf::from(environment("CREDENTIALS_DIRECTORY")?).join("vestibule-master-key");
        file.exists().then_some(Self { file, folder: PathBuf::new() })
    }

    /// The service manager gives and does not keep: what has to be kept is sealed under its key, in this folder.
    pub(super) fn beside(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    async fn key(&self) -> Result<MasterKey, KeyStoreError> {
        let bytes = tokio::fs::read(&self.file).await.map_err(|_| KeyStoreError::Refused)?;
        key_of(&Zeroizing::new(bytes))
    }
}

impl KeyStore for SystemdCredential {
    /// The credential holds 32 bytes or is refused.
    async fn master_key(&self, _: Mode) -> Result<Option<MasterKey>, KeyStoreError> {
        self.key().await.map(Some)
    }

    /// The service manager keeps, so no key can be stored here.
    async fn keep_master_key(&self, _: Mode, _: MasterKey) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Refused)
    }

    async fn forget_master_key(&self, _: Mode) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Refused)
    }

    async fn connection(&self, mode: Mode) -> Result<Option<Secret>, KeyStoreError> {
        sealed_file::read(&self.folder, mode, &self.key().await?).await
    }

    async fn keep_connection(&self, mode: Mode, connection: Secret) -> Result<(), KeyStoreError> {
        sealed_file::write(&self.folder, mode, &self.key().await?, &connection).await
    }
}
