//! The Secret Service of the session (GNOME Keyring, `KWallet`). It is asked whether it is locked before anything else:
//! reading from a locked collection would open a password dialog over the kiosk and block.

use keyring::v1::{Entry, Error};
use kiosk_api::kiosk::Mode;
use zbus::{Connection, Proxy, fdo::DBusProxy, names::BusName, zvariant::OwnedObjectPath};
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError, MasterKey, Secret, connection_name, key_name, key_of};

const BUS_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "care.vestibule.kiosk";

pub(super) struct SecretService;

impl KeyStore for SecretService {
    async fn master_key(&self, mode: Mode) -> Result<Option<MasterKey>, KeyStoreError> {
        refuse_unless_unlocked().await?;
        let kept = apart(move || read(&entry(key_name(mode))?)).await?;
        kept.map(|bytes| key_of(&bytes)).transpose()
    }

    async fn keep_master_key(&self, mode: Mode, key: MasterKey) -> Result<(), KeyStoreError> {
        refuse_unless_unlocked().await?;
        apart(move || {
            let entry = entry(key_name(mode))?;
            match read(&entry)? {
                // Another kiosk of this user has its database under that one.
                Some(_) => Err(KeyStoreError::Refused),
                None => entry.set_secret(key.as_slice()).map_err(refused),
            }
        })
        .await
    }

    async fn forget_master_key(&self, mode: Mode) -> Result<(), KeyStoreError> {
        refuse_unless_unlocked().await?;
        apart(move || entry(key_name(mode))?.delete_credential().map_err(refused)).await
    }

    async fn connection(&self, mode: Mode) -> Result<Option<Secret>, KeyStoreError> {
        refuse_unless_unlocked().await?;
        apart(move || read(&entry(connection_name(mode))?)).await
    }

    async fn keep_connection(&self, mode: Mode, connection: Secret) -> Result<(), KeyStoreError> {
        refuse_unless_unlocked().await?;
        apart(move || entry(connection_name(mode))?.set_secret(&connection).map_err(refused)).await
    }
}

/// The keyring's calls block, so they get a thread that may be left behind when time is up.
async fn apart<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, KeyStoreError> + Send + 'static,
) -> Result<T, KeyStoreError> {
    tokio::task::spawn_blocking(ask).await.map_err(|_| KeyStoreError::Refused)?
}

/// Whether one runs. Not "could be started": a daemon that the bus starts by itself comes up locked.
pub(super) async fn is_running() -> bool {
    let Ok(bus) = Connection::session().await else { return false };
    owner_exists(&bus).await
}

async fn owner_exists(bus: &Connection) -> bool {
    let (Ok(proxy), Ok(name)) = (DBusProxy::new(bus).await, BusName::try_from(BUS_NAME)) else {
        return false;
    };
    proxy.name_has_owner(name).await.unwrap_or(false)
}

async fn refuse_unless_unlocked() -> Result<(), KeyStoreError> {
    let bus = Connection::session().await.map_err(|_| KeyStoreError::Missing)?;
    if !owner_exists(&bus).await {
        return Err(KeyStoreError::Missing);
    }
    let refused = |_| KeyStoreError::Refused;
    let service =
        Proxy::new(&bus, BUS_NAME, SERVICE_PATH, "org.freedesktop.Secret.Service").await.map_err(refused)?;
    let collection: OwnedObjectPath = service.call("ReadAlias", &("default",)).await.map_err(refused)?;
    if collection.as_str() == "/" {
        return Err(KeyStoreError::Missing);
    }
    let collection =
        Proxy::new(&bus, BUS_NAME, collection, "org.freedesktop.Secret.Collection").await.map_err(refused)?;
    match collection.get_property::<bool>("Locked").await {
        Ok(false) => Ok(()),
        Ok(true) => Err(KeyStoreError::Locked),
        Err(_) => Err(KeyStoreError::Refused),
    }
}

fn entry(name: &str) -> Result<Entry, KeyStoreError> {
    Entry::new(SERVICE, name).map_err(refused)
}

fn read(entry: &Entry) -> Result<Option<Secret>, KeyStoreError> {
    match entry.get_secret() {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(Error::NoEntry) => Ok(None),
        Err(_) => Err(KeyStoreError::Refused),
    }
}

fn refused(_: Error) -> KeyStoreError {
    KeyStoreError::Refused
}
