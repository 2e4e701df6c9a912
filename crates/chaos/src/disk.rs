//! A disk that can be full: small, in memory, for one database.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Result;

/// Several times what a round writes into a file.
pub(crate) const FOR_A_FILE: &str = "size=64m";
/// A new server takes 40 MB, and its log up to 20 more.
pub(crate) const FOR_A_SERVER: &str = "size=192m";
/// From large to small: until not even the smallest write finds room.
const WRITES: [usize; 2] = [1 << 16, 1 << 10];

pub(crate) struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// `None` where this program may not mount one: it takes root.
    pub(crate) fn at(at: PathBuf, size: &str) -> Result<Option<Self>> {
        fs::create_dir(&at)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(&at).stderr(Stdio::null());
        let mounted = mount.status().is_ok_and(|status| status.success());
        Ok(mounted.then_some(Self { at }))
    }

    /// Leaves no room for anybody.
    pub(crate) fn fill(&self) -> Result<()> {
        let mut ballast = File::create(self.ballast())?;
        for size in WRITES {
            let block = vec![0; size];
            loop {
                match ballast.write_all(&block) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    pub(crate) fn make_room(&self) -> Result<()> {
        Ok(fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.at
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Nothing can be done about one that stays.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}
