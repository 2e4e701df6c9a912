//! How a portal is reached: over which connections, whose certificates count, and why no answer came.

use std::{error::Error, io, path::Path, time::Duration};

use reqwest::{Certificate, Client, redirect};

/// After this the patient is told that it takes too long; what they typed is kept.
const PATIENCE: Duration = Duration::from_secs(8);

/// For the connection alone: an address that swallows everything is told from a portal that is slow.
const TO_CONNECT: Duration = Duration::from_secs(4);

/// Who may vouch for a remote portal.
pub(crate) enum Trust {
    /// Whoever the system trusts.
    System,
    /// These and nobody else.
    Pinned(Vec<Certificate>),
}

/// The file with the authority is not there, or is none.
#[derive(Debug, thiserror::Error)]
#[error("the file of --portal-ca cannot be read, or holds no certificate in PEM")]
pub(crate) struct AuthorityUnreadable;

impl Trust {
    /// Of the file that the configuration names, if it does.
    pub(crate) async fn of(file: Option<&Path>) -> Result<Self, AuthorityUnreadable> {
        let Some(file) = file else { return Ok(Self::System) };
        let pem = tokio::fs::read(file).await.map_err(|_| AuthorityUnreadable)?;
        let authorities = Certificate::from_pem_bundle(&pem).map_err(|_| AuthorityUnreadable)?;
        if authorities.is_empty() {
            return Err(AuthorityUnreadable);
        }
        Ok(Self::Pinned(authorities))
    }
}

/// For the portal in this very process.
pub(crate) fn here() -> reqwest::Result<Client> {
    builder().build()
}

/// For a portal on a server: encrypted or not at all.
pub(crate) fn remotely(trust: &Trust) -> reqwest::Result<Client> {
    let builder = builder().https_only(true);
    match trust {
        Trust::System => builder,
        Trust::Pinned(authorities) => builder.tls_certs_only(authorities.iter().cloned()),
    }
    .build()
}

/// A redirect would carry credential and answers to somebody else, and so would a proxy of the environment.
fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(TO_CONNECT)
        .redirect(redirect::Policy::none())
        .no_proxy()
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// Not within [`PATIENCE`].
    Slow,
    /// Whoever answered showed a certificate that nobody we trust vouches for, or one of another host.
    NotTrusted,
    /// Whoever answered does not speak TLS as we do.
    NotTls,
    /// Nobody answered.
    Unreachable,
}

impl NoAnswer {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        match tls_error(error) {
            Some(rustls::Error::InvalidCertificate(_)) => Self::NotTrusted,
            Some(_) => Self::NotTls,
            // Before a connection stands nothing was sent, and no code is used up.
            None if error.is_timeout() && !error.is_connect() => Self::Slow,
            None => Self::Unreachable,
        }
    }
}

/// Wherever in the chain it stands.
fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error is that of what it carries, and not what it carries.
        if let Some(carried) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(found) = tls_error(carried)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}
