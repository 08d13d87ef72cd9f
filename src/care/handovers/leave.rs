//! Leave: what it leaves uncovered is looked for, and where it begins at once, the alerts that nobody
//! has yet do not wait for whoever goes.

use std::collections::BTreeSet;

use super::forecast::watching::look_soon;
use super::queries;
use crate::base::ids::{AccountId, LeaveId, PodId};
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::alerts::following::call_whoever_answers_now;
use crate::care::pods::actions::PodError;
use crate::care::pods::leave::actions as leave;
use crate::care::pods::leave::{Leave, NewLeave};
use crate::care::pods::rota::actions as rota;
use crate::db::{Tx, View};

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
    }
    Ok((made, is_new))
}

/// Ends a leave early.
///
/// # Errors
/// See [`leave::end`].
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: LeaveId) -> Result<Leave, PodError> {
    let ended = leave::end(tx, caller, id)?;
    look_soon(tx, caller.authority_id)?;
    Ok(ended)
}
