//! Who events are delivered to: a small HTTP server inside the story, which answers as it is told and keeps what it got.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use data_encoding::BASE64;
use ring::hmac;
use serde_json::Value;

use crate::eventually;

/// A message that arrived.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The request line and the headers.
    pub head: Vec<String>,
    /// The body, as it was signed.
    pub text: String,
}

impl Delivered {
    /// The path that was asked for.
    pub fn path(&self) -> &str {
        let target = self.head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    /// Whether it says this in a header.
    pub fn says(&self, name: &str, value: &str) -> bool {
        let all = self.head.iter().filter_map(|line| line.split_once(": "));
        all.filter(|(known, _)| known.eq_ignore_ascii_case(name)).any(|(_, said)| said.contains(value))
    }

    /// A header.
    ///
    /// # Panics
    /// It is not there.
    pub fn header(&self, name: &str) -> &str {
        let mut all = self.head.iter().filter_map(|line| line.split_once(": "));
        all.find(|(known, _)| known.eq_ignore_ascii_case(name)).expect("the header is there").1
    }

    /// What it says.
    ///
    /// # Panics
    /// It is no JSON.
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).expect("what is delivered is JSON")
    }

    /// Whether one of its signatures is made with this secret (Standard Webhooks, version 1).
    ///
    /// # Panics
    /// The secret is none.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let secret = secret.strip_prefix("whsec_").expect("a secret of a webhook");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64.decode(secret.as_bytes()).expect("base64"));
        let (id, second) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let signed = format!("{id}.{second}.{}", self.text);
        let mut signatures =
            self.header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1,"));
        signatures.any(|signature| {
            let tag = BASE64.decode(signature.as_bytes()).expect("base64");
            hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
        })
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub enum Answers {
    /// With a status.
    With(u16),
    /// With a redirect to somewhere.
    Elsewhere(String),
    /// Not at all, and keeps the connection.
    Never,
}

#[derive(Default)]
struct Kept {
    answers: Option<Answers>,
    got: Vec<Delivered>,
    silent: Vec<TcpStream>,
}

/// A server that is delivered to.
pub struct Receiver {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// One that takes whatever comes.
    pub fn start() -> Self {
        Self::at(0)
    }

    /// One at a port, where nobody listens any more.
    ///
    /// # Panics
    /// Somebody does.
    pub fn at(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let receiver = Self { port, kept: Arc::default() };
        let kept = Arc::clone(&receiver.kept);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                drop(serve(stream, &kept));
            }
        });
        receiver
    }

    /// A port at which nobody listens.
    ///
    /// # Panics
    /// No port is free.
    pub fn nobodys_port() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        listener.local_addr().expect("a listener has an address").port()
    }

    /// The place that must be allowed.
    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where to send.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.place())
    }

    /// Lets it answer otherwise from now on.
    ///
    /// # Panics
    /// A thread of it panicked.
    pub fn answer(&self, answers: Answers) {
        self.kept.lock().expect("nobody panicked").answers = Some(answers);
    }

    /// All that it got, whatever it answered.
    ///
    /// # Panics
    /// A thread of it panicked.
    pub fn all(&self) -> Vec<Delivered> {
        self.kept.lock().expect("nobody panicked").got.clone()
    }

    /// All that it got, once that is so much.
    pub fn got(&self, least: usize) -> Vec<Delivered> {
        eventually("the deliveries", || Some(self.all()).filter(|all| all.len() >= least))
    }
}

/// Reads one request.
pub(crate) fn taken(stream: &TcpStream) -> std::io::Result<Delivered> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Delivered { head, text: String::from_utf8_lossy(&body).into_owned() })
}

fn serve(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let delivered = taken(&stream)?;
    let mut kept = kept.lock().expect("nobody panicked");
    kept.got.push(delivered);
    let end = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    let mut stream = stream;
    match kept.answers.clone().unwrap_or(Answers::With(204)) {
        Answers::With(204) => stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        Answers::With(status) => stream.write_all(format!("HTTP/1.1 {status} Told\r\n{end}").as_bytes()),
        Answers::Elsewhere(url) => {
            stream.write_all(format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\n{end}").as_bytes())
        }
        Answers::Never => {
            kept.silent.push(stream);
            Ok(())
        }
    }
}
