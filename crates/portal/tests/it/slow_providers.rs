//! A provider that is asked and never answers.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use messaging::{Email, EmailSender, SendFailure};
use portal::Portal;
use serde_json::json;
use store::{OutboxKind, PromiseState};
use tokio::{
    sync::{Notify, oneshot},
    time::{advance, pause, resume},
};

use crate::{
    desk::{Desk, MASTER, PASSWORD, e164, fresh_key, jo, person, send, settings},
    outbox::fate,
};

/// How long a message may take until it counts as not taken.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
/// So many looks take longer than what is looked for, by far.
const LOOKS: u32 = 1_000_000;

/// Takes every email and says nothing.
#[derive(Default)]
struct Silent {
    asked: Notify,
}

#[async_trait]
impl EmailSender for Silent {
    async fn send(&self, _: &Email) -> Result<(), SendFailure> {
        self.asked.notify_one();
        std::future::pending().await
    }

    fn is_real(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_provider_that_never_answers_counts_as_down_and_is_asked_again() {
    let desk = Desk::open().await;
    let silent = Arc::new(Silent::default());
    let portal = desk.beside(&MASTER, settings(), silent.clone());
    let id = desk.proven(&jo()).await;
    desk.set_password(&id, PASSWORD).await.ok();
    let settling = tokio::spawn(async move { portal.settle().await });
    silent.asked.notified().await;
    pause();
    advance(SEND_TIMEOUT).await;
    resume();
    settling.await.expect("no panic");
    assert_eq!(fate(&desk, &id, OutboxKind::LinkEmail).await, PromiseState::Promised);
    desk.portal.settle().await;
    assert!(desk.email.sent().is_empty(), "after a pause");
    desk.pass(TimeDelta::seconds(2));
    desk.portal.settle().await;
    assert_eq!(desk.email.sent().len(), 1);
}

/// Looks again and again while the clock stands still: only time that passes could make up for what is not so by then.
async fn becomes_so(what: impl Fn() -> bool) -> bool {
    pause();
    for _ in 0..LOOKS {
        if what() {
            resume();
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Works until the sender goes.
fn work(portal: Portal) -> oneshot::Sender<()> {
    let (end, ended) = oneshot::channel();
    let shutdown = async move {
        ended.await.ok();
    };
    tokio::spawn(async move { portal.work(shutdown).await });
    end
}

#[tokio::test]
async fn an_email_nobody_takes_holds_up_no_text() {
    let desk = Desk::open().await;
    let silent = Arc::new(Silent::default());
    let portal = desk.beside(&MASTER, settings(), silent.clone());
    let id = desk.proven(&jo()).await;
    desk.set_password(&id, PASSWORD).await.ok();
    let _working = work(portal.clone());
    silent.asked.notified().await;
    let body = json!({ "details": person(5), "language": "en-GB" });
    send(portal.router(), desk.posting("/registrations", &fresh_key(), &body)).await.ok();
    assert!(becomes_so(|| desk.sms.newest_to(&e164("07700 900005")).is_some()).await);
}

#[tokio::test]
async fn more_than_a_batch_goes_out_at_one_waking() {
    let mut desk = Desk::open().await;
    // More than the first look and the first promise take together.
    for n in 0..40 {
        if n == 20 {
            desk.credential =
                desk.portal.enrol_kiosk("Side desk").await.expect("enrolled").expose().to_owned();
        }
        desk.confirm(&person(n)).await.ok();
    }
    let _working = work(desk.portal.clone());
    assert!(becomes_so(|| desk.sms.sent().len() == 40).await, "{}", desk.sms.sent().len());
}
