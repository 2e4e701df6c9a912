//! The data folder of an embedded portal belongs to one program at a time: a kiosk, or one that restores a back-up into it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// The name of the file that is locked. It holds nothing and stays.
const LOCK: &str = "in-use";

/// Holds the folder until it is dropped, or the program ends however it may.
pub(crate) struct Alone(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Makes the folder where there is none. `None`: another program has it.
pub(crate) fn hold(data_dir: &Path) -> io::Result<Option<Alone>> {
    fs::create_dir_all(data_dir)?;
    let lock =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(data_dir.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(Alone(lock))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_then_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let deeper = folder.path().join("data");
        let first = hold(&deeper).expect("asked");
        assert!(first.is_some());
        assert!(hold(&deeper).expect("asked").is_none());
        drop(first);
        assert!(hold(&deeper).expect("asked").is_some());
    }
}
