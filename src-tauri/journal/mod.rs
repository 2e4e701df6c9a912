//! What is kept of patients while the portal is away: their confirmed details, sealed to the portal's public key, until it is
//! back. Nothing on this machine can open them again, so that there is no key to lose or to steal, and no database: each entry
//! is a file.

pub(crate) mod handing_over;
mod known_portal;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

use age::x25519::Recipient;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::DateTime;
use kiosk_api::{
    journal::{JournalEntry, KeptDetails},
    registration::ConfirmDetails,
};
use machine::system_rng;
use rand::CryptoRng;
use registration::{
    ids::draw_uuid,
    journal::{KEPT_AT_MOST, may_keep},
    secrets::reference::Reference,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use tokio::{
    fs,
    sync::{Mutex, Notify},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::whole_file;

/// How the names of entries end.
const ENTRY: &str = "entry";

/// The file that says which journal this is, and how many entries it ever had.
const COUNTS: &str = "counts.json";

/// Why details were not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    /// Enough wait already.
    #[error("the journal is full")]
    Full,
    /// The portal never said to whom to seal.
    #[error("no public key of the portal is known")]
    NoKey,
    /// The disk refused.
    #[error("the journal cannot be written")]
    Disk(#[from] io::Error),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Counts {
    journal: Uuid,
    given: u32,
}

/// An entry that lies here.
#[derive(Debug)]
pub(crate) struct Waiting {
    file: PathBuf,
    pub(crate) kept_at: Timestamp,
}

/// The entries of this kiosk, in one folder.
pub(crate) struct Journal {
    folder: PathBuf,
    /// One at a time: what is counted is what lies here.
    counts: Mutex<Option<Counts>>,
    /// Something was kept.
    kept: Notify,
}

impl Journal {
    /// Nothing is read or written yet.
    pub(crate) fn in_folder(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("journal"), counts: Mutex::default(), kept: Notify::new() }
    }

    /// Keeps details for the portal of this public key; what the patient is shown. `request_key` is that of the request which
    /// was not answered.
    pub(crate) async fn keep(
        &self,
        recipient: Option<&str>,
        confirmed: &ConfirmDetails,
        request_key: Uuid,
        now: Timestamp,
    ) -> Result<Reference, NotKept> {
        let recipient: Recipient = recipient.and_then(|text| text.parse().ok()).ok_or(NotKept::NoKey)?;
        let mut held = self.counts.lock().await;
        let counts = self.counted(&mut held).await?;
        let waiting = self.waiting().await?;
        may_keep(waiting.iter().map(|entry| entry.kept_at), now).map_err(|_| NotKept::Full)?;

        let mut rng = system_rng();
        let (id, reference) = (draw_uuid(now, &mut rng), Reference::draw(&mut rng));
        let kept = KeptDetails {
            entry: id,
            reference: reference.as_str().to_owned(),
            request_key: request_key.to_string(),
            confirmed: confirmed.clone(),
        };
        let clear = Zeroizing::new(serde_json::to_vec(&kept).map_err(io::Error::other)?);
        let sealed = age::encrypt(&recipient, &clear).map_err(io::Error::other)?;
        let entry = JournalEntry {
            id,
            journal: counts.journal,
            kept_at_unix_s: now.instant().timestamp(),
            sealed: BASE64_STANDARD.encode(sealed),
        };
        let file = self.folder.join(format!("{}-{id}.{ENTRY}", entry.kept_at_unix_s));
        // Counted first: what is counted and not there is said to be lost, what is there and not counted would not be missed.
        self.count(&mut held, Counts { given: counts.given.saturating_add(1), ..counts }).await?;
        let bytes = serde_json::to_vec(&entry).map_err(io::Error::other)?;
        if let Err(error) = whole_file::put(&file, &bytes).await {
            self.count(&mut held, counts).await?;
            return Err(error.into());
        }
        self.kept.notify_one();
        Ok(reference)
    }

    /// The entries that lie here, oldest first.
    pub(crate) async fn waiting(&self) -> io::Result<Vec<Waiting>> {
        let files = self.files(|file| kept_at(file).is_some()).await?;
        let waiting = |file: PathBuf| kept_at(&file).map(|kept_at| Waiting { file, kept_at });
        Ok(files.into_iter().filter_map(waiting).collect())
    }

    /// In the order of their names; none where there is no folder.
    async fn files(&self, wanted: impl Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
        let mut folder = match fs::read_dir(&self.folder).await {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut files = Vec::new();
        while let Some(file) = folder.next_entry().await? {
            if wanted(&file.path()) {
                files.push(file.path());
            }
        }
        files.sort();
        Ok(files)
    }

    /// Takes away what has lain here for too long, and what was not written to the end. The portal sees by the counts what is
    /// lost.
    async fn drop_old(&self, now: Timestamp) -> io::Result<()> {
        let _nothing_is_being_written = self.counts.lock().await;
        for unfinished in
            self.files(|file| file.extension().is_some_and(|end| end == whole_file::UNFINISHED)).await?
        {
            fs::remove_file(unfinished).await?;
        }
        for entry in self.waiting().await? {
            if now - entry.kept_at >= KEPT_AT_MOST {
                tracing::error!("details that were kept for the portal are lost: it was away for too long");
                fs::remove_file(&entry.file).await?;
            }
        }
        Ok(())
    }

    /// `None` where no entry was ever made.
    async fn stands(&self) -> io::Result<Option<Counts>> {
        match fs::read(self.folder.join(COUNTS)).await {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Those of the file; a journal that has none begins. One that cannot be read is followed by another: what lies here is
    /// still handed over.
    async fn counted(&self, held: &mut Option<Counts>) -> io::Result<Counts> {
        if let Some(counts) = *held {
            return Ok(counts);
        }
        let counts = match self.stands().await {
            Ok(Some(counts)) => counts,
            Ok(None) => Counts { journal: drawn(&mut system_rng()), given: 0 },
            Err(error) if error.kind() == io::ErrorKind::Other => {
                tracing::error!(%error, "the journal's counts cannot be read: they begin anew");
                Counts { journal: drawn(&mut system_rng()), given: 0 }
            }
            Err(error) => return Err(error),
        };
        *held = Some(counts);
        Ok(counts)
    }

    async fn count(&self, held: &mut Option<Counts>, counts: Counts) -> io::Result<()> {
        let bytes = serde_json::to_vec(&counts).map_err(io::Error::other)?;
        whole_file::put(&self.folder.join(COUNTS), &bytes).await?;
        *held = Some(counts);
        Ok(())
    }
}

fn drawn(rng: &mut impl CryptoRng) -> Uuid {
    let mut random = [0_u8; 16];
    rng.fill_bytes(&mut random);
    uuid::Builder::from_random_bytes(random).into_uuid()
}

/// As the name of an entry says; `None` for any other file.
fn kept_at(file: &Path) -> Option<Timestamp> {
    if file.extension()? != ENTRY {
        return None;
    }
    let (seconds, _) = file.file_stem()?.to_str()?.split_once('-')?;
    DateTime::from_timestamp(seconds.parse().ok()?, 0).map(Timestamp::new)
}
