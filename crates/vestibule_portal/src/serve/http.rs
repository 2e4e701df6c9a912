//! Sockets, TLS and HTTP/1.1, with a limit on whatever a stranger could hold open.
//!
//! Not `axum::serve`: that sets no limit on how long a request's head may take, nor on how many connections there are.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// Connections at once; each costs a descriptor and some ten kilobytes, and Debian allows 1,024 descriptors.
const CONNECTIONS: usize = 768;

/// From the first byte of a request to the end of its head, and how long a connection may wait for its next request.
const HEAD: Duration = Duration::from_secs(30);

/// From the connection to the end of the handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A little longer than any request may take (20 s), and shorter than systemd waits (90 s).
const DRAIN: Duration = Duration::from_secs(25);

/// Pause after the machine could not accept: it is out of descriptors, and asking at once would only burn the processor.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets the requests under way finish.
pub(super) async fn run(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let acceptor = tls.map(TlsAcceptor::from);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let under_way = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let (acceptor, router, watcher) = (acceptor.clone(), router.clone(), under_way.watcher());
                tokio::spawn(async move {
                    connection(stream, acceptor, router, watcher).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
    drop(listener);
    if timeout(DRAIN, under_way.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way and were dropped");
    }
}

/// Who finds no room waits in the system's own queue.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // Answers are small and waited for.
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

/// A stranger's failed handshake is nobody's business.
async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, router: Router, watcher: Watcher) {
    match acceptor {
        None => speak(stream, router, watcher).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                speak(stream, router, watcher).await;
            }
        }
    }
}

async fn speak<S>(stream: S, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // Who hung up is gone; what was wrong inside was logged where it was answered.
    let _ = watcher.watch(connection).await;
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::{Notify, oneshot},
        task::JoinHandle,
    };
    use tokio_rustls::rustls::{crypto::aws_lc_rs, server::ResolvesServerCertUsingSni};

    use super::*;

    /// A server, and what stops it. The clock of these tests goes on by itself when everybody waits.
    async fn served(router: Router) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let at = listener.local_addr().expect("its address");
        let (stop, stopped) = oneshot::channel();
        (at, stop, tokio::spawn(run(listener, None, router, async { drop(stopped.await) })))
    }

    async fn connected(at: SocketAddr, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(at).await.expect("connected");
        stream.write_all(words.as_bytes()).await.expect("sent");
        stream
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_finish_a_handshake_is_hung_up_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let at = listener.local_addr().expect("its address");
        // Nobody comes as far as a certificate.
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(ResolvesServerCertUsingSni::new()));
        tokio::spawn(run(listener, Some(Arc::new(config)), Router::new(), std::future::pending()));
        let mut stream = connected(at, "").await;
        let mut heard = Vec::new();
        timeout(2 * HANDSHAKE, stream.read_to_end(&mut heard)).await.expect("hung up").expect("in order");
        assert!(heard.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_finish_a_requests_head_is_hung_up_on() {
        let (at, _stop, _server) = served(Router::new()).await;
        for words in ["", "GET / HTTP/1.1\r\nhost: a", "GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n"] {
            let mut stream = connected(at, words).await;
            let mut heard = Vec::new();
            timeout(2 * HEAD, stream.read_to_end(&mut heard)).await.expect("hung up").expect("in order");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_does_not_keep_the_portal_from_stopping() {
        let at_work = Arc::new(Notify::new());
        let noted = Arc::clone(&at_work);
        let endless = get(move || async move {
            noted.notify_one();
            std::future::pending::<()>().await;
        });
        let (at, stop, mut server) = served(Router::new().route("/", endless)).await;
        let mut stream = connected(at, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        at_work.notified().await;
        drop(stop);
        assert!(timeout(DRAIN / 2, &mut server).await.is_err(), "it has a while to finish");
        timeout(DRAIN, server).await.expect("no longer").expect("in order");
        drop(stream.shutdown().await);
    }
}
