//! Restoring: everything of a back-up, where there is nothing yet.

use std::{io::BufRead, path::Path};

use portal::PortalKeys;
use registration::ids::PracticeId;
use store::{AccessEntry, BareDatabase, Stamp, Store, VerifyReport, newest_version};

use crate::{
    failure::BackupFailure,
    files::{Aside, not_written},
    header::{Header, Kind},
    sealed::{self, NotCopied, Opened},
    take::append,
};

/// Which back-ups belong in a place.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of what kind the database is there.
    pub kind: Kind,
    /// What it may hold.
    pub stamp: Stamp,
    /// Whose it is: a back-up of one of them belongs here.
    pub practices: &'a [PracticeId],
}

impl Wanted<'_> {
    /// Refuses one that belongs elsewhere.
    pub fn refuse_another(&self, header: &Header) -> Result<(), BackupFailure> {
        if header.kind != self.kind {
            let (found, wanted) = (header.kind.in_words(), self.kind.in_words());
            Err(BackupFailure::OtherDatabase { found, wanted })
        } else if header.version > newest_version() {
            Err(BackupFailure::TooNew)
        } else if header.stamp != self.stamp {
            let (found, wanted) = (header.stamp.as_str(), self.stamp.as_str());
            Err(BackupFailure::OtherMode { found, wanted })
        } else if !self.practices.iter().any(|practice| header.practices.contains(practice)) {
            Err(BackupFailure::OtherPractice)
        } else {
            Ok(())
        }
    }
}

/// Reads a back-up of a file to its end and opens what was in it, beside the place where it goes. The file is still encrypted when
/// it is written. Whoever gets it keeps the master key and then puts it there.
pub async fn read_aside<R: BufRead>(
    path: &Path,
    header: &Header,
    mut stream: Opened<R>,
    entries: &[AccessEntry],
) -> Result<(Aside, Reports), BackupFailure> {
    let aside = Aside::beside(path)?;
    let mut written = aside.writing().map_err(|error| not_written(path, error))?;
    sealed::copy(&mut stream, &mut written).map_err(|failed| match failed {
        NotCopied::Read(error) => sealed::read_failed(error),
        NotCopied::Write(error) => not_written(path, error),
    })?;
    written.sync_all().map_err(|error| not_written(path, error))?;
    let database_key = PortalKeys::database_key(&header.master);
    let mut bare = BareDatabase::open_sqlite(aside.path(), &database_key).await?;
    let as_described = bare.version().await? == header.version && bare.stamp().await? == Some(header.stamp);
    bare.close().await?;
    if !as_described {
        return Err(BackupFailure::NotAsDescribed);
    }
    let store = Store::open_sqlite(aside.path(), &database_key, header.stamp).await?;
    let reports = look_through(store, header, entries).await?;
    Ok((aside, reports))
}

/// What was found in each practice's access log.
pub type Reports = Vec<(PracticeId, VerifyReport)>;

/// Walks each access log of a restored database, and says in it that it is one; an entry for each practice. A practice that came
/// after the back-up has no log.
pub async fn look_through(
    store: Store,
    header: &Header,
    entries: &[AccessEntry],
) -> Result<Reports, BackupFailure> {
    let (keys, mut reports) = (PortalKeys::derive(&header.master), Vec::new());
    for entry in entries {
        reports.push((entry.practice, keys.verify_access_log(&store, entry.practice).await?));
        if header.practices.contains(&entry.practice) {
            append(&store, *entry).await?;
        }
    }
    store.close().await;
    Ok(reports)
}
