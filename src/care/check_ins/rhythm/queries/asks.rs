//! Questions about the times somebody is asked. Each is taken by compare-and-set, so that of two nodes
//! exactly one has it.

use diesel::dsl::{exists, max, min};
use diesel::prelude::*;

use super::super::due::Due;
use super::super::{Ask, AskState};
use super::civil;
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;
use crate::db::schema::{check_in_asks as asks, check_ins};
use crate::db::{Answer, Conn, both};

pub(in super::super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Due>> {
    let rows = asks::table
        .filter(asks::due_at.le(now))
        // In one order for all nodes, so that none waits for another's rows while it holds its own.
        .order((asks::due_at, asks::family_member_id, asks::starts))
        .limit(most)
        .select((
            asks::family_member_id,
            asks::starts,
            asks::state,
            asks::due_at.assume_not_null(),
        ))
        .load::<(AccountId, String, AskState, Moment)>(conn)?;
    let due = |(family_member_id, starts, state, due_at): (_, String, _, _)| {
        Ok(Due {
            family_member_id,
            starts: civil(&starts)?,
            state,
            due_at,
        })
    };
    rows.into_iter().map(due).collect()
}

/// When what is due first is due.
pub(in super::super) fn first_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(asks::table
        .filter(asks::due_at.is_not_null())
        .select(min(asks::due_at))
        .first(conn)?)
}

/// Plans a time to ask. False if they were asked then before.
pub(in super::super) fn plan(
    conn: &mut Conn,
    (member, version): (AccountId, i32),
    (starts, at): (Civil, Moment),
) -> Answer<bool> {
    let starts = starts.to_string();
    let again = diesel::update(asks::table.find((member, &starts)))
        .filter(asks::state.eq(AskState::Changed))
        .filter(asks::asked_at.is_null())
        .set((
            asks::version.eq(version),
            asks::due_at.eq(Some(at)),
            asks::state.eq(AskState::Due),
            asks::settled_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    if again == 1 {
        return Ok(true);
    }
    let new = (
        asks::family_member_id.eq(member),
        asks::starts.eq(&starts),
        asks::version.eq(version),
        asks::due_at.eq(Some(at)),
        asks::state.eq(AskState::Due),
    );
    let rows = both!(conn, conn => diesel::insert_into(asks::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(rows == 1)
}

/// Takes what is due if it is still as it was seen. Whoever took it settles it or puts it off in the
/// same unit.
pub(in super::super) fn take(conn: &mut Conn, due: &Due) -> Answer<bool> {
    let rows = diesel::update(asks::table.find((due.family_member_id, due.starts.to_string())))
        .filter(asks::state.eq(due.state))
        .filter(asks::due_at.eq(due.due_at))
        // Nothing changes yet, but on PostgreSQL the row is ours until the unit's end.
        .set(asks::state.eq(due.state))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(in super::super) fn put_off(conn: &mut Conn, due: &Due, at: Moment) -> Answer<()> {
    diesel::update(asks::table.find((due.family_member_id, due.starts.to_string())))
        .set(asks::due_at.eq(Some(at)))
        .execute(conn)?;
    Ok(())
}

/// They are asked now, and may answer until then.
pub(in super::super) fn open(
    conn: &mut Conn,
    due: &Due,
    (now, closes): (Moment, Moment),
) -> Answer<()> {
    diesel::update(asks::table.find((due.family_member_id, due.starts.to_string())))
        .set((
            asks::state.eq(AskState::Open),
            asks::asked_at.eq(Some(now)),
            asks::due_at.eq(Some(closes)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in super::super) fn settle(
    conn: &mut Conn,
    due: &Due,
    (state, check_in, now): (AskState, Option<CheckInId>, Moment),
) -> Answer<()> {
    diesel::update(asks::table.find((due.family_member_id, due.starts.to_string())))
        .set((
            asks::state.eq(state),
            asks::check_in_id.eq(check_in),
            asks::due_at.eq(None::<Moment>),
            asks::settled_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Drops what is in one of these states of somebody, because they are asked at other times now. Here
/// and below a moment is asked for that is always past, so that the index over what is not settled
/// answers, however often somebody has been asked.
pub(in super::super) fn drop_asks(
    conn: &mut Conn,
    member: AccountId,
    states: &[AskState],
    now: Moment,
) -> Answer<()> {
    diesel::update(asks::table)
        .filter(asks::family_member_id.eq(member))
        .filter(asks::due_at.gt(Moment::ZERO))
        .filter(asks::state.eq_any(states))
        .set((
            asks::state.eq(AskState::Changed),
            asks::due_at.eq(None::<Moment>),
            asks::settled_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A check-in answers all its author was asked and may still answer.
pub(in super::super) fn answer(
    conn: &mut Conn,
    (member, check_in): (AccountId, CheckInId),
    now: Moment,
) -> Answer<()> {
    diesel::update(asks::table)
        .filter(asks::family_member_id.eq(member))
        .filter(asks::due_at.gt(Moment::ZERO))
        .filter(asks::state.eq(AskState::Open))
        .set((
            asks::state.eq(AskState::Answered),
            asks::check_in_id.eq(Some(check_in)),
            asks::due_at.eq(None::<Moment>),
            asks::settled_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// When somebody is asked next, if that is planned.
pub(in super::super) fn next_ask(conn: &mut Conn, member: AccountId) -> Answer<Option<Moment>> {
    Ok(asks::table
        .filter(asks::family_member_id.eq(member))
        .filter(asks::due_at.gt(Moment::ZERO))
        .filter(asks::state.eq(AskState::Due))
        .select(min(asks::due_at))
        .first(conn)?)
}

/// Until when somebody may answer what they were asked, if they are asked.
pub(in super::super) fn open_until(conn: &mut Conn, member: AccountId) -> Answer<Option<Moment>> {
    Ok(asks::table
        .filter(asks::family_member_id.eq(member))
        .filter(asks::due_at.gt(Moment::ZERO))
        .filter(asks::state.eq(AskState::Open))
        .select(max(asks::due_at))
        .first(conn)?)
}

pub(in super::super) fn asked_at(
    conn: &mut Conn,
    (member, starts): (AccountId, Civil),
) -> Answer<Option<Moment>> {
    Ok(asks::table
        .find((member, starts.to_string()))
        .select(asks::asked_at)
        .first(conn)?)
}

/// A time somebody was asked that was answered or missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(in super::super) struct Judged {
    pub(in super::super) state: AskState,
    pub(in super::super) asked_at: Option<Moment>,
}

/// What became of the latest times somebody was asked that were answered or missed, the newest first.
pub(in super::super) fn judged(
    conn: &mut Conn,
    member: AccountId,
    most: usize,
) -> Answer<Vec<Judged>> {
    Ok(asks::table
        .filter(asks::family_member_id.eq(member))
        .filter(asks::state.eq_any([AskState::Answered, AskState::Missed]))
        .order(asks::starts.desc())
        .limit(i64::try_from(most).unwrap_or(0))
        .select((asks::state, asks::asked_at))
        .load(conn)?)
}

/// The latest times somebody was asked, or was to be, the newest first.
pub(in super::super) fn asks(conn: &mut Conn, member: AccountId, most: usize) -> Answer<Vec<Ask>> {
    let rows = asks::table
        .filter(asks::family_member_id.eq(member))
        .filter(asks::state.ne_all([AskState::Due, AskState::Changed]))
        .order(asks::starts.desc())
        .limit(i64::try_from(most).unwrap_or(0))
        .select((asks::starts, asks::state, asks::asked_at, asks::check_in_id))
        .load::<(String, AskState, Option<Moment>, Option<CheckInId>)>(conn)?;
    let ask = |(starts, state, asked_at, check_in_id): (String, _, _, _)| {
        Ok(Ask {
            starts: civil(&starts)?,
            state,
            asked_at,
            check_in_id,
        })
    };
    rows.into_iter().map(ask).collect()
}

/// The newest check-in of somebody since a moment; what is held answers nothing, and neither does what
/// puts an earlier one right.
pub(in super::super) fn newest_check_in(
    conn: &mut Conn,
    member: AccountId,
    since: Moment,
) -> Answer<Option<CheckInId>> {
    Ok(check_ins::table
        .filter(check_ins::family_member_id.eq(member))
        .filter(check_ins::received_at.gt(since))
        .filter(check_ins::is_held.eq(false))
        .filter(check_ins::corrects.is_null())
        .order((check_ins::received_at.desc(), check_ins::id.desc()))
        .select(check_ins::id)
        .first(conn)
        .optional()?)
}

/// The newest check-in of all of somebody, and when it came.
pub(in super::super) fn last_check_in(
    conn: &mut Conn,
    member: AccountId,
) -> Answer<Option<(CheckInId, Moment)>> {
    Ok(check_ins::table
        .filter(check_ins::family_member_id.eq(member))
        .order((check_ins::received_at.desc(), check_ins::id.desc()))
        .select((check_ins::id, check_ins::received_at))
        .first(conn)
        .optional()?)
}

/// Whether a check-in has answered what its author was asked.
pub(in super::super) fn has_answered(
    conn: &mut Conn,
    (member, check_in): (AccountId, CheckInId),
) -> Answer<bool> {
    let answered = asks::table
        .filter(asks::family_member_id.eq(member))
        .filter(asks::check_in_id.eq(check_in));
    Ok(diesel::select(exists(answered)).get_result(conn)?)
}
