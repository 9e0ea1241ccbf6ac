//! The HTTP server: bounded connections, bounded headers, and an end that finishes what it began.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::proxies::Proxies;

/// How long a client may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection may lie still, sending or reading. Longer than a request may take.
const IDLE_TIME: Duration = Duration::from_secs(45);
/// How long running requests may take to end once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);
/// Bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;

/// How long a browser asks this host over TLS only, once it has (RFC 6797): two years.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Listens at an address.
///
/// # Errors
/// Another process listens there, or the address is not this machine's.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address}"))
}

/// How a server is reached.
pub(crate) struct Reached {
    /// Connections at once; more wait.
    pub(crate) connections: usize,
    /// What it shows, where it speaks TLS.
    pub(crate) tls: Option<TlsAcceptor>,
    /// Who says from where people come.
    pub(crate) proxies: Proxies,
}

impl Reached {
    /// Without TLS, and through nobody.
    pub(crate) fn plainly(connections: usize) -> Self {
        Self { connections, tls: None, proxies: Proxies::default() }
    }
}

/// Serves until `stop` ends, then lets running requests end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    Reached { connections, tls, proxies }: Reached,
    stop: impl Future<Output = ()>,
) {
    let proxies = Arc::new(proxies);
    let router = if tls.is_some() { router.layer(map_response(only_over_tls)) } else { router };
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(connections));
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of descriptors: wait until some connection ends.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let origin = Origin { peer, proxies: Arc::clone(&proxies) };
        let conversation = converse(stream, origin, router.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            conversation.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were given up");
    }
}

async fn only_over_tls(mut response: Response) -> Response {
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    response
}

/// From where a connection comes.
struct Origin {
    peer: SocketAddr,
    proxies: Arc<Proxies>,
}

/// Serves one connection. That it breaks off, or that it is no TLS where it should be, is the client's affair.
async fn converse(
    stream: TcpStream,
    origin: Origin,
    router: Router,
    tls: Option<TlsAcceptor>,
    watcher: Watcher,
) {
    let stream = Box::pin(patient(stream));
    match tls {
        None => answer(stream, origin, router, watcher).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HEAD_TIME, tls.accept(stream)).await {
                answer(stream, origin, router, watcher).await;
            }
        }
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    origin: Origin,
    router: Router,
    watcher: Watcher,
) {
    let service = tower::service_fn(move |mut request: Request<Incoming>| {
        let asker = origin.proxies.asker(origin.peer, request.headers());
        request.extensions_mut().insert(ConnectInfo(asker));
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    drop(watcher.watch(connection).await);
}

/// A connection on which nothing moves for a while is ended: whoever does not read what was asked for, or does not
/// send what was announced, must not hold a place.
fn patient(stream: TcpStream) -> TimeoutStream<TcpStream> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_read_timeout(Some(IDLE_TIME));
    stream.set_write_timeout(Some(IDLE_TIME));
    stream
}

/// Ends when the process is told to stop (SIGINT, SIGTERM).
pub(crate) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}
