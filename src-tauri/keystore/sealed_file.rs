//! A connection in a file, where the key store only gives: sealed under a key that is drawn from the one it gives
//! (ChaCha20-Poly1305, RFC 8439; HKDF-SHA-256, RFC 5869).

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use hkdf::Hkdf;
use kiosk_api::kiosk::Mode;
use kiosk_journal::whole_file;
use machine::system_rng;
use rand::Rng as _;
use sha2::Sha256;
use tokio::fs;
use zeroize::Zeroizing;

use super::{KeyStoreError, MasterKey, Secret, connection_name};

const NONCE_BYTES: usize = 12;

/// What was sealed there; `None` if nothing was. A file that does not open is of another key, or was altered.
pub(super) async fn read(
    folder: &Path,
    mode: Mode,
    master: &MasterKey,
) -> Result<Option<Secret>, KeyStoreError> {
    let sealed = match fs::read(place(folder, mode)).await {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(KeyStoreError::Refused),
    };
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(KeyStoreError::Refused)?;
    let payload = Payload { msg: ciphertext, aad: connection_name(mode).as_bytes() };
    let clear = cipher(master).decrypt(&Nonce::from(*nonce), payload).map_err(|_| KeyStoreError::Refused)?;
    Ok(Some(Zeroizing::new(clear)))
}

/// Seals it in the place of what was there, whole or not at all.
pub(super) async fn write(
    folder: &Path,
    mode: Mode,
    master: &MasterKey,
    clear: &[u8],
) -> Result<(), KeyStoreError> {
    let mut nonce = [0_u8; NONCE_BYTES];
    system_rng().fill_bytes(&mut nonce);
    let payload = Payload { msg: clear, aad: connection_name(mode).as_bytes() };
    let ciphertext =
        cipher(master).encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyStoreError::Refused)?;
    let place = place(folder, mode);
    // Whole, or the code is used up and the credential lost.
    whole_file::put(&place, &[nonce.as_slice(), &ciphertext].concat()).await.map_err(|error| {
        tracing::error!(%error, "the sealed connection cannot be written");
        KeyStoreError::Refused
    })
}

fn place(folder: &Path, mode: Mode) -> PathBuf {
    folder.join(connection_name(mode)).with_extension("sealed")
}

fn cipher(master: &MasterKey) -> ChaCha20Poly1305 {
    let mut key = Zeroizing::new([0_u8; 32]);
    Hkdf::<Sha256>::new(None, master.as_slice())
        .expand(b"vestibule kiosk 1 connection", key.as_mut())
        .expect("32 bytes are less than HKDF's 255 blocks");
    ChaCha20Poly1305::new((&*key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"whose, where and how";

    fn key(byte: u8) -> MasterKey {
        MasterKey::new([byte; 32])
    }

    #[tokio::test]
    async fn what_is_kept_is_read_again_and_stands_nowhere_in_the_clear() {
        let folder = tempfile::tempdir().expect("a folder");
        let deeper = folder.path().join("data");
        assert_eq!(read(&deeper, Mode::Live, &key(1)).await.expect("looked"), None);
        write(&deeper, Mode::Live, &key(1), b"the one before").await.expect("kept");
        write(&deeper, Mode::Live, &key(1), SECRET).await.expect("kept");
        let found = read(&deeper, Mode::Live, &key(1)).await.expect("looked").expect("there");
        assert_eq!(found.as_slice(), SECRET);
        let mut files = fs::read_dir(&deeper).await.expect("a folder");
        let file = files.next_entry().await.expect("read").expect("one file");
        assert!(files.next_entry().await.expect("read").is_none(), "nothing else is left");
        let bytes = fs::read(file.path()).await.expect("read");
        assert!(!bytes.windows(5).any(|part| SECRET.windows(5).any(|secret| secret == part)));
    }

    #[tokio::test]
    async fn neither_another_key_nor_another_mode_opens_it() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), Mode::Live, &key(1), SECRET).await.expect("kept");
        let other = read(folder.path(), Mode::Live, &key(2)).await;
        assert_eq!(other.expect_err("another key"), KeyStoreError::Refused);
        assert_eq!(read(folder.path(), Mode::Trial, &key(1)).await.expect("looked"), None);
        let (live, trial) = (place(folder.path(), Mode::Live), place(folder.path(), Mode::Trial));
        fs::rename(live, trial).await.expect("moved");
        let moved = read(folder.path(), Mode::Trial, &key(1)).await;
        assert_eq!(moved.expect_err("moved"), KeyStoreError::Refused);
    }
}
