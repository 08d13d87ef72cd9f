//! The file the keys live in: TOML, readable by its owner alone, made at the first start.
//!
//! Written to a temporary file, synced, then linked into place, so that two nodes that start at
//! once agree on one keyring and a crash leaves none half-written. Never overwritten in place.
//!
//! A file that the service manager hands over is its own affair: it may be readable by its group
//! (that is how systemd shows credentials), never by everybody, and is never made here.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::base::keyring::{Keyring, NumberedKey};
use crate::base::web_push::Vapid;

/// Why the keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file or its folder cannot be read or written.
    #[error("keys: {path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Others may read it.
    #[error("keys: {0}: may be read by others; run chmod 600 on it")]
    Open(PathBuf),
    /// It holds no keyring.
    #[error("keys: {path}: {why}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong, without its content.
        why: &'static str,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sealing: Vec<Entry>,
    signing: Vec<Entry>,
    pepper: Entry,
    /// Files made before there were pushes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vapid: Option<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: u32,
    key: Zeroizing<String>,
    /// Opens and verifies, and is not used to seal or sign yet.
    #[serde(default, skip_serializing_if = "is_false")]
    stands_by: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custody {
    /// Ours: made if missing, readable by its owner alone.
    Own,
    /// The service manager's, which has handed it over: its group may read it too.
    HandedOver,
}

impl Custody {
    /// Whether a service manager has handed the file over.
    #[must_use]
    pub const fn handed_over(is_handed_over: bool) -> Self {
        if is_handed_over {
            Self::HandedOver
        } else {
            Self::Own
        }
    }

    /// The permissions that must not be there.
    const fn forbidden(self) -> u32 {
        match self {
            Self::Own => 0o077,
            Self::HandedOver => 0o037,
        }
    }
}

/// Reads the keys, or makes them if the file does not exist and is ours to make.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn load_or_create(path: &Path, custody: Custody) -> Result<Keyring, KeyFileError> {
    match load(path, custody) {
        Err(KeyFileError::File { error, .. })
            if error.kind() == ErrorKind::NotFound && custody == Custody::Own =>
        {
            save(path, &fresh(), Existing::Keep)?;
            tracing::info!(keys.path = %path.display(), "made new keys; keep a copy apart from the backups");
            load(path, custody)
        }
        other => other,
    }
}

/// New keys of every kind.
fn fresh() -> Keyring {
    Keyring::random().with_vapid(Some(Vapid::new_key(1)))
}

/// Adds a VAPID key to a file that has none; says whether it did.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn add_vapid(path: &Path) -> Result<bool, KeyFileError> {
    let keys = load(path, Custody::Own)?;
    if keys.vapid().is_some() {
        return Ok(false);
    }
    let keys = keys.with_vapid(Some(Vapid::new_key(1)));
    save(path, &keys, Existing::Replace)?;
    Ok(true)
}

/// Reads the keys.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn load(path: &Path, custody: Custody) -> Result<Keyring, KeyFileError> {
    let at = |error| KeyFileError::File {
        path: path.to_owned(),
        error,
    };
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(at)?);
    if std::fs::metadata(path).map_err(at)?.permissions().mode() & custody.forbidden() != 0 {
        return Err(KeyFileError::Open(path.to_owned()));
    }
    let content = |why| KeyFileError::Content {
        path: path.to_owned(),
        why,
    };
    let file: File = toml::from_str(&text).map_err(|_said_elsewhere| content("not a key file"))?;
    let keys = |entries: &[Entry]| entries.iter().map(decode).collect::<Option<Vec<_>>>();
    let parts = (
        keys(&file.sealing),
        keys(&file.signing),
        decode(&file.pepper),
    );
    let (Some(sealing), Some(signing), Some(pepper)) = parts else {
        return Err(content("a key is not 32 bytes in base64"));
    };
    let vapid = match &file.vapid {
        Some(entry) => match decode(entry) {
            Some(key) if Vapid::new(&key, "").is_ok() => Some(key),
            _ => return Err(content("the vapid key is not a P-256 key in base64")),
        },
        None => None,
    };
    let keys = Keyring::from_parts(sealing, signing, pepper);
    let keys = keys.ok_or_else(|| {
        content("a list has no key in use, or stands by with other than its last")
    })?;
    Ok(keys.with_vapid(vapid))
}

/// What to do if the file is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it: somebody else was first.
    Keep,
    /// Replace it in one step.
    Replace,
}

/// Writes the keys.
///
/// # Errors
/// If the file or its folder cannot be written.
pub fn save(path: &Path, keys: &Keyring, existing: Existing) -> Result<(), KeyFileError> {
    let at = |error| KeyFileError::File {
        path: path.to_owned(),
        error,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(at)?;
    }
    let entries = |keys: &[NumberedKey]| keys.iter().map(encode).collect();
    let file = File {
        sealing: entries(keys.sealing()),
        signing: entries(keys.signing()),
        pepper: encode(keys.pepper()),
        vapid: keys.vapid().map(encode),
    };
    let text = toml::to_string(&file)
        .map(Zeroizing::new)
        .map_err(|_cannot_be| KeyFileError::Content {
            path: path.to_owned(),
            why: "the keys cannot be written down",
        })?;

    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| match existing {
            Existing::Replace => std::fs::rename(&temporary, path),
            Existing::Keep => match std::fs::hard_link(&temporary, path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                other => other,
            },
        });
    if existing == Existing::Keep || written.is_err() {
        drop(std::fs::remove_file(&temporary));
    }
    written.map_err(at)
}

fn encode(key: &NumberedKey) -> Entry {
    Entry {
        id: key.id,
        key: Zeroizing::new(STANDARD.encode(*key.key)),
        stands_by: key.stands_by,
    }
}

fn decode(entry: &Entry) -> Option<NumberedKey> {
    let bytes = Zeroizing::new(STANDARD.decode(entry.key.trim()).ok()?);
    let key = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
    Some(NumberedKey {
        id: entry.id,
        key: Zeroizing::new(key),
        stands_by: entry.stands_by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/daybook.keys");

        let made = load_or_create(&path, Custody::Own).unwrap();
        let read = load_or_create(&path, Custody::Own).unwrap();

        assert_eq!(made.fingerprint(), read.fingerprint());
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_file_from_before_there_were_pushes_gets_a_vapid_key_and_stays_the_same_keyring() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        let old = Keyring::random();
        save(&path, &old, Existing::Keep).unwrap();
        assert!(load(&path, Custody::Own).unwrap().vapid().is_none());

        assert!(add_vapid(&path).unwrap());
        assert!(!add_vapid(&path).unwrap());

        let new = load(&path, Custody::Own).unwrap();
        assert!(new.vapid().is_some());
        assert_eq!(new.fingerprint(), old.fingerprint());
    }

    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        load_or_create(&path, Custody::Own).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();

        let refused = load(&path, Custody::Own);

        assert!(matches!(refused, Err(KeyFileError::Open(_))));
    }

    #[test]
    fn a_file_that_was_handed_over_may_be_read_by_its_group_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        load_or_create(&path, Custody::Own).unwrap();
        let opens = |mode, custody| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            load(&path, custody).is_ok()
        };

        assert!(opens(0o440, Custody::HandedOver));
        assert!(!opens(0o440, Custody::Own));
        assert!(!opens(0o444, Custody::HandedOver));
    }

    #[test]
    fn a_file_that_should_have_been_handed_over_is_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");

        assert!(load_or_create(&path, Custody::HandedOver).is_err());
        assert!(!path.exists());
    }
}
