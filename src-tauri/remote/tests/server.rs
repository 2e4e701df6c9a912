//! Servers on this machine, with certificates of an authority of their own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use axum::{Router, serve::Listener};
use machine::{SystemClock, system_rng};
use portal::{
    Parts, Portal, PortalKeys, SharedRng,
    sandbox::{SandboxEmail, SandboxSms},
};
use registration::secrets::enrolment_code::EnrolmentCode;
use store::{Stamp, Store};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
    server::TlsStream,
};

use super::{super::*, kiosk};
use crate::embedded::sandbox_practice;

const MASTER: [u8; 32] = [7; 32];

/// An authority and a certificate of it for `localhost`.
pub(super) struct Certificates(TempDir);

impl Certificates {
    pub(super) fn make() -> Self {
        let script = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
                 -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
             openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr
             echo subjectAltName=DNS:localhost > server.ext
             openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem";
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("sh").args(["-euc", script]).current_dir(folder.path()).output();
        let made = made.expect("a shell starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self(folder)
    }

    pub(super) fn authority(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    fn acceptor(&self) -> TlsAcceptor {
        let file = |name: &str| self.0.path().join(name);
        let certificate = CertificateDer::from_pem_file(file("server.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("they belong together");
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Something that is served here; gone with the test.
pub(super) struct Served {
    certificates: Certificates,
    at: SocketAddr,
    portal: Option<Portal>,
    task: JoinHandle<()>,
    _data: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Served {
    /// A portal that goes by the address where it is served.
    pub(super) async fn portal() -> Self {
        Self::with_portal(|port| format!("https://localhost:{port}")).await
    }

    /// A portal that goes by another.
    pub(super) async fn portal_of(origin: &str) -> Self {
        Self::with_portal(|_| origin.to_owned()).await
    }

    async fn with_portal(origin: impl FnOnce(u16) -> String) -> Self {
        let (listener, at) = listening().await;
        let data = tempfile::tempdir().expect("a folder");
        let portal = portal(data.path(), origin(at.port())).await;
        let router = portal.router();
        Self::over_tls(listener, at, router, Some(portal), data)
    }

    /// Anything else, over TLS.
    pub(super) async fn router(router: Router) -> Self {
        let (listener, at) = listening().await;
        Self::over_tls(listener, at, router, None, tempfile::tempdir().expect("a folder"))
    }

    fn over_tls(
        listener: TcpListener,
        at: SocketAddr,
        router: Router,
        portal: Option<Portal>,
        data: TempDir,
    ) -> Self {
        let certificates = Certificates::make();
        let listener = TlsListener { listener, acceptor: certificates.acceptor() };
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("served") });
        Self { certificates, at, portal, task, _data: data }
    }

    /// A server that knows no TLS.
    pub(super) async fn in_the_clear() -> Self {
        let (listener, at) = listening().await;
        let task = tokio::spawn(async move { axum::serve(listener, Router::new()).await.expect("served") });
        let data = tempfile::tempdir().expect("a folder");
        Self { certificates: Certificates::make(), at, portal: None, task, _data: data }
    }

    pub(super) fn stop(&self) {
        self.task.abort();
    }

    pub(super) fn port(&self) -> u16 {
        self.at.port()
    }

    pub(super) fn address(&self) -> PortalAddress {
        PortalAddress::parse_typed(&format!("localhost:{}", self.port())).expect("an address")
    }

    /// In its authority and nobody else.
    pub(super) async fn trust(&self) -> Trust {
        Trust::of(Some(&self.certificates.authority())).await.expect("an authority")
    }

    fn of_portal(&self) -> &Portal {
        self.portal.as_ref().expect("a portal is served")
    }

    pub(super) async fn code(&self, name: &str) -> EnrolmentCode {
        self.of_portal().open_enrolment(name).await.expect("opened").0
    }

    /// Entries of kiosks' journals that came here.
    pub(super) async fn journal_entries(&self) -> usize {
        self.of_portal().journal_entries().await.expect("read").len()
    }

    /// Entries of kiosks' journals that never came.
    pub(super) async fn lost(&self) -> u32 {
        self.of_portal().journals().await.expect("read").iter().map(|journal| journal.lost).sum()
    }

    pub(super) async fn revoke(&self, name: &str) {
        assert!(self.of_portal().revoke_kiosk(name).await.expect("revoked"));
    }
}

async fn listening() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let at = listener.local_addr().expect("its address");
    (listener, at)
}

/// On an encrypted database of its own.
async fn portal(folder: &Path, origin: String) -> Portal {
    let key = PortalKeys::database_key(&MASTER);
    let store = Store::open_sqlite(&folder.join("practice.db"), &key, Stamp::Sandbox).await.expect("opened");
    let settings = sandbox_practice(&kiosk(), origin);
    let (practice, clock) = (settings.practice, Arc::new(SystemClock::start()));
    Portal::new(Parts {
        records: portal::Records::Own,
        sms: Arc::new(SandboxSms::new(store.clone(), practice, clock.clone()).expect("a sandbox")),
        email: Arc::new(SandboxEmail::new(store.clone(), practice, clock.clone()).expect("a sandbox")),
        store,
        clock,
        rng: SharedRng::new(system_rng()),
        keys: PortalKeys::derive(&MASTER),
        settings,
    })
    .expect("a portal")
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            // Who breaks a handshake off is what some tests are about.
            if let Ok((stream, from)) = self.listener.accept().await
                && let Ok(stream) = self.acceptor.accept(stream).await
            {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
