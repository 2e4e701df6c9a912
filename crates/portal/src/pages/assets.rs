//! Style sheet and icon, from the binary, at addresses that change with their bytes.

use std::sync::LazyLock;

use axum::{
    http::{Uri, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::{DeadEnd, Page};

/// A file that the pages name.
pub(crate) struct Asset {
    /// Its address: name, first four bytes of its SHA-256, extension.
    pub(crate) path: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    /// A file of the binary.
    pub(crate) fn new(stem: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let [first, second, third, fourth, ..]: [u8; 32] = digest.into();
        let short = u32::from_be_bytes([first, second, third, fourth]);
        Self { path: format!("/assets/{stem}-{short:08x}.{extension}"), content_type, bytes }
    }

    /// The file, to be kept by the browser for ever: other bytes have another address.
    pub(crate) fn response(&self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.content_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        (headers, self.bytes).into_response()
    }
}

/// The one style sheet.
pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("pages", "css", "text/css; charset=utf-8", include_bytes!("../../assets/pages.css"))
});

/// The icon in the browser's tab.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../../assets/icon.svg")));

/// `GET /assets/{name}`.
pub(super) async fn asset(page: Page, uri: Uri) -> Response {
    let found = [&*STYLE, &*ICON].into_iter().find(|asset| asset.path == uri.path());
    found.map_or_else(|| page.dead_end(DeadEnd::NotFound), Asset::response)
}
