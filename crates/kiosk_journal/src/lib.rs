//! What is kept of patients while the portal is away: their confirmed details, sealed to the portal's public key, until it is
//! back. Nothing on this machine can open them again, so that there is no key to lose or to steal, and no database: each entry
//! is a file.

mod bringing;
mod known_portal;
#[cfg(test)]
mod tests;
pub mod whole_file;

use std::{
    io,
    path::{Path, PathBuf},
    sync::PoisonError,
};

use age::x25519::Recipient;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::DateTime;
use kiosk_api::{
    journal::{JournalEntry, JournalReport, KeptDetails},
    registration::ConfirmDetails,
};
use rand::CryptoRng;
use registration::{
    ids::draw_uuid,
    journal::{KEPT_AT_MOST, is_lately, may_keep},
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

pub use bringing::{NotBrought, TakesEntries, bring};

/// How the names of entries end.
const ENTRY: &str = "entry";

/// The file that says which journal this is, and how many entries it ever had.
const COUNTS: &str = "counts.json";

/// Why details were not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
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

#[derive(Clone, Serialize, Deserialize)]
struct Counts {
    journal: Uuid,
    given: u32,
    /// When those of the last hour were kept, handed over or not: seconds since 1970 in UTC.
    lately_unix_s: Vec<i64>,
}

impl Counts {
    /// Of a journal that begins with what lies there already.
    fn anew(lie_there: usize, journal: Uuid) -> Self {
        let given = u32::try_from(lie_there).unwrap_or(u32::MAX);
        Self { journal, given, lately_unix_s: Vec::new() }
    }

    fn lately(&self, now: Timestamp) -> Vec<Timestamp> {
        let kept = self.lately_unix_s.iter().filter_map(|seconds| DateTime::from_timestamp(*seconds, 0));
        kept.map(Timestamp::new).filter(|kept_at| is_lately(*kept_at, now)).collect()
    }

    /// With one more, kept now.
    fn and_one(&self, now: Timestamp) -> Self {
        let lately = self.lately(now).into_iter().chain([now]);
        Self {
            given: self.given.saturating_add(1),
            lately_unix_s: lately.map(|kept_at| kept_at.instant().timestamp()).collect(),
            ..self.clone()
        }
    }
}

/// An entry that lies here.
#[derive(Debug)]
pub struct Waiting {
    file: PathBuf,
    /// By this machine's clock then.
    pub kept_at: Timestamp,
}

/// The entries of this kiosk, in one folder.
pub struct Journal {
    folder: PathBuf,
    /// One at a time: what is counted is what lies here.
    counts: Mutex<Option<Counts>>,
    /// Something was kept.
    kept: Notify,
    /// Never held while anything is waited for.
    rng: std::sync::Mutex<Box<dyn CryptoRng + Send>>,
}

impl Journal {
    /// Nothing is read or written yet.
    pub fn in_folder(data_dir: &Path, rng: impl CryptoRng + Send + 'static) -> Self {
        let rng = std::sync::Mutex::new(Box::new(rng) as Box<dyn CryptoRng + Send>);
        Self { folder: data_dir.join("journal"), counts: Mutex::default(), kept: Notify::new(), rng }
    }

    /// Waits until something is kept; at once where something was since this was asked last.
    pub async fn kept(&self) {
        self.kept.notified().await;
    }

    /// Keeps details for the portal of this public key; what the patient is shown. `request_key` is that of the request which
    /// was not answered.
    pub async fn keep(
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
        may_keep(waiting.len(), &counts.lately(now), now).map_err(|_| NotKept::Full)?;

        let (id, reference) = self.drawn(|mut rng| (draw_uuid(now, &mut rng), Reference::draw(&mut rng)));
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
        self.count(&mut held, counts.and_one(now)).await?;
        let bytes = serde_json::to_vec(&entry).map_err(io::Error::other)?;
        if let Err(error) = whole_file::put(&file, &bytes).await {
            // The patient is told that nothing was kept, and so it shall be.
            let _ = fs::remove_file(&file).await;
            self.count(&mut held, counts).await?;
            return Err(error.into());
        }
        self.kept.notify_one();
        Ok(reference)
    }

    /// The entries that lie here, oldest first.
    pub async fn waiting(&self) -> io::Result<Vec<Waiting>> {
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
        let is_unfinished = |file: &Path| file.extension().is_some_and(|end| end == whole_file::UNFINISHED);
        for unfinished in self.files(is_unfinished).await? {
            removed(&unfinished).await;
        }
        for entry in self.waiting().await? {
            if now - entry.kept_at >= KEPT_AT_MOST {
                tracing::error!("details that were kept for the portal are lost: it was away for too long");
                removed(&entry.file).await;
            }
        }
        Ok(())
    }

    /// How it stands, at one moment; `None` where nothing was ever kept.
    async fn report(&self) -> io::Result<Option<JournalReport>> {
        let mut held = self.counts.lock().await;
        let lie_there = self.waiting().await?.len();
        if lie_there == 0 && self.stands().await.is_ok_and(|counts| counts.is_none()) {
            return Ok(None);
        }
        let counts = self.counted(&mut held).await?;
        let waiting = u32::try_from(lie_there).unwrap_or(u32::MAX);
        Ok(Some(JournalReport { journal: counts.journal, given: counts.given, waiting }))
    }

    /// This machine has joined another portal: what is counted from now on is for that one. What lies here stays, for the one it
    /// was sealed to.
    pub async fn begin_anew(&self) -> io::Result<()> {
        self.forget_portal().await?;
        let mut held = self.counts.lock().await;
        if self.stands().await.is_ok_and(|counts| counts.is_none()) {
            return Ok(());
        }
        let anew = Counts::anew(self.waiting().await?.len(), self.drawn(random_id));
        self.count(&mut held, anew).await
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
        if let Some(counts) = held {
            return Ok(counts.clone());
        }
        match self.stands().await {
            Ok(Some(counts)) => {
                *held = Some(counts.clone());
                Ok(counts)
            }
            Ok(None) => self.begun(held).await,
            Err(error) if error.kind() == io::ErrorKind::Other => {
                tracing::error!(%error, "the journal's counts cannot be read: they begin anew");
                self.begun(held).await
            }
            Err(error) => Err(error),
        }
    }

    async fn begun(&self, held: &mut Option<Counts>) -> io::Result<Counts> {
        let counts = Counts::anew(self.waiting().await?.len(), self.drawn(random_id));
        self.count(held, counts.clone()).await?;
        Ok(counts)
    }

    fn drawn<T>(&self, draw: impl FnOnce(&mut dyn CryptoRng) -> T) -> T {
        // A generator is whole after each draw.
        draw(&mut **self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn count(&self, held: &mut Option<Counts>, counts: Counts) -> io::Result<()> {
        let bytes = serde_json::to_vec(&counts).map_err(io::Error::other)?;
        whole_file::put(&self.folder.join(COUNTS), &bytes).await?;
        *held = Some(counts);
        Ok(())
    }
}

/// One that stays holds up nothing else; it is tried again.
async fn removed(file: &Path) {
    if let Err(error) = fs::remove_file(file).await {
        tracing::error!(%error, "a file of the journal cannot be taken away");
    }
}

fn random_id(rng: &mut dyn CryptoRng) -> Uuid {
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
