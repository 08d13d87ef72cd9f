//! Where a request came from, for limiting guesses. Never logged.

use actix_web::HttpRequest;

/// The caller's network address: the peer's, or, behind `proxies` trusted proxies, the one the
/// outermost of them saw. What a client writes into the header itself is never believed.
#[must_use]
pub fn network_address(request: &HttpRequest, proxies: u8) -> String {
    let peer = request
        .peer_addr()
        .map_or_else(String::new, |peer| peer.ip().to_string());
    if proxies == 0 {
        return peer;
    }
    request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .rev()
        .nth(usize::from(proxies).saturating_sub(1))
        .map_or(peer, ToOwned::to_owned)
}
