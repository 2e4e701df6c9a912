//! A portal on a server: how this machine joins it. Whether it then serves this machine is watched in `following`.

mod following;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use kiosk_api::{
    BASE_PATH,
    enrolment::{Enrol, Enrolled},
    kiosk::{Mode, OutOfServiceReason},
    problem::{Field, FieldProblem, FieldProblemCode, Problem, ProblemCode},
};
use registration::secrets::enrolment_code::EnrolmentCode;
use reqwest::{Client, StatusCode};
use zeroize::Zeroizing;

use crate::{
    connection::{Connection, PortalAddress},
    keystore::{self, KeyStoreError},
    kiosk::Kiosk,
    reach::{self, NoAnswer, Trust},
    remote::following::{ByTheClock, follow},
};

/// From the start of the program: with what was kept, or by way of the screen that asks for it.
pub(crate) async fn start(kiosk: &Arc<Kiosk>) {
    match kept(kiosk).await {
        Ok((trust, kept)) => match Beginning::of(kept, kiosk.config.join_again) {
            Beginning::Follow(connection) => {
                follow(Arc::clone(kiosk), &trust, &connection, ByTheClock).await;
            }
            Beginning::Join(former) => {
                tracing::info!(again = former.is_some(), "waits to be joined to a portal");
                kiosk.awaits_connection(former);
            }
        },
        Err(reason) => {
            tracing::error!(?reason, "out of service");
            kiosk.started(Err(reason));
        }
    }
}

/// What a start does with what was kept.
#[derive(Debug, PartialEq, Eq)]
enum Beginning {
    Follow(Connection),
    /// With the address of the portal that is left, if there was one.
    Join(Option<PortalAddress>),
}

impl Beginning {
    /// Without somebody's word for it nobody at the glass may choose another portal, however little is heard of ours.
    fn of(kept: Option<Connection>, join_again: bool) -> Self {
        match kept {
            Some(connection) if join_again => Self::Join(Some(connection.address)),
            Some(connection) => Self::Follow(connection),
            None => Self::Join(None),
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
    if let Err(error) = kiosk.journal.begin_anew().await {
        tracing::error!(%error, "the journal still counts for the former portal");
    }
    tracing::info!(kiosk = connection.name, "connected");
    if config.join_again {
        tracing::warn!(
            "--join-again has done its work: as long as it stands, each start asks for another code"
        );
    }
    kiosk.connecting();
    let kiosk = Arc::clone(kiosk);
    tauri::async_runtime::spawn(async move { follow(kiosk, &trust, &connection, ByTheClock).await });
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
