//! What is done with shifts: making one, ending one, asking who is on.

use super::{Around, MOST_SHIFTS, NewShift, OnDuty, Shift, queries, who_is_on, wrong_times};
use crate::base::ids::{AccountId, PodId, ShiftId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::pods::actions::{self as pods, PodError};
use crate::care::pods::leave::actions as leave;
use crate::care::pods::supervisors;
use crate::db::{Answer, Tx, View};

/// Where in a list of shifts the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last one begins.
    pub from: Moment,
    /// Which it was.
    pub id: ShiftId,
}

/// Whose shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Those in which this pod is covered.
    Pod(PodId),
    /// Those this person holds.
    Holder(AccountId),
}

/// Which of these shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Those that are not over by then.
    pub since: Moment,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// A shift that was seen to begin or to be over: which, of which pod, and when.
pub type Due = (ShiftId, PodId, Moment);

/// Makes a shift; true if it is new. The same again gives the first one.
///
/// # Errors
/// If the caller is no manager, the person no active supervising social worker of this authority or
/// on already, the times are not right, or there are too many.
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (pod_id, new): (PodId, &NewShift),
) -> Result<(Shift, bool), PodError> {
    pods::check_manager(caller)?;
    pods::find(tx, caller, pod_id)?;
    if let Some(stored) = queries::find(tx.conn(), new.id)? {
        return repeated(caller, (pod_id, new), stored).map(|stored| (stored, false));
    }
    let now = tx.now();
    let from = new.from.unwrap_or(now);
    if let Some((field, wrong)) = wrong_times((from, new.until), now) {
        return Err(PodError::Field(field.to_owned(), wrong));
    }
    pods::check_is_supervisor(tx, caller, new.account_id, "/account_id")?;
    if has_another(tx, new.account_id, (pod_id, from, new.until), None)? {
        let wrong = "has a shift here in this time already";
        return Err(PodError::Field("/account_id".to_owned(), wrong));
    }
    if queries::count(tx.conn(), pod_id, now)? >= MOST_SHIFTS {
        return Err(PodError::TooMany(
            "this pod has as many shifts ahead as can be looked after",
        ));
    }
    let shift = Shift {
        id: new.id,
        authority_id: caller.authority_id,
        pod_id,
        pod_name: String::new(),
        account_id: new.account_id,
        display_name: String::new(),
        made_for: new.account_id,
        from,
        until: new.until,
        over: new.until,
        made_by: caller.account_id,
        made_at: now,
        ended_at: None,
        next_due: Some(from),
    };
    queries::insert(tx.conn(), &shift)?;
    record(tx, caller, ("shift.made", &shift))?;
    tx.wake_workers();
    Ok((found(tx, caller, shift.id)?, true))
}

/// The shift this id was used for before, if it is the same.
fn repeated(
    caller: &Caller,
    (pod_id, new): (PodId, &NewShift),
    stored: Shift,
) -> Result<Shift, PodError> {
    let is_same = stored.authority_id == caller.authority_id
        && stored.made_by == caller.account_id
        && stored.pod_id == pod_id
        && stored.made_for == new.account_id
        && stored.until == new.until
        // Left out, it was the moment at which the shift was made.
        && stored.from == new.from.unwrap_or(stored.made_at);
    if is_same {
        Ok(stored)
    } else {
        Err(PodError::IdUsed)
    }
}

/// Finds a shift of the caller's authority.
///
/// # Errors
/// If the caller is no manager, or there is none.
pub fn find(view: &mut impl View, caller: &Caller, id: ShiftId) -> Result<Shift, PodError> {
    pods::check_manager(caller)?;
    found(view, caller, id)
}

/// Finds a shift of the caller's authority, whoever the caller is.
pub(in crate::care::pods) fn found(
    view: &mut impl View,
    caller: &Caller,
    id: ShiftId,
) -> Result<Shift, PodError> {
    queries::find(view.conn(), id)?
        .filter(|shift| shift.authority_id == caller.authority_id)
        .ok_or(PodError::NotFound)
}

/// Ends a shift: from now on, or before it has begun. One that is over stays as it is.
///
/// # Errors
/// If the caller is no manager, or there is no such shift.
pub fn end(tx: &mut Tx<'_>, caller: &Caller, id: ShiftId) -> Result<Shift, PodError> {
    let shift = find(tx, caller, id)?;
    if shift.over <= tx.now() {
        return Ok(shift);
    }
    end_one(tx, caller, &shift)?;
    found(tx, caller, id)
}

/// The shifts somebody holds that are not over.
///
/// # Errors
/// If the question fails.
pub fn held_by(view: &mut impl View, who: AccountId) -> Answer<Vec<Shift>> {
    let now = view.now();
    queries::held_by(view.conn(), who, now)
}

/// Whether somebody could hold what is left of a shift: they are not away in it, and hold no other one there.
///
/// # Errors
/// If the question fails.
pub fn could_hold(view: &mut impl View, shift: &Shift, who: AccountId) -> Answer<bool> {
    let from = shift.from.max(view.now());
    let place = (shift.pod_id, from, shift.over);
    Ok(!has_another(view, who, place, None)? && !leave::is_away_in(view, who, (from, shift.over))?)
}

/// Passes what is left of somebody's shift to somebody else. One that has begun ends, and another that begins
/// now follows: what has been stays. Gives that one: it is still to begin.
///
/// # Errors
/// If it cannot be stored.
pub fn hand_over(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (shift, to): (&Shift, AccountId),
) -> Answer<Option<Due>> {
    let now = tx.now();
    if shift.from > now && pass_on(tx, caller, (shift, to))? {
        return Ok(None);
    }
    end_one(tx, caller, shift)?;
    let rest = Shift {
        id: ShiftId::new(),
        account_id: to,
        made_for: to,
        from: now,
        until: shift.over,
        made_by: caller.account_id,
        made_at: now,
        ended_at: None,
        next_due: Some(now),
        ..shift.clone()
    };
    queries::insert(tx.conn(), &rest)?;
    record(tx, caller, ("shift.made", &rest))?;
    Ok(Some((rest.id, rest.pod_id, now)))
}

/// Ends a shift from now on, or before it has begun.
///
/// # Errors
/// If it cannot be stored.
pub fn end_one(tx: &mut Tx<'_>, caller: &Caller, shift: &Shift) -> Answer<()> {
    let now = tx.now();
    queries::end(tx.conn(), shift.id, (caller.account_id, now))?;
    tx.wake_workers();
    record(tx, caller, ("shift.ended", shift))
}

/// Whether somebody has a shift in a pod, other than this one, that shares a moment with these times.
pub(in crate::care::pods) fn has_another(
    view: &mut impl View,
    who: AccountId,
    (pod, from, until): (PodId, Moment, Moment),
    but: Option<ShiftId>,
) -> Answer<bool> {
    queries::overlaps(view.conn(), (pod, who), (from, until), but)
}

/// Lets a shift that has not begun pass from whoever was seen to hold it to somebody else; false if it is
/// not so any more.
pub(in crate::care::pods) fn pass_on(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (shift, to): (&Shift, AccountId),
) -> Answer<bool> {
    if !queries::pass_on(tx.conn(), shift, to)? {
        return Ok(false);
    }
    let line = Line {
        deed: "shift.passed_on",
        subject: "shift",
        subject_id: Some(shift.id.into()),
        about: Some(to),
        detail: serde_json::json!({
            "pod_id": shift.pod_id, "from": shift.from, "until": shift.until,
            "held_by": shift.account_id,
        }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    Ok(true)
}

/// Lists the shifts of a pod, or the caller's own in every pod, the earliest begun first.
///
/// # Errors
/// If the caller neither manages the authority nor supervises or covers the pod, now or by a shift that
/// is to come; or asks for those of somebody else.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    (of, listing): (Of, &Listing),
) -> Result<Vec<Shift>, PodError> {
    match of {
        Of::Pod(pod) => check_reader(view, caller, pod)?,
        Of::Holder(who) => {
            if caller.role != Role::SupervisingSocialWorker || who != caller.account_id {
                return Err(PodError::NotAllowed);
            }
        }
    }
    Ok(queries::list(view.conn(), of, listing)?)
}

/// Who is on at an instant, past or future: of what has been by its shifts and whoever supervised the pod
/// then, of what is to come by the shifts there are and whoever supervises it now.
///
/// # Errors
/// If the caller neither manages the authority nor supervises or covers the pod, now or by a shift that
/// is to come.
pub fn on_duty(
    view: &mut impl View,
    caller: &Caller,
    (pod_id, at): (PodId, Moment),
) -> Result<Vec<OnDuty>, PodError> {
    check_reader(view, caller, pod_id)?;
    let Around {
        covering,
        mut supervisor,
    } = queries::around(view.conn(), pod_id, at)?;
    // Whoever has been suspended or has left since was on all the same.
    let is_past = at < view.now();
    if is_past {
        supervisor = supervisors::at(view, pod_id, at)?;
    }
    let may = |person: &OnDuty| !person.is_away && (is_past || person.is_active);
    Ok(who_is_on(&covering, supervisor.as_ref(), may))
}

/// Whether the caller may see who covers a pod.
///
/// # Errors
/// If the store fails.
pub fn may_see(view: &mut impl View, caller: &Caller, pod_id: PodId) -> Answer<bool> {
    match check_reader(view, caller, pod_id) {
        Ok(()) => Ok(true),
        Err(PodError::Store(fault)) => Err(fault),
        Err(
            PodError::NotAllowed
            | PodError::NotFound
            | PodError::NameTaken
            | PodError::IdUsed
            | PodError::TooMany(_)
            | PodError::Field(..),
        ) => Ok(false),
    }
}

/// Refuses whoever may not see who covers a pod.
pub(in crate::care::pods) fn check_reader(
    view: &mut impl View,
    caller: &Caller,
    pod_id: PodId,
) -> Result<(), PodError> {
    match caller.role {
        Role::ServiceManager => pods::find(view, caller, pod_id).map(|_pod| ()),
        Role::SupervisingSocialWorker => {
            let now = view.now();
            let theirs = (pod_id, caller.account_id);
            if pods::supervises(view, caller, pod_id)?.is_some()
                || queries::has_one(view.conn(), theirs, now)?
            {
                Ok(())
            } else {
                Err(PodError::NotFound)
            }
        }
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            Err(PodError::NotAllowed)
        }
    }
}

/// Which shifts begin or are over by now, and when the next one does or is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    queries::due(view.conn(), now, most)
}

/// Takes a shift that was seen to begin or to be over, if nobody else has taken it.
///
/// # Errors
/// If it cannot be stored.
pub fn take(tx: &mut Tx<'_>, (id, _, seen): Due) -> Answer<Option<Shift>> {
    let now = tx.now();
    let Some(shift) = queries::find(tx.conn(), id)? else {
        return Ok(None);
    };
    let next = Some(shift.over).filter(|over| *over > now);
    Ok(queries::claim(tx.conn(), (id, seen), next)?.then_some(shift))
}

fn record(tx: &mut Tx<'_>, caller: &Caller, (deed, shift): (&'static str, &Shift)) -> Answer<()> {
    let line = Line {
        deed,
        subject: "shift",
        subject_id: Some(shift.id.into()),
        about: Some(shift.account_id),
        detail: serde_json::json!({
            "pod_id": shift.pod_id, "from": shift.from, "until": shift.until,
        }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
