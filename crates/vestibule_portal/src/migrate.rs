//! Bringing the tables up to this program, as the one role that may.

use store::{BareDatabase, migrate_postgres, newest_version};

use crate::{
    backup::make_first,
    config::{Configuration, parts::Database},
    database::bare_file,
    failure::Failure,
    say,
};

pub(crate) async fn migrate(configuration: &Configuration) -> Result<(), Failure> {
    let (told, mut problems) = configuration.machine();
    let stamp = problems.keep(told.stamp());
    let database = problems.keep(told.database());
    match database {
        Some(Database::Server { login, .. }) => {
            let owner = problems.keep(told.owner(&login));
            let (Some(stamp), Some(owner), true) = (stamp, owner, problems.is_empty()) else {
                return Err(problems.into());
            };
            migrate_postgres(&owner.login, login.role(), stamp).await?;
            say(&format!(
                "The database is of version {}, stamped {}; {} may run the portal.",
                newest_version(),
                stamp.as_str(),
                login.role()
            ));
            with_recovery_key(BareDatabase::open_postgres(&owner.login).await?).await
        }
        Some(ref database @ Database::File(ref path)) => {
            let master = problems.keep(told.master_key());
            let (Some(stamp), Some(master), true) = (stamp, master, problems.is_empty()) else {
                return Err(problems.into());
            };
            database.open(&master, stamp).await?.close().await;
            say(&format!("The file is of version {}, stamped {}.", newest_version(), stamp.as_str()));
            with_recovery_key(bare_file(path, &master).await?).await
        }
        None => Err(problems.into()),
    }
}

async fn with_recovery_key(mut database: BareDatabase) -> Result<(), Failure> {
    let made = make_first(&mut database).await;
    database.close().await?;
    made
}
