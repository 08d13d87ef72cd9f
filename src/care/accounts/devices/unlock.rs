//! Unlocking: a family member's PIN opens a device that is enrolled already, and nothing else.
//!
//! In three steps, as signing in: count the try (a unit), compare (slow, outside any unit), move the
//! device on (a unit). Tries are counted per device: whoever does not hold the phone cannot lock the
//! family out, and whoever does gets ten.

use std::time::Duration;

use super::{DeviceSecret, Presented, With, present, queries};
use crate::base::ids::{AccountId, DeviceId};
use crate::base::secret::Secret;
use crate::care::accounts::sign_in::{SignedIn, signed_in};
use crate::care::accounts::tries::{WaitUntil, wait_after_pins};
use crate::care::accounts::{Role, queries as accounts};
use crate::db::{self, Tx, View};

/// After so many wrong PINs in a row a device is no longer enrolled.
pub const MOST_WRONG_PINS: i32 = 10;

/// Why a device was not unlocked.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// This device is not enrolled, or not any more: a new code is needed.
    #[error("the device is not enrolled")]
    NotEnrolled,
    /// The PIN is wrong.
    #[error("wrong PIN")]
    WrongPin,
    /// Too many wrong PINs.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A try that has been counted, with what its PIN must be compared to.
#[derive(Debug, Clone)]
pub struct CountedTry {
    device_id: DeviceId,
    account_id: AccountId,
    counted: i32,
    /// What was stored.
    pub stored: Option<String>,
}

/// First step: recognises the device and counts the try. The tenth-and-next ends the device, which
/// must be stored; so the inner refusal is an answer and not an error.
///
/// # Errors
/// If the device is not enrolled, or its owner has no PIN.
pub fn begin(
    tx: &mut Tx<'_>,
    secret: &DeviceSecret,
) -> Result<Result<CountedTry, UnlockError>, UnlockError> {
    let now = tx.now();
    let row = queries::device(tx.conn(), secret.device_id)?
        .filter(|row| secret.is_authentic(tx.keys(), &row.salt))
        .ok_or(UnlockError::NotEnrolled)?;
    let owner = accounts::by_id(tx.conn(), row.account_id)?
        .filter(|owner| owner.role == Role::FamilyMember)
        .ok_or(UnlockError::NotEnrolled)?;
    if row.wrong_pins >= MOST_WRONG_PINS {
        end(tx, row.account_id, row.id)?;
        return Ok(Err(UnlockError::NotEnrolled));
    }
    if now < row.pin_blocked_until {
        let until = row.pin_blocked_until;
        return Err(UnlockError::Wait(WaitUntil { until, now }));
    }
    let counted = row.wrong_pins.saturating_add(1);
    let blocked_until = now.plus(wait_after_pins(counted));
    if !queries::count_pin(tx.conn(), row.id, (row.wrong_pins, counted), blocked_until)? {
        // Another try was counted at this very moment; one at a time.
        let until = now.plus(Duration::from_secs(1));
        return Err(UnlockError::Wait(WaitUntil { until, now }));
    }
    Ok(Ok(CountedTry {
        device_id: row.id,
        account_id: row.account_id,
        counted,
        stored: owner.password_hash,
    }))
}

/// Last step if the PIN was wrong: the tenth wrong one ends the device.
///
/// # Errors
/// If the store fails; otherwise gives the refusal.
pub fn refuse(tx: &mut Tx<'_>, tried: &CountedTry) -> Result<UnlockError, UnlockError> {
    if tried.counted < MOST_WRONG_PINS {
        return Ok(UnlockError::WrongPin);
    }
    end(tx, tried.account_id, tried.device_id)?;
    Ok(UnlockError::NotEnrolled)
}

/// Last step if the PIN was right: forgets the wrong ones and moves the device on.
///
/// # Errors
/// If the PIN was changed or the device ended meanwhile.
pub fn complete(
    tx: &mut Tx<'_>,
    tried: &CountedTry,
    secret: &DeviceSecret,
) -> Result<Result<SignedIn, UnlockError>, UnlockError> {
    let owner = accounts::by_id(tx.conn(), tried.account_id)?.ok_or(UnlockError::NotEnrolled)?;
    if owner.password_hash != tried.stored {
        return Err(UnlockError::WrongPin);
    }
    match present(tx, secret, With::Pin)? {
        Presented::Refused | Presented::Locked => Err(UnlockError::NotEnrolled),
        Presented::Ended => Ok(Err(UnlockError::NotEnrolled)),
        Presented::Proved(device) => {
            let now = tx.now();
            queries::forget_pins(tx.conn(), device.device_id, now)?;
            Ok(Ok(signed_in(owner, device)))
        }
    }
}

/// Takes a presented device secret apart.
///
/// # Errors
/// If it cannot be one.
pub fn parse(secret: &Secret) -> Result<DeviceSecret, UnlockError> {
    DeviceSecret::parse(secret.expose()).ok_or(UnlockError::NotEnrolled)
}

fn end(tx: &mut Tx<'_>, account: AccountId, device: DeviceId) -> Result<(), UnlockError> {
    let now = tx.now();
    queries::end(tx.conn(), (account, device), "too many wrong PINs", now)?;
    tx.wake(account);
    Ok(())
}
