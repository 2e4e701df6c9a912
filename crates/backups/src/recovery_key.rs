//! The recovery key: an age identity, shown once and stored nowhere; the database keeps its public half.

use std::io::Write;

use age::{
    secrecy::ExposeSecret as _,
    x25519::{Identity, Recipient},
};
use registration::time::Timestamp;
use store::{AccessEntry, BareDatabase, OpenError, Store, newest_version};
use zeroize::Zeroizing;

use crate::{failure::BackupFailure, take::append};

/// What opens back-ups. `Debug` is silent.
pub struct RecoveryKey(Identity);

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryKey")
    }
}

impl RecoveryKey {
    /// age takes no randomness but the operating system's own.
    fn drawn() -> Self {
        Self(Identity::generate())
    }

    pub(crate) const fn opens(&self) -> &Identity {
        &self.0
    }

    fn public_half(&self) -> Recipient {
        self.0.to_public()
    }

    fn show(&self, on: &mut impl Write) -> Result<(), BackupFailure> {
        let text = self.0.to_string();
        let shown = writeln!(
            on,
            "Recovery key: {}\n\
             Write it down now, and keep it away from this machine and from its back-ups: it is shown this once and stored nowhere. \
             Whoever has it and a back-up can read everything; without it no back-up can be read.",
            text.expose_secret()
        );
        shown.and_then(|()| on.flush()).map_err(BackupFailure::KeyNotShown)
    }

    /// Out of the text of a file; lines that begin with # are left out, as age's own programs write them.
    pub fn of_text(text: &[u8]) -> Result<Self, BackupFailure> {
        let text = std::str::from_utf8(text).map_err(|_| BackupFailure::NotARecoveryKey)?;
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        match (lines.next().map(str::parse), lines.next()) {
            (Some(Ok(key)), None) => Ok(Self(key)),
            (Some(_) | None, _) => Err(BackupFailure::NotARecoveryKey),
        }
    }

    /// From whoever sits at the terminal, which does not show it.
    pub fn ask() -> Result<Self, BackupFailure> {
        let typed = rpassword::prompt_password("Recovery key: ").map_err(|_| BackupFailure::NobodyToAsk)?;
        Self::of_text(Zeroizing::new(typed).as_bytes())
    }
}

/// Makes the first one, where there is none, and shows it.
pub async fn make_first(
    database: &mut BareDatabase,
    now: Timestamp,
    on: &mut impl Write,
) -> Result<(), BackupFailure> {
    if database.recovery_recipient().await?.is_some() {
        return Ok(());
    }
    let key = RecoveryKey::drawn();
    if database.keep_first_recipient(&key.public_half().to_string(), now).await? {
        key.show(on)?;
    }
    Ok(())
}

/// A database of an older program keeps no recovery key.
pub async fn refuse_older(database: &mut BareDatabase) -> Result<(), BackupFailure> {
    let (found, known) = (database.version().await?, newest_version());
    if found < known { Err(OpenError::TooOld { found, known }.into()) } else { Ok(()) }
}

/// Makes another one for back-ups from now on, and shows it. Those there are stay sealed to the former key. The entries say so
/// in the access logs; the store is the same database, opened for work.
pub async fn replace(
    mut database: BareDatabase,
    store: Store,
    entries: &[AccessEntry],
    now: Timestamp,
    on: &mut impl Write,
) -> Result<(), BackupFailure> {
    for entry in entries {
        append(&store, *entry).await?;
    }
    let key = RecoveryKey::drawn();
    database.keep_new_recipient(&key.public_half().to_string(), now).await?;
    database.close().await?;
    store.close().await;
    key.show(on)
}
