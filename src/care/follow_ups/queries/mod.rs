//! Questions about follow-ups.

mod handing_up;
mod of_dates;

pub(super) use handing_up::{claim, due, leave_to_managers, next_due, supervisors};
pub(super) use of_dates::{end_change, end_unattended, is_asked};

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::reading::Listing;
use super::{Attempt, Entry, FollowUp, Reasons};
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, AuthorityId, CheckInId, DateId, FollowUpId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::actions::Named;
use crate::care::who::queries::{deputised_by, pods_covered_by};
use crate::db::schema::{
    accounts, conversation_members, conversations, dates, families, follow_ups, pods,
};
use crate::db::{Answer, Conn, Tx, View};

type Own = (
    follow_ups::id,
    follow_ups::family_member_id,
    follow_ups::check_in_id,
    follow_ups::date_id,
    follow_ups::date_starts,
    (
        follow_ups::wants_contact,
        follow_ups::is_low,
        follow_ups::has_fallen,
        follow_ups::missed,
        follow_ups::is_unreached,
        follow_ups::is_plan_due,
        follow_ups::asks_change,
        follow_ups::is_unattended,
    ),
    follow_ups::opened_at,
    follow_ups::tries,
    follow_ups::last_outcome,
    follow_ups::last_by,
    follow_ups::last_at,
    follow_ups::done_at,
    follow_ups::hand_up_at,
    follow_ups::with_managers,
);
const OWN: Own = (
    follow_ups::id,
    follow_ups::family_member_id,
    follow_ups::check_in_id,
    follow_ups::date_id,
    follow_ups::date_starts,
    (
        follow_ups::wants_contact,
        follow_ups::is_low,
        follow_ups::has_fallen,
        follow_ups::missed,
        follow_ups::is_unreached,
        follow_ups::is_plan_due,
        follow_ups::asks_change,
        follow_ups::is_unattended,
    ),
    follow_ups::opened_at,
    follow_ups::tries,
    follow_ups::last_outcome,
    follow_ups::last_by,
    follow_ups::last_at,
    follow_ups::done_at,
    follow_ups::hand_up_at,
    follow_ups::with_managers,
);

/// What a follow-up is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct New {
    pub(super) id: FollowUpId,
    pub(super) authority_id: AuthorityId,
    pub(super) family_member_id: AccountId,
    pub(super) check_in_id: Option<CheckInId>,
    /// Which date, and which occurrence of it, by its civil time.
    pub(super) date: Option<(DateId, Option<Civil>)>,
    pub(super) reasons: Reasons,
    pub(super) is_held: bool,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &New, hand_up_at: Moment) -> Answer<()> {
    let now = tx.now();
    let (date, starts) = new.date.unzip();
    diesel::insert_into(follow_ups::table)
        .values((
            follow_ups::id.eq(new.id),
            follow_ups::authority_id.eq(new.authority_id),
            follow_ups::family_member_id.eq(new.family_member_id),
            follow_ups::check_in_id.eq(new.check_in_id),
            follow_ups::date_id.eq(date),
            follow_ups::date_starts.eq(starts.flatten().map(|starts| starts.to_string())),
            follow_ups::wants_contact.eq(new.reasons.wants_contact),
            follow_ups::is_low.eq(new.reasons.is_low),
            follow_ups::has_fallen.eq(new.reasons.has_fallen),
            follow_ups::missed.eq(new.reasons.missed),
            follow_ups::is_unreached.eq(new.reasons.is_unreached),
            follow_ups::is_plan_due.eq(new.reasons.is_plan_due),
            follow_ups::asks_change.eq(new.reasons.asks_change),
            follow_ups::is_unattended.eq(new.reasons.is_unattended),
            follow_ups::opened_at.eq(now),
            follow_ups::tries.eq(0),
            follow_ups::hand_up_at.eq(hand_up_at),
            follow_ups::is_held.eq(new.is_held),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Adds to the open follow-up of somebody's silence, about this date or none; gives which it is.
pub(super) fn add_silence(
    conn: &mut Conn,
    (member, date): (AccountId, Option<DateId>),
    reasons: Reasons,
) -> Answer<Option<(FollowUpId, Reasons)>> {
    let mut open = follow_ups::table
        .filter(follow_ups::family_member_id.eq(member))
        .filter(follow_ups::done_at.is_null())
        .filter(follow_ups::check_in_id.is_null())
        .filter(follow_ups::is_plan_due.eq(false))
        .select(OWN)
        .into_boxed();
    open = match date {
        Some(date) => open
            .filter(follow_ups::date_id.eq(date))
            .filter(follow_ups::is_unreached.eq(true)),
        None => open.filter(follow_ups::date_id.is_null()),
    };
    let Some(known) = open.first::<Entry>(conn).optional()? else {
        return Ok(None);
    };
    let reasons = known.reasons.and(reasons);
    diesel::update(follow_ups::table.find(known.id))
        .set((
            follow_ups::missed.eq(reasons.missed),
            follow_ups::is_unreached.eq(reasons.is_unreached),
        ))
        .execute(conn)?;
    Ok(Some((known.id, reasons)))
}

/// Ends the open follow-up of somebody's silence: they have been heard from.
pub(super) fn end_silence(conn: &mut Conn, member: AccountId, now: Moment) -> Answer<()> {
    diesel::update(follow_ups::table)
        .filter(follow_ups::family_member_id.eq(member))
        .filter(follow_ups::done_at.is_null())
        .filter(follow_ups::check_in_id.is_null())
        .filter(follow_ups::date_id.is_null())
        .filter(follow_ups::is_plan_due.eq(false))
        .set((
            follow_ups::done_at.eq(now),
            follow_ups::hand_up_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends what asks for somebody's contact plan to be talked over: it was.
pub(super) fn end_plan_due(conn: &mut Conn, member: AccountId, now: Moment) -> Answer<()> {
    diesel::update(follow_ups::table)
        .filter(follow_ups::family_member_id.eq(member))
        .filter(follow_ups::done_at.is_null())
        .filter(follow_ups::is_plan_due.eq(true))
        .set((
            follow_ups::done_at.eq(now),
            follow_ups::hand_up_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// The open ones the caller may see, the oldest first.
pub(super) fn open(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Answer<Vec<FollowUp>> {
    seen_by(view, caller, listing, None)
}

/// The open ones of these family members.
pub(super) fn open_of(conn: &mut Conn, members: &[AccountId]) -> Answer<Vec<Entry>> {
    Ok(follow_ups::table
        .filter(follow_ups::family_member_id.eq_any(members.to_vec()))
        .filter(follow_ups::done_at.is_null())
        .select(OWN)
        .load(conn)?)
}

/// One of them, done or not, if the caller may see it.
pub(super) fn one(
    view: &mut impl View,
    caller: &Caller,
    id: FollowUpId,
) -> Answer<Option<FollowUp>> {
    let listing = Listing {
        after: None,
        limit: 1,
    };
    Ok(seen_by(view, caller, &listing, Some(id))?.pop())
}

fn seen_by(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
    only: Option<FollowUpId>,
) -> Answer<Vec<FollowUp>> {
    let (me, now) = (caller.account_id, view.now());
    let conn = view.conn();
    let present = conversations::family_member_id
        .eq(follow_ups::family_member_id)
        .and(conversations::ended_at.is_null());
    let mut question = follow_ups::table
        .inner_join(accounts::table.on(accounts::id.eq(follow_ups::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .left_join(conversations::table.on(present))
        .filter(follow_ups::authority_id.eq(caller.authority_id))
        .order((follow_ups::opened_at, follow_ups::id))
        .limit(listing.limit)
        .select((OWN, accounts::display_name, conversations::id.nullable()))
        .into_boxed();
    question = match only {
        Some(id) => question.filter(follow_ups::id.eq(id)),
        None => question.filter(follow_ups::done_at.is_null()),
    };
    if let Some((since, id)) = listing.after {
        let as_long = follow_ups::opened_at.eq(since);
        let after = as_long.and(follow_ups::id.gt(FollowUpId::from_uuid(id)));
        question = question.filter(follow_ups::opened_at.gt(since).or(after));
    }
    let question = match caller.role {
        Role::PeerMentor => {
            let mine = members_with(conn, me, now)?;
            // They keep the dates they have made, and see no others.
            let is_mine = follow_ups::date_id.eq_any(
                dates::table
                    .filter(dates::made_by.eq(me))
                    .select(dates::id.nullable()),
            );
            question
                .filter(follow_ups::family_member_id.eq_any(mine))
                .filter(follow_ups::is_held.eq(false))
                .filter(follow_ups::date_id.is_null().or(is_mine))
        }
        Role::FamilyPractitioner => {
            question.filter(families::family_practitioner_id.eq(me).assume_not_null())
        }
        Role::SupervisingSocialWorker => {
            let supervised = pods::supervising_social_worker_id.eq(me).assume_not_null();
            let on_now = pods::id.eq_any(pods_covered_by(me, now));
            question.filter(supervised.or(pods::id.eq_any(deputised_by(me))).or(on_now))
        }
        Role::ServiceManager => question.filter(follow_ups::with_managers.eq(true)),
        Role::FamilyMember => return Ok(Vec::new()),
    };
    Ok(question.load(conn)?)
}

/// The family members with whom a mentor talks now.
fn members_with(conn: &mut Conn, mentor: AccountId, now: Moment) -> Answer<Vec<AccountId>> {
    Ok(conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::account_id.eq(mentor))
        .filter(conversation_members::from_at.le(now))
        .filter(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(now).assume_not_null()),
        )
        .filter(conversations::ended_at.is_null())
        .select(conversations::family_member_id)
        .load(conn)?)
}

/// Notes how an attempt ended; false if somebody has done it since it was seen.
pub(super) fn try_on(
    tx: &mut Tx<'_>,
    caller: &Caller,
    seen: &Entry,
    outcome: Attempt,
) -> Answer<bool> {
    let now = tx.now();
    let tried = (
        follow_ups::tries.eq(follow_ups::tries + 1),
        follow_ups::last_outcome.eq(outcome),
        follow_ups::last_by.eq(caller.account_id),
        follow_ups::last_at.eq(now),
    );
    let rows = if outcome.closes() && !seen.reasons.is_plan_due {
        let done = (
            follow_ups::done_at.eq(now),
            follow_ups::hand_up_at.eq(None::<Moment>),
        );
        let this = diesel::update(follow_ups::table.find(seen.id))
            .filter(follow_ups::done_at.is_null())
            .set((tried, done))
            .execute(tx.conn())?;
        if this == 1 && outcome == Attempt::Reached {
            let sees_held = caller.role != Role::PeerMentor;
            diesel::update(follow_ups::table)
                .filter(follow_ups::family_member_id.eq(seen.family_member_id))
                .filter(follow_ups::opened_at.lt(seen.opened_at))
                .filter(follow_ups::done_at.is_null())
                .filter(follow_ups::is_plan_due.eq(false))
                // A date is not moved by talking with them.
                .filter(follow_ups::asks_change.eq(false))
                .filter(follow_ups::is_unattended.eq(false))
                .filter(
                    follow_ups::is_held
                        .eq(false)
                        .or(sees_held.into_sql::<Bool>()),
                )
                .set((tried, done))
                .execute(tx.conn())?;
        }
        this
    } else {
        diesel::update(follow_ups::table.find(seen.id))
            .filter(follow_ups::done_at.is_null())
            .set(tried)
            .execute(tx.conn())?
    };
    Ok(rows == 1)
}

/// Who tried last.
pub(super) fn last_by(conn: &mut Conn, id: FollowUpId) -> Answer<Option<Named>> {
    let found = follow_ups::table
        .inner_join(accounts::table.on(follow_ups::last_by.eq(accounts::id.nullable())))
        .filter(follow_ups::id.eq(id))
        .select((accounts::id, accounts::display_name))
        .first::<(AccountId, String)>(conn)
        .optional()?;
    Ok(found.map(|(id, display_name)| Named { id, display_name }))
}
