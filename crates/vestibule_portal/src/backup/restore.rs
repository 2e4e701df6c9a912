//! Restoring: everything of a back-up, where there is nothing yet.

use std::{
    io::{self, BufRead, BufReader, IsTerminal as _, Seek as _},
    path::{Path, PathBuf},
};

use backups::{
    BackupFailure, Header, Kind, MasterKey, RecoveryKey, Reports, Wanted, in_the_way, look_through,
    not_written,
    sealed::{self, NotCopied},
    spool,
};
use machine::SystemClock;
use registration::{ids::PracticeId, time::Clock as _};
use store::{AccessEntry, Act, BareDatabase, PostgresLogin, Stamp, migrate_postgres};

use super::{failure::NotDone, key_file::KeyFile, tools::Tool};
use crate::{
    access_log,
    config::{
        Configuration, Problems,
        parts::{Database, ToolLogin},
        secret_file,
    },
    failure::Failure,
    say,
};

/// Where everything goes.
struct Plan {
    stamp: Stamp,
    practices: Vec<PracticeId>,
    database: Database,
    target: Target,
    key_file: PathBuf,
    /// What is in that file already.
    master: Option<MasterKey>,
}

enum Target {
    File(PathBuf),
    Server {
        /// As the role that owns the tables.
        owner: ToolLogin,
        /// As the role that will run the portal.
        run_time: Box<PostgresLogin>,
    },
}

impl Plan {
    fn read(configuration: &Configuration) -> Result<Self, Problems> {
        let (told, mut problems) = configuration.machine();
        let stamp = problems.keep(told.stamp());
        let practices = problems.keep(configuration.practice_ids());
        let key_file = problems.keep(told.master_key_place());
        let there = key_file.as_ref().is_some_and(|path| path.symlink_metadata().is_ok());
        let master = if there { problems.keep(told.master_key()) } else { None };
        let database = problems.keep(told.database());
        let target = match &database {
            Some(Database::File(path)) => Some(Target::File(path.clone())),
            Some(Database::Server { login, .. }) => {
                let owner = problems.keep(told.owner(login));
                owner.map(|owner| Target::Server { owner, run_time: login.clone() })
            }
            None => None,
        };
        match (stamp, practices, database, target, key_file) {
            (Some(stamp), Some(practices), Some(database), Some(target), Some(key_file))
                if problems.is_empty() =>
            {
                Ok(Self { stamp, practices, database, target, key_file, master })
            }
            _ => Err(problems),
        }
    }

    /// Before anybody waits for a long stream.
    async fn refuse_what_holds_something(&self) -> Result<(), Failure> {
        match &self.target {
            Target::File(path) => match in_the_way(path) {
                Some(path) => Err(BackupFailure::FileExists(path).into()),
                None => Ok(()),
            },
            Target::Server { owner, run_time } => {
                // Whether it may log in is better known now than when everything is there.
                BareDatabase::open_postgres(run_time).await?.close().await?;
                let mut bare = BareDatabase::open_postgres(&owner.login).await?;
                let empty = bare.is_empty().await?;
                bare.close().await?;
                if empty { Ok(()) } else { Err(NotDone::DatabaseNotEmpty.into()) }
            }
        }
    }

    /// Whether a back-up belongs here.
    fn refuse_another(&self, header: &Header) -> Result<(), Failure> {
        let kind = match self.target {
            Target::File(_) => Kind::File,
            Target::Server { .. } => Kind::Server,
        };
        Wanted { kind, stamp: self.stamp, practices: &self.practices }.refuse_another(header)?;
        if self.master.as_ref().is_some_and(|master| *master != header.master) {
            return Err(NotDone::OtherMasterKey(self.key_file.clone()).into());
        }
        Ok(())
    }

    fn put_key(&self, header: &Header) -> Result<KeyFile, BackupFailure> {
        match self.master {
            Some(_) => Ok(KeyFile::as_it_was()),
            None => KeyFile::make(&self.key_file, &header.master),
        }
    }
}

pub(crate) async fn restore(configuration: &Configuration, key_file: Option<&Path>) -> Result<(), Failure> {
    let plan = Plan::read(configuration)?;
    if io::stdin().is_terminal() {
        return Err(NotDone::FromTerminal.into());
    }
    let key = match key_file {
        Some(path) => RecoveryKey::of_text(&secret_file("--recovery-key-file", path)?)?,
        None => RecoveryKey::ask()?,
    };
    plan.refuse_what_holds_something().await?;
    let input = io::stdin().lock();
    let now = SystemClock::start().now();
    let entries = access_log::entries(&plan.practices, Act::BackupRestored, now);
    let (header, reports) = match &plan.target {
        Target::File(path) => file(&plan, path, input, &key, &entries).await?,
        Target::Server { owner, run_time } => server(&plan, (owner, run_time), input, &key, &entries).await?,
    };
    say(&format!(
        "Restored: {}, stamped {}, as it was on {}; the master key is in {}.",
        header.kind.in_words(),
        header.stamp.as_str(),
        header.taken_at,
        plan.key_file.display()
    ));
    for practice in header.practices.iter().filter(|it| !plan.practices.contains(it)) {
        say(&format!("Practice {} is in the back-up, and nothing here is configured for it.", practice.0));
    }
    for practice in plan.practices.iter().filter(|it| !header.practices.contains(it)) {
        say(&format!(
            "Practice {} is not named in the back-up: it had no file when that was taken.",
            practice.0
        ));
    }
    for (practice, report) in &reports {
        if reports.len() > 1 {
            say(&format!("Practice {}:", practice.0));
        }
        access_log::tell(report);
    }
    let altered = reports.iter().any(|(_, report)| !report.faults.is_empty());
    if altered { Err(NotDone::AccessLogAltered.into()) } else { Ok(()) }
}

/// It gets its name when the whole stream was read and it was opened.
async fn file(
    plan: &Plan,
    path: &Path,
    input: impl BufRead,
    key: &RecoveryKey,
    entries: &[AccessEntry],
) -> Result<(Header, Reports), Failure> {
    let (header, stream) = sealed::open(input, key)?;
    plan.refuse_another(&header)?;
    let (aside, reports) = backups::read_aside(path, &header, stream, entries).await?;
    let key_file = plan.put_key(&header)?;
    aside.put(path)?;
    key_file.keep()?;
    Ok((header, reports))
}

/// The stream is kept as it is, sealed, and read twice: once to prove it, once for the server, which takes all of it or
/// nothing. So nothing lies on this machine's disk in the clear.
async fn server(
    plan: &Plan,
    (owner, run_time): (&ToolLogin, &PostgresLogin),
    mut input: impl BufRead,
    key: &RecoveryKey,
    entries: &[AccessEntry],
) -> Result<(Header, Reports), Failure> {
    let mut spooled = spool()?;
    sealed::copy(&mut input, &mut spooled).map_err(|failed| match failed {
        NotCopied::Read(error) => BackupFailure::Unreadable(error),
        NotCopied::Write(error) => not_written(Path::new("the folder for temporary files"), error),
    })?;
    spooled.rewind()?;
    let (header, stream) = sealed::open(BufReader::new(&spooled), key)?;
    plan.refuse_another(&header)?;
    sealed::prove(stream)?;
    let key_file = plan.put_key(&header)?;
    (&spooled).rewind()?;
    let (_, mut stream) = sealed::open(BufReader::new(&spooled), key)?;
    let (tool, mut restoring) = Tool::restore(owner)?;
    match sealed::copy(&mut stream, &mut restoring) {
        // A program that ends early says itself why.
        Ok(_) | Err(NotCopied::Write(_)) => {}
        Err(NotCopied::Read(error)) => {
            // Killed while its input is open, before it could take what came so far for everything.
            drop(tool);
            return Err(sealed::read_failed(error).into());
        }
    }
    drop(restoring);
    tool.finish()?;
    // The key is needed from here on, whatever comes.
    key_file.keep()?;
    let reports = made_ready(plan, owner, run_time, &header, entries).await;
    let reports = reports.map_err(|failure| NotDone::AfterRestoring(Box::new(failure)))?;
    Ok((header, reports))
}

/// Rights are not in a dump, and an older database is brought up to this program.
async fn made_ready(
    plan: &Plan,
    owner: &ToolLogin,
    run_time: &PostgresLogin,
    header: &Header,
    entries: &[AccessEntry],
) -> Result<Reports, Failure> {
    let mut bare = BareDatabase::open_postgres(&owner.login).await?;
    bare.take_from_public().await?;
    bare.close().await?;
    migrate_postgres(&owner.login, run_time.role(), plan.stamp).await?;
    let store = plan.database.open(&header.master, plan.stamp).await?;
    Ok(look_through(store, header, entries).await?)
}
