//! The section `[proxies]`: through whom people reach the server, and who says from where they come.

use std::{net::IpAddr, str::FromStr};

use anyhow::Context;
use serde::Deserialize;

use crate::proxies::Proxies;

/// Proxies before the server whose word counts; without any, whoever connects is who asks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProxiesSection {
    /// Their addresses, or networks of them.
    trusted: Vec<String>,
    /// The header that they set.
    header: ProxyHeader,
}

/// A header in which proxies say who asked them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProxyHeader {
    /// The one that most set: addresses, each proxy adds one.
    #[default]
    XForwardedFor,
    /// The standard one (RFC 7239).
    Forwarded,
}

impl ProxyHeader {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// The address that one part of it names; none where it names none.
    pub(crate) fn address(self, part: &str) -> Option<IpAddr> {
        let named = match self {
            Self::XForwardedFor => part.trim(),
            Self::Forwarded => {
                let mut pairs = part.split(';').filter_map(|pair| pair.trim().split_once('='));
                let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
                value.trim_matches('"')
            }
        };
        // With a port or without; an IPv6 address with one stands in brackets.
        let bare = match named.strip_prefix('[') {
            Some(rest) => rest.split(']').next()?,
            None if named.matches(':').count() == 1 => named.split(':').next()?,
            None => named,
        };
        bare.parse().ok().map(|address: IpAddr| address.to_canonical())
    }
}

/// Addresses with the same first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is one of them.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = (own.to_bits() ^ other.to_bits()).leading_zeros();
                differ >= self.bits
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = (own.to_bits() ^ other.to_bits()).leading_zeros();
                differ >= self.bits
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse)?;
        anyhow::ensure!(bits <= most, "an address has no more than {most} bits");
        Ok(Self { address, bits })
    }
}

impl ProxiesSection {
    /// The proxies that are believed.
    ///
    /// # Errors
    /// One of them is no address or network.
    pub(crate) fn proxies(&self) -> anyhow::Result<Proxies> {
        let parse = |text: &String| {
            let network = text.parse::<Network>();
            network.with_context(|| {
                format!("`proxies.trusted` takes addresses and networks like 10.0.0.0/8, not {text:?}")
            })
        };
        let trusted = self.trusted.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Proxies { trusted, header: self.header })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        let has = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().has(address.parse::<IpAddr>().unwrap())
        };
        assert!(has("10.1.2.3", "10.1.2.3") && !has("10.1.2.3", "10.1.2.2"));
        assert!(has("10.1.2.3/8", "10.9.9.9") && !has("10.0.0.0/8", "11.0.0.0"));
        assert!(has("0.0.0.0/0", "203.0.113.9") && !has("0.0.0.0/0", "::1"));
        assert!(has("2001:db8::/32", "2001:db8:1::7") && !has("2001:db8::/32", "2001:db9::"));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["proxy.internal", "10.0.0.0/33", "10.0.0.0/x", ""] {
            let section: ProxiesSection = toml::from_str(&format!("trusted = [{wrong:?}]")).unwrap();
            assert!(format!("{:#}", section.proxies().unwrap_err()).contains("10.0.0.0/8"), "{wrong}");
        }
        assert!(toml::from_str::<ProxiesSection>("header = \"x-real-ip\"").is_err());
        let section: ProxiesSection = toml::from_str("header = \"forwarded\"").unwrap();
        assert_eq!(section.proxies().unwrap().header, ProxyHeader::Forwarded);
    }
}
