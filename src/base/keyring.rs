//! The keys, which live outside the database, and what is done with them.
//!
//! One file holds: *sealing* keys (words at rest), *signing* keys (access tokens), the *pepper*
//! (device secrets, PINs, codes, passwords) and, if there is one, the *VAPID* key (pushes). The newest key of a kind is used, the older ones still
//! open and verify, so a rotation loses nothing and signs nobody out. A backup carries no key.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ids::AuthorityId;
use super::secret::{hex, random_bytes};

/// First byte of every sealed value: the format.
const FORMAT: u8 = 1;
const NONCE: usize = 24;
/// Format, key id, nonce.
const HEADER: usize = 1 + 4 + NONCE;

/// One 256-bit key and its id.
#[derive(Clone)]
pub struct NumberedKey {
    /// Names the key; unique within its kind, never reused.
    pub id: u32,
    /// The key itself.
    pub key: Zeroizing<[u8; 32]>,
}

impl NumberedKey {
    /// Makes a new random key.
    #[must_use]
    pub fn random(id: u32) -> Self {
        Self {
            id,
            key: Zeroizing::new(random_bytes()),
        }
    }
}

impl std::fmt::Debug for NumberedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "key {}", self.id)
    }
}

/// All keys of an installation; in each list the newest comes last.
#[derive(Debug, Clone)]
pub struct Keyring {
    sealing: Vec<NumberedKey>,
    signing: Vec<NumberedKey>,
    pepper: NumberedKey,
    vapid: Option<NumberedKey>,
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key that sealed it is not in the keyring.
    #[error("sealed with key {0}, which is not in the keyring")]
    UnknownKey(u32),
    /// It is no sealed value, or was changed, or belongs to another row.
    #[error("the sealed value does not open")]
    Broken,
}

/// What a sealed value belongs to; it opens only there.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Whose key.
    pub authority: AuthorityId,
    /// Table and column, as `messages.body`.
    pub column: &'static str,
    /// The row's own key bytes.
    pub row: &'a [&'a [u8]],
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(64);
        data.extend_from_slice(self.column.as_bytes());
        for part in self.row {
            data.push(0);
            data.extend_from_slice(part);
        }
        data
    }
}

impl Keyring {
    /// Puts keys together. `None` if a list is empty.
    #[must_use]
    pub fn from_parts(
        sealing: Vec<NumberedKey>,
        signing: Vec<NumberedKey>,
        pepper: NumberedKey,
    ) -> Option<Self> {
        (!sealing.is_empty() && !signing.is_empty()).then_some(Self {
            sealing,
            signing,
            pepper,
            vapid: None,
        })
    }

    /// The same keys with this one for pushes, or none. It is no part of the fingerprint: another
    /// one makes nothing unreadable, phones only have to subscribe again.
    #[must_use]
    pub fn with_vapid(mut self, vapid: Option<NumberedKey>) -> Self {
        self.vapid = vapid;
        self
    }

    /// The key with which pushes are signed.
    #[must_use]
    pub const fn vapid(&self) -> Option<&NumberedKey> {
        self.vapid.as_ref()
    }

    /// A new keyring with random keys.
    #[must_use]
    pub fn random() -> Self {
        Self {
            sealing: vec![NumberedKey::random(1)],
            signing: vec![NumberedKey::random(1)],
            pepper: NumberedKey::random(1),
            vapid: None,
        }
    }

    /// The sealing keys, newest last.
    #[must_use]
    pub fn sealing(&self) -> &[NumberedKey] {
        &self.sealing
    }

    /// The signing keys, newest last.
    #[must_use]
    pub fn signing(&self) -> &[NumberedKey] {
        &self.signing
    }

    /// The pepper.
    #[must_use]
    pub fn pepper(&self) -> &NumberedKey {
        &self.pepper
    }

    /// Adds a fresh signing key; the older ones still verify.
    pub fn rotate_signing(&mut self) -> u32 {
        rotate(&mut self.signing)
    }

    /// Adds a fresh sealing key; the older ones still open.
    pub fn rotate_sealing(&mut self) -> u32 {
        rotate(&mut self.sealing)
    }

    /// A short text that tells two keyrings apart without giving anything away.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mac = self.derive("fingerprint", &[]);
        hex(mac.get(..8).unwrap_or_default())
    }

    /// HMAC-SHA-256 under the pepper, for `purpose` alone.
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&*self.pepper.key, purpose, parts)
    }

    /// Seals `plain` so that it opens only with this keyring and only at `place`.
    ///
    /// # Errors
    /// [`SealError::Broken`] if the cipher refuses (a text of many gigabytes).
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let key = self.sealing.last().ok_or(SealError::Broken)?;
        let nonce: [u8; NONCE] = random_bytes();
        let aad = place.associated_data();
        let sealed = cipher(key, place.authority)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_opaque| SealError::Broken)?;

        let mut out = Vec::with_capacity(HEADER + sealed.len());
        out.push(FORMAT);
        out.extend_from_slice(&key.id.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Keyring::seal`] made.
    ///
    /// # Errors
    /// If the key is not here, or the value was changed or moved to another row.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (header, body) = sealed.split_at_checked(HEADER).ok_or(SealError::Broken)?;
        let (lead, nonce) = header.split_at_checked(5).ok_or(SealError::Broken)?;
        let &[FORMAT, a, b, c, d] = lead else {
            return Err(SealError::Broken);
        };
        let id = u32::from_be_bytes([a, b, c, d]);
        let key = self
            .sealing
            .iter()
            .find(|key| key.id == id)
            .ok_or(SealError::UnknownKey(id))?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_wrong_length| SealError::Broken)?;
        let aad = place.associated_data();
        cipher(key, place.authority)
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: body,
                    aad: &aad,
                },
            )
            .map_err(|_opaque| SealError::Broken)
    }
}

fn rotate(keys: &mut Vec<NumberedKey>) -> u32 {
    let id = keys
        .iter()
        .map(|key| key.id)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    keys.push(NumberedKey::random(id));
    id
}

/// Each authority has a key of its own, derived from the sealing key.
fn cipher(key: &NumberedKey, authority: AuthorityId) -> XChaCha20Poly1305 {
    let derived = Zeroizing::new(mac(&*key.key, "seal", &[authority.as_bytes()]));
    XChaCha20Poly1305::new(&Key::from(*derived))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8], purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes any key length");
    mac.update(purpose.as_bytes());
    for part in parts {
        mac.update(&[0]);
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_row() {
        let keys = Keyring::random();
        let authority = AuthorityId::new();
        let here = Place {
            authority,
            column: "messages.body",
            row: &[b"1"],
        };
        let there = Place {
            authority,
            column: "messages.body",
            row: &[b"2"],
        };
        let elsewhere = Place {
            authority: AuthorityId::new(),
            ..here
        };

        let sealed = keys.seal(here, b"I am scared").unwrap();

        assert_eq!(keys.open(here, &sealed).unwrap(), b"I am scared");
        assert_eq!(keys.open(there, &sealed), Err(SealError::Broken));
        assert_eq!(keys.open(elsewhere, &sealed), Err(SealError::Broken));
    }

    #[test]
    fn an_older_key_still_opens_after_a_rotation() {
        let mut keys = Keyring::random();
        let place = Place {
            authority: AuthorityId::new(),
            column: "x",
            row: &[],
        };
        let sealed = keys.seal(place, b"words").unwrap();

        keys.rotate_sealing();

        assert_eq!(keys.open(place, &sealed).unwrap(), b"words");
        assert_eq!(keys.open(place, b"short"), Err(SealError::Broken));
    }
}
