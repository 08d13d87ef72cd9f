//! The keys, which live outside the database, and what is done with them.
//!
//! One file holds: *sealing* keys (words at rest), *signing* keys (access tokens), the *pepper*
//! (device secrets, PINs, codes, passwords) and, if there is one, the *VAPID* key (pushes). One key of
//! a kind is in use, the older ones still open and verify, so a rotation loses nothing and signs
//! nobody out. A fresh key stands by first: every node can open with it before any node seals with
//! it, or a node that is not yet restarted would meet words it cannot read. A backup carries no key.

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
    /// It opens and verifies, and neither seals nor signs until it is put in use.
    pub stands_by: bool,
}

impl NumberedKey {
    /// Makes a new random key.
    #[must_use]
    pub fn random(id: u32) -> Self {
        Self {
            id,
            key: Zeroizing::new(random_bytes()),
            stands_by: false,
        }
    }
}

impl std::fmt::Debug for NumberedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "key {}", self.id)
    }
}

/// All keys of an installation; in each list the newest comes last, and only that may stand by.
#[derive(Debug, Clone)]
pub struct Keyring {
    sealing: Vec<NumberedKey>,
    signing: Vec<NumberedKey>,
    pepper: NumberedKey,
    vapid: Option<NumberedKey>,
}

/// Why a key could not be added, or put in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotateError {
    /// One at a time: the last one is not in use yet.
    #[error("key {0} still stands by: put it in use first")]
    StandsBy(u32),
    /// There is none to put in use.
    #[error("no key stands by: rotate first")]
    NoneStandsBy,
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
    /// Puts keys together. `None` unless each list has a key in use, and stands by with none but
    /// the last.
    #[must_use]
    pub fn from_parts(
        sealing: Vec<NumberedKey>,
        signing: Vec<NumberedKey>,
        pepper: NumberedKey,
    ) -> Option<Self> {
        (well_ordered(&sealing) && well_ordered(&signing)).then_some(Self {
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

    /// The key that signs.
    #[must_use]
    pub fn signs(&self) -> Option<&NumberedKey> {
        in_use(&self.signing)
    }

    /// The key that seals.
    #[must_use]
    pub fn seals(&self) -> Option<&NumberedKey> {
        in_use(&self.sealing)
    }

    /// Adds a fresh signing key, which stands by; says its id.
    ///
    /// # Errors
    /// If one stands by already.
    pub fn rotate_signing(&mut self) -> Result<u32, RotateError> {
        rotate(&mut self.signing)
    }

    /// Adds a fresh sealing key, which stands by; says its id.
    ///
    /// # Errors
    /// If one stands by already.
    pub fn rotate_sealing(&mut self) -> Result<u32, RotateError> {
        rotate(&mut self.sealing)
    }

    /// Puts the signing key that stands by in use; the older ones still verify.
    ///
    /// # Errors
    /// If none stands by.
    pub fn use_signing(&mut self) -> Result<u32, RotateError> {
        put_in_use(&mut self.signing)
    }

    /// Puts the sealing key that stands by in use; the older ones still open.
    ///
    /// # Errors
    /// If none stands by.
    pub fn use_sealing(&mut self) -> Result<u32, RotateError> {
        put_in_use(&mut self.sealing)
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
        let key = self.seals().ok_or(SealError::Broken)?;
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

fn well_ordered(keys: &[NumberedKey]) -> bool {
    let older = keys.split_last().map_or(keys, |(_newest, older)| older);
    in_use(keys).is_some() && older.iter().all(|key| !key.stands_by)
}

fn in_use(keys: &[NumberedKey]) -> Option<&NumberedKey> {
    keys.iter().rfind(|key| !key.stands_by)
}

fn rotate(keys: &mut Vec<NumberedKey>) -> Result<u32, RotateError> {
    if let Some(waiting) = keys.iter().find(|key| key.stands_by) {
        return Err(RotateError::StandsBy(waiting.id));
    }
    let newest = keys.iter().map(|key| key.id).max().unwrap_or(0);
    let id = newest.saturating_add(1);
    keys.push(NumberedKey {
        stands_by: true,
        ..NumberedKey::random(id)
    });
    Ok(id)
}

fn put_in_use(keys: &mut [NumberedKey]) -> Result<u32, RotateError> {
    let key = keys.iter_mut().find(|key| key.stands_by);
    let key = key.ok_or(RotateError::NoneStandsBy)?;
    key.stands_by = false;
    Ok(key.id)
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
    fn a_fresh_key_opens_before_any_seals_with_it_and_the_older_still_opens_after() {
        let mut keys = Keyring::random();
        let place = Place {
            authority: AuthorityId::new(),
            column: "x",
            row: &[],
        };
        let before = keys.seal(place, b"words").unwrap();

        assert_eq!(keys.use_sealing(), Err(RotateError::NoneStandsBy));
        let id = keys.rotate_sealing().unwrap();
        assert_eq!(keys.rotate_sealing(), Err(RotateError::StandsBy(id)));
        let not_restarted = keys.clone();
        let meanwhile = keys.seal(place, b"more").unwrap();
        assert_eq!(meanwhile.get(..5), before.get(..5), "it seals already");
        assert_eq!(keys.use_sealing(), Ok(id));
        let after = keys.seal(place, b"most").unwrap();

        assert_ne!(after.get(..5), before.get(..5), "it is not in use");
        assert_eq!(not_restarted.open(place, &after).unwrap(), b"most");
        assert_eq!(keys.open(place, &before).unwrap(), b"words");
        assert_eq!(keys.open(place, b"short"), Err(SealError::Broken));
    }

    #[test]
    fn a_list_needs_a_key_in_use_and_only_its_last_may_stand_by() {
        let key = |id, stands_by| NumberedKey {
            stands_by,
            ..NumberedKey::random(id)
        };
        let fits =
            |sealing| Keyring::from_parts(sealing, vec![key(1, false)], key(1, false)).is_some();

        assert!(fits(vec![key(1, false), key(2, true)]));
        assert!(!fits(vec![key(1, true)]));
        assert!(!fits(vec![key(1, true), key(2, false)]));
        assert!(!fits(vec![]));
    }
}
