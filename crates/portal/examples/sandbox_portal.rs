//! A sandbox portal without a kiosk, for the page tests: a database in a temporary folder, ports of its own, the thousand
//! patients, and a clock that moves only when told. Prints where it is as one line of JSON, then answers commands that
//! come as lines of JSON, one line each: `{"command":"settle"}`, `{"command":"advance","seconds":60}` and
//! `{"command":"test_link"}`.

use std::{io::Write as _, sync::Arc};

use anyhow::Context as _;
use kiosk_api::kiosk::Mode;
use portal::{AccessLogKept, HashCost, Parts, Portal, PortalKeys, PracticeSettings, SharedRng, sandbox};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use registration::{
    flow::figures::LinkLifetime,
    ids::PracticeId,
    time::Clock as _,
    values::mobile::{Fictional, MobilePolicy},
};
use serde::Deserialize;
use serde_json::json;
use store::{Policy, Stamp, Store};
use test_support::MockClock;
use tokio::{net::TcpListener, task::block_in_place};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
enum Command {
    /// Delivers everything that is due.
    Settle,
    /// Moves the clock, then delivers everything that has come due.
    Advance { seconds: i64 },
    /// Makes a test link and says its address.
    TestLink,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let master = [7_u8; 32];
    let practice = PracticeId(Uuid::from_u128(1));
    let clock = Arc::new(MockClock::default());
    let store = Store::open_sqlite(
        &folder.path().join("sandbox.db"),
        &PortalKeys::database_key(&master),
        Stamp::Sandbox,
    )
    .await?;
    let (pages, phone) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let (pages_origin, phone_origin) =
        (format!("http://{}", pages.local_addr()?), format!("http://{}", phone.local_addr()?));
    let portal = Portal::new(Parts {
        records: portal::Records::Own,
        store: store.clone(),
        clock: clock.clone(),
        rng: SharedRng::new(ChaCha20Rng::seed_from_u64(1)),
        sms: Arc::new(sandbox::SandboxSms::new(store.clone(), practice, clock.clone())?),
        email: Arc::new(sandbox::SandboxEmail::new(store.clone(), practice, clock.clone())?),
        keys: PortalKeys::derive(&master),
        settings: PracticeSettings {
            practice,
            name: "Marsh Lane Surgery".to_owned(),
            phone: "01632 960 123".to_owned(),
            public_origin: pages_origin.clone(),
            mode: Mode::Sandbox,
            access_log_kept: AccessLogKept::default(),
            match_policy: Policy::Strict,
            mobile_policy: MobilePolicy::for_region("GB", Fictional::Accepted),
            time_zone: chrono_tz::Europe::London,
            link_lifetime: LinkLifetime::default(),
            hash_cost: HashCost::floor(),
        },
    })?;
    let credential = portal.enrol_kiosk("Page tests").await?;
    sandbox::seed_if_empty(&store, practice, clock.now()).await?;
    portal.add_sandbox_staff().await?;
    let pages_router = portal.router();
    let phone_router = sandbox::phone_router(&portal, phone_origin.clone())?;
    tokio::spawn(async move { axum::serve(pages, pages_router).await });
    tokio::spawn(async move { axum::serve(phone, phone_router).await });
    say(&json!({
        "portal": pages_origin,
        "phone": phone_origin,
        "kiosk_credential": credential.expose(),
        "samples": sandbox::SAMPLES.map(|sample| sample.to_string()),
    }))?;
    let mut lines = std::io::stdin().lines();
    while let Some(line) = block_in_place(|| lines.next()) {
        match serde_json::from_str(&line?).context("a command")? {
            Command::Settle => {}
            Command::Advance { seconds } => clock.advance(chrono::TimeDelta::seconds(seconds)),
            Command::TestLink => {
                let link = portal.make_test_link().await?;
                say(&json!({ "link": link.address() }))?;
                continue;
            }
        }
        portal.settle().await;
        say(&json!({ "done": true }))?;
    }
    Ok(())
}

fn say(line: &serde_json::Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
