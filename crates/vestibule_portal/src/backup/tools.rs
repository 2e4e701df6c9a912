//! PostgreSQL's own programs: a dump that its makers keep reading is worth more than one of ours.

use std::{
    io::{self, Read},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread::{self, JoinHandle},
};

use super::failure::NotDone;
use crate::config::parts::ToolLogin;

/// Lines of a program's complaint that are shown; the first says what, the others what follows from it.
const MOST_LINES: usize = 3;

/// How long a dump waits for somebody who changes the schema.
const LOCK_WAIT: &str = "--lock-wait-timeout=60s";

/// What the programs would take from the environment besides what the configuration refuses anyway.
const OF_THE_PROGRAMS: [&str; 3] = ["PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR"];

/// A program at work; it ends with this.
pub(super) struct Tool {
    name: &'static str,
    child: Child,
    complaint: Option<JoinHandle<String>>,
}

impl Tool {
    /// Writes the whole database to its output, in the custom format.
    pub(super) fn dump(login: &ToolLogin) -> Result<(Self, ChildStdout), NotDone> {
        let mut command = Command::new("pg_dump");
        command
            .args(["--format=custom", "--no-password", LOCK_WAIT])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut tool = Self::start("pg_dump", command, login)?;
        let output = tool.child.stdout.take().ok_or(NotDone::ToolMissing("pg_dump"))?;
        Ok((tool, output))
    }

    /// Reads a dump from its input and makes all of it, or nothing. Owners and rights are those of the new database.
    pub(super) fn restore(login: &ToolLogin) -> Result<(Self, ChildStdin), NotDone> {
        let mut command = Command::new("pg_restore");
        command
            .args([
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                "--no-password",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut tool = Self::start("pg_restore", command, login)?;
        let input = tool.child.stdin.take().ok_or(NotDone::ToolMissing("pg_restore"))?;
        Ok((tool, input))
    }

    /// The address has no password in it; others on the machine see it among the processes.
    fn start(name: &'static str, mut command: Command, login: &ToolLogin) -> Result<Self, NotDone> {
        command.arg(format!("--dbname={}", login.address)).stderr(Stdio::piped());
        for variable in OF_THE_PROGRAMS {
            command.env_remove(variable);
        }
        if let Some(password) = &login.password {
            command.env("PGPASSWORD", password.as_str());
        }
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => NotDone::ToolMissing(name),
            _ => NotDone::ToolFailed { tool: name, words: error.to_string() },
        })?;
        // Read beside: a program whose complaint nobody takes would wait.
        let complaint = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                // What was read until then says enough.
                let _ = stderr.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        Ok(Self { name, child, complaint })
    }

    /// Waits for its end.
    pub(super) fn finish(mut self) -> Result<(), NotDone> {
        let status = self.child.wait();
        let complaint = self.complaint.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                Err(NotDone::ToolFailed { tool: self.name, words: words(&complaint, &status.to_string()) })
            }
            Err(error) => Err(NotDone::ToolFailed { tool: self.name, words: error.to_string() }),
        }
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of a complaint, what names no patient: a server's words on a row may quote it, so they are cut off where a row was at stake.
fn words(complaint: &str, otherwise: &str) -> String {
    let lines = complaint.lines().filter(|line| line.contains("error: "));
    let shown: Vec<&str> = lines
        .map(
            |line| if line.contains("COPY") { line.split("ERROR:").next().unwrap_or_default() } else { line },
        )
        .map(str::trim)
        .take(MOST_LINES)
        .collect();
    if shown.is_empty() { otherwise.to_owned() } else { shown.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_complaint_about_a_row_is_not_repeated_with_the_row() {
        let complaint = "pg_restore: error: COPY failed for table \"patients\": ERROR:  invalid date: \"Obi\"\n\
                         CONTEXT:  COPY patients, line 1: \"Obi\"\npg_restore: detail: Obi\n";
        assert_eq!(words(complaint, "1"), "pg_restore: error: COPY failed for table \"patients\":");
        assert_eq!(
            words("pg_dump: error: connection failed: no\n", "1"),
            "pg_dump: error: connection failed: no"
        );
        assert_eq!(words("", "exit status: 1"), "exit status: 1");
    }
}
