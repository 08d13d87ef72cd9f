//! To which addresses pushes may go: those of the known push services, and what whoever runs the
//! service adds.
//!
//! A subscription comes from a client, and its address is one this server will call. Without this
//! guard anybody who may subscribe could make the server call machines inside its own network.

use std::str::FromStr;

use url::{Host, Url};

/// The push services of the browsers: Chrome and its kin, Firefox, Safari, Edge. A name that begins
/// with a dot stands for everything below it.
const KNOWN: [&str; 4] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// No endpoint is longer; those of today have some 300 characters.
pub const MOST_ENDPOINT_BYTES: usize = 2048;

/// One more host that pushes may go to, as `push.example.org`, `push.example.org:8443` or
/// `http://127.0.0.1:9000`. Without encryption only on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushHost {
    host: Host<String>,
    port: Option<u16>,
}

/// A text that names no host pushes could go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a host, or a host and a port, such as push.example.org:8443")]
pub struct BadPushHost;

impl FromStr for PushHost {
    type Err = BadPushHost;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bare = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text)
            .trim_end_matches('/');
        // A scheme whose default port is nobody's, so that a port that was named stays visible.
        let url = Url::parse(&format!("ws://{bare}")).map_err(|_no_host| BadPushHost)?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let host = url.host().map(|host| host.to_owned());
        match host {
            Some(host) if is_bare && url.username().is_empty() && url.password().is_none() => {
                Ok(Self {
                    host,
                    port: named_port(bare),
                })
            }
            _ => Err(BadPushHost),
        }
    }
}

impl<'de> serde::Deserialize<'de> for PushHost {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn named_port(bare: &str) -> Option<u16> {
    bare.rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
}

/// Where a device takes pushes, once it is known that pushes may go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port: whom the signature is for.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Reads an endpoint, if pushes may go there.
#[must_use]
pub fn endpoint(text: &str, added: &[PushHost]) -> Option<Endpoint> {
    if text.len() > MOST_ENDPOINT_BYTES {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let may = url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && (is_known(&url) || added.iter().any(|host| host.takes(&url)));
    may.then_some(Endpoint(url))
}

/// Whether it is at one of the browsers' push services, encrypted, at the usual port.
fn is_known(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    url.scheme() == "https"
        && url.port().is_none()
        && KNOWN.iter().any(|known| {
            if known.starts_with('.') {
                name.ends_with(known)
            } else {
                name == *known
            }
        })
}

impl PushHost {
    fn takes(&self, url: &Url) -> bool {
        let is_here = match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let scheme_fits = url.scheme() == "https" || (is_here && url.scheme() == "http");
        let port_fits = match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => is_here || url.port().is_none(),
        };
        url.host().is_some_and(|host| host.to_owned() == self.host) && scheme_fits && port_fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_go_to_the_browsers_services_and_nowhere_else() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGuQyavXutnMH",
            "https://wns2-ln2p.notify.windows.com/w/?token=BQYAAA",
        ] {
            assert!(endpoint(good, &[]).is_some(), "{good}");
        }
        for bad in [
            "",
            "/relative",
            "mailto:a@b",
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com@127.0.0.1/x",
            "https://me:secret@fcm.googleapis.com/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilfcm.googleapis.com/x",
            "https://notify.windows.com.evil.example/x",
            "https://evil-notify.windows.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/x",
            "https://10.0.0.7:5432/x",
        ] {
            assert!(endpoint(bad, &[]).is_none(), "{bad}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2048));
        assert!(endpoint(&long, &[]).is_none());
    }

    #[test]
    fn an_added_host_takes_pushes_at_its_own_port_and_unencrypted_only_on_this_machine() {
        let hosts = |text: &str| vec![text.parse::<PushHost>().unwrap()];

        assert!(endpoint("https://push.example.org/x", &hosts("push.example.org")).is_some());
        assert!(endpoint("https://push.example.org:9/x", &hosts("push.example.org")).is_none());
        assert!(endpoint("https://push.example.org:9/x", &hosts("push.example.org:9")).is_some());
        assert!(endpoint("https://push.example.org/x", &hosts("push.example.org:443")).is_some());
        assert!(endpoint("http://push.example.org/x", &hosts("push.example.org")).is_none());
        assert!(endpoint("http://127.0.0.1:9/x", &hosts("127.0.0.1:9")).is_some());
        assert!(endpoint("http://127.0.0.1:9/x", &hosts("127.0.0.1")).is_some());
        assert!(endpoint("http://127.0.0.1:8/x", &hosts("http://127.0.0.1:9")).is_none());
        assert!(endpoint("http://127.0.0.1:9/x", &hosts("push.example.org")).is_none());
        for bad in [
            "",
            "a b",
            "push.example.org/path",
            "me@push.example.org",
            "?",
        ] {
            assert_eq!(bad.parse::<PushHost>(), Err(BadPushHost), "{bad}");
        }
    }
}
