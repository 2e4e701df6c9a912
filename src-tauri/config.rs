//! What this machine was told: the one place that reads the command line, the environment and where files go.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use kiosk_api::kiosk::Mode;

/// The kiosk of a reception desk.
#[derive(Clone, Debug, Parser)]
#[command(name = "vestibule", version)]
pub(crate) struct Config {
    /// How people's data is treated: sandbox, trial or live.
    #[arg(long, env = "VESTIBULE_MODE", value_parser = parse_mode)]
    pub(crate) mode: Mode,
    /// Whose portal: the one this program brings (sandbox and trial), or one on a server, which this machine joins with a code.
    #[arg(long, env = "VESTIBULE_PORTAL", value_enum, default_value = "embedded")]
    pub(crate) portal: PortalPlace,
    /// PEM file with the one authority that may vouch for a remote portal; without it, those that the system trusts.
    #[arg(long, env = "VESTIBULE_PORTAL_CA", value_name = "FILE")]
    pub(crate) portal_ca: Option<PathBuf>,
    /// Shows the screen that joins a remote portal although this machine has joined one before.
    #[arg(long, env = "VESTIBULE_JOIN_AGAIN")]
    pub(crate) join_again: bool,
    /// Where the encrypted database lives.
    #[arg(long, env = "VESTIBULE_DATA_DIR", default_value = "vestibule-data")]
    pub(crate) data_dir: PathBuf,
    /// Loopback address of the embedded portal; port 0 takes any.
    #[arg(long, env = "VESTIBULE_PORTAL_ADDRESS", default_value = "127.0.0.1:8780")]
    pub(crate) portal_address: SocketAddr,
    /// Loopback address of "the patient's phone" (sandbox only); port 0 takes any.
    #[arg(long, env = "VESTIBULE_PHONE_ADDRESS", default_value = "127.0.0.1:8781")]
    pub(crate) phone_address: SocketAddr,
    /// Size of the window in pixels, such as 1080x1920; the whole monitor where it is not given.
    #[arg(long, env = "VESTIBULE_WINDOW_SIZE", value_parser = parse_size)]
    pub(crate) window_size: Option<(u32, u32)>,
    /// CSS pixels per millimetre of this panel (21.5 inch at 1080 pixels: 4).
    #[arg(long, env = "VESTIBULE_CSS_PX_PER_MM", default_value_t = 4.0, value_parser = parse_scale)]
    pub(crate) css_px_per_mm: f64,
    /// Says on standard error when the first welcome screen was painted, in milliseconds since the start.
    #[arg(long, env = "VESTIBULE_REPORT_PAINT")]
    pub(crate) report_paint: bool,
    #[command(flatten)]
    errand: ErrandArguments,
    /// File with the recovery key that only its owner can read, for `--restore-from`; without it, the terminal is asked.
    #[arg(long, value_name = "FILE", requires = "restore_from", conflicts_with_all = ["back_up_to", "new_recovery_key"])]
    recovery_key_file: Option<PathBuf>,
    /// Another way to the embedded portal, through a proxy that can fail.
    #[cfg(feature = "e2e")]
    #[arg(long, env = "VESTIBULE_E2E_PORTAL_VIA")]
    pub(crate) portal_via: Option<String>,
}

/// At most one. They have no variables: one that is left behind would keep the kiosk from opening.
#[derive(Clone, Debug, clap::Args)]
#[group(multiple = false)]
struct ErrandArguments {
    /// Opens no window: writes the embedded portal's database, sealed to the recovery key, into a file that is not there yet.
    #[arg(long, value_name = "FILE")]
    back_up_to: Option<PathBuf>,
    /// Opens no window: puts the database of such a file where there is none yet, and its key into the key store.
    #[arg(long, value_name = "FILE")]
    restore_from: Option<PathBuf>,
    /// Opens no window: makes another recovery key for back-ups from now on, and shows it once.
    #[arg(long)]
    new_recovery_key: bool,
}

/// What the program does in place of opening a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    BackUp {
        to: PathBuf,
    },
    /// The terminal is asked for the recovery key where no file is named.
    Restore {
        from: PathBuf,
        key_file: Option<PathBuf>,
    },
    NewRecoveryKey,
}

/// Where the portal runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PortalPlace {
    /// In this program, on a loopback address.
    Embedded,
    /// On a server, reached over HTTPS.
    Remote,
}

impl Config {
    /// `None`: it opens its window.
    pub(crate) fn errand(&self) -> Option<Errand> {
        let ErrandArguments { back_up_to, restore_from, new_recovery_key } = self.errand.clone();
        let restore = |from| Errand::Restore { from, key_file: self.recovery_key_file.clone() };
        back_up_to
            .map(|to| Errand::BackUp { to })
            .or(restore_from.map(restore))
            .or(new_recovery_key.then_some(Errand::NewRecoveryKey))
    }

    /// Of the embedded portal.
    pub(crate) fn database_file(&self) -> PathBuf {
        self.data_dir.join("practice.db")
    }

    /// Whether WebDriver shall drive this window; only a build for tests may be driven.
    pub(crate) fn is_driven() -> bool {
        environment("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
    }
}

/// One variable of the environment.
#[expect(clippy::disallowed_methods, reason = "this module is the one that reads the environment")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    match text {
        "sandbox" => Ok(Mode::Sandbox),
        "trial" => Ok(Mode::Trial),
        "live" => Ok(Mode::Live),
        other => Err(format!("{other} is not a mode: say sandbox, trial or live")),
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let parsed =
        text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    parsed.ok_or_else(|| format!("{text} is not a size: say it as 1080x1920"))
}

/// From a wall of 55 inch to a small tablet; anything else is a slip.
fn parse_scale(text: &str) -> Result<f64, String> {
    let parsed: Option<f64> = text.parse().ok();
    parsed
        .filter(|scale| (1.0..=20.0).contains(scale))
        .ok_or_else(|| format!("{text} is no scale: say CSS pixels per millimetre, from 1 to 20, such as 4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errand(words: &[&str]) -> Result<Option<Errand>, clap::error::ErrorKind> {
        let words = ["vestibule", "--mode", "sandbox"].iter().chain(words);
        Config::try_parse_from(words).map(|config| config.errand()).map_err(|error| error.kind())
    }

    #[test]
    fn a_kiosk_opens_its_window_or_runs_one_errand() {
        assert_eq!(errand(&[]), Ok(None));
        let to = PathBuf::from("b.age");
        assert_eq!(errand(&["--back-up-to", "b.age"]), Ok(Some(Errand::BackUp { to: to.clone() })));
        assert_eq!(errand(&["--new-recovery-key"]), Ok(Some(Errand::NewRecoveryKey)));
        let key_file = Some(PathBuf::from("key"));
        assert_eq!(
            errand(&["--restore-from", "b.age", "--recovery-key-file", "key"]),
            Ok(Some(Errand::Restore { from: to, key_file }))
        );
        let two = errand(&["--back-up-to", "b.age", "--new-recovery-key"]);
        assert_eq!(two, Err(clap::error::ErrorKind::ArgumentConflict));
        let alone = errand(&["--recovery-key-file", "key"]);
        assert_eq!(alone, Err(clap::error::ErrorKind::MissingRequiredArgument));
        let elsewhere = errand(&["--recovery-key-file", "key", "--new-recovery-key"]);
        assert_eq!(elsewhere, Err(clap::error::ErrorKind::ArgumentConflict));
    }

    #[test]
    fn a_scale_that_no_panel_has_is_refused() {
        assert_eq!(parse_scale("5.5"), Ok(5.5));
        for slip in ["0", "-4", "NaN", "inf", "400", "four", ""] {
            assert!(parse_scale(slip).is_err(), "{slip}");
        }
    }
}
