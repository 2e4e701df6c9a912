//! A server that loses its power, and comes back.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::Cluster;

/// A process goes within milliseconds of a kill; a server that recovers answers within seconds.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

impl Cluster {
    /// Kills the server and every process it started, at once and without a word to any of them. Returns when none is left.
    ///
    /// # Panics
    /// Where the server is not running.
    pub fn crash(&self) {
        let server = self.server().expect("a running server");
        // A server that is stopped starts no process while its children are counted.
        signal("-STOP", &[server]);
        let all: Vec<u32> = children(server).into_iter().chain([server]).collect();
        signal("-KILL", &all);
        while all.iter().any(|process| is_there(*process)) {
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    /// The process id that the server has written down; it removes it when it ends by itself.
    pub(super) fn server(&self) -> Option<u32> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    /// Starts the server that [`Cluster::crash`] killed, as it was started before, and returns when it answers.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_again(&self) {
        let control = self.programs.join("pg_ctl");
        // Only a restart reads how the server was started; one that is gone it starts all the same.
        let mut restart = self.as_its_user(&control);
        restart.args(["restart", "--silent", "--wait", "--pgdata"]).arg(self.data());
        restart.arg("--log").arg(self.folder.join("log")).stdout(Stdio::null()).stderr(Stdio::null());
        let status = restart.current_dir(&self.folder).status().expect("pg_ctl starts");
        assert!(status.success(), "PostgreSQL starts again: {status}");
        while !self.answers() {
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    /// Whether the server takes connections.
    ///
    /// # Panics
    /// Where `pg_isready` cannot be started.
    #[must_use]
    pub fn answers(&self) -> bool {
        let asked = self.command("postgres", "pg_isready").arg("--quiet").status();
        asked.expect("pg_isready starts").success()
    }

    /// PostgreSQL refuses to run as root.
    pub(super) fn as_its_user(&self, program: &Path) -> Command {
        let owner = fs::metadata(self.data()).expect("the cluster's folder").uid();
        let own = fs::metadata("/proc/self").expect("a process of our own").uid();
        if owner == own {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
        command
    }
}

fn signal(signal: &str, processes: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg(signal).args(processes.iter().map(u32::to_string));
    // One that has ended by itself meanwhile cannot be told.
    let _ = kill.stderr(Stdio::null()).status().expect("kill starts");
}

fn children(process: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// Also one that has ended and whose end nobody has asked for yet: PostgreSQL takes its id for that of a running server.
pub(super) fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[cfg(test)]
mod tests {
    use super::Cluster;

    #[test]
    fn what_a_crashed_server_acknowledged_is_there_when_it_starts_again() {
        let cluster = Cluster::of_ones_own();
        let database = cluster.new_database(None);
        let ask = |sql: &str| cluster.ask("postgres", &database, sql).expect("it answers");
        ask("CREATE TABLE kept (n bigint)");
        for n in 1..=3 {
            ask(&format!("INSERT INTO kept VALUES ({n})"));
            cluster.crash();
            assert!(!cluster.answers(), "it is gone");
            cluster.start_again();
            assert_eq!(ask("SELECT count(*) FROM kept").trim(), n.to_string());
        }
    }
}
