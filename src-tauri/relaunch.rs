//! What must stand in the environment before the first library reads it. A process cannot change its own environment
//! safely once threads run, so the program replaces itself once, with the same process id.

use std::{os::unix::process::CommandExt as _, path::PathBuf, process::Command, sync::OnceLock};

use kiosk_api::kiosk::Mode;

use crate::{
    config::{Config, environment},
    keystore,
};

/// Set once a keyring of our own runs, so that it is started once.
const OWN_KEYRING: &str = "VESTIBULE_OWN_KEYRING";

/// Replaces the program if something is missing; returns where nothing is, or where replacing failed.
pub(crate) fn with_complete_environment(config: &Config) {
    let mut missing: Vec<(&str, String)> = Vec::new();
    // Without a GPU, WebKitGTK's DMABUF renderer shows a white window.
    if environment("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        missing.push(("WEBKIT_DISABLE_DMABUF_RENDERER", "1".to_owned()));
    }
    if config.mode == Mode::Sandbox && environment(OWN_KEYRING).is_none() && !secret_service_is_there() {
        match keystore::own_daemon::start(&config.data_dir) {
            Ok(address) => {
                tracing::info!("no keyring daemon runs here: the sandbox started one of its own");
                missing.push(("DBUS_SESSION_BUS_ADDRESS", address));
                missing.push((OWN_KEYRING, "1".to_owned()));
            }
            Err(error) => tracing::error!(%error, "no keyring daemon runs here, and none could be started"),
        }
    }
    if missing.is_empty() {
        return;
    }
    replace(missing);
}

/// Replaces the program by a fresh one; returns where that failed. To be called on the main thread: any other takes the main
/// one's place, and a keyring of our own ends with the thread that started it.
pub(crate) fn anew() {
    replace(Vec::new());
}

/// Where the program lies. After an update the system says of the one that runs that it was deleted, and the new one lies where that did.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// To be done before anything can take its place.
pub(crate) fn remember_program() {
    match std::env::current_exe() {
        Ok(program) => {
            PROGRAM.get_or_init(|| program);
        }
        Err(error) => tracing::error!(%error, "the program does not know its own path"),
    }
}

fn replace(environment: Vec<(&str, String)>) {
    let arguments = std::env::args_os().skip(1);
    let Some(program) = PROGRAM.get() else {
        tracing::error!("where the program lies is not known");
        return;
    };
    let error = Command::new(program).args(arguments).envs(environment).exec();
    tracing::error!(%error, "the program could not be started in its own place");
}

fn secret_service_is_there() -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.is_ok_and(|runtime| runtime.block_on(keystore::secret_service_is_there()))
}
