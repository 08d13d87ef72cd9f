//! Joining: somebody accepts an invitation, or comes back into their account by a code.
//!
//! Whoever makes a code can accept it themselves. So a worker who joins by it is left out of whatever its
//! maker is left out of; and a code into a family member's account by somebody in whom a worry about them lies
//! is made as any other, and told to whoever answers for that alert, but good for nothing while it is not
//! closed: they make another.

use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::care::accounts::invitations::accepting::{self, Acceptance, Made};
use crate::care::accounts::invitations::way_back::{self, WayBackError};
use crate::care::accounts::invitations::{InviteError, Invited};
use crate::care::accounts::sign_in::SignedIn;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::connections;
use crate::care::alerts::nearing::{self, Near, Step};
use crate::care::alerts::standing::lies_in;
use crate::care::contact_plans::actions as contact_plans;
use crate::db::{Answer, Tx};

/// First step: see [`accepting::begin`].
///
/// # Errors
/// If there were too many tries.
pub fn begin(
    tx: &mut Tx<'_>,
    code: &Secret,
    from: &str,
) -> Result<Result<Role, InviteError>, InviteError> {
    accepting::begin(tx, (code, is_trusted), from)
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
    if !is_trusted(tx, made)? {
        return Err(InviteError::WrongCode);
    }
    let done = accepting::accept(tx, acceptance)?;
    if let (Ok(joined), Some(by)) = (&done, made.by)
        && !matches!(joined.role, Role::FamilyMember | Role::PeerMentor)
    {
        connections::follow(tx, (by, joined.account_id))?;
    }
    if let Ok(joined) = &done
        && joined.role == Role::FamilyMember
        && made.gives_back.is_none()
    {
        contact_plans::expect(tx, joined.account_id)?;
    }
    Ok(done)
}

/// Whether a code is good, whatever else it is: nobody comes into the account of somebody by the code of whom
/// a worry about them lies in.
fn is_trusted(tx: &mut Tx<'_>, made: Made) -> Answer<bool> {
    match (made.gives_back, made.by) {
        (Some(account), Some(by)) => Ok(!lies_in(tx, account, by)?),
        _ => Ok(true),
    }
}

/// Makes a code that gives an account back: see [`way_back::re_enrol`]. Whoever answers for an alert about its
/// owner hears of it, if that lies in the caller.
///
/// # Errors
/// If the caller may not do this for this person, who is never themselves, or the account is not active.
pub fn re_enrol(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Invited, WayBackError> {
    let made = way_back::re_enrol(tx, caller, id)?;
    let near = (Near::Member(id), caller.account_id);
    nearing::tell(tx, caller, near, Step::WayBackMade)?;
    Ok(made)
}

/// Ends every device of somebody: see [`way_back::end_devices`]. Whoever answers for an alert about them hears
/// of it, if that lies in the caller.
///
/// # Errors
/// If the caller may not do this for this person.
pub fn end_devices(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<(), WayBackError> {
    way_back::end_devices(tx, caller, id)?;
    let near = (Near::Member(id), caller.account_id);
    Ok(nearing::tell(tx, caller, near, Step::DevicesEnded)?)
}
