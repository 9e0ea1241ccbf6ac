//! Which addresses lie inside: this machine, this network, and whatever leads there in disguise. The registries of special
//! addresses: <https://www.iana.org/assignments/iana-ipv4-special-registry>, …`ipv6-special-registry`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that nobody outside is reached in.
const INSIDE_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // A cloud's own services, at an address that looks like anyone's.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// IPv6 networks within 2000::/3 that nobody outside is reached in: tunnels, tests and examples.
const INSIDE_V6: [(u128, u32); 3] = [(0x2001 << 112, 23), (0x2001_0db8 << 96, 32), (0x3fff << 112, 20)];

/// Whether nothing may be sent to an address.
pub(super) fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inside_v4(address),
        IpAddr::V6(address) => is_inside_v6(address),
    }
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    INSIDE_V4.iter().any(|(network, length)| bits >> (32 - length) == network.to_bits() >> (32 - length))
}

fn is_inside_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    if let Some(carried) = carried(bits) {
        return is_inside_v4(carried);
    }
    // Only 2000::/3 is given to anyone outside.
    bits >> 125 != 1
        || INSIDE_V6.iter().any(|(network, length)| bits >> (128 - length) == network >> (128 - length))
}

/// The IPv4 address that an IPv6 address stands for: mapped, translated (NAT64), or carried (6to4).
fn carried(bits: u128) -> Option<Ipv4Addr> {
    let part = |shift: u32| Ipv4Addr::from_bits(u32::try_from((bits >> shift) & 0xffff_ffff).unwrap_or(0));
    let is_mapped = bits >> 32 == 0xffff;
    let is_translated = bits >> 32 == 0x0064_ff9b << 64;
    let is_carried = bits >> 112 == 0x2002;
    if is_mapped || is_translated {
        return Some(part(0));
    }
    is_carried.then(|| part(80))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_lies_inside_is_known_in_every_disguise() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "100::1",
        ] {
            assert!(is_inside(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "223.255.255.255",
            "2606:4700::1",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
        ] {
            assert!(!is_inside(outside.parse().unwrap()), "{outside}");
        }
    }

    proptest! {
        /// An IPv6 address that leads to an IPv4 address is as far inside as that one.
        #[test]
        fn no_disguise_changes_where_an_address_lies(bits: u32) {
            let plain = Ipv4Addr::from_bits(bits);
            let inside = is_inside(plain.into());
            prop_assert_eq!(is_inside(plain.to_ipv6_mapped().into()), inside);
            let wide = u128::from(bits);
            let translated = Ipv6Addr::from_bits((0x0064_ff9b << 96) | wide);
            let carried = Ipv6Addr::from_bits((0x2002 << 112) | (wide << 80));
            prop_assert_eq!(is_inside(translated.into()), inside);
            prop_assert_eq!(is_inside(carried.into()), inside);
        }
    }
}
