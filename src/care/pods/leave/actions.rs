//! What is done with leave: making one, ending one. Everybody for themselves, a manager for anybody.

use super::{Leave, MOST_LEAVES, NewLeave, queries, wrong_times};
use crate::base::ids::{AccountId, LeaveId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::pods::actions::PodError;
use crate::care::pods::queries::is_active_supervisor;
use crate::db::{Answer, Tx, View};

/// Where in a list of leaves the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last one begins.
    pub from: Moment,
    /// Which it was.
    pub id: LeaveId,
}

/// Which leaves of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Those that are not over by then.
    pub since: Moment,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// Makes a leave; true if it is new. The same again gives the first one.
///
/// # Errors
/// If the caller may not, the person is no active supervising social worker of this authority, the
/// times are not right or shared with another leave, or there are too many.
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (who, new): (AccountId, &NewLeave),
) -> Result<(Leave, bool), PodError> {
    check(tx, caller, who)?;
    if let Some(stored) = queries::find(tx.conn(), new.id)? {
        return repeated(caller, (who, new), stored).map(|stored| (stored, false));
    }
    let now = tx.now();
    let from = new.from.unwrap_or(now);
    if let Some((field, wrong)) = wrong_times((from, new.until), now) {
        return Err(PodError::Field(field.to_owned(), wrong));
    }
    if queries::overlaps(tx.conn(), who, (from, new.until))? {
        let wrong = "shares time with another leave";
        return Err(PodError::Field("/from".to_owned(), wrong));
    }
    if queries::count(tx.conn(), who, now)? >= MOST_LEAVES {
        return Err(PodError::TooMany("there are too many leaves ahead"));
    }
    let leave = Leave {
        id: new.id,
        authority_id: caller.authority_id,
        account_id: who,
        from,
        until: new.until,
        over: new.until,
        made_by: caller.account_id,
        made_at: now,
        ended_at: None,
        next_due: Some(if from <= now { new.until } else { from }),
    };
    queries::insert(tx.conn(), &leave)?;
    record(tx, caller, ("leave.made", &leave))?;
    tx.wake_workers();
    Ok((leave, true))
}

/// The leave this id was used for before, if it is the same.
fn repeated(
    caller: &Caller,
    (who, new): (AccountId, &NewLeave),
    stored: Leave,
) -> Result<Leave, PodError> {
    let is_same = stored.made_by == caller.account_id
        && stored.account_id == who
        && stored.until == new.until
        // Left out, it was the moment at which the leave was made.
        && stored.from == new.from.unwrap_or(stored.made_at);
    if is_same {
        Ok(stored)
    } else {
        Err(PodError::IdUsed)
    }
}

/// Ends a leave: from now on, or before it has begun. One that is over stays as it is.
///
/// # Errors
/// If there is no such leave that the caller may end.
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: LeaveId) -> Result<Leave, PodError> {
    if !matches!(
        caller.role,
        Role::ServiceManager | Role::SupervisingSocialWorker
    ) {
        return Err(PodError::NotAllowed);
    }
    let now = tx.now();
    let may_know = |leave: &Leave| {
        leave.authority_id == caller.authority_id
            && (caller.role == Role::ServiceManager || leave.account_id == caller.account_id)
    };
    let leave = queries::find(tx.conn(), id)?
        .filter(may_know)
        .ok_or(PodError::NotFound)?;
    if leave.over <= now {
        return Ok(leave);
    }
    queries::end(tx.conn(), id, (caller.account_id, now))?;
    record(tx, caller, ("leave.ended", &leave))?;
    tx.wake_workers();
    Ok(Leave {
        over: now,
        ended_at: Some(now),
        next_due: None,
        ..leave
    })
}

/// Whether somebody is away at some moment of this time.
pub(in crate::care::pods) fn is_away_in(
    view: &mut impl View,
    who: AccountId,
    time: (Moment, Moment),
) -> Answer<bool> {
    queries::overlaps(view.conn(), who, time)
}

/// A leave that begins or is over: which, and when it was seen to.
pub type Due = (LeaveId, Moment);

/// Which leaves begin or are over by now, and when the next one does or is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    queries::due(view.conn(), now, most)
}

/// Takes a leave that was seen to begin or to be over, if nobody else has taken it.
///
/// # Errors
/// If it cannot be stored.
pub fn take(tx: &mut Tx<'_>, (id, seen): Due) -> Answer<Option<Leave>> {
    let now = tx.now();
    let Some(leave) = queries::find(tx.conn(), id)? else {
        return Ok(None);
    };
    let next = Some(leave.over).filter(|over| *over > now);
    Ok(queries::claim(tx.conn(), (id, seen), next)?.then_some(leave))
}

/// Lists somebody's leaves, the earliest begun first.
///
/// # Errors
/// If they are neither the caller nor of the authority the caller manages.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    (who, listing): (AccountId, &Listing),
) -> Result<Vec<Leave>, PodError> {
    check(view, caller, who)?;
    Ok(queries::list(view.conn(), who, listing)?)
}

fn check(view: &mut impl View, caller: &Caller, who: AccountId) -> Result<(), PodError> {
    match caller.role {
        Role::SupervisingSocialWorker if caller.account_id == who => Ok(()),
        Role::ServiceManager => {
            if is_active_supervisor(view.conn(), caller.authority_id, who)? {
                Ok(())
            } else {
                Err(PodError::NotFound)
            }
        }
        Role::SupervisingSocialWorker
        | Role::FamilyPractitioner
        | Role::PeerMentor
        | Role::FamilyMember => Err(PodError::NotAllowed),
    }
}

fn record(tx: &mut Tx<'_>, caller: &Caller, (deed, leave): (&'static str, &Leave)) -> Answer<()> {
    let line = Line {
        deed,
        subject: "leave",
        subject_id: Some(leave.id.into()),
        about: Some(leave.account_id),
        detail: serde_json::json!({ "from": leave.from, "until": leave.until }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
