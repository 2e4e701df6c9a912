//! Building the kiosk, and the means to drive its window.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    command::{run, text_of},
    interface, places,
};

/// The WebDriver server for Tauri windows; newer ones are alphas.
const DRIVER_VERSION: &str = "2.1.0";

/// Which kiosk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// For a person.
    Plain,
    /// With the feature that lets WebDriver drive the window; it refuses real patients.
    Driven,
}

/// How well it is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// Builds interface and kiosk and gives a copy of the program that the next build does not replace.
pub(crate) fn build(which: Build, profile: Profile) -> Result<PathBuf> {
    interface::install()?;
    interface::build()?;
    let features = match which {
        Build::Plain => "tauri/custom-protocol",
        Build::Driven => "tauri/custom-protocol,e2e",
    };
    let (profile_name, folder) = match profile {
        Profile::Debug => ("dev", "debug"),
        Profile::Release => ("release", "release"),
    };
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--locked",
        "--package",
        "vestibule",
        "--profile",
        profile_name,
        "--features",
        features,
    ]);
    run(cargo.current_dir(places::root()))?;
    let kept = place_of(which, profile);
    keep(&places::cargo_target().join(folder).join("vestibule"), &kept)?;
    Ok(kept)
}

/// Builds all programs as the tests built their parts: in the same workspace and with an example, which wants what tests want, so that
/// cargo unites the same features and compiles no crate a second time.
pub(crate) fn build_beside_tests(which: Build) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--workspace", "--exclude", "xtask", "--bins"]);
    cargo.args(["--example", "sandbox_portal"]);
    if which == Build::Driven {
        cargo.args(["--features", "vestibule/e2e"]);
    }
    run(cargo.current_dir(places::root()))?;
    keep(&places::cargo_target().join("debug/vestibule"), &place_of(which, Profile::Debug))
}

/// Removed first: a kiosk that still runs from the old file keeps it.
fn keep(built: &Path, kept: &Path) -> Result<()> {
    if let Some(folder) = kept.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(kept) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context("cannot replace the last kiosk"),
    }
    fs::copy(built, kept).context("cargo built no kiosk")?;
    Ok(())
}

/// Where the last kiosk of its kind is kept.
pub(crate) fn place_of(which: Build, profile: Profile) -> PathBuf {
    places::tools().join(match (which, profile) {
        (Build::Plain, Profile::Debug) => "vestibule",
        (Build::Plain, Profile::Release) => "vestibule-released",
        (Build::Driven, Profile::Debug) => "vestibule-driven",
        (Build::Driven, Profile::Release) => "vestibule-driven-released",
    })
}

/// Where the WebDriver server is, once installed.
pub(crate) fn driver() -> PathBuf {
    places::tools().join("bin/tauri-driver")
}

/// Whether the right one is there; cargo keeps the list.
pub(crate) fn driver_is_installed() -> bool {
    let mut list = Command::new("cargo");
    list.args(["install", "--list", "--root"]).arg(places::tools());
    let line = format!("tauri-driver v{DRIVER_VERSION}:");
    text_of(&mut list).is_some_and(|text| text.lines().any(|it| it == line)) && driver().is_file()
}

/// The command that installs it, for this project only.
pub(crate) fn driver_installing() -> Command {
    let mut install = Command::new("cargo");
    install
        .args(["install", "tauri-driver", "--version", DRIVER_VERSION, "--locked", "--root"])
        .arg(places::tools());
    install
}

/// Installs it where it is not.
pub(crate) fn ensure_driver() -> Result<()> {
    if driver_is_installed() {
        return Ok(());
    }
    run(&mut driver_installing())
}

/// A copy of the last kiosk of its kind for one of several that run at once: each looks for its own among all processes by its place.
pub(crate) fn copy_for_lane(which: Build, profile: Profile, lane: usize) -> Result<PathBuf> {
    let last = place_of(which, profile);
    let name = last.file_name().context("a program has a name")?;
    let kept = places::tools().join(format!("lane-{lane}")).join(name);
    keep(&last, &kept)?;
    Ok(kept)
}

/// Node.js on a virtual portrait screen, told where kiosk and driver are. Of those that run at once, each looks for a free screen from a
/// number of its own on.
pub(crate) fn driven_node(kiosk: &Path, lane: usize) -> Command {
    let mut node = Command::new("xvfb-run");
    node.args(["--auto-servernum", &format!("--server-num={}", 99 + 100 * lane)])
        .args(["--server-args=-screen 0 1080x1920x24 -nolisten tcp", "node"])
        .current_dir(places::root())
        .env("VESTIBULE_KIOSK", kiosk)
        .env("VESTIBULE_DRIVER", driver())
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env_remove("WAYLAND_DISPLAY")
        // The kiosk starts a bus and a keyring of its own, as on any machine without a desktop.
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    node
}
