//! What people do with their own devices: see them, and sign out the one that was lost.

use super::{Device, queries};
use crate::base::ids::DeviceId;
use crate::care::accounts::Caller;
use crate::db::{self, Answer, Tx, View};

/// Why a device was not signed out.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The caller has no such device.
    #[error("not found")]
    NotFound,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// The caller's devices, the newest first.
///
/// # Errors
/// If the store fails.
pub fn list(view: &mut impl View, caller: &Caller) -> Result<Vec<Device>, DeviceError> {
    Ok(queries::of_account(view.conn(), caller.account_id)?)
}

/// Signs out one of the caller's devices, which may be the one they call with.
///
/// # Errors
/// If it is not theirs or was signed out before.
pub fn sign_out(tx: &mut Tx<'_>, caller: &Caller, device: DeviceId) -> Result<(), DeviceError> {
    let now = tx.now();
    let which = (caller.account_id, device);
    if !queries::end(tx.conn(), which, "signed out", now)? {
        return Err(DeviceError::NotFound);
    }
    tx.wake(caller.account_id);
    Ok(())
}

/// Signs out all of the caller's devices but the one they call with.
///
/// # Errors
/// If the store fails.
pub fn sign_out_others(tx: &mut Tx<'_>, caller: &Caller) -> Answer<()> {
    let now = tx.now();
    let (own, why) = (Some(caller.device_id), "signed out from another device");
    queries::end_all(tx.conn(), caller.account_id, own, (why, now))?;
    tx.wake(caller.account_id);
    Ok(())
}
