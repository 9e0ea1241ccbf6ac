use std::{net::Ipv4Addr, sync::Arc};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::*;

/// A certificate for `localhost` that vouches for itself, and its key; worth nothing anywhere else.
const CERTIFICATE: &[u8] = include_bytes!("tests/certificate.pem");
const KEY: &[u8] = include_bytes!("tests/key.pem");

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn out(roots: RootCertStore, allowed: &[String]) -> HttpOut {
    HttpOut::trusting(roots, NamedPlaces::parse(allowed.iter().map(String::as_str)).unwrap())
}

fn message(url: &str) -> Message {
    let headers = vec![("webhook-id", "evt_1".to_owned())];
    Message { url: url.to_owned(), is_operators: true, headers, body: "{}".to_owned() }
}

/// Answers one connection with these bytes; what it was asked.
async fn answer(listener: &TcpListener, bytes: &[u8]) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    speak(&mut stream, bytes).await
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> String {
    let mut asked = vec![0; 4_096];
    let read = stream.read(&mut asked).await.unwrap();
    // A peer that has heard enough hangs up.
    drop(stream.write_all(bytes).await);
    drop(stream.shutdown().await);
    String::from_utf8_lossy(&asked[..read]).into_owned()
}

#[tokio::test]
async fn a_named_place_is_sent_to_and_its_answer_counts_by_its_status_alone() {
    let (listener, port) = listener().await;
    let place = format!("127.0.0.1:{port}");
    let out = out(RootCertStore::empty(), std::slice::from_ref(&place));
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n{}", "x".repeat(100_000));
    let told = message(&format!("http://{place}/hook?a=b"));
    let (status, asked) = tokio::join!(out.post(&told), answer(&listener, long.as_bytes()));
    assert_eq!(status, Ok(200));
    assert!(asked.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{asked}");
    for header in [format!("host: {place}"), "webhook-id: evt_1".to_owned(), "content-length: 2".to_owned()] {
        assert!(asked.to_lowercase().contains(&format!("{header}\r\n")), "{header}: {asked}");
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(200_000));
    for bytes in [b"nonsense\r\n\r\n".as_slice(), b"", endless.as_bytes()] {
        let (status, _) = tokio::join!(out.post(&told), answer(&listener, bytes));
        assert_eq!(status, Err(Failure::BrokenReply));
    }
    drop(listener);
    assert_eq!(out.post(&told).await, Err(Failure::NoConnection));
}

#[tokio::test]
async fn who_cannot_show_a_trusted_certificate_is_told_nothing() {
    let (listener, port) = listener().await;
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let serve = async || {
        let (stream, _) = listener.accept().await.unwrap();
        match acceptor.accept(stream).await {
            Ok(mut stream) => speak(&mut stream, b"HTTP/1.1 204 No Content\r\n\r\n").await,
            Err(_) => String::new(),
        }
    };
    let allowed = [format!("localhost:{port}")];
    let told = message(&format!("https://localhost:{port}/hook"));
    let stranger = out(RootCertStore::empty(), &allowed);
    let (status, asked) = tokio::join!(stranger.post(&told), serve());
    assert_eq!((status, asked.as_str()), (Err(Failure::Tls), ""));
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let trusting = out(roots, &allowed);
    let (status, asked) = tokio::join!(trusting.post(&told), serve());
    assert_eq!(status, Ok(204));
    assert!(asked.starts_with("POST /hook HTTP/1.1"), "{asked}");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_anything_is_sent() {
    let (listener, port) = listener().await;
    let out = out(RootCertStore::empty(), &[]);
    let url = format!("https://localhost:{port}/");
    assert_eq!(out.check(&url, true), Ok(()), "where a name leads is asked when it is sent to");
    assert_eq!(out.post(&message(&url)).await, Err(Failure::InsideAddress));
    assert_eq!(out.post(&message("https://receiver.invalid/")).await, Err(Failure::NoAddress));
    drop(listener);
}

#[tokio::test]
async fn a_named_place_is_the_operators_alone() {
    let (listener, port) = listener().await;
    let out = out(RootCertStore::empty(), &[format!("127.0.0.1:{port}"), format!("localhost:{port}")]);
    let plain = format!("http://127.0.0.1:{port}/");
    assert_eq!((out.check(&plain, true), out.check(&plain, false)), (Ok(()), Err(Failure::Url)));
    let literal = format!("https://127.0.0.1:{port}/");
    assert_eq!(out.check(&literal, false), Err(Failure::InsideAddress));
    for url in [literal, format!("https://localhost:{port}/")] {
        let told = Message { is_operators: false, ..message(&url) };
        assert_eq!(out.post(&told).await, Err(Failure::InsideAddress), "{url}");
    }
    drop(listener);
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let (listener, port) = listener().await;
    let place = format!("127.0.0.1:{port}");
    let out = HttpOut {
        time: Duration::from_millis(20),
        ..out(RootCertStore::empty(), std::slice::from_ref(&place))
    };
    let told = message(&format!("http://{place}/"));
    let hold = async { listener.accept().await.unwrap() };
    let (status, _held) = tokio::join!(out.post(&told), hold);
    assert_eq!(status, Err(Failure::Timeout));
}

#[test]
fn only_plain_urls_are_read() {
    let target = Target::parse("https://Example.com:8443/a?b=c").unwrap();
    assert_eq!((target.authority().as_str(), target.path.as_str()), ("example.com:8443", "/a?b=c"));
    assert_eq!(Target::parse("https://example.com").unwrap().authority(), "example.com:443");
    let long = format!("https://example.com/{}", "a".repeat(2_000));
    for url in [
        "",
        "example.com",
        "/a",
        "ftp://example.com/",
        "https://",
        "https:///a",
        "https://ada@example.com/",
        "https://ada:secret@example.com/",
        "https://example.com/?to=ada@example.com",
        "https://example.com/?to=ada%40example.com",
        "https://exämple.com/",
        "https://example.com/a b",
        "https://example.com/#a",
        "https://example.com\\@127.0.0.1/",
        "https://example.com:/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:80:80/",
        long.as_str(),
    ] {
        assert_eq!(Target::parse(url).err(), Some(Failure::Url), "{url}");
    }
    let out = out(RootCertStore::empty(), &[]);
    assert_eq!(out.check("http://example.com/", true), Err(Failure::Url), "nothing goes out in the clear");
    for inside in
        ["https://[::1]/", "https://10.0.0.1/", "https://[::ffff:7f00:1]/", "https://169.254.169.254/"]
    {
        assert_eq!(out.check(inside, true), Err(Failure::InsideAddress), "{inside}");
    }
}

#[test]
fn places_are_hosts_with_their_ports() {
    for place in
        ["hooks.internal", "hooks.internal:", "hooks.internal:x", ":80", "a@b:80", "10.0.0.0/8:80", ""]
    {
        assert!(NamedPlaces::parse([place]).is_err(), "{place}");
    }
    let named = NamedPlaces::parse(["Hooks.internal:8080", "[::1]:8443"]).unwrap();
    for (url, is_named) in [
        ("http://hooks.INTERNAL:8080/a", true),
        ("https://[::1]:8443/", true),
        ("http://hooks.internal/", false),
        ("https://hooks.internal.example:8080/", false),
    ] {
        assert_eq!(named.has(&Target::parse(url).unwrap()), is_named, "{url}");
    }
}
