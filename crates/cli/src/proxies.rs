//! From where somebody asks, also through proxies: a proxy that is trusted says in a header who asked it. The right-most address that
//! is no trusted proxy's counts; what stands left of it anybody may have written.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;

use crate::config::{Network, ProxyHeader};

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies {
    pub(crate) trusted: Vec<Network>,
    pub(crate) header: ProxyHeader,
}

impl Proxies {
    /// Who asks, over a connection from a peer and with these headers.
    pub(crate) fn asker(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let mut nearest = peer.ip().to_canonical();
        if !self.trusts(nearest) {
            return peer;
        }
        let values =
            headers.get_all(self.header.name()).iter().map(|value| value.to_str().unwrap_or_default());
        let all: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
        for one in all.into_iter().rev() {
            // Where a trusted proxy says nothing that can be read, it is itself who asks.
            let Some(address) = self.header.address(one) else { break };
            nearest = address;
            if !self.trusts(nearest) {
                break;
            }
        }
        SocketAddr::new(nearest, peer.port())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.has(address))
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn proxies(header: ProxyHeader) -> Proxies {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"].map(|text| text.parse().unwrap()).to_vec();
        Proxies { trusted, header }
    }

    fn asker(header: ProxyHeader, peer: &str, values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header.name(), HeaderValue::from_str(value).unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        proxies(header).asker(peer, &headers).ip().to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_not_trusted_asks() {
        let by = |peer, values: &[&str]| asker(ProxyHeader::XForwardedFor, peer, values);
        assert_eq!(by("192.0.2.1", &["198.51.100.7"]), "192.0.2.1", "nobody believes a stranger");
        assert_eq!(by("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(by("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(by("10.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7", "the rest is hearsay");
        assert_eq!(by("10.0.0.1", &["203.0.113.9", "198.51.100.7 , 10.2.3.4"]), "198.51.100.7");
        assert_eq!(by("::ffff:10.0.0.1", &["198.51.100.7:8080"]), "198.51.100.7");
        assert_eq!(by("2001:db8::1", &["[2001:dba::2]:443"]), "2001:dba::2");
        assert_eq!(by("10.0.0.1", &["198.51.100.7, nonsense"]), "10.0.0.1", "what cannot be read ends it");
        assert_eq!(by("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "all of them are ours");
    }

    #[test]
    fn the_standard_header_is_read_likewise_and_the_other_is_not() {
        let by = |values: &[&str]| asker(ProxyHeader::Forwarded, "10.0.0.1", values);
        assert_eq!(by(&["for=203.0.113.9, For=\"198.51.100.7:80\";proto=https"]), "198.51.100.7");
        assert_eq!(by(&["by=10.0.0.9;for=\"[2001:dba::2]:4711\""]), "2001:dba::2");
        for unknown in ["for=unknown", "for=_hidden", "proto=https", "198.51.100.7"] {
            assert_eq!(by(&[unknown]), "10.0.0.1", "{unknown}");
        }
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("198.51.100.7"));
        let peer: SocketAddr = "10.0.0.1:4711".parse().unwrap();
        assert_eq!(proxies(ProxyHeader::Forwarded).asker(peer, &headers), peer);
    }

    proptest! {
        /// Whatever a client writes, the address that the nearest trusted proxy saw is the one that asks.
        #[test]
        fn nobody_writes_an_address_of_their_own(
            written in proptest::collection::vec("[ -~]{0,30}", 0..4),
            seen in 1_u32..0x0a00_0000,
            ours in proptest::collection::vec(0x0a00_0000_u32..0x0b00_0000, 0..3),
        ) {
            let seen = std::net::Ipv4Addr::from_bits(seen).to_string();
            let ours: Vec<String> =
                ours.into_iter().map(|bits| std::net::Ipv4Addr::from_bits(bits).to_string()).collect();
            let mut values: Vec<&str> = written.iter().map(String::as_str).collect();
            values.push(&seen);
            values.extend(ours.iter().map(String::as_str));
            prop_assert_eq!(asker(ProxyHeader::XForwardedFor, "10.0.0.1", &[&values.join(",")]), seen.clone());
            prop_assert_eq!(asker(ProxyHeader::XForwardedFor, "10.0.0.1", &values), seen);
        }
    }
}
