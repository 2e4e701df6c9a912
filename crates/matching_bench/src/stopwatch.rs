//! Measuring how long something took: the one place here that reads a clock.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]

use std::time::{Duration, Instant};

/// What it gave, and how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}
