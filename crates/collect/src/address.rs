//! Addresses, shortened: what is left says where from, and no longer who.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address without what tells one connection from its neighbours: the last 8 bits of an `IPv4` address, the last 80 of an
/// `IPv6` address. One that is carried in the other family is taken for what it is.
pub fn shortened(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_address_goes() {
        for (address, short) in [
            ("192.0.2.213", "192.0.2.0"),
            ("::ffff:192.0.2.213", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(shortened(address).to_string(), short);
        }
    }
}
