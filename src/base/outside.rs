//! Addresses outside that the operator names and we call: who watches us, who rings people up.
//!
//! They are called encrypted, or on this machine itself. What stands behind the host is often a secret
//! (whoever knows it could call in our place), so it is never shown and never logged.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// An address outside.
#[derive(Clone, PartialEq, Eq)]
pub struct OutsideUrl(Url);

/// Not an address that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be https://… (or http:// to this machine itself), without a name, a password or a #")]
pub struct BadOutsideUrl;

impl FromStr for OutsideUrl {
    type Err = BadOutsideUrl;

    fn from_str(text: &str) -> Result<Self, BadOutsideUrl> {
        let url = Url::parse(text).map_err(|_not_one| BadOutsideUrl)?;
        let is_here = match url.host().ok_or(BadOutsideUrl)? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => IpAddr::V4(address).is_loopback(),
            Host::Ipv6(address) => IpAddr::V6(address).is_loopback(),
        };
        let scheme_fits = url.scheme() == "https" || (is_here && url.scheme() == "http");
        let is_bare =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if scheme_fits && is_bare {
            Ok(Self(url))
        } else {
            Err(BadOutsideUrl)
        }
    }
}

impl OutsideUrl {
    /// The whole address, for the one place that calls it.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// What of it may be shown and logged: scheme, host and port.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let port = self
            .0
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        format!("{}://{host}{port}", self.0.scheme())
    }
}

impl fmt::Debug for OutsideUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutsideUrl({}/…)", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_encrypted_or_on_this_machine_and_carries_no_password() {
        for good in [
            "https://hc.example.org/ping/5b0f6a1c",
            "https://hc.example.org:8443/",
            "http://127.0.0.1:9/x",
            "http://[::1]:9/x",
            "http://localhost/x",
        ] {
            assert!(good.parse::<OutsideUrl>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "hc.example.org/ping",
            "http://hc.example.org/ping",
            "http://localhost.example.org/ping",
            "https://me:secret@hc.example.org/ping",
            "https://hc.example.org/ping#5b0f",
            "file:///etc/passwd",
            "mailto:a@example.org",
        ] {
            assert_eq!(bad.parse::<OutsideUrl>(), Err(BadOutsideUrl), "{bad}");
        }
    }

    #[test]
    fn what_stands_behind_the_host_is_not_shown() {
        let url: OutsideUrl = "https://hc.example.org:8443/ping/5b0f?key=6a1c"
            .parse()
            .unwrap();

        assert_eq!(url.shown(), "https://hc.example.org:8443");
        assert_eq!(
            format!("{url:?}"),
            "OutsideUrl(https://hc.example.org:8443/…)"
        );
    }
}
