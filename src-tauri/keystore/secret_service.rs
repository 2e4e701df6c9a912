//! The Secret Service of the session (GNOME Keyring, `KWallet`). It is asked whether it is locked before anything else:
//! reading from a locked collection would open a password dialog over the kiosk and block.

use keyring::v1::{Entry, Error};
use kiosk_api::kiosk::Mode;
use zbus::{Connection, Proxy, fdo::DBusProxy, names::BusName, zvariant::OwnedObjectPath};
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError, MasterKey, key_of, name_of};

const BUS_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "care.vestibule.kiosk";

pub(super) struct SecretService;

impl KeyStore for SecretService {
    async fn master_key(&self, mode: Mode, fresh: MasterKey) -> Result<MasterKey, KeyStoreError> {
        refuse_unless_unlocked().await?;
        // The keyring's calls block, so they get a thread that may be left behind when time is up.
        let asked = tokio::task::spawn_blocking(move || read_or_keep(mode, &fresh)).await;
        asked.map_err(|_| KeyStoreError::Refused)?
    }
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

fn read_or_keep(mode: Mode, fresh: &MasterKey) -> Result<MasterKey, KeyStoreError> {
    let refused = |_| KeyStoreError::Refused;
    let entry = Entry::new(SERVICE, name_of(mode)).map_err(refused)?;
    match entry.get_secret() {
        Ok(bytes) => key_of(&Zeroizing::new(bytes)),
        Err(Error::NoEntry) => {
            entry.set_secret(fresh.as_slice()).map_err(refused)?;
            // Some stores lose what they accept: a key that cannot be read back must not encrypt anything.
            let kept = Zeroizing::new(entry.get_secret().map_err(refused)?);
            key_of(&kept)
        }
        Err(_) => Err(KeyStoreError::Refused),
    }
}
