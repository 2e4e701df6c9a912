//! Files that are there whole or not at all, for their owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempDir, TempPath};
use zeroize::Zeroizing;

use super::failure::BackupFailure;
use crate::config::parts::MasterKey;

/// Whoever may read and write it: its owner.
const OWNER_ALONE: u32 = 0o600;

/// What is on its way has such a name, so that a leftover of a machine that lost power is known for what it is.
const ON_ITS_WAY: &str = ".vestibule-";

/// A file that gets its name when it is whole.
pub(super) struct NewFile {
    written: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Refused where something has that name.
    pub(super) fn begin(path: &Path) -> Result<Self, BackupFailure> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupFailure::BackupExists(path.to_owned()));
        }
        let written = tempfile::Builder::new().prefix(ON_ITS_WAY).tempfile_in(folder_of(path));
        let written = written.map_err(|error| not_written(path, error))?;
        Ok(Self { written, path: path.to_owned() })
    }

    /// Once this returns, not even a loss of power takes it away.
    pub(super) fn finish(self) -> Result<(), BackupFailure> {
        self.written.as_file().sync_all().map_err(|error| not_written(&self.path, error))?;
        name(self.written.into_temp_path(), &self.path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.written.flush()
    }
}

/// A private folder beside the place where a file is or will be; it goes with whatever is left in it.
pub(super) struct Aside {
    folder: TempDir,
    file: PathBuf,
}

impl Aside {
    pub(super) fn beside(path: &Path) -> Result<Self, BackupFailure> {
        let folder = tempfile::Builder::new().prefix(ON_ITS_WAY).tempdir_in(folder_of(path));
        let folder = folder.map_err(|error| not_written(path, error))?;
        let file = folder.path().join("database");
        Ok(Self { folder, file })
    }

    /// Of the one file in it.
    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    pub(super) fn reading(&self) -> io::Result<File> {
        File::open(&self.file)
    }

    pub(super) fn writing(&self) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(OWNER_ALONE).open(&self.file)
    }

    /// Gives the file its place, where nothing may be. Its journal must be in it.
    pub(super) fn put(self, path: &Path) -> Result<(), BackupFailure> {
        let journal = self.folder.path().join("database-wal");
        if journal.metadata().is_ok_and(|journal| journal.len() > 0) {
            return Err(not_written(path, io::Error::other("its journal was not closed")));
        }
        self.reading().and_then(|file| file.sync_all()).map_err(|error| not_written(path, error))?;
        name(TempPath::try_from_path(&self.file).map_err(|error| not_written(path, error))?, path)
    }
}

/// A file without a name, for the sealed stream: a program that is killed leaves nothing.
pub(super) fn spool() -> io::Result<File> {
    tempfile::tempfile()
}

/// The file of the master key; if it was made here, it goes again unless it is kept.
pub(super) struct KeyFile(Option<PathBuf>);

impl KeyFile {
    /// It holds this key already.
    pub(super) const fn as_it_was() -> Self {
        Self(None)
    }

    /// Refused where something has that name.
    pub(super) fn make(path: &Path, master: &MasterKey) -> Result<Self, BackupFailure> {
        let mut digits = Zeroizing::new(String::with_capacity(65));
        for byte in master.iter() {
            use std::fmt::Write as _;
            // Writing into text cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        digits.push('\n');
        let mut file = NewFile::begin(path)?;
        file.write_all(digits.as_bytes()).map_err(|error| not_written(path, error))?;
        file.finish()?;
        Ok(Self(Some(path.to_owned())))
    }

    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What it was made for is told already; a key that stays opens nothing here.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether a file, or the journal of one that was moved away, is in the way.
pub(super) fn in_the_way(path: &Path) -> Option<PathBuf> {
    let with = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    ["", "-wal", "-shm", "-journal"].map(with).into_iter().find(|path| path.symlink_metadata().is_ok())
}

fn name(file: TempPath, path: &Path) -> Result<(), BackupFailure> {
    file.persist_noclobber(path).map_err(|refused| match refused.error.kind() {
        io::ErrorKind::AlreadyExists => BackupFailure::BackupExists(path.to_owned()),
        _ => not_written(path, refused.error),
    })?;
    // The name is in the folder.
    File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(|error| not_written(path, error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(super) fn not_written(path: &Path, source: io::Error) -> BackupFailure {
    BackupFailure::NotWritten { what: path.display().to_string(), source }
}
