//! Who supervises a pod, and who did at any instant: a dated history beside the name that the pod bears.
//!
//! Whoever may not act supervises nothing meanwhile, though the pod keeps their name until somebody else is
//! put in charge: a suspension may be lifted.

mod queries;

use super::rota::OnDuty;
use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};

/// Puts somebody in charge of a pod from now on. Nobody stands on two rungs: whoever supervises it is not
/// its deputy too, which would only wait for the same silent person again.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care) fn put_in_charge(
    tx: &mut Tx<'_>,
    (pod, who): (PodId, AccountId),
) -> Answer<()> {
    let now = tx.now();
    queries::set_supervisor(tx.conn(), pod, who)?;
    queries::remove_deputy(tx.conn(), pod, who)?;
    begin(tx, (pod, who), now)
}

/// Somebody may not act any more: from now on they supervise nothing.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care) fn stop(tx: &mut Tx<'_>, who: AccountId) -> Answer<()> {
    let now = tx.now();
    queries::end_all_of(tx.conn(), who, now)
}

/// Somebody may act again: they supervise the pods that still bear their name.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care) fn go_on(tx: &mut Tx<'_>, who: AccountId) -> Answer<()> {
    let now = tx.now();
    for pod in queries::bearing_the_name_of(tx.conn(), who)? {
        begin(tx, (pod, who), now)?;
    }
    Ok(())
}

fn begin(tx: &mut Tx<'_>, (pod, who): (PodId, AccountId), now: Moment) -> Answer<()> {
    if queries::open(tx.conn(), pod)? == Some(who) {
        return Ok(());
    }
    // Of two in the same moment the second counts.
    queries::forget_since(tx.conn(), pod, now)?;
    queries::end_of_pod(tx.conn(), pod, now)?;
    queries::insert(tx.conn(), (pod, who), now)
}

/// Who supervised a pod at an instant that has been; nobody, where it had nobody or they might not act.
///
/// # Errors
/// If the question fails.
pub(super) fn at(view: &mut impl View, pod: PodId, at: Moment) -> Answer<Option<OnDuty>> {
    queries::at(view.conn(), pod, at)
}
