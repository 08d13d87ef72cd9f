//! What is done with accounts: recognising who calls.

use super::{Caller, Claims, Status, queries, second_factor};
use crate::base::ids::AuthorityId;
use crate::base::time::Moment;
use crate::db::{self, Tx, View};

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

/// Makes this unit wait for every other that changes people and places of the caller's authority, on
/// any node, and the others for it. Each of them decides by what it reads of several rows (who still
/// answers for a pod, whose match is open), and two at once would both decide by what was before.
/// Called before anything is read; these deeds are rare.
///
/// # Errors
/// If the store fails.
pub fn take_turns(tx: &mut Tx<'_>, caller: &Caller) -> db::Answer<()> {
    queries::hold_authority(tx.conn(), caller.authority_id)
}

/// The clock was ahead and is put right to `now`: what its time still blocks is free again: waits
/// after wrong secrets, and codes of a second factor older than one that was used ahead of time.
///
/// # Errors
/// If it cannot be stored.
pub fn forget_later_than(tx: &mut Tx<'_>, now: Moment) -> db::Answer<()> {
    let step = now.utc().timestamp() / second_factor::STEP_S;
    // The codes around now are still to be used.
    queries::forget_later_than(tx.conn(), now, step.saturating_sub(2))
}

/// Every authority.
///
/// # Errors
/// If the store fails.
pub fn authorities(view: &mut impl View) -> db::Answer<Vec<AuthorityId>> {
    queries::authorities(view.conn())
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
