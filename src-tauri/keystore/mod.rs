//! Where the master key lives, and what makes this machine a kiosk of a remote portal. Without it the kiosk is out of service:
//! it never stores in the clear.

use std::{path::Path, time::Duration};

use kiosk_api::kiosk::{Mode, OutOfServiceReason};
use zeroize::Zeroizing;

use crate::connection::Connection;

pub(crate) mod own_daemon;
mod sealed_file;
mod secret_service;
mod systemd_credential;

/// The key from which every other is derived.
pub(crate) type MasterKey = Zeroizing<[u8; 32]>;

/// How long a key store may take: one that opens a password dialog would block for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why no key could be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyStoreError {
    /// No such store on this machine.
    #[error(
        "no key store: start a Secret Service daemon or give the unit LoadCredentialEncrypted=vestibule-master-key"
    )]
    Missing,
    /// It is locked, and asking would open a dialog over the kiosk.
    #[error(
        "the key store is locked: unlock the login keyring, or use a systemd credential on machines that log in by themselves"
    )]
    Locked,
    /// It did not answer.
    #[error("the key store did not answer within 5 s")]
    Silent,
    /// It refused, or gave back something else than was kept.
    #[error("the key store refused, or does not hold the key of this kiosk")]
    Refused,
}

impl From<KeyStoreError> for OutOfServiceReason {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Missing | KeyStoreError::Refused => Self::KeyStoreMissing,
            KeyStoreError::Locked => Self::KeyStoreLocked,
            KeyStoreError::Silent => Self::KeyStoreSilent,
        }
    }
}

/// What is kept, as the store sees it.
type Secret = Zeroizing<Vec<u8>>;

/// A place that keeps one key and one connection per mode.
trait KeyStore {
    /// The key, if one was kept.
    async fn master_key(&self, mode: Mode) -> Result<Option<MasterKey>, KeyStoreError>;

    /// Keeps one where none was, if the store can keep.
    async fn keep_master_key(&self, mode: Mode, key: MasterKey) -> Result<(), KeyStoreError>;

    /// Takes away what was kept.
    async fn forget_master_key(&self, mode: Mode) -> Result<(), KeyStoreError>;

    /// The connection, if one was kept.
    async fn connection(&self, mode: Mode) -> Result<Option<Secret>, KeyStoreError>;

    /// Keeps it in the place of the one before.
    async fn keep_connection(&self, mode: Mode, connection: Secret) -> Result<(), KeyStoreError>;
}

/// The key of this machine, if there is one: a systemd credential where one was given, else what the Secret Service keeps.
pub(crate) async fn kept_master_key(mode: Mode) -> Result<Option<MasterKey>, KeyStoreError> {
    in_time(async {
        match systemd_credential::SystemdCredential::given() {
            Some(store) => store.master_key(mode).await,
            None => secret_service::SecretService.master_key(mode).await,
        }
    })
    .await
}

/// Keeps it where there is none, and reads it back: a key that some store lost must not encrypt anything.
pub(crate) async fn keep_master_key(mode: Mode, key: &MasterKey) -> Result<(), KeyStoreError> {
    let kept = key.clone();
    in_time(async {
        match systemd_credential::SystemdCredential::given() {
            Some(store) => store.keep_master_key(mode, kept).await,
            None => secret_service::SecretService.keep_master_key(mode, kept).await,
        }
    })
    .await?;
    match kept_master_key(mode).await? {
        Some(kept) if kept == *key => Ok(()),
        Some(_) | None => Err(KeyStoreError::Refused),
    }
}

/// Takes away a key under which nothing was stored.
pub(crate) async fn forget_master_key(mode: Mode) -> Result<(), KeyStoreError> {
    in_time(async {
        match systemd_credential::SystemdCredential::given() {
            Some(store) => store.forget_master_key(mode).await,
            None => secret_service::SecretService.forget_master_key(mode).await,
        }
    })
    .await
}

/// The remote portal that this machine belongs to, if it does. The folder is for stores that cannot keep by themselves.
pub(crate) async fn connection(mode: Mode, data_dir: &Path) -> Result<Option<Connection>, KeyStoreError> {
    let kept = in_time(async {
        match systemd_credential::SystemdCredential::given() {
            Some(store) => store.beside(data_dir).connection(mode).await,
            None => secret_service::SecretService.connection(mode).await,
        }
    })
    .await?;
    let connection = kept.as_ref().and_then(|kept| Connection::from_bytes(kept));
    if kept.is_some() && connection.is_none() {
        tracing::warn!(
            "what the key store holds is no connection of ours: this kiosk has to be joined again"
        );
    }
    Ok(connection)
}

/// Keeps it, and reads it back: some stores lose what they accept.
pub(crate) async fn keep_connection(
    mode: Mode,
    data_dir: &Path,
    connection: &Connection,
) -> Result<(), KeyStoreError> {
    let bytes = connection.to_bytes();
    in_time(async {
        match systemd_credential::SystemdCredential::given() {
            Some(store) => store.beside(data_dir).keep_connection(mode, bytes).await,
            None => secret_service::SecretService.keep_connection(mode, bytes).await,
        }
    })
    .await?;
    match self::connection(mode, data_dir).await? {
        Some(kept) if kept == *connection => Ok(()),
        Some(_) | None => Err(KeyStoreError::Refused),
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, KeyStoreError>>) -> Result<T, KeyStoreError> {
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(KeyStoreError::Silent))
}

/// Whether a Secret Service answers on this machine's session bus.
pub(crate) async fn secret_service_is_there() -> bool {
    let asked = secret_service::is_running();
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false)
}

fn key_of(bytes: &[u8]) -> Result<MasterKey, KeyStoreError> {
    bytes.try_into().map(MasterKey::new).map_err(|_| KeyStoreError::Refused)
}

const fn key_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Sandbox => "master-key-sandbox",
        Mode::Trial => "master-key-trial",
        Mode::Live => "master-key-live",
    }
}

const fn connection_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Sandbox => "connection-sandbox",
        Mode::Trial => "connection-trial",
        Mode::Live => "connection-live",
    }
}
