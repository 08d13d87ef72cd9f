//! Shifts: cover by the hour begins, is over, and is ended early; each time the alerts that nobody has
//! yet reach whoever is on from then, and the requests to swap it end, in the same unit.

use serde_json::json;

use super::forecast::watching::look_soon;
use super::queries;
use crate::base::ids::{PodId, ShiftId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::alerts::following::{call_whoever_answers_now, how_many_wait, which_wait};
use crate::care::notices::sending::ringing::try_every_way;
use crate::care::pods::actions::PodError;
use crate::care::pods::rota::actions::{self as rota, Due};
use crate::care::pods::rota::{NewShift, Shift};
use crate::care::pods::swaps::{Ending, actions as swaps};
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// Your shift has begun: this pod is yours, and these alerts of it wait.
pub const STARTED: Event = "cover.started";
/// At most so many alerts that wait are named then, the most serious first; all are counted.
const MOST_NAMED: i64 = 50;

/// Makes a shift; true if it is new. One that begins now has begun when this is answered.
///
/// # Errors
/// See [`rota::make`].
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (pod, new): (PodId, &NewShift),
) -> Result<(Shift, bool), PodError> {
    take_turns(tx, caller)?;
    queries::hold_pod(tx.conn(), pod)?;
    let (shift, is_new) = rota::make(tx, caller, (pod, new))?;
    let now = tx.now();
    if is_new {
        look_soon(tx, caller.authority_id)?;
    }
    if is_new && shift.contains(now) {
        turn(tx, (shift.id, pod, shift.from))?;
    }
    Ok((shift, is_new))
}

/// Ends a shift early.
///
/// # Errors
/// See [`rota::end`].
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: ShiftId) -> Result<Shift, PodError> {
    take_turns(tx, caller)?;
    let before = rota::find(tx, caller, id)?;
    queries::hold_pod(tx.conn(), before.pod_id)?;
    let ended = rota::end(tx, caller, id)?;
    swaps::end_about(tx, id, Ending::TakenOff)?;
    look_soon(tx, caller.authority_id)?;
    let now = tx.now();
    if before.contains(now) {
        call_whoever_answers_now(tx, ended.pod_id)?;
    }
    Ok(ended)
}

/// Which shifts begin or are over by now, and when the next one does or is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    rota::due(view, most)
}

/// Lets these shifts begin or be over, each only once, whichever node is first. Says how many did.
///
/// # Errors
/// If it cannot be stored; then none has.
pub fn turn_over(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for &due in dues {
        queries::hold_pod(tx.conn(), due.1)?;
        if turn(tx, due)? {
            done = done.saturating_add(1);
        }
    }
    Ok(done)
}

pub(super) fn turn(tx: &mut Tx<'_>, due: Due) -> Answer<bool> {
    let Some(shift) = rota::take(tx, due)? else {
        return Ok(false);
    };
    swaps::end_about(tx, shift.id, Ending::Begun)?;
    call_whoever_answers_now(tx, shift.pod_id)?;
    let now = tx.now();
    if shift.contains(now) {
        tell_started(tx, &shift)?;
    }
    Ok(true)
}

/// The test notice at the start of cover: it comes in every way in which they can be called, whether or not they
/// have the app open, and in the app it says what is waiting.
fn tell_started(tx: &mut Tx<'_>, shift: &Shift) -> Answer<()> {
    let theirs = (shift.pod_id, shift.account_id);
    let open = how_many_wait(tx, theirs)?;
    let named = which_wait(tx, theirs, MOST_NAMED)?;
    let detail = json!({
        "pod_id": shift.pod_id, "until": shift.over, "open_alerts": open, "alerts": named,
    });
    tx.tell(Telling {
        to: shift.account_id,
        event: STARTED,
        subject: shift.id.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        // They are called just below.
        urgency: Urgency::Quiet,
    });
    try_every_way(tx, shift.account_id)
}
