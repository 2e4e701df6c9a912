//! The portal at work: database, portal, sockets and workers, until somebody says stop.

mod http;

use std::{future::Future, net::SocketAddr};

use portal::sandbox;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::{
    composition::Composition,
    config::{Problems, Told, parts::Listen},
    failure::Failure,
};

/// A portal and where it is reached.
struct Plan {
    composition: Composition,
    listen: Listen,
    sandbox_phone: SocketAddr,
}

impl Plan {
    fn read(told: &Told, mut problems: Problems) -> Result<Self, Problems> {
        let composition = Composition::read(told, &mut problems);
        let listen = problems.keep(told.listen());
        let sandbox_phone = problems.keep(told.sandbox_phone_address());
        match (composition, listen, sandbox_phone) {
            (Some(composition), Some(listen), Some(sandbox_phone)) if problems.is_empty() => {
                Ok(Self { composition, listen, sandbox_phone })
            }
            _ => Err(problems),
        }
    }
}

pub(crate) async fn serve(told: &Told, problems: Problems) -> Result<(), Failure> {
    let Plan { composition, listen, sandbox_phone } = Plan::read(told, problems)?;
    // Before anything else is heard: a signal that comes early stops the portal as soon as it is up.
    let told_to_stop = told_to_stop()?;
    let (portal, store) = composition.portal().await?;
    portal.make_match_keys().await?;
    sandbox::seed_if_empty(&store, portal.settings().practice, portal.now()).await?;

    let listener = listening("listen_address", listen.address).await?;
    let phone = listening("sandbox_phone_address", sandbox_phone).await?;
    let phone_origin = format!("http://{}", phone.local_addr()?);
    let phone_router = sandbox::phone_router(&portal, phone_origin)?;
    let (at, page_at) = (listener.local_addr()?, phone.local_addr()?);
    if !portal.takes_registrations().await? {
        tracing::warn!(
            "no phone has opened a test link on public_origin yet: kiosks get no registrations until then (vestibule-portal test-link)"
        );
    }
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
