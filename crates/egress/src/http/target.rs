//! Where a URL leads. Only what is plain is taken: another reading of something unclear could lead elsewhere.

use std::net::IpAddr;

use domain::webhook::Failure;
use hyper::{Uri, http::uri::Scheme};

/// The longest URL.
const LONGEST: usize = 2_000;

/// A URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Whether it says `https`.
    pub(super) is_encrypted: bool,
    /// The host, in small letters; an IPv6 address in its brackets.
    pub(super) host: String,
    /// The port, also where it is the usual one.
    pub(super) port: u16,
    /// The path and the query.
    pub(super) path: String,
}

impl Target {
    /// Reads a URL. One with an `@`, written out or as `%40`, is refused wherever that stands: a name of somebody, or a way to hide a host.
    pub(super) fn parse(url: &str) -> Result<Self, Failure> {
        let is_plain = url.len() <= LONGEST
            && url.bytes().all(|byte| byte.is_ascii_graphic())
            && !url.contains(['@', '#', '\\'])
            && !url.contains("%40");
        let uri: Uri = url.parse().ok().filter(|_| is_plain).ok_or(Failure::Url)?;
        let is_encrypted = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(Failure::Url),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(Failure::Url)?.to_ascii_lowercase();
        let usual = if is_encrypted { 443 } else { 80 };
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let target = Self { is_encrypted, host, port: uri.port_u16().unwrap_or(usual), path };
        // A port that is none would otherwise be taken for the usual one.
        let names_port =
            uri.authority().is_some_and(|authority| authority.as_str().len() > target.host.len());
        if names_port && uri.port_u16().is_none() || target.port == 0 {
            Err(Failure::Url)
        } else {
            Ok(target)
        }
    }

    /// The host as resolvers and certificates know it: without brackets.
    pub(super) fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The address, when the host is one.
    pub(super) fn literal(&self) -> Option<IpAddr> {
        self.bare_host().parse().ok()
    }

    /// Host and port, as the header `Host` and the configuration name them.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}
