//! Questions about leave.

use diesel::dsl::{exists, min};
use diesel::prelude::*;

use super::Leave;
use super::actions::{Due, Listing};
use crate::base::ids::{AccountId, LeaveId};
use crate::base::time::Moment;
use crate::db::schema::leaves;
use crate::db::{Answer, Conn};

type LeaveColumns = (
    leaves::id,
    leaves::authority_id,
    leaves::account_id,
    leaves::from_at,
    leaves::until_at,
    leaves::over_at,
    leaves::made_by,
    leaves::made_at,
    leaves::ended_at,
    leaves::next_due_at,
);
const LEAVE: LeaveColumns = (
    leaves::id,
    leaves::authority_id,
    leaves::account_id,
    leaves::from_at,
    leaves::until_at,
    leaves::over_at,
    leaves::made_by,
    leaves::made_at,
    leaves::ended_at,
    leaves::next_due_at,
);

pub(super) fn insert(conn: &mut Conn, leave: &Leave) -> Answer<()> {
    diesel::insert_into(leaves::table)
        .values((
            leaves::id.eq(leave.id),
            leaves::authority_id.eq(leave.authority_id),
            leaves::account_id.eq(leave.account_id),
            leaves::from_at.eq(leave.from),
            leaves::until_at.eq(leave.until),
            leaves::over_at.eq(leave.over),
            leaves::made_by.eq(leave.made_by),
            leaves::made_at.eq(leave.made_at),
            leaves::next_due_at.eq(leave.next_due),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, id: LeaveId) -> Answer<Option<Leave>> {
    Ok(leaves::table
        .find(id)
        .select(LEAVE)
        .first(conn)
        .optional()?)
}

/// The leaves of somebody that are not over at a moment, the earliest begun first.
pub(super) fn list(conn: &mut Conn, who: AccountId, listing: &Listing) -> Answer<Vec<Leave>> {
    let mut question = leaves::table
        .filter(leaves::account_id.eq(who))
        .filter(leaves::over_at.gt(listing.since))
        .order((leaves::from_at, leaves::id))
        .limit(listing.limit)
        .select(LEAVE)
        .into_boxed();
    if let Some(last) = listing.after {
        question = question.filter(
            leaves::from_at
                .gt(last.from)
                .or(leaves::from_at.eq(last.from).and(leaves::id.gt(last.id))),
        );
    }
    Ok(question.load(conn)?)
}

/// How many leaves of somebody are not over.
pub(super) fn count(conn: &mut Conn, who: AccountId, now: Moment) -> Answer<i64> {
    Ok(leaves::table
        .filter(leaves::account_id.eq(who))
        .filter(leaves::over_at.gt(now))
        .count()
        .get_result(conn)?)
}

/// Whether somebody has a leave that shares a moment with these times.
pub(super) fn overlaps(
    conn: &mut Conn,
    who: AccountId,
    (from, until): (Moment, Moment),
) -> Answer<bool> {
    let shared = leaves::table
        .filter(leaves::account_id.eq(who))
        .filter(leaves::from_at.lt(until))
        .filter(leaves::over_at.gt(from));
    Ok(diesel::select(exists(shared)).get_result(conn)?)
}

/// The leaves that begin or are over by now, and when the next one does or is.
pub(super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let due = leaves::table
        .filter(leaves::next_due_at.le(now))
        .order((leaves::next_due_at, leaves::id))
        .limit(most)
        .select((leaves::id, leaves::next_due_at.assume_not_null()))
        .load(conn)?;
    let next = leaves::table
        .filter(leaves::next_due_at.is_not_null())
        .select(min(leaves::next_due_at))
        .first(conn)?;
    Ok((due, next))
}

/// Claims what was seen to be due, if it still is; what is due next is `next`.
pub(super) fn claim(
    conn: &mut Conn,
    (id, seen): (LeaveId, Moment),
    next: Option<Moment>,
) -> Answer<bool> {
    let rows = diesel::update(leaves::table.find(id))
        .filter(leaves::next_due_at.eq(seen))
        .set(leaves::next_due_at.eq(next))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Ends a leave early; nothing is due for it any more.
pub(super) fn end(conn: &mut Conn, id: LeaveId, (by, now): (AccountId, Moment)) -> Answer<()> {
    diesel::update(leaves::table.find(id))
        .set((
            leaves::over_at.eq(now),
            leaves::ended_by.eq(by),
            leaves::ended_at.eq(now),
            leaves::next_due_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}
