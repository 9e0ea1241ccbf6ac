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

/// A site.
pub struct Site {
    address: Address,
    got: Arc<Mutex<Vec<Delivered>>>,
}

impl Site {
    /// One that shows this. Its pages may load scripts from themselves and nothing else but data.
    ///
    /// # Panics
    /// No port is free.
    pub fn start(shows: Shows) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let site = Self { address: Address::of_port(port), got: Arc::default() };
        let got = Arc::clone(&site.got);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let got = Arc::clone(&got);
                // A browser opens connections ahead of what it asks for.
                thread::spawn(move || drop(serve(stream, port, shows, &got)));
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

fn serve(mut stream: TcpStream, port: u16, shows: Shows, got: &Mutex<Vec<Delivered>>) -> std::io::Result<()> {
    let asked = taken(&stream)?;
    let mut words = asked.head.first().map_or("", String::as_str).split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split('?').next().unwrap_or_default();
    let (status, (kind, body)) = match shows(path, port) {
        // What is told is taken; what is asked for is answered.
        _ if method == "POST" && !path.ends_with("/next-item") => {
            ("204 No Content", ("text/plain", String::new()))
        }
        Some(shown) => ("200 OK", shown),
        None => ("404 Not Found", ("text/plain", String::new())),
    };
    let origin = asked.head.iter().find_map(|line| line.strip_prefix("Origin: ")).unwrap_or("*").to_owned();
    if method == "POST" {
        got.lock().expect("nobody panicked").push(asked);
    }
    let here = format!("http://localhost:{port} http://127.0.0.1:{port}");
    let head = [
        format!("HTTP/1.1 {status}"),
        format!("Content-Type: {kind}; charset=utf-8"),
        format!("Content-Length: {}", body.len()),
        format!("Content-Security-Policy: default-src 'none'; script-src {here}; connect-src {here}"),
        format!("Access-Control-Allow-Origin: {origin}"),
        "Access-Control-Allow-Credentials: true".to_owned(),
        "Connection: close".to_owned(),
    ];
    stream.write_all(format!("{}\r\n\r\n{body}", head.join("\r\n")).as_bytes())
}
