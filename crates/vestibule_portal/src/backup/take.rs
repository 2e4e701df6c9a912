//! Taking a back-up, while the portal goes on working.

use std::{
    io::{self, IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use backups::{
    AccessLogSeen, FileDatabase, Header, Kind, MasterKey, NewFile, Taken, begin, look_at,
    sealed::{NotCopied, Sealing},
    unwritten,
};
use machine::SystemClock;
use registration::{
    ids::PracticeId,
    time::{Clock as _, Timestamp},
};
use store::{AccessEntry, Act, BareDatabase, Stamp, newest_version};

use super::{failure::NotDone, tools::Tool};
use crate::{
    access_log,
    config::{
        Configuration, Problems,
        parts::{Database, ToolLogin},
    },
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

    const fn kind(&self) -> Kind {
        match self.source {
            Source::File(_) => Kind::File,
            Source::Server(_) => Kind::Server,
        }
    }
}

/// Where it goes.
enum Output {
    File(NewFile),
    Stdout(io::StdoutLock<'static>),
}

impl Output {
    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::File(file) => file.finish()?,
            Self::Stdout(mut stdout) => stdout.flush()?,
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(stdout) => stdout.flush(),
        }
    }
}

pub(crate) async fn take(configuration: &Configuration, to: Option<&Path>) -> Result<(), Failure> {
    let plan = Plan::read(configuration)?;
    let mut output = match to {
        Some(path) => Output::File(NewFile::begin(path)?),
        None if io::stdout().is_terminal() => return Err(NotDone::ToTerminal.into()),
        None => Output::Stdout(io::stdout().lock()),
    };
    let now = SystemClock::start().now();
    let entries = access_log::entries(&plan.practices, Act::BackupBegun, now);
    let taken = match &plan.source {
        Source::File(path) => {
            let (master, stamp, practices) = (&plan.master, plan.stamp, &plan.practices[..]);
            backups::back_up(FileDatabase { path, master, stamp, practices }, &entries, now, &mut output)
                .await?
        }
        Source::Server(reader) => server(&plan, reader, &entries, now, &mut output).await?,
    };
    output.finish()?;
    say_aside(&format!(
        "The back-up is whole: {}, version {}, {} bytes of database, taken {}.",
        plan.kind().in_words(),
        taken.version,
        taken.bytes,
        taken.at
    ));
    match taken.access_log {
        AccessLogSeen::Whole => Ok(()),
        AccessLogSeen::NotLookedAt => {
            say_aside(
                "The database is older than this program: its access log was not looked at, and got no line for this back-up.",
            );
            Ok(())
        }
        AccessLogSeen::Altered => Err(NotDone::BackedUpWithFaults.into()),
    }
}

async fn server(
    plan: &Plan,
    reader: &ToolLogin,
    entries: &[AccessEntry],
    now: Timestamp,
    output: &mut Output,
) -> Result<Taken, Failure> {
    let mut bare = BareDatabase::open_postgres(&reader.login).await?;
    let (version, recipient) = look_at(&mut bare, plan.stamp).await?;
    bare.close().await?;
    let access_log = if version < newest_version() {
        AccessLogSeen::NotLookedAt
    } else {
        begin(plan.database.open(&plan.master, plan.stamp).await?, &plan.master, entries).await?
    };
    let header =
        Header::new(plan.stamp, plan.practices.clone(), version, Kind::Server, now, plan.master.clone());
    let mut sealing = Sealing::begin(output, &recipient, &header).map_err(unwritten)?;
    let (tool, dump) = Tool::dump(reader)?;
    let bytes = sealing.add(dump).map_err(|failed| match failed {
        NotCopied::Read(error) => Failure::from(error),
        NotCopied::Write(error) => unwritten(error).into(),
    })?;
    tool.finish()?;
    sealing.end().map_err(unwritten)?;
    Ok(Taken { version, at: header.taken_at, bytes, access_log })
}
