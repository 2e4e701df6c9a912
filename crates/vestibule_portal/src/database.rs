//! Opening what the configuration names.

use std::path::Path;

use portal::PortalKeys;
use registration::ids::PracticeId;
use store::{BareDatabase, OpenError, Stamp, Store, StoreError};

use crate::{
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
    Ok(backups::open_file(path, master).await?)
}
