//! A second server that has everything the first one acknowledged, and takes its place.

use std::{
    process::{Command, Stdio},
    sync::atomic::Ordering,
    thread,
};

use super::{Cluster, crash::BETWEEN_LOOKS};

impl Cluster {
    /// Makes a standby and waits until no commit is acknowledged that it has not written to its disk.
    ///
    /// # Panics
    /// Where the servers refuse.
    pub fn make_standby(&self) {
        let standby = self.folder.join("standby");
        let mut copy = self.as_its_user(&self.programs.join("pg_basebackup"));
        copy.arg("--host").arg(&self.folder).args(["--port", &self.port.to_string()]);
        copy.args(["--username=postgres", "--write-recovery-conf", "--checkpoint=fast", "--pgdata"]);
        self.done(copy.arg(&standby));
        self.start_standby();
        // Only now, so that the standby does not wait for one of its own when it is promoted.
        let ask = |sql: &str| self.ask("postgres", "postgres", sql).expect("a superuser may");
        ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        ask("SELECT pg_reload_conf()");
        while ask("SELECT sync_state FROM pg_stat_replication").trim() != "sync" {
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    /// From now on no commit is acknowledged.
    ///
    /// # Panics
    /// Where there is no standby.
    pub fn stop_standby(&self) {
        let mut stop = self.as_its_user(&self.programs.join("pg_ctl"));
        self.done(
            stop.args(["stop", "--silent", "--mode=fast", "--pgdata"]).arg(self.folder.join("standby")),
        );
    }

    /// It follows the server again.
    ///
    /// # Panics
    /// Where there is none, or it does not start.
    pub fn start_standby(&self) {
        let mut start = self.as_its_user(&self.programs.join("pg_ctl"));
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=300 -c port={}",
            self.folder.display(),
            self.port + 1
        );
        start.args(["start", "--silent", "--wait", "--pgdata"]).arg(self.folder.join("standby"));
        self.done(start.arg("--log").arg(self.folder.join("standby-log")).arg("--options").arg(options));
    }

    /// Commits that wait for the standby.
    ///
    /// # Panics
    /// Where the server refuses.
    #[must_use]
    pub fn waiting_for_standby(&self) -> u64 {
        self.count("postgres", "pg_stat_activity WHERE wait_event = 'SyncRep'")
    }

    /// The server crashes for good, and the standby takes its place: from now on every address is the new one's.
    ///
    /// # Panics
    /// Where there is no standby.
    pub fn fail_over(&self) {
        self.crash();
        self.promoted.store(true, Ordering::Relaxed);
        let mut promote = self.as_its_user(&self.programs.join("pg_ctl"));
        self.done(promote.args(["promote", "--silent", "--wait", "--pgdata"]).arg(self.data()));
        while !self.answers() {
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn done(&self, command: &mut Command) {
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().expect("a PostgreSQL program starts");
        assert!(status.success(), "{command:?}: {status}");
    }
}

#[cfg(test)]
mod tests {
    use super::Cluster;

    #[test]
    fn a_standby_that_takes_the_place_of_a_crashed_server_has_everything_that_was_acknowledged() {
        let cluster = Cluster::of_ones_own();
        let database = cluster.new_database(None);
        let ask = |sql: &str| cluster.ask("postgres", &database, sql);
        let before = cluster.address("somebody", &database);
        ask("CREATE TABLE kept (n bigint)").expect("made");
        cluster.make_standby();
        ask("INSERT INTO kept VALUES (1)").expect("written");
        cluster.fail_over();
        assert_ne!(cluster.address("somebody", &database), before);
        ask("INSERT INTO kept VALUES (2)").expect("it takes writes");
        cluster.crash();
        cluster.start_again();
        assert_eq!(ask("SELECT count(*) FROM kept").expect("read").trim(), "2");
    }
}
