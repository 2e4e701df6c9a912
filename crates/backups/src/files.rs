//! Files that are there whole or not at all, for their owner alone.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::failure::BackupFailure;

/// Whoever may read and write it: its owner.
const OWNER_ALONE: u32 = 0o600;

/// What is on its way has such a name, so that a leftover of a machine that lost power is known for what it is.
const ON_ITS_WAY: &str = ".vestibule-";

/// A file that gets its name when it is whole.
#[derive(Debug)]
pub struct NewFile {
    written: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Refused where something has that name.
    pub fn begin(path: &Path) -> Result<Self, BackupFailure> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupFailure::BackupExists(path.to_owned()));
        }
        let written = tempfile::Builder::new().prefix(ON_ITS_WAY).tempfile_in(folder_of(path));
        let written = written.map_err(|error| not_written(path, error))?;
        Ok(Self { written, path: path.to_owned() })
    }

    /// Once this returns, not even a loss of power takes it away.
    pub fn finish(self) -> Result<(), BackupFailure> {
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
#[derive(Debug)]
pub struct Aside {
    folder: TempDir,
    file: PathBuf,
}

impl Aside {
    /// Of the place at this path.
    pub fn beside(path: &Path) -> Result<Self, BackupFailure> {
        let folder = tempfile::Builder::new().prefix(ON_ITS_WAY).tempdir_in(folder_of(path));
        let folder = folder.map_err(|error| not_written(path, error))?;
        let file = folder.path().join("database");
        Ok(Self { folder, file })
    }

    /// Of the one file in it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// What was written so far.
    pub fn reading(&self) -> io::Result<File> {
        File::open(&self.file)
    }

    /// A new file, for its owner alone.
    pub fn writing(&self) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(OWNER_ALONE).open(&self.file)
    }

    /// Gives the file its place, where nothing may be. Its journal must be in it.
    pub fn put(self, path: &Path) -> Result<(), BackupFailure> {
        let journal = self.folder.path().join("database-wal");
        if journal.metadata().is_ok_and(|journal| journal.len() > 0) {
            return Err(not_written(path, io::Error::other("its journal was not closed")));
        }
        self.reading().and_then(|file| file.sync_all()).map_err(|error| not_written(path, error))?;
        name(TempPath::try_from_path(&self.file).map_err(|error| not_written(path, error))?, path)
    }
}

/// A file without a name, for the sealed stream: a program that is killed leaves nothing.
pub fn spool() -> io::Result<File> {
    tempfile::tempfile()
}

/// Whether a file, or the journal of one that was moved away, is in the way.
#[must_use]
pub fn in_the_way(path: &Path) -> Option<PathBuf> {
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

/// As a failure that names the place.
#[must_use]
pub fn not_written(path: &Path, source: io::Error) -> BackupFailure {
    BackupFailure::NotWritten { what: path.display().to_string(), source }
}
