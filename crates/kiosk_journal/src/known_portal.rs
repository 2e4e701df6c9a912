//! What the portal said of the practice last: with it a kiosk that starts while the portal is away can serve patients, and keep
//! their details. Nothing personal.

use std::io;

use kiosk_api::kiosk::KioskPractice;
use tokio::fs;

use crate::{Journal, whole_file};

const FILE: &str = "practice.json";

impl Journal {
    /// Keeps it for the next start. One that is the same is not written again.
    pub async fn remember(&self, practice: &KioskPractice) -> io::Result<()> {
        if self.remembered().await.as_ref() == Some(practice) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(practice).map_err(io::Error::other)?;
        // What is half written is nobody's to take away meanwhile.
        let _alone = self.counts.lock().await;
        whole_file::put(&self.folder.join(FILE), &bytes).await
    }

    /// `None` where none is kept, or it cannot be read.
    pub async fn remembered(&self) -> Option<KioskPractice> {
        serde_json::from_slice(&fs::read(self.folder.join(FILE)).await.ok()?).ok()
    }

    /// The portal no longer wants this kiosk.
    pub async fn forget_portal(&self) -> io::Result<()> {
        match fs::remove_file(self.folder.join(FILE)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
