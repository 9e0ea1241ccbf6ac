//! The tour's HTTP client: the tour asks the server as anyone could, over a socket.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use axum::body::{Body, to_bytes};
use hyper::{Method, Request, StatusCode, client::conn::http1::handshake, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// More than any answer that the tour asks for.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// A server and the key to it.
pub(super) struct Client {
    address: SocketAddr,
    key: String,
}

/// What the server answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

impl Client {
    pub(super) const fn new(address: SocketAddr, key: String) -> Self {
        Self { address, key }
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, "application/json", String::new()).await
    }

    pub(super) async fn post_json(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    pub(super) async fn post_policy(&self, policy: &str) -> anyhow::Result<()> {
        // What permits more is told weeks ahead, unless someone says why it cannot wait.
        let path = "/v1/policy/versions?because=a%20demonstration%20does%20not%20take%20weeks";
        let sent = self.send(Method::POST, path, "application/toml", policy.to_owned());
        let answer = sent.await?;
        if answer.status != StatusCode::CREATED {
            bail!("the policy was not published: {}", answer.status);
        }
        Ok(())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        media_type: &str,
        body: String,
    ) -> anyhow::Result<Answer> {
        let stream = TcpStream::connect(self.address).await.context("the server does not answer")?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, media_type)
            .body(Body::from(body))?;
        let response = sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), ANSWER_BYTES).await?;
        Ok(Answer { status: parts.status, bytes: bytes.to_vec() })
    }
}
