//! HTTP out: to who may be sent to, over TLS, once, within ten seconds.
//!
//! A URL that somebody gives us must not lead inside the network. So a name is resolved here, every address that it has is
//! looked at, and one of those very addresses is connected to: a name that leads elsewhere a moment later is not asked
//! again. Redirects are not followed, no proxy is used, and nothing of an answer to a message is kept but its status.

mod inside;
mod named;
mod target;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::webhook::Failure;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request,
    body::{Bytes, Incoming},
    client::conn::http1,
    header,
    http::request,
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use service::outside::{Answer, Http, Message, Question};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
};
use tokio_rustls::TlsConnector;

pub use named::{NamedPlaces, NotAPlace};

use inside::is_inside;
use target::Target;

/// How long a message may take in all.
const TIME: Duration = Duration::from_secs(10);
/// How much of an answer is read.
const ANSWER_BYTES: usize = 64 * 1024;

/// Sends messages by HTTP.
pub struct HttpOut {
    tls: TlsConnector,
    named: NamedPlaces,
    /// How long a message may take in all.
    time: Duration,
}

impl HttpOut {
    /// Trusts the authorities of the system. The named places may lie inside the network, and speak plain HTTP; only the
    /// operator sends to them.
    pub fn new(named: NamedPlaces) -> Self {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (_, unusable) = roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            tracing::warn!(unusable, "the system names no certificate authorities: nothing can be sent out");
        }
        Self::trusting(roots, named)
    }

    fn trusting(roots: RootCertStore, named: NamedPlaces) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has what the default versions need")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { tls: TlsConnector::from(Arc::new(config)), named, time: TIME }
    }

    /// Where a URL leads, and whether it may lead inside: only the operator sends to places that are named.
    fn target(&self, url: &str, is_operators: bool) -> Result<(Target, bool), Failure> {
        let target = Target::parse(url)?;
        if is_operators && self.named.has(&target) {
            return Ok((target, true));
        }
        if !target.is_encrypted {
            return Err(Failure::Url);
        }
        if target.literal().is_some_and(is_inside) {
            return Err(Failure::InsideAddress);
        }
        Ok((target, false))
    }

    /// The addresses that may be connected to: none when one of them lies inside.
    async fn addresses(target: &Target, is_named: bool) -> Result<Vec<SocketAddr>, Failure> {
        let found = lookup_host((target.bare_host(), target.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| Failure::NoAddress)?.collect();
        let is_refused = |address: &SocketAddr| is_inside(address.ip());
        if !is_named && found.iter().any(is_refused) {
            return Err(Failure::InsideAddress);
        }
        if found.is_empty() { Err(Failure::NoAddress) } else { Ok(found) }
    }

    async fn connect(target: &Target, is_named: bool) -> Result<TcpStream, Failure> {
        for address in Self::addresses(target, is_named).await? {
            if let Ok(stream) = TcpStream::connect(address).await {
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
        }
        Err(Failure::NoConnection)
    }

    async fn exchange(
        &self,
        (target, is_named): (&Target, bool),
        request: Request<Full<Bytes>>,
        reads: bool,
    ) -> Result<Answer, Failure> {
        let stream = Self::connect(target, is_named).await?;
        if !target.is_encrypted {
            return ask(stream, request, reads).await;
        }
        let name = ServerName::try_from(target.bare_host().to_owned()).map_err(|_| Failure::Url)?;
        let stream = self.tls.connect(name, stream).await.map_err(|_| Failure::Tls)?;
        ask(stream, request, reads).await
    }
}

#[async_trait]
impl Http for HttpOut {
    fn check(&self, url: &str, is_operators: bool) -> Result<(), Failure> {
        self.target(url, is_operators).map(drop)
    }

    async fn post(&self, message: &Message) -> Result<u16, Failure> {
        let (target, is_named) = self.target(&message.url, message.is_operators)?;
        let message = request(Request::post(&target.path), &target, "application/json", &message.headers)
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|_| Failure::Url)?;
        let exchange = self.exchange((&target, is_named), message, false);
        let answer = tokio::time::timeout(self.time, exchange).await.unwrap_or(Err(Failure::Timeout));
        answer.map(|answer| answer.status)
    }

    async fn ask(&self, question: &Question) -> Result<Answer, Failure> {
        let (target, is_named) = self.target(&question.url, true)?;
        let method = if question.form.is_some() { Method::POST } else { Method::GET };
        let builder = Request::builder().method(method).uri(&target.path);
        let asked = request(builder, &target, "application/x-www-form-urlencoded", &question.headers)
            .body(Full::new(Bytes::from(question.form.clone().unwrap_or_default())))
            .map_err(|_| Failure::Url)?;
        let exchange = self.exchange((&target, is_named), asked, true);
        tokio::time::timeout(self.time, exchange).await.unwrap_or(Err(Failure::Timeout))
    }
}

/// Sends what is asked and reads the head of the answer, and the rest of it where that is wanted.
async fn ask<S>(stream: S, request: Request<Full<Bytes>>, reads: bool) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(ANSWER_BYTES);
    let opened = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|_| Failure::BrokenReply)?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|_| Failure::BrokenReply)?;
        let (head, body) = answer.into_parts();
        let body = if reads { whole(body).await? } else { Vec::new() };
        Ok(Answer { status: head.status.as_u16(), body })
    };
    tokio::pin!(answer, connection);
    // A connection that ends may have brought the answer just before.
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        _ = &mut connection => answer.await,
    }
}

async fn whole(body: Incoming) -> Result<Vec<u8>, Failure> {
    let read = Limited::new(body, ANSWER_BYTES).collect().await.map_err(|_| Failure::BrokenReply)?;
    Ok(read.to_bytes().to_vec())
}

/// What every request has.
fn request(
    builder: request::Builder,
    target: &Target,
    content_type: &str,
    headers: &[(&'static str, String)],
) -> request::Builder {
    let fixed = builder
        .header(header::HOST, target.authority())
        .header(header::CONTENT_TYPE, content_type)
        .header(header::USER_AGENT, concat!("Bailee/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close");
    headers.iter().fold(fixed, |request, (name, value)| request.header(*name, value))
}
