//! Devices: a phone or browser that was enrolled once and since then proves itself by a secret.
//!
//! The secret is the refresh token: device, generation, and a MAC of both under a key outside the
//! database and a salt in the row. Nothing to steal from a backup, nothing to look up. Each refresh
//! makes the next generation; the one before still gives that *same* successor until the successor
//! has been used, because on a bad network the answer may have been lost. Only a generation older
//! than that is an attack, and ends the device. A generation *newer* than the row's can only be ours
//! from before a restore, and is welcome: a family must not be signed out by our accident.
//!
//! A family member's device is one thing more: locked or not. Their PIN unlocks it, use keeps it so, and
//! twelve hours without either lock it: its secret alone then gives nothing until the PIN is given.

pub mod own;
mod queries;
pub mod unlock;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::base::ids::{AccountId, DeviceId};
use crate::base::keyring::Keyring;
use crate::base::secret::{Secret, random_bytes};
use crate::base::time::Moment;
use crate::care::accounts::{Role, queries as accounts};
use crate::db::{self, Answer, Tx, View};

const TOKEN_BYTES: usize = 16 + 8 + 32;

/// So long after it was unlocked or used last a family member's device asks for the PIN again.
pub const STAYS_UNLOCKED: Duration = Duration::from_hours(12);

/// Nobody has more devices: one more ends the one that has not been used for the longest.
pub const MOST_DEVICES: usize = 50;

/// A device secret as it was presented, not yet checked against the row.
#[derive(Debug, Clone)]
pub struct DeviceSecret {
    /// Which device it says it is.
    pub device_id: DeviceId,
    generation: i64,
    mac: [u8; 32],
}

/// The row of a device that has not been ended, as far as its secret and its PIN go.
#[derive(Debug, Clone)]
struct DeviceRow {
    id: DeviceId,
    account_id: AccountId,
    salt: Vec<u8>,
    generation: i64,
    wrong_pins: i32,
    pin_blocked_until: Moment,
    unlocked_until: Moment,
}

/// A device as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it is, as far as it says.
    pub label: String,
    /// Since when it is enrolled.
    pub created_at: Moment,
    /// When it last refreshed or unlocked.
    pub last_seen_at: Moment,
}

/// A device that has proved itself, with the secret it must use next.
#[derive(Debug, Clone)]
pub struct Proved {
    /// The device.
    pub device_id: DeviceId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The next secret.
    pub secret: Secret,
}

/// What came of presenting a device secret.
#[derive(Debug, Clone)]
pub enum Presented {
    /// It is right.
    Proved(Proved),
    /// It is not, and nothing was changed.
    Refused,
    /// It is right, and the device is locked: its owner's PIN comes first. Nothing was changed.
    Locked,
    /// It was right long ago: somebody kept a copy. The device has been ended.
    Ended,
}

impl DeviceSecret {
    /// Takes a presented text apart. `None` if it cannot be a device secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        let bytes = <[u8; TOKEN_BYTES]>::try_from(bytes.as_slice()).ok()?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (generation, mac) = rest.split_first_chunk::<8>()?;
        Some(Self {
            device_id: DeviceId::from_uuid(uuid::Uuid::from_bytes(*id)),
            generation: i64::from_be_bytes(*generation),
            mac: mac.try_into().ok()?,
        })
    }

    fn is_authentic(&self, keys: &Keyring, salt: &[u8]) -> bool {
        mac(keys, self.device_id, self.generation, salt)
            .ct_eq(&self.mac)
            .into()
    }
}

fn mac(keys: &Keyring, device: DeviceId, generation: i64, salt: &[u8]) -> [u8; 32] {
    keys.derive(
        "device secret",
        &[device.as_bytes(), &generation.to_be_bytes(), salt],
    )
}

fn write_down(keys: &Keyring, device: DeviceId, generation: i64, salt: &[u8]) -> Secret {
    let mut bytes = Vec::with_capacity(TOKEN_BYTES);
    bytes.extend_from_slice(device.as_bytes());
    bytes.extend_from_slice(&generation.to_be_bytes());
    bytes.extend_from_slice(&mac(keys, device, generation, salt));
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// Enrols a new device for an account that has just proved who it is. Beyond [`MOST_DEVICES`] those that have
/// not been used for the longest end.
///
/// # Errors
/// If it cannot be stored.
pub fn enrol(tx: &mut Tx<'_>, account_id: AccountId, label: &str) -> Answer<Proved> {
    let device_id = DeviceId::new();
    let salt: [u8; 16] = random_bytes();
    let now = tx.now();
    let others = queries::latest(tx.conn(), account_id)?;
    for beyond in others.into_iter().skip(MOST_DEVICES.saturating_sub(1)) {
        let why = "there were too many newer ones";
        queries::end(tx.conn(), (account_id, beyond), why, now)?;
        tx.wake(account_id);
    }
    queries::insert(tx.conn(), (device_id, account_id, label, &salt, now))?;
    let secret = write_down(tx.keys(), device_id, 1, &salt);
    Ok(Proved {
        device_id,
        account_id,
        secret,
    })
}

/// What a device secret is presented with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// Nothing else.
    Nothing,
    /// Its owner's PIN, which was right.
    Pin,
}

/// Checks a presented secret and moves the device on to its next one.
///
/// # Errors
/// If the store fails. A wrong secret is no error but [`Presented::Refused`].
pub fn present(
    tx: &mut Tx<'_>,
    presented: &DeviceSecret,
    with: With,
) -> Result<Presented, db::Error> {
    let now = tx.now();
    // Twice, because the same secret may be presented at the same moment by another tab: whoever
    // comes second then finds itself one generation behind, and gets the same successor.
    for _ in 0..2 {
        let Some(row) = queries::device(tx.conn(), presented.device_id)? else {
            return Ok(Presented::Refused);
        };
        if !presented.is_authentic(tx.keys(), &row.salt) {
            return Ok(Presented::Refused);
        }
        let age = row.generation.saturating_sub(presented.generation);
        if age > 1 {
            let why = "an old secret was used again";
            queries::end(tx.conn(), (row.account_id, row.id), why, now)?;
            tx.wake(row.account_id);
            return Ok(Presented::Ended);
        }
        if with == With::Nothing && is_locked(tx, &row)? {
            return Ok(Presented::Locked);
        }
        let next = presented.generation.saturating_add(1);
        if age == 1 || queries::advance(tx.conn(), row.id, (row.generation, next), now)? {
            let secret = write_down(tx.keys(), row.id, next, &row.salt);
            return Ok(Presented::Proved(Proved {
                device_id: row.id,
                account_id: row.account_id,
                secret,
            }));
        }
    }
    Ok(Presented::Refused)
}

/// Whether a PIN comes first. Only family members have one.
fn is_locked(tx: &mut Tx<'_>, row: &DeviceRow) -> Answer<bool> {
    if tx.now() < row.unlocked_until {
        return Ok(false);
    }
    let owner = accounts::by_id(tx.conn(), row.account_id)?;
    Ok(owner.is_some_and(|owner| owner.role == Role::FamilyMember))
}

/// Ends every device of an account, because somebody else decided so, and closes its sockets.
///
/// # Errors
/// If the store fails.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId, why: &str) -> Answer<usize> {
    let now = tx.now();
    let ended = queries::end_all(tx.conn(), account, None, (why, now))?;
    tx.wake(account);
    Ok(ended)
}
