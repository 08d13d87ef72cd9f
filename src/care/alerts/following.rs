//! Following: alerts go where the family goes, and reach whoever answers from now on.
//!
//! No clock moves and nobody who heard is forgotten; whoever has an alert keeps it until they hand
//! it over.

use super::calling::{self, News};
use super::{State, queries};
use crate::base::ids::{AccountId, AlertId, FamilyId, PodId};
use crate::db::{Answer, Tx, View};

/// A family has moved to another pod: its alerts go with it, so that whoever answers there has the whole
/// of its story and is called if one is opened again. Those that nobody has yet are told to them.
///
/// # Errors
/// If it cannot be stored.
pub fn follow_family(tx: &mut Tx<'_>, family: FamilyId, pod: PodId) -> Answer<()> {
    queries::move_closed(tx.conn(), family, pod)?;
    for id in queries::not_closed_of_family(tx.conn(), family)? {
        let Some(mut alert) = queries::take(tx.conn(), id)? else {
            continue;
        };
        alert.pod_id = pod;
        // Another pod's ladder: it is climbed from its first rung.
        alert.rung = 0;
        queries::keep(tx.conn(), &alert)?;
        call_if_open(tx, id)?;
    }
    tx.wake_workers();
    Ok(())
}

/// Who answers for a pod has changed: what nobody has yet is told to whoever answers now, at once
/// and not when the next step is due.
///
/// # Errors
/// If it cannot be stored.
pub fn call_whoever_answers_now(tx: &mut Tx<'_>, pod: PodId) -> Answer<()> {
    for id in queries::open_in_pod(tx.conn(), pod)? {
        call_if_open(tx, id)?;
    }
    tx.wake_workers();
    Ok(())
}

/// How many alerts of a pod nobody has yet, but those that this person must not know of.
///
/// # Errors
/// If the question fails.
pub fn how_many_wait(view: &mut impl View, theirs: (PodId, AccountId)) -> Answer<i64> {
    queries::count_open_in_pod(view.conn(), theirs)
}

/// Which these are, at most so many, the most serious first and of those the one that waits longest.
///
/// # Errors
/// If the question fails.
pub fn which_wait(
    view: &mut impl View,
    theirs: (PodId, AccountId),
    most: i64,
) -> Answer<Vec<AlertId>> {
    queries::first_open_in_pod(view.conn(), theirs, most)
}

pub(super) fn call_if_open(tx: &mut Tx<'_>, id: AlertId) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    if alert.state == State::Open {
        // Whoever has heard of it before is not told again for this, and what had begun to climb goes
        // on from where it is: a change of shifts never keeps it from those further up.
        let climbed = alert.rung;
        let _heard_before = calling::call(tx, &mut alert, 0, News::Waits)?;
        alert.rung = alert.rung.max(climbed);
        queries::keep(tx.conn(), &alert)?;
    }
    Ok(())
}
