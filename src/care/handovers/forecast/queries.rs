//! Questions about the coming days.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::min;
use diesel::prelude::*;

use super::watching::Due;
use super::{Gap, People, Plan, Span, Why};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{
    accounts, authorities, cover_gaps, cover_watches, devices, leaves, pods, push_subscriptions,
    shifts,
};
use crate::db::{Answer, Conn, both};

/// What is known of some pods and the people around them.
pub(super) struct Known {
    pub(super) pods: Vec<(PodId, String, Plan)>,
    pub(super) people: People,
    pub(super) names: BTreeMap<AccountId, String>,
}

/// What is known of the pods of an authority, or of those alone that somebody supervises.
pub(super) fn known(
    conn: &mut Conn,
    (authority, only_of): (AuthorityId, Option<AccountId>),
    (from, until): (Moment, Moment),
) -> Answer<Known> {
    let mut question = pods::table
        .filter(pods::authority_id.eq(authority))
        .order(pods::id)
        .select((pods::id, pods::name, pods::supervising_social_worker_id))
        .into_boxed();
    if let Some(supervisor) = only_of {
        question = question.filter(pods::supervising_social_worker_id.eq(supervisor));
    }
    let found: Vec<(PodId, String, Option<AccountId>)> = question.load(conn)?;
    let planned = shifts::table
        .filter(shifts::authority_id.eq(authority))
        .filter(shifts::over_at.gt(from))
        .filter(shifts::from_at.lt(until))
        .order((shifts::from_at, shifts::id))
        .select((
            shifts::pod_id,
            shifts::account_id,
            shifts::from_at,
            shifts::over_at,
        ))
        .load::<(PodId, AccountId, Moment, Moment)>(conn)?;
    let away = away(conn, authority, (from, until))?;
    let staff = accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::SupervisingSocialWorker))
        .select((accounts::id, accounts::display_name, accounts::status))
        .load::<(AccountId, String, Status)>(conn)?;
    let pods = found.into_iter().map(|(pod, name, supervisor)| {
        let mine = planned.iter().filter(|shift| shift.0 == pod);
        let shifts: Vec<Span> = mine
            .map(|(_, who, from, until)| span((*who, *from, *until)))
            .collect();
        let is_of_this = |leave: &&Span| {
            supervisor == Some(leave.who) || shifts.iter().any(|shift| shift.who == leave.who)
        };
        let leaves = away.iter().filter(is_of_this).copied().collect();
        let plan = Plan {
            supervisor,
            shifts,
            leaves,
        };
        (pod, name, plan)
    });
    Ok(Known {
        pods: pods.collect(),
        people: People {
            active: staff
                .iter()
                .filter(|(_, _, status)| *status == Status::Active)
                .map(|(id, _, _)| *id)
                .collect(),
            reachable: reachable(conn, authority)?,
        },
        names: staff.into_iter().map(|(id, name, _)| (id, name)).collect(),
    })
}

/// When people of an authority are on leave in this time.
fn away(
    conn: &mut Conn,
    authority: AuthorityId,
    (from, until): (Moment, Moment),
) -> Answer<Vec<Span>> {
    let found: Vec<(AccountId, Moment, Moment)> = leaves::table
        .filter(leaves::authority_id.eq(authority))
        .filter(leaves::over_at.gt(from))
        .filter(leaves::from_at.lt(until))
        .select((leaves::account_id, leaves::from_at, leaves::over_at))
        .load(conn)?;
    Ok(found.into_iter().map(span).collect())
}

fn span((who, from, until): (AccountId, Moment, Moment)) -> Span {
    Span { who, from, until }
}

/// The supervising social workers of whom a device that is signed in takes pushes.
fn reachable(conn: &mut Conn, authority: AuthorityId) -> Answer<BTreeSet<AccountId>> {
    let found: Vec<AccountId> = push_subscriptions::table
        .inner_join(devices::table.on(devices::id.eq(push_subscriptions::device_id)))
        .inner_join(accounts::table.on(accounts::id.eq(push_subscriptions::account_id)))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::SupervisingSocialWorker))
        .filter(devices::ended_at.is_null())
        .select(push_subscriptions::account_id)
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// The authorities whose cover is to be looked over by now, and when the next one's is.
pub(super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let due = authorities::table
        .left_join(cover_watches::table.on(cover_watches::authority_id.eq(authorities::id)))
        .filter(
            cover_watches::due_at
                .nullable()
                .is_null()
                .or(cover_watches::due_at.nullable().le(now)),
        )
        .order(authorities::id)
        .limit(most)
        .select((authorities::id, cover_watches::due_at.nullable()))
        .load::<Due>(conn)?;
    let next = cover_watches::table
        .select(min(cover_watches::due_at))
        .first(conn)?;
    Ok((due, next))
}

/// The cover of an authority is due to be looked over at this moment. One that never was is due anyway.
pub(super) fn look_at(conn: &mut Conn, authority: AuthorityId, at: Moment) -> Answer<()> {
    diesel::update(cover_watches::table.find(authority))
        .filter(cover_watches::due_at.gt(at))
        .set(cover_watches::due_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Claims a look that was seen to be due, if it still is: when everything is to be told again.
pub(super) fn claim(
    conn: &mut Conn,
    (authority, seen): Due,
    (next, daily): (Moment, Moment),
) -> Answer<Option<Moment>> {
    if let Some(seen) = seen {
        return Ok(diesel::update(cover_watches::table.find(authority))
            .filter(cover_watches::due_at.eq(seen))
            .set(cover_watches::due_at.eq(next))
            .returning(cover_watches::daily_at)
            .get_result(conn)
            .optional()?);
    }
    let first = (
        cover_watches::authority_id.eq(authority),
        cover_watches::due_at.eq(next),
        cover_watches::daily_at.eq(daily),
    );
    let made = both!(&mut *conn, conn => diesel::insert_into(cover_watches::table)
        .values(first)
        .on_conflict(cover_watches::authority_id)
        .do_nothing()
        .execute(conn))?;
    Ok((made == 1).then_some(daily))
}

pub(super) fn put_daily(conn: &mut Conn, authority: AuthorityId, at: Moment) -> Answer<()> {
    diesel::update(cover_watches::table.find(authority))
        .set(cover_watches::daily_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// The gaps that the last look found, for each pod of an authority.
pub(super) fn gaps_before(
    conn: &mut Conn,
    authority: AuthorityId,
) -> Answer<BTreeMap<PodId, Vec<Gap>>> {
    let rows = cover_gaps::table
        .inner_join(pods::table.on(pods::id.eq(cover_gaps::pod_id)))
        .filter(pods::authority_id.eq(authority))
        .select((
            cover_gaps::pod_id,
            cover_gaps::from_at,
            cover_gaps::until_at,
            cover_gaps::why,
        ))
        .load::<(PodId, Moment, Moment, Why)>(conn)?;
    let mut found: BTreeMap<PodId, Vec<Gap>> = BTreeMap::new();
    for (pod, from, until, why) in rows {
        found.entry(pod).or_default().push(Gap {
            from,
            until,
            why,
            people: Vec::new(),
        });
    }
    Ok(found)
}

/// Keeps what a look found in place of what the one before did.
pub(super) fn keep_gaps(
    conn: &mut Conn,
    authority: AuthorityId,
    found: &[(PodId, Gap)],
) -> Answer<()> {
    let mine = pods::table
        .filter(pods::authority_id.eq(authority))
        .select(pods::id);
    diesel::delete(cover_gaps::table.filter(cover_gaps::pod_id.eq_any(mine))).execute(conn)?;
    for (pod, gap) in found {
        diesel::insert_into(cover_gaps::table)
            .values((
                cover_gaps::pod_id.eq(*pod),
                cover_gaps::from_at.eq(gap.from),
                cover_gaps::until_at.eq(gap.until),
                cover_gaps::why.eq(gap.why),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The service managers of an authority who may act.
pub(super) fn managers(conn: &mut Conn, authority: AuthorityId) -> Answer<Vec<AccountId>> {
    Ok(accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::ServiceManager))
        .filter(accounts::status.eq(Status::Active))
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)?)
}
