//! Files that are there whole or not at all, whatever happens to the machine meanwhile.

use std::{io, path::Path};

use tokio::{
    fs::{self, OpenOptions},
    io::AsyncWriteExt as _,
};

/// How the name of a file ends while it is written. A program that was killed leaves it there.
pub const UNFINISHED: &str = "unfinished";

/// Writes a file that only this user may read, in the place of the one before. Once this returns, not even a loss of power takes
/// it away.
pub async fn put(place: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).await?;
    }
    let unfinished = place.with_extension(UNFINISHED);
    if let Err(error) = write(&unfinished, bytes).await {
        // On a full disk it would take the last room.
        let _ = fs::remove_file(&unfinished).await;
        return Err(error);
    }
    fs::rename(unfinished, place).await?;
    // Or a loss of power right after takes the new name with it.
    match place.parent() {
        Some(folder) => fs::File::open(folder).await?.sync_all().await,
        None => Ok(()),
    }
}

async fn write(unfinished: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(unfinished).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}
