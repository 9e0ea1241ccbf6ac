//! Requests, written byte by byte: a story must be able to send what no well-behaved client would.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use crate::{Address, Reply};

/// The longest a server may be silent before the story fails.
const SILENCE: Duration = Duration::from_secs(60);

/// A request on its way to a server.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    address: Address,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request without key or body.
    pub fn new(address: &Address, method: &str, target: &str) -> Self {
        Self {
            address: address.clone(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Shows an API key.
    pub fn key(self, key: &str) -> Self {
        self.header("Authorization", format!("Bearer {key}"))
    }

    /// Sends bytes as the body.
    pub fn body(mut self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into());
        self.header("Content-Type", media_type)
    }

    /// Sends JSON.
    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// The request as bytes, which asks to close the connection after the reply.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: bailee\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend(self.body.unwrap_or_default());
        bytes
    }

    /// Sends it and reads the reply.
    ///
    /// # Panics
    /// The server does not answer.
    pub fn send(self) -> Reply {
        let what = format!("{} {}", self.method, self.target);
        self.attempt().unwrap_or_else(|| unreachable!("no answer to {what}"))
    }

    /// Sends it; none when the server breaks off, as one that is killed does.
    pub fn attempt(self) -> Option<Reply> {
        let address = self.address.clone();
        exchange(&address, &self.into_bytes())
    }
}

/// Sends bytes as they are and reads what comes back until the server closes the connection; none when that is no
/// whole reply.
pub fn exchange(address: &Address, bytes: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(address.socket()).ok()?;
    stream.set_read_timeout(Some(SILENCE)).ok()?;
    // A server that refuses early stops reading; its reply is there all the same.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    Reply::parse(&answer)
}
