//! Which addresses anybody on the Internet can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `false` for everything that leads into this machine, its network, or nowhere.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Address and prefix (IANA's registry of special purposes, and multicast).
const SPECIAL_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let within = |(network, prefix): &([u8; 4], u32)| {
        let differ = u32::from(ip) ^ u32::from(Ipv4Addr::from(*network));
        differ >> (32 - prefix) == 0
    };
    !SPECIAL_V4.iter().any(within)
}

/// Only what is given out to networks, and of that nothing that carries an IPv4 address or stands in examples:
/// v4-mapped ones, `64:ff9b::`, link-local and unique local ones all lie outside of it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let given_out = first & 0xe000 == 0x2000;
    let protocols = first == 0x2001 && second < 0x0200;
    let examples = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    let six_to_four = first == 0x2002;
    given_out && !protocols && !examples && !six_to_four
}
