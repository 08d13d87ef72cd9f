//! Questions about the coming days.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::min;
use diesel::prelude::*;

use super::watching::Due;
use super::{Gap, People, Plan, Span, Why};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::notices::channels::{self, Channels, ENOUGH};
use crate::care::notices::sending::Ways;
use crate::db::schema::{
    accounts, authorities, cover_gaps, cover_watches, leaves, pod_deputies, pods, shifts,
};
use crate::db::{Answer, Conn, both};

/// What is known of some pods and the people around them.
pub(super) struct Known {
    pub(super) pods: Vec<(PodId, String, Plan)>,
    pub(super) people: People,
    /// How those on the ladders can be called.
    pub(super) channels: Channels,
    /// Who of them can be called in too few ways.
    pub(super) poorly_reached: BTreeSet<AccountId>,
    pub(super) names: BTreeMap<AccountId, String>,
}

/// What is known of the pods of an authority, or of those alone that somebody supervises.
pub(super) fn known(
    conn: &mut Conn,
    (authority, only_of): (AuthorityId, Option<AccountId>),
    (from, until): (Moment, Moment),
    (now, ways): (Moment, Ways),
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
    let planned = planned(conn, authority, (from, until))?;
    let away = away(conn, authority, (from, until))?;
    let staff = accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq_any([Role::SupervisingSocialWorker, Role::ServiceManager]))
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
    let pods: Vec<(PodId, String, Plan)> = pods.collect();
    let channels = channels::of_staff(conn, Some(authority), (now, ways))?;
    let can_be_called = channels.iter().filter(|(_, has)| !has.is_empty());
    let reachable = can_be_called.map(|(who, _)| *who).collect();
    Ok(Known {
        poorly_reached: poorly_reached(conn, &pods, (only_of, &channels))?,
        channels,
        pods,
        people: People {
            active: staff
                .iter()
                .filter(|(_, _, status)| *status == Status::Active)
                .map(|(id, _, _)| *id)
                .collect(),
            reachable,
        },
        names: staff.into_iter().map(|(id, name, _)| (id, name)).collect(),
    })
}

/// The shifts of an authority in this time, the earliest begun first.
fn planned(
    conn: &mut Conn,
    authority: AuthorityId,
    (from, until): (Moment, Moment),
) -> Answer<Vec<(PodId, AccountId, Moment, Moment)>> {
    Ok(shifts::table
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
        .load(conn)?)
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

/// The deputies of the pods that somebody supervises.
fn deputies(conn: &mut Conn, supervisor: AccountId) -> Answer<Vec<AccountId>> {
    Ok(pod_deputies::table
        .inner_join(pods::table.on(pods::id.eq(pod_deputies::pod_id)))
        .filter(pods::supervising_social_worker_id.eq(supervisor))
        .select(pod_deputies::account_id)
        .load(conn)?)
}

/// Who of these can be called in fewer ways than are enough: everybody on the ladders of an authority, or
/// those alone who stand first or deputise on the ladders of the pods that somebody supervises.
fn poorly_reached(
    conn: &mut Conn,
    pods: &[(PodId, String, Plan)],
    (only_of, channels): (Option<AccountId>, &Channels),
) -> Answer<BTreeSet<AccountId>> {
    let has_too_few = |who: &AccountId| channels.get(who).is_some_and(|has| has.len() < ENOUGH);
    let Some(supervisor) = only_of else {
        return Ok(channels
            .keys()
            .filter(|who| has_too_few(who))
            .copied()
            .collect());
    };
    let on = pods.iter().flat_map(|(_, _, plan)| &plan.shifts);
    let mut around: BTreeSet<AccountId> = on.map(|shift| shift.who).collect();
    around.extend(deputies(conn, supervisor)?);
    if !pods.is_empty() {
        around.insert(supervisor);
    }
    around.retain(has_too_few);
    Ok(around)
}

/// Of each authority that has pods: what it is called, and who of those on its ladders can be called in
/// fewer ways than are enough.
pub(super) fn poorly_reached_anywhere(
    conn: &mut Conn,
    channels: &Channels,
) -> Answer<Vec<(String, AccountId, String)>> {
    let too_few: Vec<AccountId> = channels
        .iter()
        .filter(|(_, has)| has.len() < ENOUGH)
        .map(|(who, _)| *who)
        .collect();
    let with_pods = pods::table.select(pods::authority_id);
    Ok(accounts::table
        .inner_join(authorities::table.on(authorities::id.eq(accounts::authority_id)))
        .filter(accounts::id.eq_any(too_few))
        .filter(accounts::authority_id.eq_any(with_pods))
        .order((authorities::name, accounts::display_name, accounts::id))
        .select((authorities::name, accounts::id, accounts::display_name))
        .load(conn)?)
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
