//! Questions about swaps.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actions::{Listing, State};
use super::{Ending, NewSwap, Party, Swap};
use crate::base::ids::{AccountId, AuthorityId, PodId, ShiftId, SwapId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::pods::rota::{Shift, all_of};
use crate::care::who::queries::{deputised_by, pods_covered_by};
use crate::db::schema::{accounts, pods, shifts, swaps};
use crate::db::{Answer, Conn};

type SwapRow = (
    (SwapId, AuthorityId),
    (ShiftId, Option<ShiftId>),
    (AccountId, AccountId),
    Moment,
    (Option<Ending>, Option<Moment>),
);
type SwapColumns = (
    (swaps::id, swaps::authority_id),
    (swaps::shift_id, swaps::in_return_for_id),
    (swaps::asked_by, swaps::asked_of),
    swaps::asked_at,
    (swaps::ending, swaps::ended_at),
);
const SWAP: SwapColumns = (
    (swaps::id, swaps::authority_id),
    (swaps::shift_id, swaps::in_return_for_id),
    (swaps::asked_by, swaps::asked_of),
    swaps::asked_at,
    (swaps::ending, swaps::ended_at),
);

/// Whose swaps somebody may see: their own, and those about shifts of these pods; none: all of the
/// authority.
pub(super) type Sight = Option<(AccountId, Vec<PodId>)>;

/// What the caller may see at this moment.
pub(super) fn sight(conn: &mut Conn, caller: &Caller, now: Moment) -> Answer<Sight> {
    if caller.role == Role::ServiceManager {
        return Ok(None);
    }
    let who = caller.account_id;
    let answered_for = pods::table
        .filter(pods::authority_id.eq(caller.authority_id))
        .filter(
            pods::supervising_social_worker_id
                .eq(who)
                .assume_not_null()
                .or(pods::id.eq_any(deputised_by(who)))
                .or(pods::id.eq_any(pods_covered_by(who, now))),
        )
        .select(pods::id)
        .load::<PodId>(conn)?;
    Ok(Some((who, answered_for)))
}

pub(super) fn insert(
    conn: &mut Conn,
    caller: &Caller,
    (new, now): (&NewSwap, Moment),
) -> Answer<()> {
    diesel::insert_into(swaps::table)
        .values((
            swaps::id.eq(new.id),
            swaps::authority_id.eq(caller.authority_id),
            swaps::shift_id.eq(new.shift_id),
            swaps::in_return_for_id.eq(new.in_return_for),
            swaps::asked_by.eq(caller.account_id),
            swaps::asked_of.eq(new.with_account_id),
            swaps::asked_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, id: SwapId) -> Answer<Option<Swap>> {
    let rows = swaps::table.find(id).select(SWAP).load::<SwapRow>(conn)?;
    Ok(whole(conn, rows)?.pop())
}

/// Swaps of an authority, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    (authority, sight): (AuthorityId, &Sight),
    listing: &Listing,
) -> Answer<Vec<Swap>> {
    let mut question = swaps::table
        .filter(swaps::authority_id.eq(authority))
        .order((swaps::asked_at.desc(), swaps::id.desc()))
        .limit(listing.limit)
        .select(SWAP)
        .into_boxed();
    let of_pods = |pods: Vec<PodId>| {
        shifts::table
            .filter(shifts::pod_id.eq_any(pods))
            .select(shifts::id)
    };
    if let Some((who, pods)) = sight {
        question = question.filter(
            swaps::asked_by
                .eq(*who)
                .or(swaps::asked_of.eq(*who))
                .or(swaps::shift_id.eq_any(of_pods(pods.clone())))
                .or(swaps::in_return_for_id
                    .assume_not_null()
                    .eq_any(of_pods(pods.clone()))),
        );
    }
    if let Some(pod) = listing.pod_id {
        question = question.filter(
            swaps::shift_id
                .eq_any(of_pods(vec![pod]))
                .or(swaps::in_return_for_id
                    .assume_not_null()
                    .eq_any(of_pods(vec![pod]))),
        );
    }
    question = match listing.state {
        None => question,
        Some(State::Open) => question.filter(swaps::ending.is_null()),
        Some(State::Ended) => question.filter(swaps::ending.is_not_null()),
    };
    if let Some(last) = listing.after {
        question = question.filter(
            swaps::asked_at
                .lt(last.asked_at)
                .or(swaps::asked_at.eq(last.asked_at).and(swaps::id.lt(last.id))),
        );
    }
    let rows = question.load(conn)?;
    whole(conn, rows)
}

/// How many open swaps somebody has asked for.
pub(super) fn count_open(conn: &mut Conn, asker: AccountId) -> Answer<i64> {
    Ok(swaps::table
        .filter(swaps::asked_by.eq(asker))
        .filter(swaps::ending.is_null())
        .count()
        .get_result(conn)?)
}

/// Whether somebody is asked for a shift already.
pub(super) fn is_open(conn: &mut Conn, (shift, of): (ShiftId, AccountId)) -> Answer<bool> {
    let open = swaps::table
        .filter(swaps::shift_id.eq(shift))
        .filter(swaps::asked_of.eq(of))
        .filter(swaps::ending.is_null())
        .select(swaps::id);
    Ok(open.first::<SwapId>(conn).optional()?.is_some())
}

/// The open swaps about a shift.
pub(super) fn open_about(conn: &mut Conn, shift: ShiftId) -> Answer<Vec<Swap>> {
    let rows = swaps::table
        .filter(
            swaps::shift_id
                .eq(shift)
                .or(swaps::in_return_for_id.assume_not_null().eq(shift)),
        )
        .filter(swaps::ending.is_null())
        .order(swaps::id)
        .select(SWAP)
        .load(conn)?;
    whole(conn, rows)
}

/// The open swaps that somebody asked for or is asked for.
pub(super) fn open_of(conn: &mut Conn, who: AccountId) -> Answer<Vec<Swap>> {
    let rows = swaps::table
        .filter(swaps::asked_by.eq(who).or(swaps::asked_of.eq(who)))
        .filter(swaps::ending.is_null())
        .order(swaps::id)
        .select(SWAP)
        .load(conn)?;
    whole(conn, rows)
}

/// Ends a swap, if it is still open.
pub(super) fn end(conn: &mut Conn, id: SwapId, (how, now): (Ending, Moment)) -> Answer<bool> {
    let rows = diesel::update(swaps::table.find(id))
        .filter(swaps::ending.is_null())
        .set((swaps::ending.eq(how), swaps::ended_at.eq(now)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Who keeps the rota of which a shift is a part: who supervises its pod, and who made it; those of them
/// who may act.
pub(super) fn keepers(conn: &mut Conn, shift: &Shift) -> Answer<Vec<AccountId>> {
    let supervisor = pods::table
        .find(shift.pod_id)
        .select(pods::supervising_social_worker_id)
        .first::<Option<AccountId>>(conn)?;
    let keepers: Vec<AccountId> = supervisor.into_iter().chain([shift.made_by]).collect();
    Ok(accounts::table
        .filter(accounts::id.eq_any(keepers))
        .filter(accounts::status.eq(Status::Active))
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)?)
}

/// Swaps with their shifts, and the two people by name, in the order of the rows.
fn whole(conn: &mut Conn, rows: Vec<SwapRow>) -> Answer<Vec<Swap>> {
    let mut wanted = Vec::new();
    let mut people = Vec::new();
    for (_, (shift, in_return_for), (asked_by, asked_of), ..) in &rows {
        wanted.extend([*shift].into_iter().chain(*in_return_for));
        people.extend([*asked_by, *asked_of]);
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let shifts: BTreeMap<ShiftId, Shift> = all_of(conn, &wanted)?
        .into_iter()
        .map(|shift| (shift.id, shift))
        .collect();
    let names: BTreeMap<AccountId, String> = accounts::table
        .filter(accounts::id.eq_any(people))
        .select((accounts::id, accounts::display_name))
        .load::<(AccountId, String)>(conn)?
        .into_iter()
        .collect();
    let party = |id: AccountId| {
        let display_name = names.get(&id)?.clone();
        Some(Party { id, display_name })
    };
    let read = |row: SwapRow| {
        let ((id, authority_id), (shift, in_return_for), (by, of), asked_at, (how, when)) = row;
        Some(Swap {
            id,
            authority_id,
            shift: shifts.get(&shift)?.clone(),
            in_return_for: in_return_for.and_then(|id| shifts.get(&id).cloned()),
            asked_by: party(by)?,
            asked_of: party(of)?,
            asked_at,
            ended: how.zip(when),
        })
    };
    // The foreign keys leave none out.
    Ok(rows.into_iter().filter_map(read).collect())
}
