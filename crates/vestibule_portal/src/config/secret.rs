//! Secrets lie in files that nobody else can read, never in the configuration, the environment or the command line.

use std::path::Path;

use machine::{Readers, secret_in};
use zeroize::Zeroizing;

use super::{Problems, Told, keys::Key};

impl Told {
    /// The secret under this key, without a line break at its end; `None` where it is not said and systemd has none.
    pub(super) fn secret(&self, key: &Key) -> Result<Option<Zeroizing<Vec<u8>>>, Problems> {
        if let Some(path) = self.text(key) {
            return read(key.name, Path::new(path), Readers::OwnerAlone).map(Some);
        }
        let credential =
            self.credentials.as_ref().map(|folder| folder.join(key.credential(self.practice.as_deref())));
        match credential {
            Some(path) if path.exists() => read(key.name, &path, Readers::Group).map(Some),
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
    read(argument, path, Readers::OwnerAlone)
}

fn read(name: &str, path: &Path, readers: Readers) -> Result<Zeroizing<Vec<u8>>, Problems> {
    secret_in(path, readers).map_err(|why| Problems::one(name, format!("{} {why}", path.display())))
}
