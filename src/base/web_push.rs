//! Web Push messages: a text sealed for one subscription and signed with the service's own key
//! (RFC 8030, 8188, 8291, 8292). Makes the request; sends nothing.
//!
//! The endpoint has passed the guard of `push_hosts`, without which the library below would panic on
//! some texts and sign for any address.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use web_push::{
    ContentEncoding, SubscriptionInfo, Urgency, VapidSignatureBuilder, WebPushMessageBuilder,
    request_builder,
};
use zeroize::Zeroizing;

use super::keyring::NumberedKey;
use super::push_hosts::Endpoint;
use super::time::Moment;

/// A signature is good for so long. Push services take 24 hours at most.
const SIGNED_FOR_S: i64 = 60 * 60;

/// The key with which the service proves to push services who it is (VAPID), and whom they may write
/// to about it.
#[derive(Clone)]
pub struct Vapid {
    key: Zeroizing<String>,
    public: String,
    subject: String,
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VAPID key {}", self.public)
    }
}

/// Why no push can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The key is none of the curve's.
    #[error("the VAPID key is not a P-256 key")]
    BadKey,
    /// The subscription's keys are none, or nothing can be sealed for them.
    #[error("the subscription's keys are not right")]
    BadSubscription,
}

/// One subscription of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Where it takes pushes.
    pub endpoint: Endpoint,
    /// Its public key: a point of P-256, uncompressed, 65 bytes.
    pub p256dh: Vec<u8>,
    /// The secret it shares with us: 16 bytes.
    pub auth: Vec<u8>,
}

/// How a push is to be treated on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The push service may keep it for so many seconds.
    pub ttl_s: u32,
    /// Whether it may wake a phone that saves its battery.
    pub is_pressing: bool,
    /// A newer push of the same topic takes its place; at most 32 characters of base64url.
    pub topic: &'static str,
}

/// A push ready to be sent by `POST`.
#[derive(Debug, Clone)]
pub struct Push {
    /// Where to.
    pub endpoint: String,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its sealed body.
    pub body: Vec<u8>,
}

impl Vapid {
    /// Takes the private key and whom to write to: `mailto:` or `https:`.
    ///
    /// # Errors
    /// If the key is none.
    pub fn new(key: &NumberedKey, subject: &str) -> Result<Self, PushError> {
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(*key.key));
        let partial = VapidSignatureBuilder::from_base64_no_sub(&text)
            .map_err(|_not_a_key| PushError::BadKey)?;
        Ok(Self {
            public: URL_SAFE_NO_PAD.encode(partial.get_public_key()),
            key: text,
            subject: subject.to_owned(),
        })
    }

    /// A new private key. Nearly every number of 32 bytes is one; the others are not taken.
    #[must_use]
    pub fn new_key(id: u32) -> NumberedKey {
        loop {
            let key = NumberedKey::random(id);
            if Self::new(&key, "").is_ok() {
                return key;
            }
        }
    }

    /// The public key as browsers want it: 65 bytes in base64url.
    #[must_use]
    pub fn public_key(&self) -> &str {
        &self.public
    }

    /// Whether a text can be sealed for this subscription.
    #[must_use]
    pub fn can_seal_for(&self, to: &Receiver) -> bool {
        let terms = Terms {
            ttl_s: 0,
            is_pressing: false,
            topic: "",
        };
        self.push(to, b"{}", terms, Moment::ZERO).is_ok()
    }

    /// Seals a text for one subscription and signs the request.
    ///
    /// # Errors
    /// If the subscription's keys are not right.
    pub fn push(
        &self,
        to: &Receiver,
        text: &[u8],
        terms: Terms,
        now: Moment,
    ) -> Result<Push, PushError> {
        let bad = |_library_says| PushError::BadSubscription;
        let info = SubscriptionInfo::new(
            to.endpoint.as_str().to_owned(),
            URL_SAFE_NO_PAD.encode(&to.p256dh),
            URL_SAFE_NO_PAD.encode(&to.auth),
        );
        let mut signature = VapidSignatureBuilder::from_base64(&self.key, &info).map_err(bad)?;
        signature.add_claim("aud", to.endpoint.origin());
        signature.add_claim("sub", self.subject.as_str());
        let until = (now.micros() / 1_000_000).saturating_add(SIGNED_FOR_S);
        signature.add_claim("exp", until);
        let mut message = WebPushMessageBuilder::new(&info);
        message.set_vapid_signature(signature.build().map_err(bad)?);
        message.set_payload(ContentEncoding::Aes128Gcm, text);
        message.set_ttl(terms.ttl_s);
        message.set_topic(terms.topic.to_owned());
        message.set_urgency(if terms.is_pressing {
            Urgency::High
        } else {
            Urgency::Normal
        });
        let request = request_builder::build_request::<Vec<u8>>(message.build().map_err(bad)?);
        let headers = request.headers().iter();
        Ok(Push {
            endpoint: to.endpoint.as_str().to_owned(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: request.into_body(),
        })
    }
}

/// Whether push services may take this as whom to write to: an address for mail, or a page that can
/// be reached from outside. Apple refuses placeholders, so they are refused here, at the start.
#[must_use]
pub fn is_subject(text: &str) -> bool {
    let host = if let Some(mail) = text.strip_prefix("mailto:") {
        match mail.split_once('@') {
            Some((name, host)) if !name.is_empty() => host,
            _ => return false,
        }
    } else if let Some(rest) = text.strip_prefix("https://") {
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    } else {
        return false;
    };
    let host = host.to_ascii_lowercase();
    let placeholders = [
        "localhost",
        "local",
        "invalid",
        "test",
        "example",
        "localdomain",
    ];
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
        && last.chars().any(|c| c.is_ascii_alphabetic())
        && !placeholders.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_somebody_who_can_be_written_to() {
        for good in [
            "mailto:duty@northbrook.gov.uk",
            "https://daybook.northbrook.gov.uk/",
        ] {
            assert!(is_subject(good), "{good}");
        }
        for bad in [
            "",
            "duty@northbrook.gov.uk",
            "mailto:",
            "mailto:@x.org",
            "mailto:a@localhost",
            "https://localhost",
            "https://printer.local",
            "mailto:a@b.invalid",
            "http://a.org",
            "https://10.0.0.1",
            "mailto:a b@c d.org",
        ] {
            assert!(!is_subject(bad), "{bad}");
        }
    }

    #[test]
    fn keys_that_are_none_are_refused_and_do_not_panic() {
        let vapid = Vapid::new(&Vapid::new_key(1), "mailto:duty@northbrook.gov.uk").unwrap();
        let endpoint = super::super::push_hosts::endpoint("https://fcm.googleapis.com/x", &[]);
        let terms = Terms {
            ttl_s: 60,
            is_pressing: true,
            topic: "daybook",
        };
        for (p256dh, auth) in [
            (vec![4; 65], vec![0; 16]),
            (vec![], vec![]),
            (vec![4; 65], vec![]),
        ] {
            let to = Receiver {
                endpoint: endpoint.clone().unwrap(),
                p256dh,
                auth,
            };
            assert_eq!(
                vapid.push(&to, b"x", terms, Moment::ZERO).unwrap_err(),
                PushError::BadSubscription
            );
        }
    }
}
