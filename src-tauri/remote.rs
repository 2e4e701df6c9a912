//! A portal on a server: how this machine joins it, and how it knows that it no longer belongs to it.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use kiosk_api::{
    BASE_PATH,
    enrolment::{Enrol, Enrolled},
    kiosk::{KioskPractice, Mode, OutOfServiceReason},
    problem::{Field, FieldProblem, FieldProblemCode, Problem, ProblemCode},
};
use registration::secrets::enrolment_code::EnrolmentCode;
use reqwest::{Client, StatusCode};
use zeroize::Zeroizing;

use crate::{
    client::PortalClient,
    connection::{Connection, PortalAddress},
    journal::handing_over,
    keystore::{self, KeyStoreError},
    kiosk::{Kiosk, Ready},
    reach::{self, NoAnswer, Trust},
};

/// Pause before the portal is asked again for the practice.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long a kiosk that nobody touches may not know that it was revoked.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// From the start of the program: with what was kept, or by way of the screen that asks for it.
pub(crate) async fn start(kiosk: &Arc<Kiosk>) {
    match kept(kiosk).await {
        Ok((trust, Some(connection))) => follow(kiosk, &trust, connection).await,
        Ok((_, None)) => {
            tracing::info!("not connected to a portal yet");
            kiosk.awaits_connection(None);
        }
        Err(reason) => {
            tracing::error!(?reason, "out of service");
            kiosk.started(Err(reason));
        }
    }
}

async fn kept(kiosk: &Kiosk) -> Result<(Trust, Option<Connection>), OutOfServiceReason> {
    let config = &kiosk.config;
    let connection = keystore::connection(config.mode, &config.data_dir).await.map_err(|error| {
        tracing::error!(%error, "no key store, so no credential");
        OutOfServiceReason::from(error)
    })?;
    let trust = Trust::of(config.portal_ca.as_deref()).await.map_err(|error| {
        tracing::error!(%error, "no authority, so nobody is trusted");
        OutOfServiceReason::PortalAuthorityUnreadable
    })?;
    Ok((trust, connection))
}

/// Asks until the portal answers: a patient sees "getting ready" meanwhile.
async fn follow(kiosk: &Arc<Kiosk>, trust: &Trust, connection: Connection) {
    let Ok(http) = reach::remotely(trust) else {
        return kiosk.started(Err(OutOfServiceReason::PortalAuthorityUnreadable));
    };
    let (origin, credential) = (connection.address.origin().to_owned(), connection.credential().to_owned());
    let client = Arc::new(PortalClient::new(http, origin, credential));
    tauri::async_runtime::spawn(handing_over::whenever_it_can(Arc::clone(kiosk), Arc::clone(&client)));
    loop {
        match client.practice().await {
            Ok(KioskPractice { view: practice, journal_recipient }) if practice.mode == kiosk.config.mode => {
                tracing::info!(uptime_ms = kiosk.clock.uptime().as_millis(), "ready");
                let ready = Arc::new(Ready { client, practice, journal_recipient });
                kiosk.started(Ok(Arc::clone(&ready)));
                tauri::async_runtime::spawn(watch(Arc::clone(kiosk), ready));
                return;
            }
            Ok(_) => {
                tracing::error!("the portal is of another mode");
                return kiosk.started(Err(OutOfServiceReason::PortalOfAnotherMode));
            }
            Err(Problem { code: ProblemCode::KioskNotAccepted, .. }) => {
                tracing::error!("the portal does not accept this kiosk: it needs another code");
                return kiosk.awaits_connection(Some(connection.address));
            }
            // It says so while it cannot serve anybody, and is asked on: the kiosk gets ready by itself.
            Err(Problem { code: ProblemCode::OutOfService, .. }) => {
                tracing::warn!("no phone has opened the portal's test link yet; it is asked again");
                kiosk.started(Err(OutOfServiceReason::TestLinkNotOpened));
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
            Err(problem) => {
                tracing::warn!(code = ?problem.code, "the portal did not say whose it is; it is asked again");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        }
    }
}

/// Until the portal refuses this kiosk. What is kept stays: a portal that was set right again takes the kiosk back at its
/// next start, and one that does not leads to the screen for another code.
async fn watch(kiosk: Arc<Kiosk>, ready: Arc<Ready>) {
    loop {
        tokio::select! {
            () = ready.client.refused() => break,
            () = tokio::time::sleep(LOOK_EVERY) => {
                // Whatever else is wrong is told to the patient who meets it.
                let _ = ready.client.practice().await;
            }
        }
    }
    tracing::error!("the portal no longer accepts this kiosk: enrol it again and start this program again");
    kiosk.started(Err(OutOfServiceReason::KioskNotAccepted));
}

/// Somebody typed address and code at the glass. The kiosk goes on by itself once the credential is kept.
pub(crate) async fn connect(kiosk: &Arc<Kiosk>, address: &str, code: &str) -> Result<(), Problem> {
    let (address, code) = parsed(address, code)?;
    if !kiosk.is_unconnected() {
        return Err(Problem::new(ProblemCode::NotInThisState));
    }
    let config = &kiosk.config;
    // Before the code is used up: without a key store its credential would be lost.
    keystore::connection(config.mode, &config.data_dir)
        .await
        .map_err(|error| key_store(error, ProblemCode::KeyStoreUnusable))?;
    let unusable = |_| Problem::new(ProblemCode::PortalNotTrusted);
    let trust = Trust::of(config.portal_ca.as_deref()).await.map_err(unusable)?;
    let http = reach::remotely(&trust).map_err(|_| Problem::new(ProblemCode::PortalNotTrusted))?;
    let connection = claim(&http, address, &code, config.mode).await?;
    keystore::keep_connection(config.mode, &config.data_dir, &connection)
        .await
        .map_err(|error| key_store(error, ProblemCode::CredentialNotKept))?;
    tracing::info!(kiosk = connection.name, "connected");
    kiosk.connecting();
    let kiosk = Arc::clone(kiosk);
    tauri::async_runtime::spawn(async move { follow(&kiosk, &trust, connection).await });
    Ok(())
}

fn key_store(error: KeyStoreError, code: ProblemCode) -> Problem {
    tracing::error!(%error, "the credential cannot be kept");
    Problem::new(code)
}

fn parsed(address: &str, code: &str) -> Result<(PortalAddress, EnrolmentCode), Problem> {
    let wrong = |field| move |code| FieldProblem { field, code };
    let address = PortalAddress::parse_typed(address).map_err(wrong(Field::PortalAddress));
    let code = if code.trim().is_empty() {
        Err(FieldProblemCode::Missing)
    } else {
        EnrolmentCode::parse_typed(code).ok_or(FieldProblemCode::EnrolmentCodeNotWhole)
    };
    match (address, code.map_err(wrong(Field::EnrolmentCode))) {
        (Ok(address), Ok(code)) => Ok((address, code)),
        (address, code) => Err(Problem::fields(address.err().into_iter().chain(code.err()).collect())),
    }
}

/// Turns the code into a credential.
pub(crate) async fn claim(
    http: &Client,
    address: PortalAddress,
    code: &EnrolmentCode,
    mode: Mode,
) -> Result<Connection, Problem> {
    let asked = Enrol { code: code.expose().to_owned(), mode };
    let sent = http.post(format!("{}{BASE_PATH}/enrolment", address.origin())).json(&asked).send().await;
    drop(Zeroizing::new(asked.code));
    let response = sent.map_err(|error| no_answer(&error))?;
    let status = response.status();
    let body = Zeroizing::new(response.bytes().await.map_err(|error| no_answer(&error))?.to_vec());
    if status == StatusCode::MISDIRECTED_REQUEST {
        return Err(Problem::new(ProblemCode::PortalAtAnotherAddress));
    }
    if !status.is_success() {
        return Err(serde_json::from_slice(&body).unwrap_or_else(|_| Problem::new(ProblemCode::NotAPortal)));
    }
    let Enrolled { credential, name } =
        serde_json::from_slice(&body).map_err(|_| Problem::new(ProblemCode::NotAPortal))?;
    Ok(Connection::new(address, name, Zeroizing::new(credential)))
}

fn no_answer(error: &reqwest::Error) -> Problem {
    let why = NoAnswer::of(error);
    tracing::warn!(?why, "the portal did not answer");
    Problem::new(match why {
        NoAnswer::Slow => ProblemCode::PortalSlow,
        NoAnswer::NotTrusted => ProblemCode::PortalNotTrusted,
        NoAnswer::NotTls => ProblemCode::NotAPortal,
        NoAnswer::Unreachable => ProblemCode::PortalUnreachable,
    })
}
