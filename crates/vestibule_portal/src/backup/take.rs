//! Taking a back-up, while the portal goes on working.

use std::{
    io::{self, IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use age::x25519;
use machine::SystemClock;
use portal::PortalKeys;
use registration::{
    ids::PracticeId,
    time::{Clock as _, Timestamp},
};
use store::{Act, BareDatabase, OpenError, Stamp, newest_version};

use super::{
    failure::BackupFailure,
    files::{Aside, NewFile, not_written},
    header::{Header, Kind},
    sealed::{NotCopied, Sealing},
    tools::Tool,
};
use crate::{
    access_log,
    config::{
        Configuration, Problems,
        parts::{Database, MasterKey, ToolLogin},
    },
    database::bare_file,
    failure::Failure,
    say_aside,
};

/// What is backed up, and with what.
struct Plan {
    stamp: Stamp,
    practices: Vec<PracticeId>,
    database: Database,
    master: MasterKey,
    source: Source,
}

enum Source {
    File(PathBuf),
    /// As the role that reads past the wall between practices.
    Server(ToolLogin),
}

impl Plan {
    fn read(configuration: &Configuration) -> Result<Self, Problems> {
        let (told, mut problems) = configuration.machine();
        let stamp = problems.keep(told.stamp());
        let practices = problems.keep(configuration.practice_ids());
        let database = problems.keep(told.database());
        let master = problems.keep(told.master_key());
        let source = match &database {
            Some(Database::Server { login, .. }) => {
                problems.keep(told.back_up_reader(login)).map(Source::Server)
            }
            Some(Database::File(path)) => Some(Source::File(path.clone())),
            None => None,
        };
        match (stamp, practices, database, master, source) {
            (Some(stamp), Some(practices), Some(database), Some(master), Some(source))
                if problems.is_empty() =>
            {
                Ok(Self { stamp, practices, database, master, source })
            }
            _ => Err(problems),
        }
    }
}

/// Where it goes.
enum Output {
    File(NewFile),
    Stdout(io::StdoutLock<'static>),
}

pub(crate) async fn take(configuration: &Configuration, to: Option<&Path>) -> Result<(), Failure> {
    let plan = Plan::read(configuration)?;
    let output = match to {
        Some(path) => Output::File(NewFile::begin(path)?),
        None if io::stdout().is_terminal() => return Err(BackupFailure::ToTerminal.into()),
        None => Output::Stdout(io::stdout().lock()),
    };
    let mut bare = match &plan.source {
        Source::File(path) => bare_file(path, &plan.master).await?,
        Source::Server(reader) => BareDatabase::open_postgres(&reader.login).await?,
    };
    let (version, recipient) = looked_at(&mut bare, plan.stamp).await?;
    let now = SystemClock::start().now();
    let log_is_whole = log(&plan, version, now).await?;
    let header =
        Header::new(plan.stamp, plan.practices.clone(), version, plan.kind(), now, plan.master.clone());
    let bytes = match output {
        Output::File(mut file) => {
            let bytes = seal(&plan, &header, &recipient, bare, &mut file).await?;
            file.finish()?;
            bytes
        }
        Output::Stdout(mut stdout) => {
            let bytes = seal(&plan, &header, &recipient, bare, &mut stdout).await?;
            stdout.flush()?;
            bytes
        }
    };
    say_aside(&format!(
        "The back-up is whole: {}, version {version}, {bytes} bytes of database, taken {}.",
        plan.kind().in_words(),
        header.taken_at
    ));
    if log_is_whole { Ok(()) } else { Err(BackupFailure::BackedUpWithFaults.into()) }
}

impl Plan {
    const fn kind(&self) -> Kind {
        match self.source {
            Source::File(_) => Kind::File,
            Source::Server(_) => Kind::Server,
        }
    }
}

/// The version and the recipient of a database that this program may back up.
async fn looked_at(bare: &mut BareDatabase, stamp: Stamp) -> Result<(i64, x25519::Recipient), Failure> {
    let (found, known) = (bare.version().await?, newest_version());
    if found > known {
        return Err(OpenError::TooNew { found, known }.into());
    }
    if found == 0 {
        return Err(OpenError::TooOld { found, known }.into());
    }
    match bare.stamp().await? {
        Some(is) if is == stamp => {}
        Some(found) => return Err(OpenError::OtherMode { found }.into()),
        None => return Err(OpenError::TooOld { found, known }.into()),
    }
    let recipient = bare.recovery_recipient().await?.ok_or(BackupFailure::NoRecoveryKey)?;
    Ok((found, recipient.parse().map_err(|_| BackupFailure::RecipientDamaged)?))
}

/// Before anything is read. A database of an older program is left as it is: backing it up before it is migrated is the
/// very time to do so.
///
/// Says whether every practice's log verifies: under another master key than the portal's it does not, and a back-up with that one would
/// be found to be useless on the day it is needed.
async fn log(plan: &Plan, version: i64, now: Timestamp) -> Result<bool, Failure> {
    if version < newest_version() {
        say_aside(
            "The database is older than this program: its access log is not looked at, and gets no line for this back-up.",
        );
        return Ok(true);
    }
    let store = plan.database.open(&plan.master, plan.stamp).await?;
    let (keys, mut whole) = (PortalKeys::derive(&plan.master), true);
    for practice in &plan.practices {
        access_log::append(&store, *practice, Act::BackupBegun, now).await?;
        whole &= keys.verify_access_log(&store, *practice).await?.faults.is_empty();
    }
    store.close().await;
    Ok(whole)
}

/// Says how many bytes the database had.
async fn seal(
    plan: &Plan,
    header: &Header,
    recipient: &x25519::Recipient,
    mut bare: BareDatabase,
    output: &mut impl Write,
) -> Result<u64, Failure> {
    let unwritten = |error| BackupFailure::NotWritten { what: "the back-up".to_owned(), source: error };
    let not_added = |failed| match failed {
        NotCopied::Read(error) => Failure::from(error),
        NotCopied::Write(error) => unwritten(error).into(),
    };
    let mut sealing = Sealing::begin(output, recipient, header).map_err(unwritten)?;
    let bytes = match &plan.source {
        Source::File(path) => {
            let aside = Aside::beside(path)?;
            // A name that is no UTF-8 is not one that SQL can say.
            let copy = aside.path().to_str();
            let copy = copy.ok_or_else(|| not_written(path, io::ErrorKind::InvalidFilename.into()))?;
            bare.copy_to(copy).await?;
            bare.close().await?;
            sealing.add(aside.reading()?).map_err(not_added)?
        }
        Source::Server(reader) => {
            bare.close().await?;
            let (tool, dump) = Tool::dump(reader)?;
            let bytes = sealing.add(dump).map_err(not_added)?;
            tool.finish()?;
            bytes
        }
    };
    sealing.end().map_err(unwritten)?;
    Ok(bytes)
}
