//! The workers of each practice, kept up for as long as the program lives: what breaks off one practice's does not end another's.

use std::{future::Future, time::Duration};

use tokio::{sync::watch, task::JoinError, time::timeout};
use tracing::Instrument as _;

/// Workers keep no state, so they begin again where they broke off; what breaks them each time must not fill the log.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Ends when somebody says stop, which is dropping the other end.
pub(super) async fn told(mut stop: watch::Receiver<()>) {
    while stop.changed().await.is_ok() {}
}

/// Begins workers, and begins them again when they break off before they were told to stop. Afterwards it says how they ended.
pub(super) async fn kept_up<W>(
    begin: impl Fn(watch::Receiver<()>) -> W,
    stop: watch::Receiver<()>,
) -> Result<(), JoinError>
where
    W: Future<Output = ()> + Send + 'static,
{
    loop {
        let ended = tokio::spawn(begin(stop.clone()).in_current_span()).await;
        let Err(error) = ended else { return Ok(()) };
        tracing::error!(error = &error as &dyn std::error::Error, "the workers broke off");
        if timeout(AGAIN_AFTER, told(stop.clone())).await.is_ok() {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn workers_that_break_off_begin_again_until_they_are_told_to_stop() {
        let (stop, stopped) = watch::channel(());
        let (begun, at_work) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let (counted, noted) = (Arc::clone(&begun), Arc::clone(&at_work));
        let work = move |stop| {
            let (counted, noted) = (Arc::clone(&counted), Arc::clone(&noted));
            async move {
                assert!(counted.fetch_add(1, Ordering::Relaxed) >= 2, "they break off twice");
                noted.notify_one();
                told(stop).await;
            }
        };
        let kept = tokio::spawn(kept_up(work, stopped));
        at_work.notified().await;
        assert_eq!(begun.load(Ordering::Relaxed), 3);
        drop(stop);
        assert!(kept.await.expect("it does not break off itself").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn workers_that_break_off_while_they_finish_are_not_said_to_have_ended_well() {
        let (stop, stopped) = watch::channel(());
        let begin = |stop| async move {
            told(stop).await;
            panic!("they break off");
        };
        let kept = tokio::spawn(kept_up(begin, stopped));
        drop(stop);
        assert!(kept.await.expect("it does not break off itself").is_err());
    }
}
