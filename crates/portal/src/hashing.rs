//! Passwords through argon2id (RFC 9106), off the async threads and never more than two at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use rand::Rng as _;
use registration::secrets::password::{Password, PasswordAttempt, PasswordHash};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::parts::SharedRng;

/// Hashes that may run at the same moment: 128 MiB at the standard cost.
const AT_ONCE: usize = 2;
/// Hashes that may wait for their turn, about four seconds' worth; more are told "busy".
const QUEUED: usize = 32;
/// The same for the one door that anybody may knock at, so that no stranger keeps patients waiting.
const STRANGERS_AT_ONCE: usize = 1;
const STRANGERS_QUEUED: usize = 4;
/// Seconds after which a busy portal may be asked again.
const BUSY_RETRY_S: u32 = 5;
/// What one hash costs. There is no way to make one below the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    memory_kib: u32,
    passes: u32,
}

impl HashCost {
    /// 64 MiB, 3 passes: RFC 9106's second recommendation on one lane, about 0.2 s.
    #[must_use]
    pub const fn standard() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3 }
    }

    /// 19 MiB, 2 passes: the least OWASP's password storage sheet allows.
    #[must_use]
    pub const fn floor() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }

    /// Memory of one hash in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over that memory.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .expect("both costs are inside argon2's ranges");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }
}

/// Too many hashes are waiting already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    pub(crate) retry_after_s: u32,
}

/// A place in the queue that has come up; holding it, one hash may run.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

pub(crate) struct Hasher {
    cost: HashCost,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queued: usize,
}

impl Hasher {
    pub(crate) fn new(cost: HashCost) -> Self {
        Self::with(cost, AT_ONCE, QUEUED)
    }

    /// For whoever may ask without having shown anything: they wait for each other, and for nobody else do others wait.
    pub(crate) fn for_strangers(cost: HashCost) -> Self {
        Self::with(cost, STRANGERS_AT_ONCE, STRANGERS_QUEUED)
    }

    fn with(cost: HashCost, at_once: usize, queued: usize) -> Self {
        let (turns, waiting) = (Arc::new(Semaphore::new(at_once)), Arc::new(AtomicUsize::new(0)));
        Self { cost, turns, waiting, queued }
    }

    /// Waits for a turn. Ask before anything is counted: who is told "busy" has spent nothing.
    pub(crate) async fn turn(&self) -> Result<Turn, Busy> {
        if let Ok(permit) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(Turn { _permit: permit });
        }
        let _place = Place::take(&self.waiting, self.queued)?;
        let permit = Arc::clone(&self.turns).acquire_owned().await.expect("the semaphore is never closed");
        Ok(Turn { _permit: permit })
    }

    pub(crate) async fn hash(&self, turn: Turn, password: Password, mut rng: SharedRng) -> PasswordHash {
        let argon2 = self.cost.argon2();
        let mut salt = [0_u8; 16];
        rng.fill_bytes(&mut salt);
        let phc = off_the_async_threads(turn, move || {
            argon2
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .expect("the password is far below argon2's 4 GiB and the salt has 16 bytes")
                .to_string()
        })
        .await;
        PasswordHash::from_phc(&phc).expect("argon2 writes what the flow reads")
    }

    /// As much work as comparing takes, where there is nothing to compare with: the time says nothing.
    pub(crate) async fn spend(&self, turn: Turn, attempt: PasswordAttempt) {
        let argon2 = self.cost.argon2();
        off_the_async_threads(turn, move || {
            let _nothing = argon2.hash_password_with_salt(attempt.expose().as_bytes(), &[0; 16]);
        })
        .await;
    }

    /// Whether the attempt is that password. A [`PasswordHash`] never asks for more than a portal may spend.
    pub(crate) async fn matches(&self, turn: Turn, attempt: PasswordAttempt, stored: PasswordHash) -> bool {
        let argon2 = self.cost.argon2();
        off_the_async_threads(turn, move || {
            argon2.verify_password(attempt.expose().as_bytes(), stored.as_phc()).is_ok()
        })
        .await
    }
}

/// The turn moves with the work: a request that is dropped does not let a third hash start.
async fn off_the_async_threads<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    tokio::task::spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    })
    .await
    .expect("hashing neither panics nor is cancelled")
}

/// A place among the waiting, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, queued: usize) -> Result<Self, Busy> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::AcqRel) >= queued {
            return Err(Busy { retry_after_s: BUSY_RETRY_S });
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_link::tests::Live;

    #[tokio::test]
    async fn two_run_at_once_and_thirty_two_wait_then_the_next_is_told_busy() {
        let hasher = Arc::new(Hasher::new(HashCost::floor()));
        let running = [hasher.turn().await.expect("first"), hasher.turn().await.expect("second")];
        let waiting: Vec<_> = (0..QUEUED)
            .map(|_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.turn().await.is_ok() })
            })
            .collect();
        while hasher.waiting.load(Ordering::Acquire) < QUEUED {
            tokio::task::yield_now().await;
        }
        assert_eq!(hasher.turn().await.err(), Some(Busy { retry_after_s: BUSY_RETRY_S }));
        drop(running);
        for one in waiting {
            assert!(one.await.expect("no panic"), "each that waited has its turn");
        }
    }

    #[tokio::test]
    async fn portals_of_one_program_take_their_turns_together() {
        let (first, second) = (Live::open().await, Live::open().await);
        let beside = second.portal.clone().hashing_with(&first.portal);
        let _running =
            [first.portal.hasher.turn().await.expect("first"), beside.hasher.turn().await.expect("second")];
        assert_eq!(beside.hasher.turns.available_permits(), 0);
        assert_eq!(second.portal.hasher.turns.available_permits(), AT_ONCE, "one that is alone has its own");
    }
}
