//! One `vestibule-portal serve`: started, killed, told to stop.

use std::{
    fs::{self, OpenOptions},
    net::SocketAddr,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, bail};
use reqwest::Client;
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::place::HOST;

/// A start takes less than a second; a machine that is busy has a minute.
const PATIENCE: Duration = Duration::from_mins(1);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

pub(crate) struct PortalProcess {
    pub(crate) at: SocketAddr,
    pub(crate) phone_at: SocketAddr,
    program: PathBuf,
    pub(crate) configuration: PathBuf,
    log: PathBuf,
    http: Client,
    child: Option<Child>,
}

impl PortalProcess {
    pub(crate) fn new(
        program: PathBuf,
        configuration: PathBuf,
        at: SocketAddr,
        phone_at: SocketAddr,
    ) -> Result<Self> {
        let http = Client::builder().no_proxy().resolve(HOST, at).timeout(PATIENCE).build()?;
        let log = configuration.with_extension("log");
        Ok(Self { at, phone_at, program, configuration, log, http, child: None })
    }

    /// Does not wait until it listens.
    fn spawn(&mut self) -> Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        command.env_clear().arg("--config").arg(&self.configuration).arg("serve").kill_on_drop(true);
        self.child = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?);
        Ok(())
    }

    /// Until it is ready to serve.
    pub(crate) async fn start(&mut self) -> Result<()> {
        self.spawn()?;
        timeout(PATIENCE, self.ready()).await.map_err(|_| anyhow!("not ready: {}", self.last_words()))?
    }

    /// Killed again before it had the time.
    pub(crate) async fn start_in_vain(&mut self, killed_after: Duration) -> Result<()> {
        self.spawn()?;
        sleep(killed_after).await;
        self.kill().await
    }

    async fn ready(&mut self) -> Result<()> {
        loop {
            self.still_runs()?;
            let url = format!("http://{HOST}:{}/readyz", self.at.port());
            let answer = self.http.get(url).header("host", HOST).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// One that ended without having been killed is a fault of its own.
    fn still_runs(&mut self) -> Result<()> {
        let child = self.child.as_mut().context("the portal was started")?;
        match child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("a portal ended by itself, {status}: {}", self.last_words()),
        }
    }

    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.still_runs()?;
        let mut child = self.child.take().context("the portal was started")?;
        Ok(child.kill().await?)
    }

    /// Asked to end, as systemd asks: it finishes what is due first.
    pub(crate) async fn stop(&mut self) -> Result<ExitStatus> {
        self.still_runs()?;
        let mut child = self.child.take().context("the portal was started")?;
        let id = child.id().context("it runs")?.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        timeout(PATIENCE, child.wait()).await.context("a portal does not stop")?.map_err(Into::into)
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}
