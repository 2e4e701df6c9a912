//! The Debian packages, by what needs them.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{run, shown, text_of};

/// To build the kiosk and open it.
pub(crate) const TO_BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
    // A keyring for sandbox mode on a machine where none runs.
    "dbus-daemon",
    "gnome-keyring",
];

/// The servers that tests start for themselves.
pub(crate) const TO_TEST: &[&str] = &["postgresql"];

/// To drive the real window and the phone pages without anybody looking: tests, bench and the guided registrations.
pub(crate) const TO_DRIVE: &[&str] = &[
    "webkit2gtk-driver",
    "dbus-bin",
    "xvfb",
    "xauth",
    "chromium",
    // The same without a browser's own windows, which cost more than what is in them: six hundred screens are walked to.
    "chromium-headless-shell",
    "fonts-noto-core",
    // `import` takes pictures of the virtual screen, whichever window is on it.
    "imagemagick",
    // `img2webp` makes the film: half a megabyte, where ffmpeg would bring a hundred packages. ImageMagick 6 writes
    // animated WebP that no browser can read.
    "webp",
    // Touches the window where WebDriver may not be: an ordinary build refuses it.
    "xdotool",
    // `nm` shows which symbols the kiosk exports.
    "binutils",
];

/// Those of `wanted` that are not installed.
pub(crate) fn missing(wanted: &[&'static str]) -> Vec<&'static str> {
    wanted.iter().copied().filter(|name| !is_installed(name)).collect()
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}", package]);
    text_of(&mut query).is_some_and(|status| status == "installed")
}

/// The commands that install `packages`, as root.
pub(crate) fn installing(packages: &[&str]) -> [Command; 2] {
    let prefix: &[&str] = if is_root() { &[] } else { &["sudo"] };
    let command = |words: &[&str]| {
        let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive"], words].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
    };
    let install = [&["apt-get", "install", "--yes", "--no-install-recommends"], packages].concat();
    [command(&["apt-get", "update"]), command(&install)]
}

/// Installs what of `wanted` is missing; where it may not, says the exact command and stops.
pub(crate) fn ensure(wanted: &[&'static str]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let mut commands = installing(&missing);
    if !is_root() && !sudo_asks_nothing() {
        let [update, install] = commands.each_ref().map(shown);
        bail!(
            "These Debian packages are missing. Install them, then try again:\n\n  {update} && {install}\n"
        );
    }
    println!("Installing the Debian packages that are missing: {}", missing.join(" "));
    commands.iter_mut().try_for_each(run)
}

fn is_root() -> bool {
    text_of(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

fn sudo_asks_nothing() -> bool {
    text_of(Command::new("sudo").args(["--non-interactive", "true"])).is_some()
}
