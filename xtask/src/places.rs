//! Where things are. The only module here that reads the environment.
#![expect(
    clippy::disallowed_methods,
    reason = "this is xtask's configuration: the one place that reads the environment"
)]

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The folder that holds the workspace's `Cargo.toml`.
///
/// Asked for at run time: checkouts that share a target folder share this program too, and a folder that was built in would
/// be another one's.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .expect("cargo names the package's folder: run `cargo xtask`");
        Path::new(&package).parent().expect("xtask is a folder of the workspace").to_owned()
    });
    &ROOT
}

/// The interface: the one folder with a `package.json`.
pub(crate) fn interface() -> PathBuf {
    root().join("ui")
}

/// Where cargo builds.
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where tools are installed that belong to this project and not to the machine.
pub(crate) fn tools() -> PathBuf {
    cargo_target().join("tools")
}

/// Whether a window could be opened for somebody to see.
pub(crate) fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|it| !it.is_empty()))
}

/// Whether a desktop's message bus is there, on which a keyring may answer.
pub(crate) fn has_session_bus() -> bool {
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|it| !it.is_empty())
}
