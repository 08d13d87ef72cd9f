//! Passwords and PINs: an HMAC under the pepper, then Argon2id.
//!
//! The pepper lives outside the database, so a stolen database alone cannot be guessed at, not even
//! for six-digit PINs. Slow on purpose: only ever called on the bounded pool of [`crate::app`].

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::keyring::Keyring;
use super::secret::Secret;

/// How dear one guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCost {
    /// 19 MiB, 2 passes: OWASP's first choice for Argon2id.
    Strong,
    /// Next to nothing: for tests that are not about passwords.
    Testing,
}

/// The hash could not be made: the library refused its own parameters, or randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashFailed;

/// Hashes a password or PIN for storing.
///
/// # Errors
/// If the library refuses.
pub fn hash(keys: &Keyring, secret: &Secret, cost: HashCost) -> Result<String, HashFailed> {
    let params = match cost {
        HashCost::Strong => Params::new(19 * 1024, 2, 1, None),
        HashCost::Testing => Params::new(8, 1, 1, None),
    };
    let params = params.map_err(|_refused| HashFailed)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(&peppered(keys, secret))
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|_refused| HashFailed)
}

/// Whether `secret` is the one that was hashed. With no hash at all it takes as long and says no,
/// so that an unknown address cannot be told from a wrong password.
#[must_use]
pub fn verify(keys: &Keyring, secret: &Secret, stored: Option<&str>, cost: HashCost) -> bool {
    let parsed = stored.and_then(|stored| PasswordHash::new(stored).ok());
    if let Some(parsed) = parsed {
        Argon2::default()
            .verify_password(&peppered(keys, secret), &parsed)
            .is_ok()
    } else {
        drop(hash(keys, secret, cost));
        false
    }
}

fn peppered(keys: &Keyring, secret: &Secret) -> [u8; 32] {
    keys.derive("password", &[secret.expose().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_under_the_right_pepper_is_accepted() {
        let keys = Keyring::random();
        let right = Secret::new("correct horse");
        let stored = hash(&keys, &right, HashCost::Testing).unwrap();

        assert!(verify(&keys, &right, Some(&stored), HashCost::Testing));
        assert!(!verify(
            &keys,
            &Secret::new("wrong"),
            Some(&stored),
            HashCost::Testing
        ));
        assert!(!verify(
            &Keyring::random(),
            &right,
            Some(&stored),
            HashCost::Testing
        ));
        assert!(!verify(&keys, &right, None, HashCost::Testing));
    }
}
