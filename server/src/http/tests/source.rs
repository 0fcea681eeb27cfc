use super::*;
use crate::http::client_source;

fn proxies(list: &[&str]) -> TrustedProxies {
    TrustedProxies(list.iter().map(|network| network.parse().unwrap()).collect())
}

fn source(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
    let mut headers = HeaderMap::new();
    for value in forwarded {
        headers.append("x-forwarded-for", value.parse().unwrap());
    }
    client_source(peer.parse().unwrap(), &headers, &proxies(trusted))
}

#[test]
fn without_a_configured_proxy_what_was_forwarded_counts_for_nothing() {
    assert_eq!(source("192.0.2.1", &["127.0.0.1"], &[]), "192.0.2.1");
    assert_eq!(source("192.0.2.1", &["127.0.0.1"], &["10.0.0.0/8"]), "192.0.2.1");
}

#[test]
fn behind_proxies_the_client_is_the_last_address_that_is_none_of_them() {
    let trusted = &["127.0.0.1", "10.0.0.0/8"];

    assert_eq!(source("127.0.0.1", &["198.51.100.7"], trusted), "198.51.100.7");
    assert_eq!(source("127.0.0.1", &["1.1.1.1, 198.51.100.7, 10.0.0.9"], trusted), "198.51.100.7");
    assert_eq!(source("127.0.0.1", &["1.1.1.1", "198.51.100.7"], trusted), "198.51.100.7");
    assert_eq!(source("127.0.0.1", &[], trusted), "127.0.0.1");
    assert_eq!(source("127.0.0.1", &["198.51.100.7, nonsense"], trusted), "127.0.0.1");
    assert_eq!(source("::ffff:127.0.0.1", &["198.51.100.7"], trusted), "198.51.100.7");
}

#[test]
fn a_whole_ipv6_network_is_one_source() {
    assert_eq!(source("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::/64");
    assert_eq!(source("2001:db8:1:2::9", &[], &[]), "2001:db8:1:2::/64");
}
