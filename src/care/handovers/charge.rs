//! Charge: who answers for a pod changes, and the alerts that nobody has yet reach them at once.

use super::forecast::watching::look_soon;
use super::queries;
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::alerts::following::call_whoever_answers_now;
use crate::care::pods::Pod;
use crate::care::pods::actions::{self as pods, PodError};
use crate::care::reminders::keeping;
use crate::db::{Tx, View};

/// Puts a supervising social worker in charge of a pod.
///
/// # Errors
/// See [`pods::put_supervisor`].
pub fn put_supervisor(
    tx: &mut Tx<'_>,
    caller: &Caller,
    pod_id: PodId,
    account_id: AccountId,
) -> Result<Pod, PodError> {
    take_turns(tx, caller)?;
    let before = queries::supervisor_of(tx.conn(), pod_id)?;
    let pod = pods::put_supervisor(tx, caller, pod_id, account_id)?;
    if let Some(before) = before.filter(|before| *before != account_id) {
        keeping::look_to_those_of(tx, before)?;
    }
    look_soon(tx, caller.authority_id)?;
    call_whoever_answers_now(tx, pod_id)?;
    Ok(pod)
}

/// Names who covers for a pod's supervisor, in order.
///
/// # Errors
/// See [`pods::put_cover`].
pub fn put_cover(
    tx: &mut Tx<'_>,
    caller: &Caller,
    pod_id: PodId,
    deputies: &[AccountId],
) -> Result<Pod, PodError> {
    take_turns(tx, caller)?;
    queries::hold_pod(tx.conn(), pod_id)?;
    let pod = pods::put_cover(tx, caller, pod_id, deputies)?;
    call_whoever_answers_now(tx, pod_id)?;
    Ok(pod)
}
