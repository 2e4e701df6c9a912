//! The staff console as it was built, inside the program that serves it.

/// Every file, by its path below `/staff`, with its bytes.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The page itself.
const PAGE: &str = "staff.html";

/// A file of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// As browsers are told.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

/// The page that loads everything else; `None` where the interface was not built before the program was.
#[must_use]
pub fn page() -> Option<File> {
    file(PAGE)
}

/// The file at this path, such as `assets/console-1a2b3c4d.js`.
#[must_use]
pub fn file(path: &str) -> Option<File> {
    let (_, bytes) = FILES.iter().find(|(named, _)| *named == path)?;
    Some(File { content_type: content_type(path), bytes })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "application/octet-stream",
    }
}
