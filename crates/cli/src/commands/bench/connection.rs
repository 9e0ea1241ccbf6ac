//! One keep-alive connection that asks as cheaply as it can: the load shares the cores with what it measures.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request in the bytes that are sent, and what its answer must be.
pub(super) struct Request {
    pub(super) bytes: Vec<u8>,
    /// The status of the right answer.
    pub(super) status: u16,
    /// What its body must hold; empty when it has none.
    pub(super) contains: String,
}

impl Request {
    /// A request without a body.
    pub(super) fn get(path: &str, key: &str, status: u16, contains: String) -> Self {
        Self { bytes: request("GET", path, key, None), status, contains }
    }

    /// A request with a JSON body.
    pub(super) fn post(path: &str, key: &str, body: &Value, status: u16, contains: String) -> Self {
        let body = Some(("application/json", body.to_string()));
        Self { bytes: request("POST", path, key, body), status, contains }
    }
}

/// The bytes of a request; a body comes with its type.
pub(super) fn request(method: &str, path: &str, key: &str, body: Option<(&str, String)>) -> Vec<u8> {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n");
    let rest = body.map_or_else(
        || "\r\n".to_owned(),
        |(content, body)| format!("content-type: {content}\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
    );
    (head + &rest).into_bytes()
}

/// An HTTP/1.1 connection (RFC 9112) to a server that announces the length of every answer.
pub(super) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends a request, reads the whole answer and checks it.
    ///
    /// # Errors
    /// The connection broke, or the answer is another one: a fast wrong answer is no result.
    pub(super) async fn ask(&mut self, request: &Request) -> anyhow::Result<()> {
        let (status, body) = self.send(&request.bytes).await?;
        if status != request.status || !holds(body, request.contains.as_bytes()) {
            let said = String::from_utf8_lossy(body);
            bail!("expected status {} and got {status}: {said}", request.status);
        }
        Ok(())
    }

    /// Sends bytes and reads one answer: its status and its body.
    ///
    /// # Errors
    /// The connection broke, or what came is no answer.
    pub(super) async fn send(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some((head, length)) = head(&self.answer)?
                && self.answer.len() >= head + length
            {
                let status = std::str::from_utf8(&self.answer[9..12])?.parse()?;
                return Ok((status, &self.answer[head..head + length]));
            }
        }
    }
}

/// Bytes of the head and of the body of an answer, once its head is there.
fn head(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end]).context("an answer with a binary head")?;
    // One without content announces no length (RFC 9110, section 8.6).
    if head.starts_with("HTTP/1.1 204") {
        return Ok(Some((end + 4, 0)));
    }
    let length = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse())
    });
    let length = length.context("an answer without its length")??;
    Ok(Some((end + 4, length)))
}

fn holds(body: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || body.windows(wanted.len()).any(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_announced_length_is_there() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap(), None);
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(head(answer).unwrap(), Some((answer.len() - 2, 2)));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_body_must_hold_what_is_asked() {
        assert!(holds(b"{\"id\":\"rec_1\"}", b"rec_1"));
        assert!(!holds(b"{}", b"rec_1"));
        assert!(holds(b"", b""));
    }
}
