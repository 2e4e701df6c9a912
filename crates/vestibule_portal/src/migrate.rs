//! Bringing the tables up to this program, as the one role that may.

use store::{migrate_postgres, newest_version};

use crate::{
    config::{Problems, Told, parts::Database},
    database::name_of,
    failure::Failure,
    say,
};

pub(crate) async fn migrate(told: &Told, mut problems: Problems) -> Result<(), Failure> {
    let stamp = problems.keep(told.stamp());
    let database = problems.keep(told.database());
    match database {
        Some(Database::Server { login, .. }) => {
            let owner = problems.keep(told.owner(&login));
            let (Some(stamp), Some(owner), true) = (stamp, owner, problems.is_empty()) else {
                return Err(problems.into());
            };
            migrate_postgres(&owner, login.role(), stamp).await?;
            say(&format!(
                "The database is of version {}, stamped {}; {} may run the portal.",
                newest_version(),
                name_of(stamp),
                login.role()
            ));
            Ok(())
        }
        Some(database @ Database::File(_)) => {
            let master = problems.keep(told.master_key());
            let (Some(stamp), Some(master), true) = (stamp, master, problems.is_empty()) else {
                return Err(problems.into());
            };
            database.open(&master, stamp).await?.close().await;
            say(&format!("The file is of version {}, stamped {}.", newest_version(), name_of(stamp)));
            Ok(())
        }
        None => Err(problems.into()),
    }
}
