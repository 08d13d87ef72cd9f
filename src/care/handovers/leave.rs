//! Leave: what it leaves uncovered is looked for, and when it begins or is over, the alerts that nobody
//! has yet reach whoever answers from then, in the same unit.

use std::collections::BTreeSet;

use super::forecast::watching::look_soon;
use super::queries;
use crate::base::ids::{AccountId, LeaveId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::alerts::following::call_whoever_answers_now;
use crate::care::pods::actions::PodError;
use crate::care::pods::leave::actions::{self as leave, Due};
use crate::care::pods::leave::{Leave, NewLeave};
use crate::care::pods::rota::actions as rota;
use crate::db::{Answer, Tx, View};

/// Makes a leave; true if it is new.
///
/// # Errors
/// See [`leave::make`].
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (who, new): (AccountId, &NewLeave),
) -> Result<(Leave, bool), PodError> {
    take_turns(tx, caller)?;
    let (made, is_new) = leave::make(tx, caller, (who, new))?;
    let now = tx.now();
    if is_new {
        look_soon(tx, caller.authority_id)?;
    }
    if is_new && made.contains(now) {
        call_in_place_of(tx, who)?;
    }
    Ok((made, is_new))
}

/// Ends a leave early; whoever had it is called again to what nobody has.
///
/// # Errors
/// See [`leave::end`].
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: LeaveId) -> Result<Leave, PodError> {
    let ended = leave::end(tx, caller, id)?;
    look_soon(tx, caller.authority_id)?;
    // Where it was over already this tells nobody anything new.
    call_in_place_of(tx, ended.account_id)?;
    Ok(ended)
}

/// Which leaves begin or are over by now, and when the next one does or is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    leave::due(view, most)
}

/// Lets these leaves begin or be over, each only once, whichever node is first. Says how many did.
///
/// # Errors
/// If it cannot be stored; then none has.
pub fn turn_over(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for &due in dues {
        if let Some(leave) = leave::take(tx, due)? {
            call_in_place_of(tx, leave.account_id)?;
            done = done.saturating_add(1);
        }
    }
    Ok(done)
}

/// Calls whoever answers now for the pods that somebody supervises or has a shift in: they have just
/// gone, or come back.
fn call_in_place_of(tx: &mut Tx<'_>, who: AccountId) -> Answer<()> {
    let now = tx.now();
    let mut pods: BTreeSet<PodId> = queries::supervised_by(tx.conn(), who)?
        .into_iter()
        .collect();
    let shifts = rota::held_by(tx, who)?;
    pods.extend(
        shifts
            .iter()
            .filter(|shift| shift.contains(now))
            .map(|shift| shift.pod_id),
    );
    for pod in pods {
        queries::hold_pod(tx.conn(), pod)?;
        call_whoever_answers_now(tx, pod)?;
    }
    Ok(())
}
