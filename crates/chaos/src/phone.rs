//! The patients' phones: what the sandbox shows as sent, read from whichever portal answers.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use reqwest::Client;
use serde_json::Value;
use tokio::{
    sync::Notify,
    time::{interval, timeout},
};

const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

pub(crate) struct Phones {
    portals: Vec<SocketAddr>,
    http: Client,
    arrived: Mutex<HashMap<String, Vec<String>>>,
    news: Notify,
}

impl Phones {
    pub(crate) fn of(portals: Vec<SocketAddr>) -> Result<Self> {
        let http = Client::builder().no_proxy().timeout(ANSWERS_WITHIN).build()?;
        Ok(Self { portals, http, arrived: Mutex::default(), news: Notify::new() })
    }

    /// Looks for as long as anybody waits.
    pub(crate) async fn look(&self) {
        let (mut looks, mut after) = (interval(BETWEEN_LOOKS), 0);
        loop {
            looks.tick().await;
            for portal in &self.portals {
                if let Some(cursor) = self.read(*portal, after).await {
                    after = cursor;
                    break;
                }
            }
        }
    }

    /// Where the next look begins; `None` where this portal does not answer.
    async fn read(&self, portal: SocketAddr, after: i64) -> Option<i64> {
        let url = format!("http://{portal}/messages.json?after={after}");
        let answer = self.http.get(url).send().await.ok()?.error_for_status().ok()?;
        let read: Value = answer.json().await.ok()?;
        let mut cursor = after;
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        for message in read["messages"].as_array()? {
            cursor = message["cursor"].as_i64()?;
            let (to, text) = (message["recipient"].as_str()?, message["text"].as_str()?);
            arrived.entry(to.to_owned()).or_default().push(text.to_owned());
        }
        self.news.notify_waiters();
        Some(cursor)
    }

    /// The text or email for this number or address that comes after so many: whether another one follows is looked at in the
    /// end.
    pub(crate) async fn message_to(
        &self,
        recipient: &str,
        after: usize,
        patience: Duration,
    ) -> Option<String> {
        let looked = timeout(patience, async {
            loop {
                let news = self.news.notified();
                if let Some(text) = self.arrived(recipient, after) {
                    return text;
                }
                news.await;
            }
        });
        looked.await.ok()
    }

    fn arrived(&self, recipient: &str, after: usize) -> Option<String> {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.get(recipient)?.get(after).cloned()
    }
}
