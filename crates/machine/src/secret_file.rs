//! Secrets that lie in files which nobody else can read.

use std::{fs::File, io, io::Read as _, os::unix::fs::MetadataExt as _, path::Path};

use zeroize::Zeroizing;

/// Bytes; a private key of a certificate has a few thousand, every other secret fewer.
const LONGEST: u64 = 64 * 1024;

/// Who else may be able to read a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Nobody but its owner.
    OwnerAlone,
    /// Where systemd lets the program's user in by an access list, that shows as a right of the group (systemd.exec(5),
    /// `LoadCredential=`); the folder is the program's own.
    Group,
}

impl Readers {
    /// Rights that are refused.
    const fn forbidden(self) -> u32 {
        match self {
            Self::OwnerAlone => 0o077,
            Self::Group => 0o007,
        }
    }
}

/// Why a file is not taken for a secret; completes "the file …".
#[derive(Debug, thiserror::Error)]
pub enum NotASecret {
    /// The system refused.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A folder, a device.
    #[error("is not a file")]
    NotAFile,
    /// With its mode.
    #[error(
        "can be read by others than its owner (mode {0:o}): chmod 600 it, and make a new secret if others were there"
    )]
    OthersRead(u32),
    /// No secret has so many bytes.
    #[error("is longer than {LONGEST} bytes: it is another file")]
    TooLong,
    /// Or only a line break.
    #[error("is empty")]
    Empty,
}

/// The secret in a file, without a line break at its end.
pub fn secret_in(path: &Path, readers: Readers) -> Result<Zeroizing<Vec<u8>>, NotASecret> {
    let file = File::open(path)?;
    // Asked of what was opened: the path may name another file a moment later.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(NotASecret::NotAFile);
    }
    if metadata.mode() & readers.forbidden() != 0 {
        return Err(NotASecret::OthersRead(metadata.mode() & 0o777));
    }
    if metadata.len() > LONGEST {
        return Err(NotASecret::TooLong);
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut secret = Zeroizing::new(Vec::with_capacity(length));
    file.take(LONGEST).read_to_end(&mut secret)?;
    while secret.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        secret.pop();
    }
    if secret.is_empty() { Err(NotASecret::Empty) } else { Ok(secret) }
}
