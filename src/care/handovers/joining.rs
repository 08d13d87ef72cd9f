//! Joining: somebody accepts an invitation, or comes back into their account by a code.
//!
//! Whoever makes a code can accept it themselves. So a worker who joins by it is left out of whatever its
//! maker is left out of.

use crate::base::secret::Secret;
use crate::care::accounts::Role;
use crate::care::accounts::invitations::InviteError;
use crate::care::accounts::invitations::accepting::{self, Acceptance};
use crate::care::accounts::sign_in::SignedIn;
use crate::care::alerts::connections;
use crate::db::Tx;

/// First step: see [`accepting::begin`].
///
/// # Errors
/// If there were too many tries.
pub fn begin(
    tx: &mut Tx<'_>,
    code: &Secret,
    from: &str,
) -> Result<Result<Role, InviteError>, InviteError> {
    accepting::begin(tx, code, from)
}

/// Last step: see [`accepting::accept`].
///
/// # Errors
/// If the code was used or withdrawn meanwhile, or there were too many wrong one-time codes.
pub fn accept(
    tx: &mut Tx<'_>,
    acceptance: &Acceptance,
) -> Result<Result<SignedIn, InviteError>, InviteError> {
    let made = accepting::made(tx, &acceptance.code)?;
    let done = accepting::accept(tx, acceptance)?;
    if let (Ok(joined), Some(by)) = (&done, made.by)
        && !matches!(joined.role, Role::FamilyMember | Role::PeerMentor)
    {
        connections::follow(tx, (by, joined.account_id))?;
    }
    Ok(done)
}
