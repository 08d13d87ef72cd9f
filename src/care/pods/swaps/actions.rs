//! What is done with swaps: asking for one, agreeing, refusing, withdrawing, and ending those that nothing
//! can come of any more.

use serde_json::json;

use super::{Ending, MOST_OPEN, NewSwap, Party, Swap, SwapError, queries};
use crate::base::ids::{AccountId, PodId, ShiftId, SwapId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::pods::leave::actions as leave;
use crate::care::pods::queries::is_active_supervisor;
use crate::care::pods::rota::Shift;
use crate::care::pods::rota::actions as rota;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// A colleague asks you to take a shift of theirs.
pub const ASKED: Event = "swap.asked";
/// A request of yours, or to you, has ended.
pub const ENDED: Event = "swap.ended";
/// A shift of a rota that you keep has changed hands.
pub const SWAPPED: Event = "cover.swapped";

/// Where in a list of swaps the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last one was asked for.
    pub asked_at: Moment,
    /// Which it was.
    pub id: SwapId,
}

/// Whether a swap can still be answered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = SwapState)]
pub enum State {
    /// It can.
    Open,
    /// It has ended.
    Ended,
}

/// Which swaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Those about a shift of this pod; none: of any.
    pub pod_id: Option<PodId>,
    /// Those that are so; none: all.
    pub state: Option<State>,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// Asks a colleague to take a shift of the caller's, or to exchange it; true if it is new. The same again
/// gives the first one.
///
/// # Errors
/// If the caller does not hold the shift, it has begun or is off the rota, the colleague may not hold it or
/// is asked already, or what is asked in return is not theirs or not for the caller to hold.
pub fn ask(tx: &mut Tx<'_>, caller: &Caller, new: &NewSwap) -> Result<(Swap, bool), SwapError> {
    check_role(caller)?;
    if let Some(stored) = queries::find(tx.conn(), new.id)? {
        return repeated(caller, new, stored).map(|stored| (stored, false));
    }
    let now = tx.now();
    let shift = rota::found(tx, caller, new.shift_id)?;
    if shift.account_id != caller.account_id {
        rota::check_reader(tx, caller, shift.pod_id)?;
        return Err(SwapError::NotAllowed);
    }
    if let Some(over) = over(&shift, now) {
        return Err(SwapError::WrongState(over.said()));
    }
    let with = new.with_account_id;
    if with == caller.account_id {
        return Err(SwapError::Field(WITH, "is whoever asks"));
    }
    let back = new.in_return_for;
    if let Some(wrong) = hindrance(tx, (caller, with), (&shift, back))? {
        return Err(SwapError::Field(WITH, wrong));
    }
    if let Some(back) = back {
        check_return(tx, caller, (&shift, with, back))?;
    }
    if queries::is_open(tx.conn(), (shift.id, with))? {
        return Err(SwapError::WrongState("they have been asked already"));
    }
    if queries::count_open(tx.conn(), caller.account_id)? >= MOST_OPEN {
        let wrong = "you have asked for as many swaps as can be open";
        return Err(SwapError::WrongState(wrong));
    }
    queries::insert(tx.conn(), caller, (new, now))?;
    let swap = found(tx, new.id)?;
    tell(tx, ASKED, &swap, &swap.asked_of);
    Ok((swap, true))
}

const WITH: &str = "/with_account_id";
const IN_RETURN: &str = "/in_return_for_shift_id";

/// The swap this id was used for before, if it is the same.
fn repeated(caller: &Caller, new: &NewSwap, stored: Swap) -> Result<Swap, SwapError> {
    let is_same = stored.asked_by.id == caller.account_id
        && stored.shift.id == new.shift_id
        && stored.asked_of.id == new.with_account_id
        && stored.in_return_for.as_ref().map(|shift| shift.id) == new.in_return_for;
    if is_same {
        Ok(stored)
    } else {
        Err(SwapError::IdUsed)
    }
}

/// Checks that the shift asked for in return is still to come, the colleague's, and for the caller to hold.
fn check_return(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (given, with, back): (&Shift, AccountId, ShiftId),
) -> Result<(), SwapError> {
    let now = tx.now();
    let theirs = match rota::found(tx, caller, back) {
        Ok(shift) => Some(shift),
        Err(refusal) => {
            let refusal = SwapError::from(refusal);
            if !matches!(refusal, SwapError::NotFound) {
                return Err(refusal);
            }
            None
        }
    };
    let Some(theirs) =
        theirs.filter(|shift| shift.account_id == with && over(shift, now).is_none())
    else {
        return Err(SwapError::Field(IN_RETURN, "is no coming shift of theirs"));
    };
    let own = (caller, caller.account_id);
    match hindrance(tx, own, (&theirs, Some(given.id)))? {
        Some(wrong) => Err(SwapError::Field(IN_RETURN, wrong)),
        None => Ok(()),
    }
}

/// Agrees: each shift is the other's from now on, and who was asked for them too is told. The same again
/// changes nothing.
///
/// # Errors
/// If it was not asked of the caller, has ended, or one of the two may not hold what they would get.
pub fn agree(tx: &mut Tx<'_>, caller: &Caller, id: SwapId) -> Result<Swap, SwapError> {
    let swap = find(tx, caller, id)?;
    if swap.asked_of.id != caller.account_id {
        return Err(SwapError::NotAllowed);
    }
    if let Some((how, _)) = swap.ended {
        return after(swap, (how, Ending::Agreed));
    }
    let now = tx.now();
    for (shift, from, to) in swap.exchanged() {
        if shift.account_id != from.id {
            return Err(SwapError::WrongState(Ending::HolderChanged.said()));
        }
        if let Some(over) = over(shift, now) {
            return Err(SwapError::WrongState(over.said()));
        }
        let other = swap.exchanged().find(|(_, from, _)| from.id == to.id);
        let back = other.map(|(shift, ..)| shift.id);
        if let Some(wrong) = hindrance(tx, (caller, to.id), (shift, back))? {
            return Err(SwapError::Hindered(wrong));
        }
    }
    for (shift, _, to) in swap.exchanged() {
        if !rota::pass_on(tx, caller, (shift, to.id))? {
            return Err(SwapError::WrongState(Ending::Begun.said()));
        }
    }
    if !queries::end(tx.conn(), id, (Ending::Agreed, now))? {
        return Err(SwapError::WrongState("it has just ended"));
    }
    for (shift, ..) in swap.exchanged() {
        end_about(tx, shift.id, Ending::HolderChanged)?;
    }
    let agreed = found(tx, id)?;
    tell(tx, ENDED, &agreed, &agreed.asked_by);
    tell_keepers(tx, &agreed)?;
    Ok(agreed)
}

/// Refuses. The same again changes nothing.
///
/// # Errors
/// If it was not asked of the caller, or has ended otherwise.
pub fn refuse(tx: &mut Tx<'_>, caller: &Caller, id: SwapId) -> Result<Swap, SwapError> {
    let swap = find(tx, caller, id)?;
    if swap.asked_of.id != caller.account_id {
        return Err(SwapError::NotAllowed);
    }
    finish(tx, swap, Ending::Refused)
}

/// Withdraws a request. The same again changes nothing.
///
/// # Errors
/// If the caller did not ask for it, or it has ended otherwise.
pub fn withdraw(tx: &mut Tx<'_>, caller: &Caller, id: SwapId) -> Result<Swap, SwapError> {
    let swap = find(tx, caller, id)?;
    if swap.asked_by.id != caller.account_id {
        return Err(SwapError::NotAllowed);
    }
    finish(tx, swap, Ending::Withdrawn)
}

/// Ends a swap as one of the two wants, and tells the other.
fn finish(tx: &mut Tx<'_>, swap: Swap, how: Ending) -> Result<Swap, SwapError> {
    if let Some((before, _)) = swap.ended {
        return after(swap, (before, how));
    }
    let now = tx.now();
    if !queries::end(tx.conn(), swap.id, (how, now))? {
        return Err(SwapError::WrongState("it has just ended"));
    }
    let ended = Swap {
        ended: Some((how, now)),
        ..swap
    };
    let other = if how == Ending::Withdrawn {
        &ended.asked_of
    } else {
        &ended.asked_by
    };
    tell(tx, ENDED, &ended, other);
    Ok(ended)
}

/// What is answered about a swap that has ended before: itself, if in the way that is wanted.
fn after(swap: Swap, (before, wanted): (Ending, Ending)) -> Result<Swap, SwapError> {
    if before == wanted {
        Ok(swap)
    } else {
        Err(SwapError::WrongState(before.said()))
    }
}

/// Ends every open request about a shift that begins, is taken off, or has passed on, and tells both.
///
/// # Errors
/// If it cannot be stored.
pub fn end_about(tx: &mut Tx<'_>, shift: ShiftId, how: Ending) -> Answer<()> {
    let open = queries::open_about(tx.conn(), shift)?;
    end_all(tx, open, (how, None))
}

/// Ends every open request of somebody, or to them, who may not act any more, and tells the other.
///
/// # Errors
/// If it cannot be stored.
pub fn end_all_of(tx: &mut Tx<'_>, who: AccountId) -> Answer<()> {
    let open = queries::open_of(tx.conn(), who)?;
    end_all(tx, open, (Ending::PersonGone, Some(who)))
}

fn end_all(
    tx: &mut Tx<'_>,
    open: Vec<Swap>,
    (how, gone): (Ending, Option<AccountId>),
) -> Answer<()> {
    let now = tx.now();
    for swap in open {
        if queries::end(tx.conn(), swap.id, (how, now))? {
            let ended = Swap {
                ended: Some((how, now)),
                ..swap
            };
            for party in [&ended.asked_by, &ended.asked_of] {
                if Some(party.id) != gone {
                    tell(tx, ENDED, &ended, party);
                }
            }
        }
    }
    Ok(())
}

/// Lists swaps, the newest first: the caller's own, those of the pods they supervise or cover, for a manager
/// all of the authority.
///
/// # Errors
/// If the caller's role has no part in any rota.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Swap>, SwapError> {
    if caller.role != Role::ServiceManager {
        check_role(caller)?;
    }
    let now = view.now();
    let sight = queries::sight(view.conn(), caller, now)?;
    let of = (caller.authority_id, &sight);
    Ok(queries::list(view.conn(), of, listing)?)
}

/// Finds a swap that the caller may see.
///
/// # Errors
/// If the caller's role has no part in any swap, or there is none.
pub fn find(view: &mut impl View, caller: &Caller, id: SwapId) -> Result<Swap, SwapError> {
    check_role(caller)?;
    let now = view.now();
    let swap = found(view, id)?;
    if swap.authority_id != caller.authority_id {
        return Err(SwapError::NotFound);
    }
    if [swap.asked_by.id, swap.asked_of.id].contains(&caller.account_id) {
        return Ok(swap);
    }
    let sight = queries::sight(view.conn(), caller, now)?;
    let is_seen = sight.is_none_or(|(_, pods)| swap.pods().iter().any(|pod| pods.contains(pod)));
    if is_seen {
        Ok(swap)
    } else {
        Err(SwapError::NotFound)
    }
}

fn found(view: &mut impl View, id: SwapId) -> Result<Swap, SwapError> {
    queries::find(view.conn(), id)?.ok_or(SwapError::NotFound)
}

/// Only those who may hold a shift swap one.
fn check_role(caller: &Caller) -> Result<(), SwapError> {
    if caller.role == Role::SupervisingSocialWorker {
        Ok(())
    } else {
        Err(SwapError::NotAllowed)
    }
}

/// Why a shift cannot change hands any more, if it cannot.
fn over(shift: &Shift, now: Moment) -> Option<Ending> {
    if shift.ended_at.is_some() {
        Some(Ending::TakenOff)
    } else if shift.from <= now {
        Some(Ending::Begun)
    } else {
        None
    }
}

/// What stands against it that somebody holds a shift, if `back` is theirs no more.
fn hindrance(
    tx: &mut Tx<'_>,
    (caller, who): (&Caller, AccountId),
    (shift, back): (&Shift, Option<ShiftId>),
) -> Answer<Option<&'static str>> {
    let time = (shift.from, shift.until);
    Ok(
        if !is_active_supervisor(tx.conn(), caller.authority_id, who)? {
            Some("is no active supervising social worker here")
        } else if leave::is_away_in(tx, who, time)? {
            Some("is on leave in this time")
        } else if rota::has_another(tx, who, (shift.pod_id, time.0, time.1), back)? {
            Some("has a shift here in this time already")
        } else {
            None
        },
    )
}

/// Tells one of the two.
fn tell(tx: &mut Tx<'_>, event: Event, swap: &Swap, to: &Party) {
    let detail = json!({
        "shift_id": swap.shift.id,
        "pod_id": swap.shift.pod_id,
        "from": swap.shift.from,
        "until": swap.shift.until,
        "in_return_for_shift_id": swap.in_return_for.as_ref().map(|shift| shift.id),
        "ending": swap.ended.map(|(how, _)| how),
    });
    tx.tell(Telling {
        to: to.id,
        event,
        subject: swap.id.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency: Urgency::Usual,
    });
}

/// Tells whoever keeps the rotas that have changed, and is neither of the two.
fn tell_keepers(tx: &mut Tx<'_>, swap: &Swap) -> Answer<()> {
    for (shift, _, to) in swap.exchanged() {
        let detail = json!({
            "pod_id": shift.pod_id, "account_id": to.id, "from": shift.from, "until": shift.until,
        });
        for keeper in queries::keepers(tx.conn(), shift)? {
            if [swap.asked_by.id, swap.asked_of.id].contains(&keeper) {
                continue;
            }
            tx.tell(Telling {
                to: keeper,
                event: SWAPPED,
                subject: shift.id.into(),
                subject_seq: 0,
                detail: Some(detail.to_string()),
                urgency: Urgency::Quiet,
            });
        }
    }
    Ok(())
}
