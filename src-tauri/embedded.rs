//! The portal that a kiosk brings: key, database, portal, and the kiosk's own way to it.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::Router;
use kiosk_api::kiosk::{KioskPractice, Mode, OutOfServiceReason};
use machine::system_rng;
use portal::{
    AccessLogKept, HashCost, Parts, Portal, PortalKeys, PracticeSettings, SharedRng,
    sandbox::{self, SandboxEmail, SandboxSms},
};
use rand::Rng as _;
use registration::{flow::figures::LinkLifetime, ids::PracticeId, time::Clock as _};
use store::{OpenError, Policy, Stamp, Store};
use tokio::net::TcpListener;

use crate::{
    backup,
    client::PortalClient,
    config::Config,
    data_folder::{self, Alone},
    handing_over,
    keystore::{self, KeyStoreError, MasterKey},
    kiosk::{Kiosk, Ready},
    presence, reach,
};

/// Pause before the portal is asked again for the practice.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The one practice of the sandbox; its id never changes, because the database holds it.
pub(crate) const PRACTICE: PracticeId = PracticeId(uuid::Uuid::from_u128(1));

/// Name of the one kiosk of an embedded portal.
const KIOSK_NAME: &str = "This machine";

fn refuse_key(error: KeyStoreError) -> OutOfServiceReason {
    tracing::error!(%error, "no key, so nothing is stored");
    error.into()
}

/// Starts a sandbox in this process.
pub(crate) async fn start(kiosk: &Arc<Kiosk>) -> Result<Ready, OutOfServiceReason> {
    let config = &kiosk.config;
    let alone = hold_data_folder(&config.data_dir)?;
    let master = master_key(config).await?;
    let store = open_store(kiosk, &PortalKeys::database_key(&master)).await?;
    backup::first_recovery_key(config, &master, kiosk.clock.now()).await;
    let portal_listener = listen(config.portal_address).await?;
    let phone_listener = listen(config.phone_address).await?;
    let public_origin = format!("http://{}", address_of(&portal_listener)?);
    let phone_origin = format!("http://{}", address_of(&phone_listener)?);

    let settings = sandbox_practice(kiosk, public_origin.clone());
    let practice = settings.practice;
    let clock = Arc::new(kiosk.clock.clone());
    sandbox::seed_if_empty(&store, practice, kiosk.clock.now()).await.map_err(failed)?;
    let portal = Portal::new(Parts {
        records: portal::Records::Own,
        sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone()).map_err(failed)?),
        email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone()).map_err(failed)?),
        store,
        clock,
        rng: SharedRng::new(system_rng()),
        keys: PortalKeys::derive(&master),
        settings,
    })
    .map_err(failed)?;
    portal.make_match_keys().await.map_err(failed)?;
    portal.add_sandbox_staff().await.map_err(failed)?;
    let credential = portal.enrol_kiosk(KIOSK_NAME).await.map_err(failed)?;

    serve(portal_listener, portal.router());
    serve(phone_listener, sandbox::phone_router(&portal, phone_origin.clone()).map_err(failed)?);
    tauri::async_runtime::spawn(async move {
        let _alone = alone;
        portal.work(std::future::pending()).await;
    });

    let client_origin = via(config).unwrap_or_else(|| public_origin.clone());
    let http = reach::here().map_err(failed)?;
    let client = Arc::new(PortalClient::new(http, client_origin, credential.expose().to_owned()));
    let practice = practice_of(&client).await;
    greet(&public_origin, &phone_origin);
    tauri::async_runtime::spawn(handing_over::whenever_it_can(Arc::clone(kiosk), Arc::clone(&client)));
    tauri::async_runtime::spawn(presence::say(Arc::clone(kiosk), Arc::clone(&client)));
    Ok(Ready::of(client, practice))
}

/// What that practice decided.
pub(crate) fn sandbox_practice(kiosk: &Kiosk, public_origin: String) -> PracticeSettings {
    PracticeSettings {
        practice: PRACTICE,
        name: "Willow Lane Practice".to_owned(),
        phone: "01632 960 123".to_owned(),
        public_origin,
        mode: Mode::Sandbox,
        access_log_kept: AccessLogKept::default(),
        match_policy: Policy::Strict,
        mobile_policy: kiosk.mobile_policy(),
        time_zone: chrono_tz::Europe::London,
        link_lifetime: LinkLifetime::default(),
        hash_cost: HashCost::standard(),
    }
}

/// Two kiosks in one folder would serve one database each with a promise of the other's; one that is restored meanwhile would take
/// the place of the one this kiosk works in.
fn hold_data_folder(data_dir: &Path) -> Result<Alone, OutOfServiceReason> {
    data_folder::hold(data_dir).map_err(failed)?.ok_or_else(|| {
        tracing::error!("another kiosk, or one that restores a back-up, works in this data folder");
        OutOfServiceReason::DataFolderTaken
    })
}

/// A key is made for a database that is made: beside one that is there it would open nothing, and stand in the way of the right
/// one.
async fn master_key(config: &Config) -> Result<MasterKey, OutOfServiceReason> {
    match keystore::kept_master_key(config.mode).await.map_err(refuse_key)? {
        Some(kept) => Ok(kept),
        None if config.database_file().exists() => Err(refuse_key(KeyStoreError::Refused)),
        None => {
            let mut fresh = MasterKey::default();
            system_rng().fill_bytes(fresh.as_mut());
            keystore::keep_master_key(config.mode, &fresh).await.map_err(refuse_key)?;
            Ok(fresh)
        }
    }
}

async fn open_store(kiosk: &Kiosk, key: &store::DatabaseKey) -> Result<Store, OutOfServiceReason> {
    let config = &kiosk.config;
    let opened = Store::open_sqlite(&config.database_file(), key, Stamp::Sandbox).await;
    opened.map_err(|error| {
        tracing::error!(%error, "the database could not be opened");
        match error {
            OpenError::TooNew { .. } => OutOfServiceReason::DatabaseTooNew,
            OpenError::OtherMode { .. } => OutOfServiceReason::DatabaseOfAnotherMode,
            OpenError::Unreadable(_)
            | OpenError::Unavailable(_)
            | OpenError::TooOld { .. }
            | OpenError::NotVerified
            | OpenError::RoleTooPowerful => OutOfServiceReason::DatabaseUnreadable,
        }
    })
}

/// Asks until the portal answers: a patient sees "getting ready" meanwhile, not a kiosk that gave up on a slow start.
async fn practice_of(client: &PortalClient) -> KioskPractice {
    loop {
        match client.practice().await {
            Ok(practice) => return practice,
            Err(problem) => {
                tracing::warn!(code = ?problem.code, "the portal did not say whose it is; it is asked again");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        }
    }
}

fn failed(error: impl std::fmt::Display) -> OutOfServiceReason {
    tracing::error!(%error, "the start failed");
    OutOfServiceReason::DatabaseUnreadable
}

async fn listen(address: SocketAddr) -> Result<TcpListener, OutOfServiceReason> {
    TcpListener::bind(address).await.map_err(|error| {
        tracing::error!(%address, %error, "another program uses this address");
        OutOfServiceReason::PortalAddressTaken
    })
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, OutOfServiceReason> {
    listener.local_addr().map_err(failed)
}

fn serve(listener: TcpListener, router: Router) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "a server stopped");
        }
    });
}

#[cfg(feature = "e2e")]
fn via(config: &Config) -> Option<String> {
    config.portal_via.clone()
}

#[cfg(not(feature = "e2e"))]
const fn via(_: &Config) -> Option<String> {
    None
}

#[expect(clippy::print_stdout, reason = "whoever started the sandbox at a terminal is told where to look")]
fn greet(public_origin: &str, phone_origin: &str) {
    println!("Vestibule sandbox. Every patient is invented; messages go nowhere but the page below.");
    println!("Portal: {public_origin}");
    println!("The patient's phone: {phone_origin}");
    println!("Patients to try:");
    for sample in sandbox::SAMPLES {
        println!("{sample}");
    }
}
