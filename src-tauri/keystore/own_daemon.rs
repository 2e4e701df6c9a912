//! A keyring daemon for this process alone, where the machine has none: sandbox mode only, whose patients are invented.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

/// The sandbox protects nobody's data, so its keyring's password need not be a secret.
const SANDBOX_PASSWORD: &[u8] = b"sandbox";

/// Starts a session bus and a keyring on it, and gives back the bus's address.
///
/// Both end with the thread that calls this (`PR_SET_PDEATHSIG`, by util-linux' `setpriv`), so call it from the main one.
/// The keyring's file lives beside the sandbox's database, so that a restart finds its key again.
pub(crate) fn start(data_dir: &Path) -> std::io::Result<String> {
    let keyring_dir = data_dir.join("keyring");
    std::fs::create_dir_all(&keyring_dir)?;
    let mut bus = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "dbus-daemon", "--session", "--nofork", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let lines = bus.stdout.take().ok_or_else(|| std::io::Error::other("the session bus has no output"))?;
    let mut address = String::new();
    BufReader::new(lines).read_line(&mut address)?;
    let address = address.trim().to_owned();
    if address.is_empty() {
        return Err(std::io::Error::other("the session bus gave no address"));
    }
    let mut keyring = Command::new("setpriv")
        .args([
            "--pdeathsig",
            "KILL",
            "gnome-keyring-daemon",
            "--foreground",
            "--unlock",
            "--components=secrets",
        ])
        .env("DBUS_SESSION_BUS_ADDRESS", &address)
        .env("XDG_DATA_HOME", &keyring_dir)
        .env("XDG_RUNTIME_DIR", &keyring_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut password) = keyring.stdin.take() {
        password.write_all(SANDBOX_PASSWORD)?;
    }
    Ok(address)
}
