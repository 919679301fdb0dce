//! Which network address a call comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::HeaderMap;

/// The address that the accept loop saw.
#[derive(Clone, Copy, Debug)]
pub struct Socket(pub SocketAddr);

/// The address of the client. `X-Forwarded-For` is what a client writes there, except for the entries that our own
/// proxies appended: with `trusted_proxies` of them, the client is that many entries from the right.
pub fn address(socket: Option<Socket>, headers: &HeaderMap, trusted_proxies: usize) -> IpAddr {
    let socket = socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |socket| socket.0.ip());
    let Some(behind) = trusted_proxies.checked_sub(1) else { return socket };
    let entries = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let entries: Vec<_> = entries.flat_map(|value| value.split(',')).map(str::trim).collect();
    let entry = entries.iter().rev().nth(behind);
    entry.and_then(|entry| entry.parse().ok()).unwrap_or(socket)
}

/// The network that counts as one caller: an IPv4 address, or the /64 that an IPv6 host has to itself.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (http::HeaderName::from_static("x-forwarded-for"), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let socket = Some(Socket("192.0.2.1:4000".parse().unwrap()));
        let forwarded = headers(&["203.0.113.9, 198.51.100.7", "198.51.100.8"]);
        for (proxies, expected) in
            [(0, "192.0.2.1"), (1, "198.51.100.8"), (2, "198.51.100.7"), (3, "203.0.113.9"), (4, "192.0.2.1")]
        {
            assert_eq!(address(socket, &forwarded, proxies).to_string(), expected, "{proxies}");
        }
        assert_eq!(address(socket, &headers(&["unknown"]), 1).to_string(), "192.0.2.1");
    }

    #[test]
    fn a_network_is_one_caller() {
        for (address, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(network(address.parse().unwrap()).to_string(), expected);
        }
    }
}
