//! What is done with accounts: recognising who calls.

use super::{Caller, Claims, Status, queries};
use crate::db::{self, View};

/// Why a caller was not recognised.
#[derive(Debug, thiserror::Error)]
pub enum NotRecognised {
    /// The account is unknown, or the device has been ended.
    #[error("sign in again")]
    SignInAgain,
    /// The account is suspended or has departed.
    #[error("this account is not active")]
    NotActive,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Finds the account and device behind verified claims, as of this unit.
///
/// # Errors
/// If the device was ended or the account may not act.
pub fn recognise(view: &mut impl View, claims: &Claims) -> Result<Caller, NotRecognised> {
    let caller = recognise_even_if_suspended(view, claims)?;
    if caller.status == Status::Active {
        Ok(caller)
    } else {
        Err(NotRecognised::NotActive)
    }
}

/// Like [`recognise`], for the one door that stays open to suspended and departed people: their own
/// queued sends, which are held.
///
/// # Errors
/// If the device was ended.
pub fn recognise_even_if_suspended(
    view: &mut impl View,
    claims: &Claims,
) -> Result<Caller, NotRecognised> {
    queries::caller(view.conn(), claims)?.ok_or(NotRecognised::SignInAgain)
}
