//! Where a request came from, for limiting guesses. Never logged.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The caller's network address: the peer's, or, behind `proxies` trusted proxies, the one the
/// outermost of them saw. What a client writes into the header itself is never believed.
#[must_use]
pub fn network_address(request: &HttpRequest, proxies: u8) -> String {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let seen = if proxies == 0 {
        None
    } else {
        request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .rev()
            .nth(usize::from(proxies).saturating_sub(1))
            .and_then(|text| text.parse().ok())
    };
    seen.or(peer).map_or_else(String::new, network_of)
}

/// An IPv4 address stands for itself; of IPv6 one household or office has a whole /64, and whoever
/// guesses could use another address of it each time.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_ipv6_network_are_one() {
        let of = |text: &str| network_of(text.parse().unwrap());

        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
