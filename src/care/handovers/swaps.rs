//! Swaps: shifts change hands one request at a time, and the cover is looked over anew.

use super::forecast::watching::look_soon;
use super::queries;
use crate::base::ids::SwapId;
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::pods::swaps::actions as swaps;
use crate::care::pods::swaps::{NewSwap, Swap, SwapError};
use crate::db::{Tx, View};

/// Asks a colleague to take a shift; true if it is new.
///
/// # Errors
/// See [`swaps::ask`].
pub fn ask(tx: &mut Tx<'_>, caller: &Caller, new: &NewSwap) -> Result<(Swap, bool), SwapError> {
    take_turns(tx, caller)?;
    swaps::ask(tx, caller, new)
}

/// Agrees. Its pods are held meanwhile, so that neither shift begins under its old holder.
///
/// # Errors
/// See [`swaps::agree`].
pub fn agree(tx: &mut Tx<'_>, caller: &Caller, id: SwapId) -> Result<Swap, SwapError> {
    take_turns(tx, caller)?;
    for pod in swaps::find(tx, caller, id)?.pods() {
        queries::hold_pod(tx.conn(), pod)?;
    }
    let agreed = swaps::agree(tx, caller, id)?;
    look_soon(tx, caller.authority_id)?;
    Ok(agreed)
}
