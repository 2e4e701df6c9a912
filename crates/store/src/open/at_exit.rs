//! The end of a program that had a file open.
//!
//! SQLCipher frees its heap in an exit handler and again in a destructor, and OpenSSL cleans up in one of its own, while the
//! driver's threads may still be closing connections: a program that had done its work then ended with SIGSEGV or SIGABRT.

use std::{fs, sync::Once, thread, time::Duration};

/// As the driver names its threads, cut off where Linux cuts them off.
const WORKER: &str = "sqlx-sqlite-wor";

/// A connection is closed in milliseconds. One that is still open waits for nothing and is left as it is: it is idle.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// Lets the driver's threads end before anything is taken from them. To be called after a file was opened, because exit
/// handlers run in the reverse order of their registration.
pub(crate) fn wait_for_connections() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        #[expect(unsafe_code, reason = "the standard library has no exit handlers")]
        // SAFETY: the handler takes nothing, touches no thread-local and cannot unwind.
        let registered = unsafe { libc::atexit(wait) };
        debug_assert_eq!(registered, 0, "there is room for 32 at least");
    });
}

extern "C" fn wait() {
    for _ in 0..LOOKS {
        if !has_worker() {
            return;
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

/// Where the system does not say which threads there are, nothing is waited for.
fn has_worker() -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return false };
    let names = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
    names.into_iter().any(|name| name.trim_end() == WORKER)
}
