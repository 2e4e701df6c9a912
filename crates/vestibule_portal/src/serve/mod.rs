//! The portal at work: database, portal, sockets and workers, until somebody says stop.

mod http;

use std::{future::Future, net::SocketAddr, sync::Arc};

use kiosk_api::kiosk::Mode;
use machine::{SystemClock, system_rng};
use portal::{
    Parts, Portal, PortalKeys, PracticeSettings, SharedRng, StartRefused,
    sandbox::{self, SandboxEmail, SandboxSms},
};
use registration::time::Clock as _;
use store::{Stamp, Store};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::{
    config::{
        Problems, Told,
        parts::{Database, Listen, MasterKey},
    },
    failure::Failure,
};

/// Everything that a portal needs to be told.
struct Plan {
    settings: PracticeSettings,
    stamp: Stamp,
    database: Database,
    master: MasterKey,
    listen: Listen,
    sandbox_phone: SocketAddr,
}

impl Plan {
    fn read(told: &Told, mut problems: Problems) -> Result<Self, Problems> {
        let settings = problems.keep(told.settings());
        let stamp = problems.keep(told.stamp());
        let database = problems.keep(told.database());
        let master = problems.keep(told.master_key());
        let listen = problems.keep(told.listen());
        let sandbox_phone = problems.keep(told.sandbox_phone_address());
        match (settings, stamp, database, master, listen, sandbox_phone) {
            (
                Some(settings),
                Some(stamp),
                Some(database),
                Some(master),
                Some(listen),
                Some(sandbox_phone),
            ) if problems.is_empty() => Ok(Self { settings, stamp, database, master, listen, sandbox_phone }),
            _ => Err(problems),
        }
    }
}

pub(crate) async fn serve(told: &Told, problems: Problems) -> Result<(), Failure> {
    let Plan { settings, stamp, database, master, listen, sandbox_phone } = Plan::read(told, problems)?;
    // Before anything else is heard: a signal that comes early stops the portal as soon as it is up.
    let told_to_stop = told_to_stop()?;
    settings.check()?;
    let store = database.open(&master, stamp).await?;
    let portal = portal_of(settings, store.clone(), &master).await?;

    let listener = listening("listen_address", listen.address).await?;
    let phone = listening("sandbox_phone_address", sandbox_phone).await?;
    let phone_origin = format!("http://{}", phone.local_addr()?);
    let phone_router = sandbox::phone_router(&portal, phone_origin)?;
    let (at, page_at) = (listener.local_addr()?, phone.local_addr()?);
    tracing::info!(%at, tls = listen.tls.is_some(), sandbox_page = %page_at, "listening");

    let phone = tokio::spawn(http::run(phone, None, phone_router, std::future::pending()));
    let (stop_working, stopped) = oneshot::channel::<()>();
    let mut workers = {
        let portal = portal.clone();
        // Dropping the other end says stop.
        tokio::spawn(async move { portal.work(async { drop(stopped.await) }).await })
    };
    let served = tokio::select! {
        () = http::run(listener, listen.tls, portal.router(), told_to_stop) => Ok(()),
        // They end when they are told to, and nobody told them.
        _ = &mut workers => Err(Failure::WorkersEnded),
    };
    // A page that listens for ever; nobody loses anything by it.
    phone.abort();
    if served.is_ok() {
        drop(stop_working);
        workers.await.map_err(|_| Failure::WorkersEnded)?;
        tracing::info!("stopped");
    }
    store.close().await;
    served
}

/// Senders that reach people are not built yet, so no other mode can run.
async fn portal_of(settings: PracticeSettings, store: Store, master: &MasterKey) -> Result<Portal, Failure> {
    match settings.mode {
        Mode::Sandbox => {}
        Mode::Trial | Mode::Live => return Err(StartRefused::ModeNotBuilt.into()),
    }
    let (practice, clock) = (settings.practice, Arc::new(SystemClock::start()));
    sandbox::seed_if_empty(&store, practice, clock.now()).await?;
    Ok(Portal::new(Parts {
        sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone())?),
        email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone())?),
        store,
        clock,
        rng: SharedRng::new(system_rng()),
        keys: PortalKeys::derive(master),
        settings,
    })?)
}

async fn listening(key: &'static str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|source| Failure::Listen { key, source })
}

/// systemd says SIGTERM, a terminal SIGINT.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop: requests under way are finished first");
    })
}
