//! Somebody's site: a small HTTP server inside the story, which shows pages and keeps what their scripts send.

use std::{
    io::Write,
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{Address, Delivered, eventually, receiver::taken};

/// What a site shows at a path: a type and a text; the port is its own.
pub type Shows = fn(path: &str, port: u16) -> Option<(&'static str, String)>;

/// How a site answers a request for one of its pages.
type Answers = dyn Fn(&Delivered, u16) -> Option<Page> + Send + Sync;

/// A page as it is sent.
#[derive(Default)]
pub struct Page {
    /// Its type.
    pub kind: &'static str,
    /// Its text.
    pub text: String,
    /// Headers besides.
    pub headers: Vec<String>,
}

/// A site.
pub struct Site {
    address: Address,
    got: Arc<Mutex<Vec<Delivered>>>,
}

impl Site {
    /// One that shows this. Its pages may load scripts from themselves and nothing else but data.
    pub fn start(shows: Shows) -> Self {
        Self::answering(move |asked, port| {
            let (kind, text) = shows(asked.path(), port)?;
            Some(Page { kind, text, headers: vec![only_from(&[port])] })
        })
    }

    /// One whose pages may load what a server serves, too: its scripts, and what they ask for.
    pub fn embedding(
        server: &Address,
        shows: impl Fn(&str, u16) -> Option<(&'static str, String)> + Send + Sync + 'static,
    ) -> Self {
        let server = server.clone();
        Self::answering(move |asked, port| {
            let (kind, text) = shows(asked.path(), port)?;
            Some(Page { kind, text, headers: vec![only_from(&[port, server.socket().port()])] })
        })
    }

    /// One that answers as it is told, by what it is asked.
    ///
    /// # Panics
    /// No port is free.
    pub fn answering(answers: impl Fn(&Delivered, u16) -> Option<Page> + Send + Sync + 'static) -> Self {
        let answers: Arc<Answers> = Arc::new(answers);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let site = Self { address: Address::of_port(port), got: Arc::default() };
        let got = Arc::clone(&site.got);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (got, answers) = (Arc::clone(&got), Arc::clone(&answers));
                // A browser opens connections ahead of what it asks for.
                thread::spawn(move || drop(serve(stream, port, &*answers, &got)));
            }
        });
        site
    }

    /// Where it stands.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// What was sent to a path so far, in order.
    ///
    /// # Panics
    /// A thread of it panicked.
    pub fn all(&self, path: &str) -> Vec<Delivered> {
        let got = self.got.lock().expect("nobody panicked");
        got.iter().filter(|one| one.head[0].split(' ').nth(1) == Some(path)).cloned().collect()
    }

    /// What was sent to a path, once that is so much.
    pub fn got(&self, path: &str, least: usize) -> Vec<Delivered> {
        eventually(path, || Some(self.all(path)).filter(|all| all.len() >= least))
    }
}

/// What a page may load: from these ports of this machine, and nothing else.
fn only_from(ports: &[u16]) -> String {
    let here: Vec<String> =
        ports.iter().map(|port| format!("http://localhost:{port} http://127.0.0.1:{port}")).collect();
    let here = here.join(" ");
    format!(
        "Content-Security-Policy: default-src 'none'; script-src {here}; connect-src {here}; img-src {here}"
    )
}

fn serve(
    mut stream: TcpStream,
    port: u16,
    answers: &Answers,
    got: &Mutex<Vec<Delivered>>,
) -> std::io::Result<()> {
    let asked = taken(&stream)?;
    let is_post = asked.head.first().is_some_and(|line| line.starts_with("POST "));
    // What is told is taken; what is asked for is answered.
    let is_told = is_post && !asked.path().ends_with("/next-item");
    let (status, page) = match answers(&asked, port) {
        _ if is_told => ("204 No Content", Page { kind: "text/plain", ..Page::default() }),
        Some(page) => ("200 OK", page),
        None => ("404 Not Found", Page { kind: "text/plain", ..Page::default() }),
    };
    let origin = asked.head.iter().find_map(|line| line.strip_prefix("Origin: ")).unwrap_or("*").to_owned();
    if is_post {
        got.lock().expect("nobody panicked").push(asked);
    }
    let Page { kind, text, headers } = page;
    let mut head = vec![
        format!("HTTP/1.1 {status}"),
        format!("Content-Type: {kind}; charset=utf-8"),
        format!("Content-Length: {}", text.len()),
        format!("Access-Control-Allow-Origin: {origin}"),
        "Access-Control-Allow-Credentials: true".to_owned(),
        "Connection: close".to_owned(),
    ];
    head.extend(headers);
    stream.write_all(format!("{}\r\n\r\n{text}", head.join("\r\n")).as_bytes())
}
