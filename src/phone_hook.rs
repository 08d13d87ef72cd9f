//! The phone hook: where texts and calls are handed over. Whoever provides them stands behind an address
//! that the operator names; what is sent there is the same for every provider and is signed, so that what
//! stands there can be sure that it comes from here. Described in `docs/phone-hook.md`.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use sha2::Sha256;

use crate::base::ids::SendingId;
use crate::base::outside::{BadOutsideUrl, OutsideUrl};
use crate::base::secret::{Secret, hex};
use crate::base::time::Moment;

/// A shorter key could be guessed.
const LEAST_KEY_CHARACTERS: usize = 32;

/// Where texts and calls are handed over, and the key that signs them.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneHook {
    url: OutsideUrl,
    key: Secret,
}

/// Why nothing can be handed over so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneHookError {
    /// The address is not one that may be called.
    #[error("phone_hook_url: {0}")]
    Url(#[from] BadOutsideUrl),
    /// There is no key, or one that could be guessed.
    #[error("phone_hook_key: is needed beside phone_hook_url, 32 characters or longer")]
    Key,
    /// There is a key, and nothing to sign.
    #[error("phone_hook_url: is needed beside phone_hook_key")]
    NoUrl,
}

/// What is handed over: whom to ring up, and what to say. Never what happened.
#[derive(Debug, Serialize)]
pub struct Ring<'a> {
    /// The same however often it is handed over: a second time it is not to be rung.
    pub id: SendingId,
    /// Whom, as `+447700900123`.
    pub to: &'a str,
    /// `notice`: somebody is needed. `code`: the code they asked for. `knock`: a text to a family member, and
    /// never a call.
    pub kind: &'static str,
    /// `now`: let it ring. `pressing` and `usual`: a text will do.
    pub urgency: &'static str,
    /// The language of the text (BCP 47).
    pub language: &'a str,
    /// What to say, word for word.
    pub text: &'a str,
    /// After this it is too late.
    pub until: Moment,
}

impl PhoneHook {
    /// Reads the two settings, which belong together.
    ///
    /// # Errors
    /// Names the one that is wrong, never its value.
    pub fn read(url: Option<String>, key: Option<String>) -> Result<Option<Self>, PhoneHookError> {
        let key = key.map(Secret::new);
        let Some(url) = url else {
            return if key.is_some() {
                Err(PhoneHookError::NoUrl)
            } else {
                Ok(None)
            };
        };
        let url = url.parse()?;
        let is_long = |key: &Secret| key.expose().chars().count() >= LEAST_KEY_CHARACTERS;
        let key = key.filter(is_long).ok_or(PhoneHookError::Key)?;
        Ok(Some(Self { url, key }))
    }

    /// The address as it may be shown and logged.
    #[must_use]
    pub fn shown(&self) -> String {
        self.url.shown()
    }

    /// The request that hands one over, signed as of `now`.
    pub fn request(&self, http: &Client, ring: &Ring<'_>, now: Moment) -> RequestBuilder {
        let body = serde_json::json!(ring).to_string();
        let timestamp = now.micros().div_euclid(1_000_000).to_string();
        let signature = self.signature(&timestamp, &body);
        http.post(self.url.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", ring.id.to_string())
            .header("daybook-timestamp", timestamp)
            .header("daybook-signature", signature)
            .body(body)
    }

    /// HMAC-SHA256 of the timestamp, a full stop and the body, as `v1=` and hexadecimal digits.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn signature(&self, timestamp: &str, body: &str) -> String {
        let key = self.key.expose().as_bytes();
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes any key length");
        for part in [timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1={}", hex(&mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://calls.example.org/daybook/5b0f6a1c";
    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn read(url: Option<&str>, key: Option<&str>) -> Result<Option<PhoneHook>, PhoneHookError> {
        PhoneHook::read(url.map(str::to_owned), key.map(str::to_owned))
    }

    #[test]
    fn the_two_settings_belong_together_and_no_refusal_says_what_they_were() {
        assert_eq!(read(None, None), Ok(None));
        assert_eq!(read(None, Some(KEY)), Err(PhoneHookError::NoUrl));
        assert_eq!(read(Some(URL), None), Err(PhoneHookError::Key));
        assert_eq!(read(Some(URL), Some("short")), Err(PhoneHookError::Key));
        let plain = read(Some("http://calls.example.org/5b0f6a1c"), Some(KEY)).unwrap_err();
        assert!(!plain.to_string().contains("5b0f6a1c"), "{plain}");

        let hook = read(Some(URL), Some(KEY)).unwrap().unwrap();
        let shown = format!("{hook:?} {}", hook.shown());
        assert!(
            !shown.contains("5b0f6a1c") && !shown.contains(KEY),
            "{shown}"
        );
    }

    /// The value was reckoned with another program: `printf '1764324000.{}' | openssl dgst -sha256 -hmac KEY`.
    #[test]
    fn the_signature_is_that_of_everybody_else() {
        let hook = read(Some(URL), Some(KEY)).unwrap().unwrap();

        assert_eq!(
            hook.signature("1764324000", "{}"),
            "v1=a180a8f4ed23904cc891e3fdf09200d2d6760b2399746d7e4637541ab5e0c008"
        );
    }
}
