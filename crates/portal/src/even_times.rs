//! Answers at even times, where the work behind them depends on who is known.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::interval;

/// Ten times as long as comparing a registration with a million records takes, and nobody notices it after pressing a button.
const STEP: Duration = Duration::from_millis(250);

/// Does the work and gives its result at the next whole [`STEP`] since it began, so that how long it took says nothing: a
/// known person's takes milliseconds longer than a stranger's.
pub(crate) async fn at_an_even_time<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut done = None;
    let mut steps = interval(STEP);
    // The first is at once.
    steps.tick().await;
    loop {
        tokio::select! {
            result = &mut work, if done.is_none() => done = Some(result),
            _ = steps.tick() => {
                if let Some(result) = done {
                    return result;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;

    async fn check(work_ms: u64, answered_ms: u64) {
        let answered_within = async |within_ms| {
            let work = sleep(Duration::from_millis(work_ms));
            timeout(Duration::from_millis(within_ms), at_an_even_time(work)).await.is_ok()
        };
        assert!(!answered_within(answered_ms - 1).await, "{work_ms} ms of work: not sooner");
        assert!(answered_within(answered_ms + 1).await, "{work_ms} ms of work: not later");
    }

    #[tokio::test(start_paused = true)]
    async fn work_of_any_length_is_answered_at_the_same_moments() {
        for (work_ms, answered_ms) in [(1, 250), (7, 250), (249, 250), (251, 500), (499, 500), (501, 750)] {
            check(work_ms, answered_ms).await;
        }
    }
}
