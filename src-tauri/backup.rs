//! Back-ups of the database that a kiosk brings itself, and the recovery key that opens them. All of it is for whoever keeps the
//! machine, at a terminal: the glass is public, so none of it is ever shown there.

use std::{
    fs::{self, File},
    io::{self, BufReader, IsTerminal as _, Write as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::ExitCode,
};

use backups::{
    AccessLogSeen, BackupFailure, FileDatabase, Kind, MasterKey, NewFile, RecoveryKey, Wanted, in_the_way,
    make_first, open_file, read_aside, refuse_older, replace, sealed,
};
use kiosk_api::kiosk::Mode;
use machine::{NotASecret, Readers, SystemClock, secret_in, system_rng};
use portal::PortalKeys;
use registration::{
    ids::draw_uuid,
    time::{Clock as _, Timestamp},
};
use store::{AccessEntry, Act, Stamp, Store};

use crate::{
    config::{Config, Errand, PortalPlace, environment},
    data_folder,
    embedded::PRACTICE,
    keystore::{self, KeyStoreError},
};

const STANDARD_OUTPUT: &str = "/proc/self/fd/1";

/// Why an errand was not done.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(
        "this kiosk's portal is on a server, which keeps everything: it is backed up there, with vestibule-portal"
    )]
    PortalElsewhere,
    #[error("an embedded portal runs in sandbox mode only so far")]
    ModeNotBuilt,
    #[error("{0}")]
    KeyStore(#[from] KeyStoreError),
    #[error(
        "the key store holds no key for this database: run this as the kiosk's user, where the kiosk's key store is"
    )]
    KeyMissing,
    #[error("a kiosk, or another restore, works in this data folder: stop it first")]
    InUse,
    #[error(
        "the key store holds another key than the back-up, and restoring replaces nothing: docs/operations.md says what to do"
    )]
    OtherKey,
    #[error("--recovery-key-file: the file {0}")]
    KeyFile(#[from] NotASecret),
    #[error("{0}{advice}", advice = new_key_advice(.0))]
    Backup(#[from] BackupFailure),
    #[error(
        "the back-up is whole and kept, and the access log in it is not: somebody altered the log before; keep this back-up and \
         those from before apart"
    )]
    BackedUpWithFaults,
    #[error(
        "everything was restored, and the access log in it is not whole: it was altered before the back-up was taken"
    )]
    AccessLogAltered,
    #[error(
        "standard output is a service's log, and the key must not lie in one: run this at a terminal, or under systemd-run --pty"
    )]
    OutputIsALog,
    #[error("the machine refused: {0}")]
    Machine(#[from] io::Error),
}

fn new_key_advice(failure: &BackupFailure) -> &'static str {
    if failure.wants_another_recovery_key() { ": vestibule --new-recovery-key prints one" } else { "" }
}

/// Does it in the place of opening a window, and ends.
pub(crate) fn run(config: &Config, errand: &Errand) -> ExitCode {
    let done = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(NotDone::from);
    let done = done.and_then(|runtime| {
        let done = runtime.block_on(done_for(config, errand));
        // A key store that never answers holds a thread, and would hold this one.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say_aside(&why.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn done_for(config: &Config, errand: &Errand) -> Result<(), NotDone> {
    match (config.portal, config.mode) {
        (PortalPlace::Remote, Mode::Sandbox | Mode::Trial | Mode::Live) => Err(NotDone::PortalElsewhere),
        (PortalPlace::Embedded, Mode::Trial | Mode::Live) => Err(NotDone::ModeNotBuilt),
        (PortalPlace::Embedded, Mode::Sandbox) => match errand {
            Errand::BackUp { to } => back_up(config, to).await,
            Errand::Restore { from, key_file } => restore(config, from, key_file.as_deref()).await,
            Errand::NewRecoveryKey => new_recovery_key(config).await,
        },
    }
}

/// A kiosk may go on working meanwhile.
async fn back_up(config: &Config, to: &Path) -> Result<(), NotDone> {
    let path = config.database_file();
    let master = key_of(config, &path).await?;
    let file = FileDatabase { path: &path, master: &master, stamp: Stamp::Sandbox, practices: &[PRACTICE] };
    let mut output = NewFile::begin(to)?;
    let now = SystemClock::start().now();
    let taken = backups::back_up(file, &[entry(Act::BackupBegun, now)], now, &mut output).await?;
    output.finish()?;
    say_aside(&format!(
        "The back-up is whole: version {}, {} bytes of database, taken {}.",
        taken.version, taken.bytes, taken.at
    ));
    match taken.access_log {
        AccessLogSeen::Whole => Ok(()),
        AccessLogSeen::NotLookedAt => {
            say_aside(
                "The database is older than this program: its access log was not looked at, and got no line for this back-up.",
            );
            Ok(())
        }
        AccessLogSeen::Altered => Err(NotDone::BackedUpWithFaults),
    }
}

/// The key first, then the database under its name: a program that is killed between the two has made nothing that the next
/// try does not find right.
async fn restore(config: &Config, from: &Path, key_file: Option<&Path>) -> Result<(), NotDone> {
    let path = config.database_file();
    let _alone = data_folder::hold(&config.data_dir)?.ok_or(NotDone::InUse)?;
    if let Some(there) = in_the_way(&path) {
        return Err(BackupFailure::FileExists(there).into());
    }
    let kept = keystore::kept_master_key(config.mode).await?;
    let sealed = File::open(from).map_err(BackupFailure::Unreadable)?;
    let recovery_key = match key_file {
        Some(file) => RecoveryKey::of_text(&secret_in(file, Readers::OwnerAlone)?)?,
        None => RecoveryKey::ask()?,
    };
    let (header, stream) = sealed::open(BufReader::new(sealed), &recovery_key)?;
    Wanted { kind: Kind::File, stamp: Stamp::Sandbox, practices: &[PRACTICE] }.refuse_another(&header)?;
    if kept.as_ref().is_some_and(|kept| *kept != header.master) {
        return Err(NotDone::OtherKey);
    }
    let now = SystemClock::start().now();
    let (aside, reports) = read_aside(&path, &header, stream, &[entry(Act::BackupRestored, now)]).await?;
    if kept.is_none() {
        keystore::keep_master_key(config.mode, &header.master).await?;
    }
    if let Err(failure) = aside.put(&path) {
        if kept.is_none()
            && let Err(error) = keystore::forget_master_key(config.mode).await
        {
            say_aside(&format!("The key store still holds the key of the back-up: {error}."));
        }
        return Err(failure.into());
    }
    say_aside(&format!("Restored as it was on {}; the key store has its key.", header.taken_at));
    let altered = reports.iter().any(|(_, report)| !report.faults.is_empty());
    if altered { Err(NotDone::AccessLogAltered) } else { Ok(()) }
}

/// Asked for at a terminal or sent where somebody wants it: on standard output in either case, unless that is a log.
async fn new_recovery_key(config: &Config) -> Result<(), NotDone> {
    if output_is_the_journal() {
        return Err(NotDone::OutputIsALog);
    }
    let path = config.database_file();
    let master = key_of(config, &path).await?;
    let mut bare = open_file(&path, &master).await?;
    refuse_older(&mut bare).await?;
    let opened = Store::open_sqlite(&path, &PortalKeys::database_key(&master), Stamp::Sandbox).await;
    let store = opened.map_err(BackupFailure::from)?;
    let now = SystemClock::start().now();
    Ok(replace(bare, store, &[entry(Act::RecoveryKeyReplaced, now)], now, &mut io::stdout()).await?)
}

/// systemd names the journal's stream by device and inode (systemd.exec(5), `JOURNAL_STREAM`).
fn output_is_the_journal() -> bool {
    let output = fs::metadata(STANDARD_OUTPUT).map(|it| format!("{}:{}", it.dev(), it.ino()));
    output.is_ok_and(|output| environment("JOURNAL_STREAM").is_some_and(|stream| stream == output))
}

/// A terminal that is somebody's own window or connection. The machine's own console is on the glass.
fn is_somebodys_terminal() -> bool {
    io::stdout().is_terminal()
        && fs::read_link(STANDARD_OUTPUT).is_ok_and(|terminal| terminal.starts_with("/dev/pts"))
}

/// At the first start: shown to whoever started the kiosk at a terminal of their own. Anywhere else it would lie in a log, so none is made
/// until somebody asks. That a kiosk serves patients does not depend on it.
pub(crate) async fn first_recovery_key(config: &Config, master: &MasterKey, now: Timestamp) {
    let made = async {
        let mut bare = open_file(&config.database_file(), master).await?;
        let mut stdout = io::stdout();
        let lacks = if is_somebodys_terminal() {
            make_first(&mut bare, now, &mut stdout).await?;
            false
        } else {
            bare.recovery_recipient().await?.is_none()
        };
        bare.close().await?;
        Ok::<_, BackupFailure>(lacks)
    };
    match made.await {
        Ok(false) => {}
        Ok(true) => tracing::warn!(
            "there is no recovery key, so no back-up can be taken: vestibule --new-recovery-key prints one at a terminal"
        ),
        Err(failure) => {
            let advice = new_key_advice(&failure);
            tracing::error!("no recovery key that somebody has: {failure}{advice}");
        }
    }
}

/// That of a database which is there.
async fn key_of(config: &Config, database: &Path) -> Result<MasterKey, NotDone> {
    if !database.is_file() {
        return Err(BackupFailure::NoDatabase(database.to_owned()).into());
    }
    keystore::kept_master_key(config.mode).await?.ok_or(NotDone::KeyMissing)
}

fn entry(act: Act, now: Timestamp) -> AccessEntry {
    AccessEntry::by_portal(draw_uuid(now, &mut system_rng()), PRACTICE, act, now)
}

/// Whoever reads may hang up early, which is their affair.
fn say_aside(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
