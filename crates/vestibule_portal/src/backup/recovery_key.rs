//! The recovery key: an age identity, shown once and stored nowhere; the database keeps its public half.

use std::{
    io::{self, Write as _},
    path::Path,
};

use age::{secrecy::ExposeSecret as _, x25519};
use machine::SystemClock;
use registration::time::Clock as _;
use store::{Act, BareDatabase, OpenError, newest_version};
use zeroize::Zeroizing;

use super::failure::BackupFailure;
use crate::{
    access_log,
    config::{Configuration, parts::Database, secret_file},
    database::{bare_file, refuse_another_key},
    failure::Failure,
};

/// Makes the first one, where there is none, and shows it.
pub(crate) async fn make_first(database: &mut BareDatabase) -> Result<(), Failure> {
    if database.recovery_recipient().await?.is_some() {
        return Ok(());
    }
    let key = drawn();
    if database.keep_first_recipient(&key.to_public().to_string(), SystemClock::start().now()).await? {
        show(&key)?;
    }
    Ok(())
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
    let found = bare.version().await?;
    if found < newest_version() {
        return Err(OpenError::TooOld { found, known: newest_version() }.into());
    }
    // Opened before anything is changed: it refuses a database of another mode, or of another master key.
    let store = database.open(&master, stamp).await?;
    for practice in &practices {
        refuse_another_key(&store, *practice).await?;
    }
    let now = SystemClock::start().now();
    for practice in &practices {
        access_log::append(&store, *practice, Act::RecoveryKeyReplaced, now).await?;
    }
    let key = drawn();
    bare.keep_new_recipient(&key.to_public().to_string(), now).await?;
    bare.close().await?;
    store.close().await;
    Ok(show(&key)?)
}

/// age takes no randomness but the operating system's own.
fn drawn() -> x25519::Identity {
    x25519::Identity::generate()
}

fn show(key: &x25519::Identity) -> Result<(), BackupFailure> {
    let text = key.to_string();
    let mut stdout = io::stdout().lock();
    let shown = writeln!(
        stdout,
        "Recovery key: {}\n\
         Write it down now, and keep it away from this machine and from its back-ups: it is shown this once and stored nowhere. \
         Whoever has it and a back-up can read everything; without it no back-up can be read.",
        text.expose_secret()
    );
    shown.and_then(|()| stdout.flush()).map_err(BackupFailure::KeyNotShown)
}

/// Out of a file that only its owner can read; lines that begin with # are left out, as age's own programs write them.
pub(super) fn read(path: &Path) -> Result<x25519::Identity, Failure> {
    let bytes = secret_file("--recovery-key-file", path)?;
    Ok(understood(std::str::from_utf8(&bytes).map_err(|_| BackupFailure::NotARecoveryKey)?)?)
}

/// From whoever sits at the terminal, which does not show it.
pub(super) fn ask() -> Result<x25519::Identity, BackupFailure> {
    let typed = rpassword::prompt_password("Recovery key: ").map_err(|_| BackupFailure::NobodyToAsk)?;
    understood(&Zeroizing::new(typed))
}

fn understood(text: &str) -> Result<x25519::Identity, BackupFailure> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    match (lines.next().map(str::parse), lines.next()) {
        (Some(Ok(key)), None) => Ok(key),
        (Some(_) | None, _) => Err(BackupFailure::NotARecoveryKey),
    }
}
