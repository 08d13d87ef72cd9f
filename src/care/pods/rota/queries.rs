//! Questions about shifts.

use diesel::dsl::{exists, min, not};
use diesel::prelude::*;

use super::actions::{Due, Listing, Of};
use super::{Around, OnDuty, Shift};
use crate::base::ids::{AccountId, AuthorityId, LeaveId, PodId, ShiftId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{accounts, leaves, pod_deputies, pods, shifts};
use crate::db::{Answer, Conn};

type ShiftRow = (
    (ShiftId, AuthorityId),
    (PodId, String),
    (AccountId, String, Option<AccountId>),
    (Moment, Moment, Moment),
    (AccountId, Moment, Option<Moment>),
    Option<Moment>,
);
type ShiftColumns = (
    (shifts::id, shifts::authority_id),
    (shifts::pod_id, pods::name),
    (shifts::account_id, accounts::display_name, shifts::made_for),
    (shifts::from_at, shifts::until_at, shifts::over_at),
    (shifts::made_by, shifts::made_at, shifts::ended_at),
    shifts::next_due_at,
);
const SHIFT: ShiftColumns = (
    (shifts::id, shifts::authority_id),
    (shifts::pod_id, pods::name),
    (shifts::account_id, accounts::display_name, shifts::made_for),
    (shifts::from_at, shifts::until_at, shifts::over_at),
    (shifts::made_by, shifts::made_at, shifts::ended_at),
    shifts::next_due_at,
);

/// Shifts with who holds them and the pods they cover.
#[diesel::dsl::auto_type]
fn whole() -> _ {
    shifts::table
        .inner_join(accounts::table.on(accounts::id.eq(shifts::account_id)))
        .inner_join(pods::table.on(pods::id.eq(shifts::pod_id)))
}

fn read(row: ShiftRow) -> Shift {
    let ((id, authority_id), (pod_id, pod_name), holder, (from, until, over), made, next_due) = row;
    let (account_id, display_name, made_for) = holder;
    let (made_by, made_at, ended_at) = made;
    Shift {
        id,
        authority_id,
        pod_id,
        pod_name,
        account_id,
        display_name,
        made_for: made_for.unwrap_or(account_id),
        from,
        until,
        over,
        made_by,
        made_at,
        ended_at,
        next_due,
    }
}

pub(super) fn insert(conn: &mut Conn, shift: &Shift) -> Answer<()> {
    diesel::insert_into(shifts::table)
        .values((
            shifts::id.eq(shift.id),
            shifts::authority_id.eq(shift.authority_id),
            shifts::pod_id.eq(shift.pod_id),
            shifts::account_id.eq(shift.account_id),
            shifts::from_at.eq(shift.from),
            shifts::until_at.eq(shift.until),
            shifts::over_at.eq(shift.over),
            shifts::made_by.eq(shift.made_by),
            shifts::made_at.eq(shift.made_at),
            shifts::next_due_at.eq(shift.next_due),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, id: ShiftId) -> Answer<Option<Shift>> {
    let row = whole()
        .filter(shifts::id.eq(id))
        .select(SHIFT)
        .first::<ShiftRow>(conn)
        .optional()?;
    Ok(row.map(read))
}

/// These shifts, in no order.
pub(in crate::care::pods) fn all_of(conn: &mut Conn, ids: &[ShiftId]) -> Answer<Vec<Shift>> {
    let rows = whole()
        .filter(shifts::id.eq_any(ids))
        .select(SHIFT)
        .load::<ShiftRow>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// The shifts of a pod, or those that somebody holds, that are not over at a moment, the earliest begun
/// first.
pub(super) fn list(conn: &mut Conn, of: Of, listing: &Listing) -> Answer<Vec<Shift>> {
    let mut question = whole()
        .filter(shifts::over_at.gt(listing.since))
        .order((shifts::from_at, shifts::id))
        .limit(listing.limit)
        .select(SHIFT)
        .into_boxed();
    question = match of {
        Of::Pod(pod) => question.filter(shifts::pod_id.eq(pod)),
        Of::Holder(who) => question.filter(shifts::account_id.eq(who)),
    };
    if let Some(last) = listing.after {
        question = question.filter(
            shifts::from_at
                .gt(last.from)
                .or(shifts::from_at.eq(last.from).and(shifts::id.gt(last.id))),
        );
    }
    let rows = question.load::<ShiftRow>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// The shifts somebody holds that are not over.
pub(super) fn held_by(conn: &mut Conn, who: AccountId, now: Moment) -> Answer<Vec<Shift>> {
    let rows = whole()
        .filter(shifts::account_id.eq(who))
        .filter(shifts::over_at.gt(now))
        .order((shifts::pod_id, shifts::id))
        .select(SHIFT)
        .load::<ShiftRow>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// How many shifts of a pod are not over.
pub(super) fn count(conn: &mut Conn, pod: PodId, now: Moment) -> Answer<i64> {
    Ok(shifts::table
        .filter(shifts::pod_id.eq(pod))
        .filter(shifts::over_at.gt(now))
        .count()
        .get_result(conn)?)
}

/// Whether somebody has a shift in a pod, other than this one, that shares a moment with these times.
pub(super) fn overlaps(
    conn: &mut Conn,
    (pod, who): (PodId, AccountId),
    (from, until): (Moment, Moment),
    but: Option<ShiftId>,
) -> Answer<bool> {
    let mut shared = shifts::table
        .filter(shifts::pod_id.eq(pod))
        .filter(shifts::account_id.eq(who))
        .filter(shifts::from_at.lt(until))
        .filter(shifts::over_at.gt(from))
        .select(shifts::id)
        .into_boxed();
    if let Some(but) = but {
        shared = shared.filter(shifts::id.ne(but));
    }
    Ok(shared.first::<ShiftId>(conn).optional()?.is_some())
}

/// Whether somebody has a shift in a pod that is not over.
pub(super) fn has_one(
    conn: &mut Conn,
    (pod, who): (PodId, AccountId),
    now: Moment,
) -> Answer<bool> {
    let theirs = shifts::table
        .filter(shifts::pod_id.eq(pod))
        .filter(shifts::account_id.eq(who))
        .filter(shifts::over_at.gt(now));
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

/// Puts another in the place of whoever was seen to hold a shift; false if that is not so any more, or
/// the shift has begun or was ended.
pub(super) fn pass_on(conn: &mut Conn, shift: &Shift, to: AccountId) -> Answer<bool> {
    let rows = diesel::update(shifts::table.find(shift.id))
        .filter(shifts::account_id.eq(shift.account_id))
        .filter(shifts::next_due_at.eq(shifts::from_at.nullable()))
        .set((
            shifts::account_id.eq(to),
            shifts::made_for.eq(shift.made_for),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Ends a shift early; nothing is due for it any more.
pub(super) fn end(conn: &mut Conn, id: ShiftId, (by, now): (AccountId, Moment)) -> Answer<()> {
    diesel::update(shifts::table.find(id))
        .set((
            shifts::over_at.eq(now),
            shifts::ended_by.eq(by),
            shifts::ended_at.eq(now),
            shifts::next_due_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// The shifts that begin or are over by now, and when the next one does or is.
pub(super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let due = shifts::table
        .filter(shifts::next_due_at.le(now))
        .order((shifts::next_due_at, shifts::id))
        .limit(most)
        .select((
            shifts::id,
            shifts::pod_id,
            shifts::next_due_at.assume_not_null(),
        ))
        .load(conn)?;
    let next = shifts::table
        .filter(shifts::next_due_at.is_not_null())
        .select(min(shifts::next_due_at))
        .first(conn)?;
    Ok((due, next))
}

/// Claims what was seen to be due, if it still is; what is due next is `next`.
pub(super) fn claim(
    conn: &mut Conn,
    (id, seen): (ShiftId, Moment),
    next: Option<Moment>,
) -> Answer<bool> {
    let rows = diesel::update(shifts::table.find(id))
        .filter(shifts::next_due_at.eq(seen))
        .set(shifts::next_due_at.eq(next))
        .execute(conn)?;
    Ok(rows == 1)
}

diesel::alias!(accounts as holders: Holders, accounts as supervisors: Supervisors);
diesel::alias!(leaves as holders_leaves: HoldersLeaves, leaves as their_leaves: TheirLeaves);

/// Everybody around a pod at one instant: a row for each shift that contains it, or one without.
#[expect(clippy::too_many_lines, reason = "one question, with its columns")]
pub(super) fn around(conn: &mut Conn, pod: PodId, at: Moment) -> Answer<Around> {
    type Who = (AccountId, String, Status);
    type Away = Option<LeaveId>;
    type Row = (
        Option<(ShiftId, Moment)>,
        (Option<Who>, Away),
        (Option<Who>, Away),
    );
    let contains = shifts::pod_id
        .eq(pods::id)
        .and(shifts::from_at.le(at))
        .and(shifts::over_at.gt(at));
    let rows: Vec<Row> = pods::table
        .left_join(shifts::table.on(contains))
        .left_join(
            holders.on(holders
                .field(accounts::id)
                .nullable()
                .eq(shifts::account_id.nullable())),
        )
        .left_join(
            supervisors.on(supervisors
                .field(accounts::id)
                .nullable()
                .eq(pods::supervising_social_worker_id)),
        )
        .left_join(
            holders_leaves.on(holders_leaves
                .field(leaves::account_id)
                .nullable()
                .eq(shifts::account_id.nullable())
                .and(holders_leaves.field(leaves::from_at).le(at))
                .and(holders_leaves.field(leaves::over_at).gt(at))),
        )
        .left_join(
            their_leaves.on(their_leaves
                .field(leaves::account_id)
                .nullable()
                .eq(pods::supervising_social_worker_id)
                .and(their_leaves.field(leaves::from_at).le(at))
                .and(their_leaves.field(leaves::over_at).gt(at))),
        )
        .filter(pods::id.eq(pod))
        .order((shifts::from_at.nullable(), shifts::id.nullable()))
        .select((
            (shifts::id, shifts::over_at).nullable(),
            (
                holders
                    .fields((accounts::id, accounts::display_name, accounts::status))
                    .nullable(),
                holders_leaves.field(leaves::id).nullable(),
            ),
            (
                supervisors
                    .fields((accounts::id, accounts::display_name, accounts::status))
                    .nullable(),
                their_leaves.field(leaves::id).nullable(),
            ),
        ))
        .load(conn)?;
    let person = |(id, display_name, status): Who, away: Away, shift| OnDuty {
        id,
        display_name,
        is_active: status == Status::Active,
        is_away: away.is_some(),
        shift,
    };
    let mut around = Around::default();
    for (shift, (holder, away), (supervisor, they_are_away)) in rows {
        around.supervisor = supervisor.map(|who| person(who, they_are_away, None));
        around
            .covering
            .extend(holder.map(|who| person(who, away, shift)));
    }
    Ok(around)
}

/// The leave that somebody, a row of `accounts`, is on at a moment.
#[diesel::dsl::auto_type]
pub(in crate::care) fn leave_of_account_at(at: Moment) -> _ {
    leaves::table
        .filter(leaves::account_id.eq(accounts::id))
        .filter(leaves::from_at.le(at))
        .filter(leaves::over_at.gt(at))
}

/// Who of a pod is told first of what is no alert: `before` them all, whoever has the shift now, the
/// supervisor, the deputies in order; the first of them who may act and is not away. If nobody is, every
/// service manager of the authority.
pub(in crate::care) fn nearest(
    conn: &mut Conn,
    (authority, pod): (AuthorityId, PodId),
    before: Option<AccountId>,
    now: Moment,
) -> Answer<Vec<AccountId>> {
    let deputies = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .order(pod_deputies::position)
        .select(pod_deputies::account_id)
        .load::<AccountId>(conn)?;
    let around = around(conn, pod, now)?;
    let on_now = around.covering.into_iter().chain(around.supervisor);
    let ladder: Vec<AccountId> = before
        .into_iter()
        .chain(on_now.map(|on| on.id))
        .chain(deputies)
        .collect();
    let there = accounts::table
        .filter(accounts::id.eq_any(&ladder))
        .filter(accounts::status.eq(Status::Active))
        .filter(not(exists(leave_of_account_at(now))))
        .select(accounts::id)
        .load::<AccountId>(conn)?;
    if let Some(nearest) = ladder.iter().find(|id| there.contains(id)) {
        return Ok(vec![*nearest]);
    }
    Ok(accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::ServiceManager))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .load(conn)?)
}

/// Whether what these people were told has gone to the managers, because nobody nearer was there. Where there
/// was nobody at all it is theirs too, once there are any.
pub(in crate::care) fn has_gone_to_managers(conn: &mut Conn, told: &[AccountId]) -> Answer<bool> {
    if told.is_empty() {
        return Ok(true);
    }
    let managers = accounts::table
        .filter(accounts::id.eq_any(told.to_vec()))
        .filter(accounts::role.eq(Role::ServiceManager));
    Ok(diesel::select(exists(managers)).get_result(conn)?)
}
