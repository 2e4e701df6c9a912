//! The recovery key, made and shown by `migrate` and `recovery-key new`.

use std::io;

use machine::SystemClock;
use registration::time::Clock as _;
use store::{Act, BareDatabase};

use crate::{
    access_log,
    config::{Configuration, parts::Database},
    database::{bare_file, refuse_another_key},
    failure::Failure,
};

/// Makes the first one, where there is none, and shows it.
pub(crate) async fn make_first(database: &mut BareDatabase) -> Result<(), Failure> {
    Ok(backups::make_first(database, SystemClock::start().now(), &mut io::stdout()).await?)
}

/// Makes another one, for back-ups from now on. Those there are stay sealed to the former key.
pub(crate) async fn replace(configuration: &Configuration) -> Result<(), Failure> {
    let (told, mut problems) = configuration.machine();
    let stamp = problems.keep(told.stamp());
    let practices = problems.keep(configuration.practice_ids());
    let database = problems.keep(told.database());
    let master = problems.keep(told.master_key());
    let owner = match &database {
        Some(Database::Server { login, .. }) => problems.keep(told.owner(login)),
        Some(Database::File(_)) | None => None,
    };
    let (Some(stamp), Some(practices), Some(database), Some(master), true) =
        (stamp, practices, database, master, problems.is_empty())
    else {
        return Err(problems.into());
    };
    let mut bare = match (&database, &owner) {
        (Database::File(path), _) => bare_file(path, &master).await?,
        (Database::Server { .. }, Some(owner)) => BareDatabase::open_postgres(&owner.login).await?,
        (Database::Server { .. }, None) => return Err(problems.into()),
    };
    backups::refuse_older(&mut bare).await?;
    // Opened before anything is changed: it refuses a database of another mode, or of another master key.
    let store = database.open(&master, stamp).await?;
    for practice in &practices {
        refuse_another_key(&store, *practice).await?;
    }
    let now = SystemClock::start().now();
    let entries = access_log::entries(&practices, Act::RecoveryKeyReplaced, now);
    Ok(backups::replace(bare, store, &entries, now, &mut io::stdout()).await?)
}
