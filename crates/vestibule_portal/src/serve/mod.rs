//! The portal at work: database, portals, sockets and workers, until somebody says stop.

mod http;
mod working;

use std::{future::Future, net::SocketAddr, pin::pin};

use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
};
use portal::{Portal, by_host, sandbox};
use store::Store;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};
use tracing::{Instrument as _, Span};

use crate::{
    composition::{Ground, PracticePlan},
    config::{Configuration, OnePractice, Problems, parts::Listen},
    failure::Failure,
};

/// What is served, and where it is reached.
struct Plan {
    ground: Ground,
    listen: Listen,
    practices: Vec<OnePlan>,
}

/// One practice of it.
struct OnePlan {
    name: Option<String>,
    practice: PracticePlan,
    sandbox_phone: SocketAddr,
}

impl Plan {
    fn read(configuration: &Configuration) -> Result<Self, Problems> {
        let (told, mut problems) = configuration.machine();
        let ground = Ground::read(told, &mut problems);
        let listen = problems.keep(told.listen());
        let mut practices = Vec::new();
        for practice in configuration.practices() {
            let mut own = practice.problems.clone();
            practices.extend(OnePlan::read(practice, &mut own));
            problems.join(own);
        }
        match (ground, listen) {
            (Some(ground), Some(listen)) if problems.is_empty() => Ok(Self { ground, listen, practices }),
            _ => Err(problems),
        }
    }
}

impl OnePlan {
    fn read(of: &OnePractice, problems: &mut Problems) -> Option<Self> {
        let practice = PracticePlan::read(&of.told, problems);
        let sandbox_phone = problems.keep(of.told.sandbox_phone_address());
        Some(Self { name: of.name.clone(), practice: practice?, sandbox_phone: sandbox_phone? })
    }

    async fn open(&self, ground: &Ground, store: &Store) -> Result<Served, Failure> {
        let portal = self.practice.portal(ground, store).await?;
        portal.make_match_keys().await?;
        sandbox::seed_if_empty(store, portal.settings().practice, portal.now()).await?;
        portal.add_sandbox_staff().await?;
        let phone = listening("sandbox_phone_address", self.sandbox_phone).await?;
        let phone_router = sandbox::phone_router(&portal, format!("http://{}", phone.local_addr()?))?;
        let span = match &self.name {
            Some(name) => tracing::info_span!("practice", name),
            None => Span::none(),
        };
        Ok(Served { portal, phone, phone_router, span })
    }
}

/// A practice that is ready to be served.
struct Served {
    portal: Portal,
    phone: TcpListener,
    phone_router: Router,
    /// Says in the log whose a line is, where there are several.
    span: Span,
}

pub(crate) async fn serve(configuration: &Configuration) -> Result<(), Failure> {
    let plan = Plan::read(configuration)?;
    // Before anything else is heard: match keys of a large practice take a minute to make, and several practices start one by one.
    let mut told_to_stop = pin!(told_to_stop()?);
    let (store, served, listener) = tokio::select! {
        started = start(&plan) => started?,
        () = &mut told_to_stop => return Ok(()),
    };
    work(served, listener, plan.listen, told_to_stop).await?;
    store.close().await;
    Ok(())
}

/// Everything that serves, ready to. Given up at any moment, it leaves nothing that the next start does not put right.
async fn start(plan: &Plan) -> Result<(Store, Vec<Served>, TcpListener), Failure> {
    let Plan { ground, listen, practices } = plan;
    for plan in practices {
        plan.practice
            .refuse_what_cannot_start()
            .map_err(|why| Failure::from(why).of(plan.name.as_deref()))?;
    }
    let store = ground.open().await?;
    let mut served: Vec<Served> = Vec::new();
    for plan in practices {
        let mut one = plan.open(ground, &store).await.map_err(|failure| failure.of(plan.name.as_deref()))?;
        if let Some(first) = served.first() {
            one.portal = one.portal.hashing_with(&first.portal);
        }
        served.push(one);
    }
    let listener = listening("listen_address", listen.address).await?;
    for (Served { portal, phone, span, .. }, plan) in served.iter().zip(practices) {
        if !portal.takes_registrations().await? {
            span.in_scope(|| tracing::warn!(
                "no phone has opened a test link on public_origin yet: kiosks get no registrations until then (vestibule-portal test-link)"
            ));
        }
        let (at, page_at) = (listener.local_addr()?, phone.local_addr()?);
        let practice = plan.name.as_deref();
        tracing::info!(%at, tls = listen.tls.is_some(), sandbox_page = %page_at, practice, "listening");
    }
    Ok((store, served, listener))
}

/// Serves and does what is promised until told to stop, then finishes both.
async fn work(
    served: Vec<Served>,
    listener: TcpListener,
    listen: Listen,
    told_to_stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let router = router_of(&served);
    let (stop_working, stopped) = watch::channel(());
    let (mut phones, mut workers) = (JoinSet::new(), JoinSet::new());
    for Served { portal, phone, phone_router, span } in served {
        phones.spawn(http::run(phone, None, phone_router, std::future::pending()));
        let begin = move |stopped| {
            let portal = portal.clone();
            async move { portal.work(working::told(stopped)).await }
        };
        workers.spawn(working::kept_up(begin, stopped.clone()).instrument(span));
    }
    http::run(listener, listen.tls, router, told_to_stop).await;
    // Pages that listen for ever; nobody loses anything by it.
    phones.abort_all();
    drop(stop_working);
    let mut all_ended_well = true;
    while let Some(ended) = workers.join_next().await {
        all_ended_well &= matches!(ended, Ok(Ok(())));
    }
    if !all_ended_well {
        return Err(Failure::WorkersEnded);
    }
    tracing::info!("stopped");
    Ok(())
}

/// One practice's own router refuses what is for others with its own page.
fn router_of(served: &[Served]) -> Router {
    match served {
        [only] => only.portal.router(),
        several => by_host(several.iter().map(|Served { portal, span, .. }| {
            let span = span.clone();
            let in_span = move |request: Request, next: Next| next.run(request).instrument(span.clone());
            (portal.settings().public_origin.clone(), portal.router().layer(middleware::from_fn(in_span)))
        })),
    }
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
