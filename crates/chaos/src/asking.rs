//! Asking the portals through the weather: one connection a request, and the same request again until an answer lasts.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use tokio::time::{sleep, timeout};

use crate::place::HOST;

/// A request that its portal was killed over is taken for lost after 25 s, a message after a minute, and may meet the next
/// kill then.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);
/// Longer than a queue of hashes takes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
pub(crate) const BETWEEN_TRIES: Duration = Duration::from_millis(150);

pub(crate) struct Asking {
    http: Client,
    at: SocketAddr,
}

/// What came back, after however many tries.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    pub(crate) tries: u32,
}

impl Asking {
    pub(crate) fn at(at: SocketAddr) -> Result<Self> {
        // One connection a request, so that the weather falls on each.
        let http = Client::builder()
            .no_proxy()
            .resolve(HOST, at)
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .timeout(ANSWERS_WITHIN)
            .build()?;
        Ok(Self { http, at })
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.url(path)).header("host", HOST)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path)).header("host", HOST)
    }

    /// A form of the pages for phones. Too many of something is an answer there.
    pub(crate) async fn submit(&self, path: &str, form: &str) -> Result<Answer> {
        let request = || {
            let request = self.post(path).header("content-type", "application/x-www-form-urlencoded");
            request.body(form.to_owned())
        };
        let is_passing = |status: StatusCode| is_passing(status) && status != StatusCode::TOO_MANY_REQUESTS;
        self.until_answered(request, is_passing).await
    }

    /// Until the answer is about the request itself.
    pub(crate) async fn until_answered(
        &self,
        request: impl Fn() -> RequestBuilder,
        is_passing: impl Fn(StatusCode) -> bool,
    ) -> Result<Answer> {
        let (mut tries, mut last) = (0, None);
        let answered = timeout(PATIENCE, async {
            loop {
                tries += 1;
                if let Ok(answer) = request().send().await {
                    let status = answer.status();
                    last = Some((answer.url().path().to_owned(), status));
                    if let (false, Ok(text)) = (is_passing(status), answer.text().await) {
                        return Answer { status, text, tries };
                    }
                }
                sleep(BETWEEN_TRIES).await;
            }
        });
        let answered = answered.await;
        answered.with_context(|| format!("no answer that lasts; the last was {last:?}"))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{HOST}:{}{path}", self.at.port())
    }
}

/// Under way, moved meanwhile, too busy, or out of reach of its database: to be asked again.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS)
}
