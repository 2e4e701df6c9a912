//! A server whose disk has no room left, and what becomes of it.

use std::{fs, path::Path, thread};

use super::{
    Cluster,
    crash::{BETWEEN_LOOKS, is_there},
};

/// The smallest pieces of the log, few of them kept and none used again: it needs room every few transactions,
/// and not what it once took.
const LAYOUT: &str = "--wal-segsize=1";
const SMALL_LOG: &str = "-c wal_recycle=off -c min_wal_size=2MB -c max_wal_size=4MB -c wal_keep_size=16MB";

impl Cluster {
    /// One of one's own that keeps everything it writes in this folder: a disk that can be full. Its standby does not.
    ///
    /// # Panics
    /// Where PostgreSQL cannot be started.
    #[must_use]
    pub fn on_a_disk(folder: &Path) -> Self {
        Self::start(SMALL_LOG, "", 5432, Some((folder, LAYOUT)))
    }

    /// How many times the server gave up because it could not write its log or what that log is for (PANIC), and how many
    /// times it refused something for want of room.
    #[must_use]
    pub fn full_disk_met(&self) -> (u64, u64) {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines = |word: &str| log.lines().map(|line| u64::from(line.contains(word))).sum();
        (lines("PANIC:"), lines("No space left on device"))
    }

    /// Waits until the server answers, and starts one that has ended. Returns whether it had to.
    ///
    /// # Panics
    /// Where it does not start.
    #[must_use]
    pub fn recovers(&self) -> bool {
        loop {
            if self.answers() {
                return false;
            }
            if !self.server().is_some_and(is_there) {
                self.start_again();
                return true;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cluster;

    #[test]
    fn a_server_that_has_ended_is_started_and_one_that_runs_is_left_alone() {
        let cluster = Cluster::of_ones_own();
        assert!(!cluster.recovers());
        cluster.crash();
        assert!(cluster.recovers());
        assert!(cluster.answers());
        assert!(!cluster.recovers());
    }
}
