//! Questions about the coming days.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{People, Plan, Span};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{accounts, devices, leaves, pods, push_subscriptions, shifts};
use crate::db::{Answer, Conn};

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
