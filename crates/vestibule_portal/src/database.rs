//! Opening what the configuration names.

use std::path::Path;

use portal::PortalKeys;
use registration::ids::PracticeId;
use store::{BareDatabase, OpenError, Stamp, Store, StoreError};

use crate::{
    backup::BackupFailure,
    config::parts::{Database, MasterKey},
    failure::Failure,
};

impl Database {
    /// For work in a practice.
    pub(crate) async fn open_for(
        &self,
        practice: PracticeId,
        master: &MasterKey,
        stamp: Stamp,
    ) -> Result<Store, Failure> {
        let store = self.open(master, stamp).await?;
        refuse_another_key(&store, practice).await?;
        Ok(store)
    }

    /// A server as it was migrated; a file is migrated on the way.
    pub(crate) async fn open(&self, master: &MasterKey, stamp: Stamp) -> Result<Store, OpenError> {
        match self {
            Self::File(path) => Store::open_sqlite(path, &PortalKeys::database_key(master), stamp).await,
            Self::Server { login, connections } => {
                Store::open_postgres(login, PortalKeys::pepper(master), *connections, stamp).await
            }
        }
    }
}

/// Under another master key than the practice's nobody would be found, and the access log no longer be whole.
pub(crate) async fn refuse_another_key(store: &Store, practice: PracticeId) -> Result<(), Failure> {
    match store.check_secret(practice).await {
        Ok(()) => Ok(()),
        Err(StoreError::OtherSecret) => Err(Failure::OtherMasterKey),
        Err(error) => Err(error.into()),
    }
}

/// A file as it is, without migrating it; one that is not there is not made.
pub(crate) async fn bare_file(path: &Path, master: &MasterKey) -> Result<BareDatabase, Failure> {
    if !path.is_file() {
        return Err(BackupFailure::NoDatabase(path.to_owned()).into());
    }
    Ok(BareDatabase::open_sqlite(path, &PortalKeys::database_key(master)).await?)
}

/// The reverse of [`name_of`].
pub(crate) fn stamp_named(name: &str) -> Option<Stamp> {
    [Stamp::Sandbox, Stamp::Trial, Stamp::Live].into_iter().find(|stamp| name_of(*stamp) == name)
}

/// As the configuration writes it.
pub(crate) const fn name_of(stamp: Stamp) -> &'static str {
    match stamp {
        Stamp::Sandbox => "sandbox",
        Stamp::Trial => "trial",
        Stamp::Live => "live",
    }
}
