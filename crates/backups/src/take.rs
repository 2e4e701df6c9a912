//! Taking a back-up, while the portal goes on working.

use std::{io::Write, path::Path};

use age::x25519::Recipient;
use portal::PortalKeys;
use registration::{ids::PracticeId, time::Timestamp};
use store::{AccessEntry, BareDatabase, OpenError, Stamp, Store, StoreError, newest_version};

use crate::{
    failure::BackupFailure,
    files::{Aside, not_written},
    header::{Header, Kind},
    master_key::MasterKey,
    sealed::{NotCopied, Sealing},
};

/// A file that is backed up, and whose it is.
#[derive(Clone, Copy)]
pub struct FileDatabase<'a> {
    /// The encrypted file.
    pub path: &'a Path,
    /// The key of which its own is drawn.
    pub master: &'a MasterKey,
    /// What it may hold.
    pub stamp: Stamp,
    /// Whose it is.
    pub practices: &'a [PracticeId],
}

impl std::fmt::Debug for FileDatabase<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileDatabase {}", self.path.display())
    }
}

/// A back-up that is whole.
#[derive(Debug)]
pub struct Taken {
    /// Of the database.
    pub version: i64,
    /// UTC.
    pub at: String,
    /// Of the database.
    pub bytes: u64,
    /// What was seen on the way.
    pub access_log: AccessLogSeen,
}

/// How the access log was found before the back-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLogSeen {
    /// It verifies.
    Whole,
    /// It does not: it was altered, or the master key is another than the portal's.
    Altered,
    /// The database is of an older program, and is left as it is: backing it up before it is migrated is the very time to
    /// do so.
    NotLookedAt,
}

/// A file as it is, without migrating it; one that is not there is not made.
pub async fn open_file(path: &Path, master: &MasterKey) -> Result<BareDatabase, BackupFailure> {
    if !path.is_file() {
        return Err(BackupFailure::NoDatabase(path.to_owned()));
    }
    Ok(BareDatabase::open_sqlite(path, &PortalKeys::database_key(master)).await?)
}

/// The version and the recipient of a database that this program may back up.
pub async fn look_at(bare: &mut BareDatabase, stamp: Stamp) -> Result<(i64, Recipient), BackupFailure> {
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

/// Says in each access log that a back-up is begun, and whether all of them verify: under another master key than the portal's it
/// does not, and a back-up with that one would be found to be useless on the day it is needed.
pub async fn begin(
    store: Store,
    master: &MasterKey,
    entries: &[AccessEntry],
) -> Result<AccessLogSeen, BackupFailure> {
    let (keys, mut whole) = (PortalKeys::derive(master), true);
    for entry in entries {
        append(&store, *entry).await?;
        whole &= keys.verify_access_log(&store, entry.practice).await?.faults.is_empty();
    }
    store.close().await;
    Ok(if whole { AccessLogSeen::Whole } else { AccessLogSeen::Altered })
}

pub(crate) async fn append(store: &Store, entry: AccessEntry) -> Result<(), StoreError> {
    let mut tx = store.begin(entry.practice).await?;
    tx.log(entry).await?;
    tx.commit().await
}

/// Backs up an encrypted file. The entries say in its access logs that this was begun.
pub async fn back_up(
    file: FileDatabase<'_>,
    entries: &[AccessEntry],
    now: Timestamp,
    output: &mut impl Write,
) -> Result<Taken, BackupFailure> {
    let FileDatabase { path, master, stamp, practices } = file;
    let mut bare = open_file(path, master).await?;
    let (version, recipient) = look_at(&mut bare, stamp).await?;
    let access_log = if version < newest_version() {
        AccessLogSeen::NotLookedAt
    } else {
        let store = Store::open_sqlite(path, &PortalKeys::database_key(master), stamp).await?;
        begin(store, master, entries).await?
    };
    let header = Header::new(stamp, practices.to_vec(), version, Kind::File, now, master.clone());
    let bytes = seal(path, &header, &recipient, bare, output).await?;
    Ok(Taken { version, at: header.taken_at, bytes, access_log })
}

/// Says how many bytes the database had.
async fn seal(
    path: &Path,
    header: &Header,
    recipient: &Recipient,
    mut bare: BareDatabase,
    output: &mut impl Write,
) -> Result<u64, BackupFailure> {
    let mut sealing = Sealing::begin(output, recipient, header).map_err(unwritten)?;
    let aside = Aside::beside(path)?;
    // A name that is no UTF-8 is not one that SQL can say.
    let copy = aside.path().to_str();
    let copy = copy.ok_or_else(|| not_written(path, std::io::ErrorKind::InvalidFilename.into()))?;
    bare.copy_to(copy).await?;
    bare.close().await?;
    let copied = aside.reading().map_err(NotCopied::Read).and_then(|file| sealing.add(file));
    let bytes = copied.map_err(|failed| match failed {
        NotCopied::Read(error) => BackupFailure::CopyUnreadable(error),
        NotCopied::Write(error) => unwritten(error),
    })?;
    sealing.end().map_err(unwritten)?;
    Ok(bytes)
}

/// Where the back-up was to go.
#[must_use]
pub fn unwritten(source: std::io::Error) -> BackupFailure {
    BackupFailure::NotWritten { what: "the back-up".to_owned(), source }
}
