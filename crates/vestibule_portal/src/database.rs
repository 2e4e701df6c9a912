//! Opening what the configuration names.

use portal::PortalKeys;
use store::{OpenError, Stamp, Store};

use crate::config::parts::{Database, MasterKey};

impl Database {
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

/// As the configuration writes it.
pub(crate) const fn name_of(stamp: Stamp) -> &'static str {
    match stamp {
        Stamp::Sandbox => "sandbox",
        Stamp::Trial => "trial",
        Stamp::Live => "live",
    }
}
