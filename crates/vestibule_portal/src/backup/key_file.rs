//! The file of the master key, which a restored database needs.

use std::{io::Write as _, path::Path};

use backups::{BackupFailure, MasterKey, NewFile, as_digits, not_written};
use tempfile::TempPath;

/// If it was made here, it goes again unless it is kept.
pub(super) struct KeyFile(Option<TempPath>);

impl KeyFile {
    /// It holds this key already.
    pub(super) const fn as_it_was() -> Self {
        Self(None)
    }

    /// Refused where something has that name.
    pub(super) fn make(path: &Path, master: &MasterKey) -> Result<Self, BackupFailure> {
        let mut digits = as_digits(master);
        digits.push('\n');
        let mut file = NewFile::begin(path)?;
        file.write_all(digits.as_bytes()).map_err(|error| not_written(path, error))?;
        file.finish()?;
        TempPath::try_from_path(path).map(Some).map(Self).map_err(|error| not_written(path, error))
    }

    pub(super) fn keep(self) -> Result<(), BackupFailure> {
        let Some(file) = self.0 else { return Ok(()) };
        file.keep().map(drop).map_err(|refused| not_written(&refused.path, refused.error))
    }
}
