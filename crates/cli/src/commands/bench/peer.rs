//! Other servers that count visits, driven with the same visits by their own ways in.

use std::{net::ToSocketAddrs, str::FromStr, sync::Arc};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use url::Url;

use super::connection::Request;

/// A server that runs somewhere: `goatcounter=http://stats.localhost:8081`. What it knows the site by stands in the query.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    kind: Kind,
    url: Url,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `GET /count`: <https://www.goatcounter.com/help/pixel>.
    GoatCounter,
    /// `POST /api/send`, with `?website=` and the site's id: <https://umami.is/docs/api/sending-stats>.
    Umami,
    /// `POST /api/event`, with `?domain=`: <https://plausible.io/docs/events-api>.
    Plausible,
    /// `GET /matomo.php`, with `?idsite=`: <https://developer.matomo.org/api-reference/tracking-api>.
    Matomo,
}

impl FromStr for Peer {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, url) = text.split_once('=').context("say NAME=URL")?;
        let kind = match name {
            "goatcounter" => Kind::GoatCounter,
            "umami" => Kind::Umami,
            "plausible" => Kind::Plausible,
            "matomo" => Kind::Matomo,
            _ => bail!("`{name}` is not known; say goatcounter, umami, plausible or matomo"),
        };
        let url: Url = url.parse()?;
        ensure!(url.scheme() == "http", "a peer is driven over http, without TLS");
        let peer = Self { kind, url };
        if let Some(wanted) = kind.wants() {
            ensure!(peer.said(wanted).is_some(), "say `?{wanted}=` in the URL of {name}");
        }
        Ok(peer)
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::GoatCounter => "GoatCounter",
            Self::Umami => "Umami",
            Self::Plausible => "Plausible",
            Self::Matomo => "Matomo",
        }
    }

    const fn wants(self) -> Option<&'static str> {
        match self {
            Self::GoatCounter => None,
            Self::Umami => Some("website"),
            Self::Plausible => Some("domain"),
            Self::Matomo => Some("idsite"),
        }
    }
}

impl Peer {
    pub(super) const fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn said(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Its name leads nowhere.
    pub(super) fn address(&self) -> anyhow::Result<std::net::SocketAddr> {
        let host = self.url.host_str().context("the URL of a peer has a host")?;
        let port = self.url.port_or_known_default().unwrap_or(80);
        (host, port).to_socket_addrs()?.next().with_context(|| format!("{host} leads nowhere"))
    }

    /// The views of pages, as its own script would tell of them.
    pub(super) fn views(&self, pages: &[String], agent: &str) -> Arc<[Request]> {
        pages.iter().map(|page| self.view(page, agent)).collect()
    }

    fn view(&self, page: &str, agent: &str) -> Request {
        let site = self.kind.wants().and_then(|name| self.said(name)).unwrap_or_default();
        let address = format!("https://www.influxis.com{page}");
        let from = "https://duckduckgo.com/";
        let query = |pairs: &[(&str, &str)]| {
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        };
        match self.kind {
            Kind::GoatCounter => self.get(&format!("/count?{}", query(&[("p", page), ("r", from)])), agent),
            Kind::Matomo => {
                let pairs = [("idsite", &*site), ("rec", "1"), ("url", &address), ("urlref", from)];
                self.get(&format!("/matomo.php?{}", query(&pairs)), agent)
            }
            Kind::Umami => {
                let payload = json!({
                    "website": site, "hostname": "www.influxis.com", "url": page, "referrer": from,
                    "language": "en", "screen": "1280x800", "title": "",
                });
                let body = json!({ "type": "event", "payload": payload });
                self.post("/api/send", 200, &body, agent)
            }
            Kind::Plausible => {
                let body = json!({ "name": "pageview", "url": address, "domain": site, "referrer": from });
                self.post("/api/event", 202, &body, agent)
            }
        }
    }

    fn get(&self, path: &str, agent: &str) -> Request {
        let bytes = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: {agent}\r\n\r\n", self.host());
        Request { bytes: bytes.into_bytes(), status: 200, contains: String::new() }
    }

    fn post(&self, path: &str, status: u16, body: &Value, agent: &str) -> Request {
        let (host, text) = (self.host(), body.to_string());
        let bytes = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {agent}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        );
        Request { bytes: bytes.into_bytes(), status, contains: String::new() }
    }

    /// Some tell their sites apart by it.
    fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(peer: &str) -> String {
        let peer: Peer = peer.parse().unwrap();
        let views = peer.views(&["/a page".to_owned()], "a browser");
        String::from_utf8(views[0].bytes.clone()).unwrap()
    }

    #[test]
    fn each_is_told_in_its_own_words() {
        let goatcounter = sent("goatcounter=http://stats.localhost:8081");
        assert!(
            goatcounter.starts_with("GET /count?p=%2Fa+page&r=https%3A%2F%2Fduckduckgo.com%2F HTTP/1.1\r\n")
        );
        assert!(goatcounter.contains("host: stats.localhost:8081\r\nuser-agent: a browser\r\n"));
        assert!(sent("matomo=http://localhost/?idsite=3").contains("idsite=3&rec=1&url=https%3A%2F%2Fwww"));
        assert!(sent("umami=http://localhost/?website=w1").contains("\"website\":\"w1\""));
        assert!(sent("plausible=http://localhost/?domain=a.example").contains("\"domain\":\"a.example\""));
    }

    #[test]
    fn what_cannot_be_driven_is_refused() {
        let wrong = [
            "umami=http://localhost/",
            "other=http://localhost/",
            "goatcounter=https://localhost/",
            "goatcounter",
        ];
        for wrong in wrong {
            assert!(wrong.parse::<Peer>().is_err(), "{wrong}");
        }
    }
}
