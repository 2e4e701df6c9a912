//! Secrets lie in files that nobody else can read, never in the configuration, the environment or the command line.

use std::{fs::File, io::Read as _, os::unix::fs::MetadataExt as _, path::Path};

use zeroize::Zeroizing;

use super::{Problems, Told, keys::Key};

/// Bytes; a private key of a certificate has a few thousand, every other secret fewer.
const LONGEST: u64 = 64 * 1024;

/// Group and others.
const ANYBODY_ELSE: u32 = 0o077;

/// Where systemd lets the program's user in by an access list, that shows as a right of the group (systemd.exec(5),
/// `LoadCredential=`); the folder is the program's own.
const OTHERS: u32 = 0o007;

impl Told {
    /// The secret under this key, without a line break at its end; `None` where it is not said and systemd has none.
    pub(super) fn secret(&self, key: &Key) -> Result<Option<Zeroizing<Vec<u8>>>, Problems> {
        if let Some(path) = self.text(key) {
            return read(key.name, Path::new(path), ANYBODY_ELSE).map(Some);
        }
        let credential =
            self.credentials.as_ref().map(|folder| folder.join(key.credential(self.practice.as_deref())));
        match credential {
            Some(path) if path.exists() => read(key.name, &path, OTHERS).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    pub(super) fn required_secret(&self, key: &Key) -> Result<Zeroizing<Vec<u8>>, Problems> {
        self.secret(key)?.ok_or_else(|| {
            let what = format!(
                "is not set: write the path of the file with the secret, or give systemd's LoadCredential={}",
                key.credential(self.practice.as_deref())
            );
            Problems::one(key.name, what)
        })
    }
}

/// A secret whose file was named on the command line.
pub(crate) fn secret_file(argument: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>, Problems> {
    read(argument, path, ANYBODY_ELSE)
}

fn read(name: &str, path: &Path, forbidden: u32) -> Result<Zeroizing<Vec<u8>>, Problems> {
    let refused = |what: String| Problems::one(name, format!("{} {what}", path.display()));
    let unreadable = |error: std::io::Error| refused(format!("cannot be read: {error}"));
    let file = File::open(path).map_err(unreadable)?;
    // Asked of what was opened: the path may name another file a moment later.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(refused("is not a file".to_owned()));
    }
    if metadata.mode() & forbidden != 0 {
        return Err(refused(format!(
            "can be read by others than its owner (mode {:o}): chmod 600 it, and make a new secret if others were there",
            metadata.mode() & 0o777
        )));
    }
    if metadata.len() > LONGEST {
        return Err(refused(format!("is longer than {LONGEST} bytes: it is another file")));
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut secret = Zeroizing::new(Vec::with_capacity(length));
    file.take(LONGEST).read_to_end(&mut secret).map_err(unreadable)?;
    while secret.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        secret.pop();
    }
    if secret.is_empty() {
        return Err(refused("is empty".to_owned()));
    }
    Ok(secret)
}
